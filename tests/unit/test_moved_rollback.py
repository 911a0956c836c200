"""Lines whose mark is gone from their crontab, and the parts of a rollback: tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cron2aws.assess.values import AssessedEntry
from cron2aws.plan.moved import Part
from cron2aws.plan.moved_rollback import BackNow, ReturnVerdict, judge_return
from cron2aws.plan.recorded_rollback import RecordedReturn, line_back, lost_line, stack_back
from cron2aws.plan.recording import sha256_of
from cron2aws.plan.values import Deployed
from tests.golden.plans import PLACE, planned, stack_of
from tests.making import assessment_of

LINE = "17 3 * * * root /opt/backup --all"
OTHER = "18 3 * * * root /opt/backup --all"
STEP = planned(assessment_of(f"{LINE}\n")).steps[0]
STACK: Deployed = replace(stack_of(STEP), parameters={**STEP.parameters, "Enabled": "true"})
MARK = f" # cron2aws:{STEP.id}@- {PLACE.account}/{PLACE.region}/{STEP.stack_name} | "
FOLDER = STEP.parameters["RuleName"]
KEPT = {FOLDER: sha256_of(LINE)}


def entries(*lines: str) -> tuple[AssessedEntry, ...]:
    return assessment_of("".join(f"{line}\n" for line in lines)).hosts[0].entries


def lost() -> RecordedReturn:
    return RecordedReturn(
        id=STEP.id,
        host="web-1",
        source="/etc/crontab",
        rule_name=FOLDER,
        lines=(lost_line("web-1", "/etc/crontab", LINE),),
        stack=stack_back(STACK),
    )


def marked() -> RecordedReturn:
    (entry,) = entries(MARK + LINE)
    return replace(lost(), lines=(line_back(entry),))


def bare() -> RecordedReturn:
    return replace(lost(), lines=())


def judged(
    recorded: RecordedReturn,
    found: tuple[AssessedEntry, ...] | None,
    part: Part = Part.ALL,
    *,
    kept: Mapping[str, str] = KEPT,
    stack: Deployed | None = STACK,
) -> ReturnVerdict:
    stacks = {stack.stack_name: stack} if stack else {}
    return judge_return(recorded, BackNow(stacks=stacks, entries=found, lost=kept), part)


@pytest.mark.parametrize(
    ("found", "kept", "why", "brings"),
    [
        ((), KEPT, "", True),
        ((), {}, "this host keeps another line, or none", False),
        ((), {FOLDER: sha256_of(OTHER)}, "this host keeps another line, or none", False),
        ((LINE,), {}, "", False),
        ((OTHER,), {}, "the line is another", False),
        ((MARK + LINE,), {}, "the line has a mark again", False),
    ],
)
def test_a_lost_line(
    found: tuple[str, ...], kept: Mapping[str, str], why: str, brings: bool
) -> None:
    verdict = judged(lost(), entries("1 1 * * * root x", *found), kept=kept)
    assert (verdict.why, verdict.brings_line) == (why, brings)
    # no stack goes while its line is not where it should be
    assert (verdict.stack is None) is bool(why)


def test_a_lost_line_comes_back_where_its_stack_is_gone() -> None:
    verdict = judged(lost(), entries("1 1 * * * root x"), stack=None)
    assert (verdict.brings_line, verdict.stack, verdict.why) == (True, None, "")


def test_a_stack_whose_mark_is_gone_since_stays() -> None:
    verdict = judged(bare(), entries("1 1 * * * root x"))
    assert verdict.why == "the line was commented out since, and its mark is gone"
    assert verdict.stack is None
    assert judged(bare(), entries("1 1 * * * root x"), kept={}).stack is STACK


GOES, STAYS, WAITS = "goes", "stays", "waits"
BOTH = "its line, and with it its stack"


@pytest.mark.parametrize(
    ("recorded", "found", "part", "line", "stack", "waits"),
    [
        (marked(), (MARK + LINE,), Part.ALL, True, GOES, ""),
        (marked(), (MARK + LINE,), Part.EDITS, True, STAYS, "its stack"),
        (marked(), (MARK + LINE,), Part.STACKS, False, None, BOTH),
        (marked(), (LINE,), Part.ALL, False, GOES, ""),
        (marked(), (LINE,), Part.EDITS, False, None, "its stack"),
        (marked(), (LINE,), Part.STACKS, False, GOES, ""),
        (lost(), (), Part.STACKS, False, None, BOTH),
        (lost(), (), Part.EDITS, True, STAYS, "its stack"),
        (bare(), (LINE,), Part.ALL, False, GOES, ""),
        (bare(), (LINE,), Part.EDITS, False, None, "its stack"),
        (bare(), (LINE,), Part.STACKS, False, GOES, ""),
        # elsewhere; its hosts are asked before a stack goes
        (marked(), None, Part.ALL, False, None, BOTH),
        (marked(), None, Part.STACKS, False, GOES, ""),
        (bare(), None, Part.ALL, False, GOES, ""),
        (bare(), None, Part.STACKS, False, GOES, ""),
    ],
)
def test_the_parts(  # noqa: PLR0917 # the columns of the table
    recorded: RecordedReturn,
    found: tuple[str, ...] | None,
    part: Part,
    line: bool,
    stack: str | None,
    waits: str,
) -> None:
    kept = KEPT if recorded == lost() else {}
    verdict = judged(recorded, None if found is None else entries(*found), part, kept=kept)
    assert (verdict.why, verdict.brings_line, verdict.waits) == ("", line, waits)
    came = None if verdict.stack is None else STAYS if verdict.stack_stays else GOES
    assert came == stack
    assert verdict.is_idle is (not line and stack is None)


def test_what_an_apply_did_before_it_was_interrupted_is_no_reason() -> None:
    live = replace(
        STACK, parameters={**STACK.parameters, "LiveFrom": "2026-12-01T03:00Z", "RunOn": "one"}
    )
    recorded = replace(marked(), stack=stack_back(live))
    for change in ({"LiveFrom": ""}, {"Enabled": "false"}, {"LiveFrom": "", "Enabled": "false"}):
        now = replace(live, parameters={**live.parameters, **change})
        assert judged(recorded, entries(LINE), stack=now).why == ""
    other = replace(live, parameters={**live.parameters, "LiveFrom": "2026-12-02T03:00Z"})
    assert "has other parameters" in judged(recorded, entries(LINE), stack=other).why
    # one that was disabled is enabled now
    was = replace(STACK, parameters={**STACK.parameters, "Enabled": "false"})
    recorded = replace(marked(), stack=stack_back(was))
    assert "has other parameters" in judged(recorded, entries(MARK + LINE), stack=STACK).why
