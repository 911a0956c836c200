"""Every expression that was shown to the real daemons is read as they read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cron2aws.schedule import days
from cron2aws.schedule.cron import (
    BadSchedule,
    CronSchedule,
    RandomTime,
    Reboot,
    Timing,
    parse_expression,
)
from cron2aws.schedule.fields import CRONIE_1_4, CRONIE_1_5, CRONIE_1_7, DEBIAN, Grammar

DATA = Path(__file__).parents[2] / "data" / "expressions.json"
GRAMMARS = (DEBIAN, CRONIE_1_4, CRONIE_1_5, CRONIE_1_7)
CASES: list[dict[str, str | None]] = json.loads(DATA.read_text(encoding="utf-8"))


def ranges(found: int) -> str:
    """A set as the data writes it."""
    values = list(days.members(found))
    firsts = [v for v in values if v - 1 not in values]
    lasts = [v for v in values if v + 1 not in values]
    pairs = zip(firsts, lasts, strict=True)
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in pairs) or "none"


def said(timing: Timing | BadSchedule) -> str | None:
    """What was read, as the data writes it."""
    match timing:
        case BadSchedule():
            return None
        case Reboot():
            return "reboot"
        case RandomTime():
            return "random"
        case CronSchedule() as cron:
            sets = (cron.minutes, cron.hours, cron.days_of_month, cron.months, cron.days_of_week)
            flags = ["star"] * cron.star + ["wildcard"] * cron.wildcard
            return " ".join([*map(ranges, sets), *flags])


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda grammar: grammar.name)
def test_reads_what_the_daemon_reads(grammar: Grammar) -> None:
    wrong = [
        (case["expression"], case[grammar.name], got)
        for case in CASES
        if (got := said(parse_expression(str(case["expression"]), grammar))) != case[grammar.name]
    ]
    assert wrong == []
    assert len(CASES) == 399
