"""The proof and its witness find every fault that is planted, and agree where there is none."""
# ruff: noqa: DTZ001 (wall times are naive)

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from cron2aws.schedule import days
from cron2aws.schedule.cron import CronSchedule, parse_expression
from cron2aws.schedule.fields import CRONIE_1_4, CRONIE_1_5, DEBIAN, Grammar
from cron2aws.schedule.firings import Firings, firings, next_fired, proves
from cron2aws.schedule.proof import (
    KNOWN_READINGS,
    Agreement,
    known_readings,
    prove,
    walk_starts,
    walked,
    witness,
)
from cron2aws.schedule.trigger import DayGuard, Trigger
from cron2aws.schedule.trigger_search import draft_triggers

TESTS = Path(__file__).parents[2]
CASES = json.loads((TESTS / "data" / "expressions.json").read_text("utf-8"))
LIBRARIES = json.loads((TESTS / "data" / "library-disagreements.json").read_text("utf-8"))

SCHEDULES = (
    "* * * * *", "*/15 * * * *", "*/7 3 * * *", "5 4 * * 0", "0 9-17 * * 1-5", "30 2 1,15 * *",
    "0 3 13 * 5", "0 16 */2 * sat", "0 9 1-7 * */7", "0 0 29 2 *", "0 0 31 * *", "0 0 1 */3 *",
    "15 10 * 3,6 2", "0 0 1-31/2 * 1", "0 12 28-31 2 *", "0 0 30 2 1", "3-58/5,*/20 8,20 * * *",
    "1 1 1 1 1", "0 0 13 * */5", "59 23 31 12 *", "0 */6 * * 6", "0 22 * 1-3,11 1-5",
    "0 8 29 * 7", "10 0 */10 * */2",
)  # fmt: skip


def schedule(text: str) -> CronSchedule:
    found = parse_expression(text, DEBIAN)
    assert isinstance(found, CronSchedule)
    return found


def triggers(text: str, offset: int) -> tuple[Trigger, ...]:
    drafts = draft_triggers(schedule(text), offset)
    assert drafts is not None
    return tuple(
        Trigger(
            expression=draft.expression,
            timezone="UTC",
            guard=DayGuard(days_of_month=draft.guard_days, timezone="UTC")
            if draft.guard_days
            else None,
        )
        for draft in drafts
    )


def faults(right: tuple[Trigger, ...]) -> Iterator[tuple[Trigger, ...]]:
    """Everything near: a trigger less, a guard less or wider, each number and name moved by one."""
    for place, trigger in enumerate(right):
        yield (*right[:place], *right[place + 1 :])
        for wrong in (*guard_faults(trigger), *expression_faults(trigger)):
            yield (*right[:place], wrong, *right[place + 1 :])


def guard_faults(trigger: Trigger) -> Iterator[Trigger]:
    if trigger.guard is None:
        yield replace(trigger, guard=DayGuard(days_of_month=tuple(range(1, 31)), timezone="UTC"))
        return
    allowed = trigger.guard.days_of_month
    yield replace(trigger, guard=None)
    for day in allowed:
        fewer = tuple(each for each in allowed if each != day)
        yield replace(trigger, guard=DayGuard(days_of_month=fewer, timezone="UTC"))
    for day in set(range(1, 32)) - set(allowed):
        yield replace(trigger, guard=DayGuard(days_of_month=(*allowed, day), timezone="UTC"))


NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def expression_faults(trigger: Trigger) -> Iterator[Trigger]:
    text = trigger.expression
    for match in re.finditer(r"\d+|[A-Z]{3}|\*", text.removesuffix("*)")):
        for wrong in moved(match[0]):
            yield replace(trigger, expression=text[: match.start()] + wrong + text[match.end() :])


def moved(part: str) -> tuple[str, ...]:
    if part == "*":
        return "1", "1-11", "2/1"
    if part in NAMES:
        place = NAMES.index(part)
        return NAMES[place - 1], NAMES[(place + 1) % 7]
    return str(int(part) - 1), str(int(part) + 1), "*"


def planted(text: str, offset: int) -> list[tuple[tuple[Trigger, ...], list[Firings]]]:
    """The faults that AWS would take and that change what fires."""
    right = firings(triggers(text, offset), offset)
    assert right is not None
    found = []
    for wrong in faults(triggers(text, offset)):
        fired = firings(wrong, offset)
        if fired is not None and not same(fired, right):
            found.append((wrong, fired))
    return found


def same(one: list[Firings], other: list[Firings]) -> bool:
    return minutes(one) == minutes(other)


def minutes(fired: list[Firings]) -> dict[int, int]:
    """Days by minute, a minute covered twice counted as wrong."""
    found: dict[int, int] = {}
    for each in fired:
        for at in days.members(each.at):
            found[at] = -1 if found.get(at, 0) & each.on else found.get(at, 0) | each.on
    return found


@pytest.mark.parametrize(("offset", "least"), [(0, 600), (540, 700)], ids=["UTC", "Tokyo"])
def test_every_planted_fault_is_found_by_proof_and_witness(offset: int, least: int) -> None:
    count = 0
    for text in SCHEDULES:
        assert prove(schedule(text), text, triggers(text, offset), offset) is not None
        for wrong, fired in planted(text, offset):
            count += 1
            assert not proves(schedule(text), fired), (text, wrong)
            said = witness(schedule(text), text, fired)
            assert said.agreement is Agreement.DISAGREES, (text, wrong)
    assert count > least


