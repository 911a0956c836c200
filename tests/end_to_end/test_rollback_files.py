"""What is refused of a rollback in a file: nothing is changed, so that one case does for all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from cron2aws.errors import SafetyError, UsageError
from cron2aws.plan.values import Place
from tests.apply_case import (
    Case,
    apply_case,
    edited,
    plan_back,
    rollback,
    shape,
    values_in,
    wrong_values_accepted,
)
from tests.calling import command


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Both lines are handed over, and their way back is in a file."""
    folder = tmp_path_factory.mktemp("rollback")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRON2AWS_STATE", str(folder / "state"))  # before a context is opened
        with apply_case(folder) as made:
            assert made.migrate("--comment-out", "--yes") == 0
            assert plan_back(made) == 0
            yield made


@pytest.fixture
def case(planned: Case) -> Iterator[Case]:
    """With the file as it was written."""
    text = planned.file.read_text()
    yield planned
    planned.file.write_text(text)


def of_another_account(document: dict[str, Any]) -> None:
    text = json.dumps(document).replace("123456789012", "210987654321")
    document.update(json.loads(text))
    for each in document["returns"]:
        (line,) = each["lines"]
        line["sha256_before"] = hashlib.sha256(line["before"].encode()).hexdigest()


def one(change: Callable[[dict[str, Any]], object]) -> Callable[[Case], None]:
    """The first return, with the file's digest."""
    return edited(lambda document: change(document["returns"][0]), anew=True)


REFUSED: dict[str, tuple[Callable[[Case], object], tuple[str, ...], str]] = {
    "the file, by hand": (edited(lambda d: d["returns"].pop(), anew=False), (), "was edited"),
    "the file, with its digest": (
        edited(lambda d: d.update(version="0"), anew=True), ("DIGEST",), "not the plan that was"
    ),
    "the schema": (
        edited(lambda d: d.update(schema="cron2aws.rollback-file/2"), anew=True),
        (), "of this release",
    ),
    "the schema of another plan": (
        edited(lambda d: d.update(schema="cron2aws.plan-file/1"), anew=True), (), "it lacks"
    ),
    "a field that is missing": (
        edited(lambda d: d.pop("made_on"), anew=True), (), "it lacks 'made_on'"
    ),
    "a field of another kind": (
        edited(lambda d: d.update(without_lines="no"), anew=True), (), "is not true or false"
    ),
    "the account": (edited(of_another_account, anew=True), (), "account 210987654321"),
    "a path that is relative": (
        edited(lambda d: d["read"].update(named=["../x"]), anew=True), (), "is not the absolute"
    ),
    "the digest of a file afterwards": (
        edited(lambda d: d["files"][0].update(sha256_after="0" * 64), anew=True),
        (), "would not become what the plan says",
    ),
    "a file that no line is in": (
        edited(lambda d: d["files"].append({**d["files"][0], "path": "/etc/x"}), anew=True),
        (), "are not those of its lines",
    ),
    "a file that is not named": (
        edited(lambda d: d["files"].pop(), anew=True), (), "are not those of its lines"
    ),
    "a stack twice": (
        edited(lambda d: d["returns"][1]["stack"].update(name=d["returns"][0]["stack"]["name"]),
               anew=True),
        (), "is in it 2 times",
    ),
    "a line that is not shown": (
        one(lambda r: r["lines"][0].update(after="1 1 * * * root true")),
        (), "another before or after",
    ),
    "a line of another stack": (
        one(lambda r: r["stack"].update(name="other")), (), "another before or after"
    ),
    "a line of another file": (
        one(lambda r: r["lines"][0].update(source="/etc/crontab")), (), "another before or after"
    ),
    "a host that is not named": (
        one(lambda r: r["lines"][0].update(host="db")), (), "has a line on no host that the plan"
    ),
    "another host than is shown": (
        one(lambda r: r.update(host="db")), (), "has a line on another host than it shows"
    ),
    "nothing at all": (
        one(lambda r: r.update(lines=[], stack=None, rule_name=None)), (), "neither a line nor"
    ),
    "a folder elsewhere": (one(lambda r: r.update(rule_name="../../etc")), (), "a rule can have"),
    "a folder without a stack": (
        one(lambda r: r.update(rule_name=None)), (), "without its stack"
    ),
    "instances that are asked": (
        edited(lambda d: d.update(instances={"i-1": "x"}), anew=True), (), "names instances"
    ),
    "stacks and lines only": (lambda _: None, ("--stacks-only", "--edits-only"), "contradict"),
    "a report": (lambda _: None, ("-o", "json"), "has no report"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_as_a_whole(kind: str, case: Case) -> None:
    move, more, why = REFUSED[kind]
    digest, marked = case.document["digest"], case.tab.read_bytes()
    before = [shape(each) for each in case.context.stacks.deployed()]
    move(case)
    arguments = ("--digest", digest) if more == ("DIGEST",) else more
    with pytest.raises((SafetyError, UsageError), match=why):
        case.apply(*arguments)
    assert case.tab.read_bytes() == marked
    assert [shape(each) for each in case.context.stacks.deployed()] == before


def test_another_region_is_refused(case: Case) -> None:
    place = Place(account="123456789012", region="eu-west-1")
    elsewhere = replace(case.context, place=place)
    with pytest.raises(SafetyError, match="the plan is for account 123456789012, us-east-1"):
        command(elsewhere, "apply", str(case.file), "--yes")


def test_a_value_of_another_kind_is_refused_wherever_it_stands(case: Case) -> None:
    assert len(list(values_in(case.document))) > 50
    assert wrong_values_accepted(case.document) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--plan-file", "p.json"), "goes with --dry-run"),
        (("--plan-file", "p.json", "--dry-run", "--lines-only"), "contradict each other"),
    ],
)
def test_what_is_no_way_to_write_one(case: Case, arguments: tuple[str, ...], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        rollback(case, *arguments)


def test_standard_input_is_no_source_of_one(case: Case) -> None:
    with pytest.raises(UsageError, match="takes no standard input"):
        command(
            case.context, "rollback", "--source", "-", "--dry-run", "--plan-file", str(case.file)
        )


def test_nothing_is_done_without_a_yes(case: Case) -> None:
    marked, before = case.tab.read_bytes(), case.stacks
    with pytest.raises(UsageError, match="nobody can answer"):
        command(case.context, "apply", str(case.file))
    assert (case.tab.read_bytes(), case.stacks) == (marked, before)
