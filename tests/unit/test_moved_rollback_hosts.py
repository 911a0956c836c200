"""A return of a rollback for a fleet, host by host: what comes back, and what keeps the stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cron2aws.plan.moved import Part
from cron2aws.plan.moved_rollback import ReturnVerdict
from cron2aws.plan.moved_rollback_hosts import FleetNow, judge_return_on_hosts
from cron2aws.plan.recorded_rollback import RecordedReturn, line_back, stack_back
from cron2aws.plan.values import Deployed
from tests.golden.plans import PLACE, planned, stack_of
from tests.making import assessment_of, assessment_of_hosts, host_of

LINE = "17 3 * * * root /opt/backup --all"
OTHER = "18 3 * * * root /opt/backup --all"
NONE = "# nothing"
STEP = planned(assessment_of(f"{LINE}\n")).steps[0]
STACK: Deployed = replace(stack_of(STEP), parameters={**STEP.parameters, "Enabled": "true"})
SILENT = "Systems Manager does not know it"


def marked(line: str = LINE, minute: str = "2027-03-14T03:05Z") -> str:
    return (
        f" # cron2aws:{STEP.id}@{minute} {PLACE.account}/{PLACE.region}/{STEP.stack_name} | {line}"
    )


def recorded(*hosts: str) -> RecordedReturn:
    """The line is marked on these hosts."""
    found = assessment_of_hosts(*(host_of(f"{marked()}\n", name=host) for host in hosts))
    return RecordedReturn(
        id=STEP.id,
        host=hosts[0] if hosts else "a",
        source="/etc/crontab",
        rule_name=STEP.parameters["RuleName"],
        lines=tuple(line_back(entry) for one in found.hosts for entry in one.entries),
        stack=stack_back(STACK),
    )


def judged(
    planned_on: str,
    texts: Mapping[str, str] | None,
    away: Mapping[str, str] | None = None,
    part: Part = Part.ALL,
    stack: Deployed | None = STACK,
) -> ReturnVerdict:
    entries = None
    if texts is not None:
        hosts = [host_of(f"{text}\n", name=name) for name, text in texts.items()]
        entries = {one.host.label: one.entries for one in assessment_of_hosts(*hosts).hosts}
    now = FleetNow(
        stacks={stack.stack_name: stack} if stack else {}, entries=entries, away=away or {}
    )
    return judge_return_on_hosts(recorded(*planned_on), now, part)


@pytest.mark.parametrize(
    ("on", "now", "away", "why", "back", "left"),
    [
        ("ab", {"a": marked(), "b": marked()}, {}, "", "ab", {}),
        # what was reached is done
        ("ab", {"a": LINE, "b": marked()}, {}, "", "b", {}),
        ("ab", {"a": LINE, "b": LINE}, {}, "", "", {}),
        # a host that cannot be read keeps its line, and the stack with it
        ("ab", {"a": marked()}, {"b": SILENT}, "", "a", {"b": SILENT}),
        # one that has no line of it is asked for nothing
        ("a", {"a": marked()}, {"b": SILENT}, "", "a", {}),
        # no stack goes while a line is left to it
        ("ab", {"a": marked(), "b": marked(OTHER)}, {}, "on b: the line is another", "", {}),
        ("ab", {"a": marked(), "b": marked(minute="2027-03-15T00:00Z")}, {},
         "on b: the line was handed over anew since", "", {}),
        ("ab", {"a": marked(), "b": NONE}, {}, "on b: the line is gone", "", {}),
        ("ab", {"a": marked(), "b": OTHER}, {}, "on b: the line is another", "", {}),
        ("a", {"a": marked(), "b": marked()}, {}, "on b: the line was commented out since", "", {}),
    ],
)  # fmt: skip
def test_each_host_by_itself(  # noqa: PLR0917 # the columns of the table
    on: str,
    now: Mapping[str, str],
    away: Mapping[str, str],
    why: str,
    back: str,
    left: Mapping[str, str],
) -> None:
    verdict = judged(on, now, away)
    assert (verdict.why, verdict.on, dict(verdict.left)) == (why, frozenset(back), left)
    assert (verdict.stack is None) is bool(why)
    assert verdict.stack_stays is False
    whole = [f"/etc/crontab:1: {why}"] if why else []
    assert [*verdict.reasons] == [
        *whole,
        *(f"/etc/crontab:1 on {host}: {said}" for host, said in left.items()),
    ]


BOTH = "its line, and with it its stack"


@pytest.mark.parametrize(
    ("now", "part", "back", "stays", "waits"),
    [
        ({"a": marked()}, Part.EDITS, "a", True, "its stack"),
        ({"a": LINE}, Part.EDITS, "", True, "its stack"),
        # no host was read: they are asked before the stack goes
        (None, Part.STACKS, "", False, ""),
        (None, Part.ALL, "", None, BOTH),
    ],
)
def test_the_parts(
    now: Mapping[str, str] | None, part: Part, back: str, stays: bool | None, waits: str
) -> None:
    verdict = judged("a", now, part=part)
    assert (verdict.why, verdict.on, verdict.waits) == ("", frozenset(back), waits)
    assert (verdict.stack and verdict.stack_stays) is stays
    assert verdict.is_idle is (not back and stays is not False)


def test_a_stack_that_is_another_leaves_it_out() -> None:
    other = replace(STACK, parameters={**STACK.parameters, "Overlap": "skip"})
    verdict = judged("a", {"a": marked()}, stack=other)
    assert verdict.why == f"stack {STACK.stack_name} has other parameters"
    assert verdict.on == frozenset()


def test_lines_come_back_where_the_stack_is_gone() -> None:
    verdict = judged("ab", {"a": marked(), "b": LINE}, stack=None)
    assert (verdict.why, verdict.note) == ("", "its stack is gone already")
    assert verdict.on == {"a"}
