"""What works on the second engine, with the real command: a migration and its way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.engine import Account, account
from tests.engine.gaps import TAG, TASK

WAYS = {
    "shared roles, schedules": (),
    "own roles, rules, what is caught up": (
        "--own-roles",
        "--trigger",
        "rule",
        "--catch-up",
        "once",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_migration_and_its_way_back(way: str, url: str, tmp_path: Path) -> None:
    here = account(url, 2 + list(WAYS).index(way), tmp_path)
    before = {each: each.read_bytes() for each in here.source.rglob("*") if each.is_file()}
    here.done("scan", "SOURCE")
    here.done("migrate", "SOURCE", *TAG, "--yes", *WAYS[way])
    assert _tasks(here) == [(False, "cron runs it")] * 3
    assert _changes(here) == ["nothing"] * 3

    here.done("migrate", "SOURCE", *TAG, "--yes", "--execution-timeout", "1h")
    assert {each["ExecutionTimeoutSeconds"] for each in _parameters(here)} == {"3600"}
    assert _changes(here) == ["nothing"] * 3

    here.done("enable", TASK, "--yes")
    assert _fires(here) == {"ENABLED": 1, "DISABLED": 2}
    here.done("disable", TASK, "--yes")
    assert _fires(here) == {"DISABLED": 3}

    here.done("upgrade", "--yes")
    here.done("rollback", "--source", "SOURCE", "--yes", "--without-lines")
    assert "No tasks of cron2aws are deployed here" in here.done("status", "SOURCE").told
    if not WAYS[way]:
        here.done("setup", "--delete", *TAG, "--yes")
    here.done("setup", "--delete", "--yes")
    assert here.client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert here.client("scheduler").list_schedules()["Schedules"] == []
    assert {each: each.read_bytes() for each in before} == before


def test_a_run_goes_as_far_as_to_the_hosts_and_is_told(url: str, tmp_path: Path) -> None:
    here = account(url, 9, tmp_path)
    here.done("migrate", "SOURCE", *TAG, "--yes")
    here.add_instance("web")
    assert here.cron2aws("run", TASK).code == 7
    (run,) = here.done("history", TASK, "-o", "json").document["runs"]
    assert run["outcome"] == "failed"
    here.done("rollback", "--source", "SOURCE", "--yes", "--without-lines")


def _tasks(here: Account) -> list[tuple[bool, str]]:
    found = here.done("status", "SOURCE", "-o", "json").document["tasks"]
    return [(each["enabled"], each["standing"]) for each in found]


def _changes(here: Account) -> list[str]:
    plan = here.done("migrate", "SOURCE", *TAG, "--dry-run", "-o", "json").document
    assert plan["setup"] == []
    return [each["action"] for each in plan["steps"]]


def _parameters(here: Account) -> list[dict[str, str]]:
    stacks = here.client("cloudformation").describe_stacks()["Stacks"]
    tasks = [each for each in stacks if each["StackName"].startswith("cron2aws-web-")]
    return [{p["ParameterKey"]: p["ParameterValue"] for p in each["Parameters"]} for each in tasks]


def _fires(here: Account) -> dict[str, int]:
    """How many schedules and rules of tasks are in each state."""
    schedules = here.client("scheduler").list_schedules()["Schedules"]
    rules = here.client("events").list_rules()["Rules"]
    rules = [each for each in rules if "foundation" not in each["Name"]]
    rules = [each for each in rules if "ScheduleExpression" in each]
    states = [each["State"] for each in (*schedules, *rules)]
    return {state: states.count(state) for state in sorted(set(states), reverse=True)}
