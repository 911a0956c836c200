"""A plan file for a fleet read back: what does not fit the rest is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from cron2aws.errors import SafetyError
from cron2aws.report.json_plan_file import plan_file_json
from cron2aws.report.json_rollback_file import rollback_file_json
from cron2aws.report.plan_file import read_plan_file
from tests.apply_case import values_in, with_digest, wrong_values_accepted
from tests.golden.plan_files import recorded_of_a_fleet, rolled_back_of_a_fleet

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return plan_file_json(recorded_of_a_fleet(tmp_path_factory.mktemp("fleet")))


def test_it_is_read_as_it_was_written(document: Document) -> None:
    recorded, digest = read_plan_file(with_digest(document), "plan.json")
    assert digest == document["digest"]
    assert plan_file_json(recorded) == document  # type: ignore[arg-type]
    assert [edit["hosts"] for step in document["steps"] for edit in step["edits"]] == [
        ["web-1 (i-0123456789abcdef0)"],
        ["web-2 (i-0123456789abcdef1)"],
        ["web-1 (i-0123456789abcdef0)", "web-2 (i-0123456789abcdef1)"],
    ]


HOSTS = "the hosts that are edited are not those that it names"
INSTANCES = "its hosts are not the instances that had the tags"
FILES = "the files that are edited are not those of its lines"
LINES = "whose line before and after is another than its step says"
REFUSED: dict[str, tuple[Callable[[Document], object], str]] = {
    "a machine beside the fleet": (
        lambda d: d.update(made_on={"machine": "0" * 32, "instance": None}),
        "its lines are edited on one machine, or on the hosts that it names, and not both",
    ),
    "neither": (
        lambda d: d.update(fleet=None),
        "its lines are edited on one machine, or on the hosts that it names, and not both",
    ),
    "a host that is not named": (lambda d: d["hosts"].pop(), HOSTS),
    "a host twice": (
        lambda d: d["fleet"]["hosts"].append(d["fleet"]["hosts"][0]),
        "host web-1 (i-0123456789abcdef0) is in it 2 times",
    ),
    "an instance of another host": (
        lambda d: d["fleet"]["hosts"][0].update(instance="i-0123456789abcdef9"), INSTANCES
    ),
    "an instance more": (lambda d: d["instances"].update({"i-0123456789abcdef9": "x"}), INSTANCES),
    "a host that was not read, and is not told": (lambda d: d["hosts_not_read"].pop(), INSTANCES),
    "an account of a host": (
        lambda d: d["fleet"]["hosts"][0].update(account="210987654321"),
        "plan.fleet.hosts[0].account is '210987654321', and not '123456789012'",
    ),
    "a crontab that was another": (
        lambda d: d["fleet"]["hosts"][0]["crontabs"].update({"/etc/crontab": "0" * 64}),
        "a file that is edited is none of its host's, or has another digest",
    ),
    "a file that is not edited": (lambda d: d["files"].append(
        {**d["files"][0], "path": "/etc/cron.d/x"}
    ), FILES),
    "a file that is not told": (lambda d: d["files"].pop(), FILES),
    "a host on which nothing is edited": (
        lambda d: d["steps"][1]["edits"][0].update(hosts=[]), LINES
    ),
    "a line of another host": (lambda d: d["steps"][0]["edits"][0].update(
        hosts=["web-1 (i-0123456789abcdef0)", "web-2 (i-0123456789abcdef1)"]
    ), LINES),
    "a line that was marked already": (
        lambda d: d["steps"][0]["rests_on"]["entries"][0].update(is_marked=True), LINES
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_fit_is_refused(kind: str, document: Document) -> None:
    change, why = REFUSED[kind]
    changed = copy.deepcopy(document)
    change(changed)
    with pytest.raises(SafetyError) as refused:
        read_plan_file(with_digest(changed), "plan.json")
    assert why in str(refused.value.why)


def test_a_value_of_another_kind_is_refused_wherever_it_stands(document: Document) -> None:
    assert len(list(values_in(document))) > 100
    assert wrong_values_accepted(document) == []


@pytest.fixture(scope="module")
def rollback(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return rollback_file_json(rolled_back_of_a_fleet(tmp_path_factory.mktemp("back")))


def test_a_rollback_is_read_as_it_was_written(rollback: Document) -> None:
    recorded, digest = read_plan_file(with_digest(rollback), "plan.json")
    assert digest == rollback["digest"]
    assert rollback_file_json(recorded) == rollback  # type: ignore[arg-type]
    (back,) = rollback["returns"]
    assert [line["host"] for line in back["lines"]] == rollback["hosts"]
    assert back["lines"][0]["before"] != back["lines"][1]["before"]
    assert wrong_values_accepted(rollback) == []


BACK: dict[str, tuple[Callable[[Document], object], str]] = {
    "a machine beside the fleet": REFUSED["a machine beside the fleet"],
    "neither": REFUSED["neither"],
    "a host twice": REFUSED["a host twice"],
    "a crontab that was another": REFUSED["a crontab that was another"],
    "a file that is not told": (
        lambda d: d["files"].pop(), "the files that are edited are not those of its lines"
    ),
    "a line twice on one host": (
        lambda d: d["returns"][0]["lines"][1].update(host=d["hosts"][0]),
        "of web-1 (i-0123456789abcdef0) is in it 2 times",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BACK)
def test_a_rollback_that_does_not_fit_is_refused(kind: str, rollback: Document) -> None:
    change, why = BACK[kind]
    changed = copy.deepcopy(rollback)
    change(changed)
    with pytest.raises(SafetyError) as refused:
        read_plan_file(with_digest(changed), "plan.json")
    assert why in str(refused.value.why)
