"""deploy.sh with the real aws CLI, and what cron2aws makes of the stacks afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.pipeline.deployed import Pipeline, pipeline

SHELLS: Mapping[str, tuple[str, ...]] = {
    "dash": ("dash",),
    "bash": ("bash", "--posix"),
    "busybox": ("busybox", "sh"),
}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Pipeline]:
    with pipeline(tmp_path, "tokyo-reports", "Name=reports") as made:
        assert made.export("--email", "ops@example.com").code == 0
        yield made


def files(root: Path) -> dict[str, bytes]:
    return {str(each.relative_to(root)): each.read_bytes() for each in root.rglob("*")
            if each.is_file()}  # fmt: skip


def standings(here: Pipeline) -> set[str]:
    found = here.cron2aws("status", here.source, "-o", "json")
    assert found.code == 0, found.err
    return {each["standing"] for each in json.loads(found.out)["tasks"]}


CASES: Mapping[str, tuple[str, tuple[str, ...], set[str]]] = {
    "roles that are shared": ("tokyo-reports", ("--tell", "all"), {"foundation", "target"}),
    "roles of their own": ("fleet-web-1", ("--own-roles", "--stack-tag", "a b=c d"), set()),
}


@pytest.mark.parametrize("name", CASES)
def test_there_and_back(name: str, tmp_path: Path) -> None:
    host, options, left = CASES[name]
    with pipeline(tmp_path, host, "Name=web") as here:
        before = files(here.source)
        assert here.export(*options).code == 0
        deployed = here.deploy(PARALLEL="8")
        assert deployed.code == 0, deployed.err
        assert files(here.source) == before
        assert standings(here) == {"rehearsing"}
        assert_as_by_migrate(here)
        here.patch()
        assert standings(here) == {"handed over"}
        ran = here.cron2aws("run", here.tasks[0]["name"])
        assert ran.code == 0, ran.err
        assert here.rollback() == 0
        assert files(here.source) == before
        stay = here.stacks()
        assert {e["kind"] for e in here.manifest["stacks"] if e["name"] in stay} == left


def assert_as_by_migrate(here: Pipeline) -> None:
    """A plan of `migrate` for the same hosts finds nothing to change."""
    planned = here.cron2aws("migrate", here.source, "--tag", here.tag, "--dry-run", "-o", "json")
    plan = json.loads(planned.out)
    assert plan["setup"] == []
    found = [(step["stack"], step["action"], step["changes"]) for step in plan["steps"]]
    assert sorted(found) == [(each["name"], "nothing", []) for each in here.tasks]


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_deployed_is_what_the_files_say(shell: str, web: Pipeline) -> None:
    done = web.deploy(shell=SHELLS[shell])
    assert done.code == 0, done.err
    assert list(web.folder.glob("tmp.*")) == []  # it clears away
    stacks = web.stacks()
    for wanted in web.manifest["stacks"]:
        stack = stacks[wanted["name"]]
        told = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
        listed = json.loads((web.out / wanted["parameters"]).read_bytes())
        assert {
            each["ParameterKey"]: each["ParameterValue"] for each in listed
        }.items() <= told.items()
        for name, of in wanted["outputs"].items():
            outputs = {e["OutputKey"]: e.get("OutputValue", "") for e in stacks[of]["Outputs"]}
            assert told[name] == outputs[name]
        by_key = sorted(stack["Tags"], key=lambda each: each["Key"])
        assert by_key == json.loads((web.out / wanted["tags"]).read_bytes())
        role = wanted["role_of"] and next(
            each["OutputValue"]
            for each in stacks[wanted["role_of"]]["Outputs"]
            if each["OutputKey"] == "DeployRoleArn"
        )
        assert stack.get("RoleARN") == role
        assert stack.get("EnableTerminationProtection", False) == wanted["protected"]


def test_a_second_time_nothing_is_changed_and_then_what_the_crontab_says(web: Pipeline) -> None:
    assert web.deploy().code == 0
    before = web.stacks()
    again = web.deploy(PARALLEL="1")
    assert again.code == 0, again.err
    assert again.err.count("No changes to deploy") == len(web.tasks)
    assert web.stacks() == before

    tab = web.source / "var/spool/cron/crontabs/reports"
    tab.write_text(tab.read_text().replace("0 18 31 12 *", "0 17 31 12 *"))
    assert web.export("--email", "ops@example.com").code == 0
    assert web.deploy("tasks").code == 0
    changed = [name for name, stack in web.stacks().items() if stack != before[name]]
    assert len(changed) == 1
    assert "yearly" in changed[0]


def test_an_option_that_is_taken_back_goes_back_to_its_default(web: Pipeline) -> None:
    web.export("--overlap", "skip")
    assert web.deploy().code == 0
    web.export()
    assert web.deploy("tasks").code == 0
    for each in web.tasks:
        told = web.stacks()[each["name"]]["Parameters"]
        [overlap] = [p["ParameterValue"] for p in told if p["ParameterKey"] == "Overlap"]
        assert overlap == "allow"


def test_one_that_fails_keeps_no_other_from_its_deployment(web: Pipeline) -> None:
    bad, *good = web.tasks
    file = web.out / bad["parameters"]
    file.write_text(file.read_text().replace(bad["task"]["id"], "no id"))
    done = web.deploy()
    assert done.code == 1
    assert done.err.endswith(f"not deployed: {bad['name']}\n")
    assert "An error occurred (ValidationError)" in done.err
    assert {each["name"] for each in good} <= web.stacks().keys()


def test_tasks_are_not_deployed_before_what_they_share(web: Pipeline) -> None:
    done = web.deploy("tasks")
    assert done.code != 0
    assert "cron2aws-foundation does not exist" in done.err
    assert web.stacks() == {}


def test_the_parts_are_made_in_their_order_whatever_the_order_of_words(web: Pipeline) -> None:
    done = web.deploy("tasks", "target", "foundation")
    assert done.code == 0, done.err
    assert len(web.stacks()) == len(web.manifest["stacks"])


def test_another_account_is_refused(web: Pipeline) -> None:
    web.export("--account", "210987654321")
    done = web.deploy()
    assert done.code == 1
    assert "of account 123456789012, and the export is for 210987654321" in done.err
    assert web.stacks() == {}


def test_a_part_that_there_is_not_is_refused(web: Pipeline) -> None:
    done = web.deploy("taskz")
    assert (done.code, web.stacks()) == (2, {})
    assert "not taskz" in done.err


def test_a_file_that_is_missing_is_told(web: Pipeline) -> None:
    assert web.deploy("foundation", "target").code == 0
    (web.out / web.tasks[0]["parameters"]).unlink()
    done = web.deploy("tasks")
    assert done.code == 1
    assert f"{web.tasks[0]['parameters']} is missing" in done.err