def test_one_step_from_each_start_tells_the_day_rules_apart() -> None:
    """The walk alone, without the comparison of values, against the other day rule."""
    found = 0
    for text in SCHEDULES:
        right = schedule(text)
        other = replace(right, star=not right.star)
        if other.days == right.days:
            continue
        found += 1
        fired = [Firings(right.days, right.times)]
        assert walked(fired, walk_starts(right), right.next_after) is None
        assert walked(fired, walk_starts(right), other.next_after) is not None, text
    assert found >= 8


def test_the_starts_are_few() -> None:
    assert max(len(walk_starts(schedule(text))) for text in SCHEDULES) == 7
    assert len(walk_starts(schedule("*/5 * * * *"))) == 4


def test_what_aws_would_refuse_proves_nothing() -> None:
    for expression in ("cron(0 3 * * * *)", "rate(1 day)", "cron(0 3 * * ? 2027)"):
        trigger = Trigger(expression=expression, timezone="UTC", guard=None)
        assert firings([trigger], 0) is None
        assert prove(schedule("0 3 * * *"), "0 3 * * *", (trigger,), 0) is None


def test_a_minute_covered_twice_is_no_proof() -> None:
    every = Trigger(expression="cron(0 3 * * ? *)", timezone="UTC", guard=None)
    monday = Trigger(expression="cron(0 3 ? * MON *)", timezone="UTC", guard=None)
    assert prove(schedule("0 3 * * *"), "0 3 * * *", (every, monday), 0) is None


def test_next_fired_is_the_first_of_all() -> None:
    fired = firings(triggers("0 3 13 * 5", 0), 0)
    assert fired is not None
    assert next_fired(fired, datetime(2026, 12, 11, 3)) == datetime(2026, 12, 13, 3)
    assert next_fired([], datetime(2026, 12, 11, 3)) is None


# --- croniter's known readings -----------------------------------------------------------------

EXAMPLES = {
    "wraps ranges that run backwards": ["0 0 25-5 * 1", "0 0 1 * fri-mon"],
    "takes a range from a value to itself for the whole field": [
        "5-5 * * * *", "0 0 * * 7-7", "0 0 1 feb-2 *", "0 0 * * 01-mon",
    ],
    "takes a `*` behind the first value for a star": ["0 0 10,* * 1", "0 0 13 * 5,*"],
    "takes `#` for the nth weekday": ["0 0 * * 1#2", "0 0 * * mon#1"],
    "rejects what the daemon skips behind a value": [
        "5:30 * * * *", "*5 * * * *", "1-5-7 * * * *", "*/5/2 * * * *", "5* * * * *", "1_0 * * * *",
        "*\v5 * * * *",
    ],
    "rejects a range that ends outside its field": ["5-64/30 * * * *"],
    "rejects numbers beyond 32 bits": ["4294967301 * * * *"],
}  # fmt: skip


@pytest.mark.parametrize("name", [reading.name for reading in KNOWN_READINGS])
def test_a_known_reading_is_named_and_explained(name: str) -> None:
    for text in EXAMPLES[name]:
        grammar = CRONIE_1_4 if "64" in text else DEBIAN
        found = parse_expression(text, grammar)
        assert isinstance(found, CronSchedule)
        said = str(witness(found, text, [Firings(found.days, found.times)]))
        assert said.startswith("known reading: "), text
        assert name in said, text


@pytest.mark.parametrize(
    "text",
    ["0 3 13 * 5", "0 9-17 * * mon-fri", "*/5 0-23/2 1-7 jan-mar *", "@daily", "5,*/10 * * * *"],
)
def test_plain_expressions_meet_none(text: str) -> None:
    assert known_readings(text) == (
        ["takes a `*` behind the first value for a star"] if ",*" in text else []
    )


@pytest.mark.parametrize("grammar", [DEBIAN, CRONIE_1_5], ids=lambda grammar: grammar.name)
def test_no_measured_disagreement_is_unknown(grammar: Grammar) -> None:
    """Every schedule that fires: croniter agrees, or is known to read it otherwise."""
    for case in CASES:
        found = parse_expression(str(case["expression"]), grammar)
        if isinstance(found, CronSchedule) and not found.never:
            said = str(witness(found, found.text, [Firings(found.days, found.times)]))
            assert not said.startswith("disagrees"), (found.text, said)


def test_a_known_reading_is_claimed_only_where_it_was_measured() -> None:
    """The other way round: where croniter is not recorded as differing, it agrees."""
    recorded = {
        each["expression"].strip()
        for each in LIBRARIES
        if each["library"].startswith("croniter") and each["daemon"] == "debian"
    }
    for case in CASES:
        found = parse_expression(str(case["expression"]), DEBIAN)
        if isinstance(found, CronSchedule) and not found.never:
            said = str(witness(found, found.text, [Firings(found.days, found.times)]))
            if said != "agrees":
                assert str(case["expression"]).strip() in recorded
