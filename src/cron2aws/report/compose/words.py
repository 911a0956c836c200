"""Texts that several parts of a report use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from cron2aws.findings import Level
from cron2aws.lint.secrets import MASK, mask, secret_in_setting
from cron2aws.report.model import Fact, StyledText, Tone
from cron2aws.report.text import compact_days
from cron2aws.schedule.conversion import Verdict
from cron2aws.schedule.ranges import ranges
from cron2aws.schedule.trigger import Trigger

LEVELS = {Level.ERROR: Tone.BAD, Level.WARNING: Tone.DOUBTFUL, Level.INFO: Tone.ASIDE}
VERDICTS = {
    Verdict.EXACT: Tone.GOOD,
    Verdict.DIFFERS: Tone.DOUBTFUL,
    Verdict.NEVER: Tone.ASIDE,
    Verdict.REFUSED: Tone.BAD,
    Verdict.INVALID: Tone.BAD,
}
HOSTS_NAMED = 12
"""So many hosts are named in a row; JSON has all of them."""

PLACES_SHOWN = 12
"""So many lines a finding names; JSON and each entry have all of them."""


def fact(name: str, *said: str | StyledText) -> Fact:
    """A fact of texts."""
    return Fact(
        name, tuple(each if isinstance(each, StyledText) else StyledText(each) for each in said)
    )


def code(text: str) -> StyledText:
    """What a machine reads."""
    return StyledText(text, code=True)


def trigger_text(trigger: Trigger) -> str:
    """`cron(0 3 ? * FRI *) Europe/Berlin, only on days 1-12`."""
    guard = f", only on days {compact_days(trigger.guard.days_of_month)}" if trigger.guard else ""
    return f"{trigger.expression} {trigger.timezone}{guard}"


def setting_text(name: str, value: str) -> str:
    """`NAME=value`, a secret masked."""
    return f"{name}={MASK if secret_in_setting(name, value) else mask(value)}"


def places(found: Iterable[tuple[str, int]]) -> str:
    """`/etc/crontab:3,5-7; /etc/cron.d/x:2`; of many the first, and how many more there are."""
    every = list(found)
    lines: dict[str, list[int]] = {}
    for path, line in every[:PLACES_SHOWN]:
        lines.setdefault(path, []).append(line)
    told = "; ".join(f"{path}:{','.join(ranges(sorted(at)))}" for path, at in lines.items())
    more = len(every) - PLACES_SHOWN
    return f"{told} and {more:,} more" if more > 0 else told


def names(hosts: Sequence[str]) -> str:
    """`web-1, web-2`; of many the first, and how many more there are."""
    more = len(hosts) - HOSTS_NAMED
    named = ", ".join(hosts[:HOSTS_NAMED] if more > 0 else hosts)
    return f"{named} and {more:,} more" if more > 0 else named


def dollars(amount: float) -> str:
    """`$1.23`; what is less than a cent is said so."""
    if 0 < amount < 0.01:
        return "under $0.01"
    return f"${amount:,.2f}"


def number_of_starts(count: int) -> str:
    """`1 start`, `60,730 starts`."""
    return f"{count:,} start{'' if count == 1 else 's'}"


def day_name(day: date) -> str:
    """`Mon 2026-11-30`."""
    return f"{day:%a %Y-%m-%d}"


def moment_name(moment: datetime) -> str:
    """`Mon 2026-11-30 03:00`."""
    return f"{moment:%a %Y-%m-%d %H:%M}"
