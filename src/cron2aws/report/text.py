"""What texts of reports share: the style of their output, places, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from cron2aws.escapes import printable
from cron2aws.findings import Level
from cron2aws.schedule.conversion import Verdict
from cron2aws.schedule.ranges import ranges
from cron2aws.spans import span

# names of rich's styles; nothing is told by a colour alone
HEAD, ASIDE, PLAIN = "bold", "dim", ""
GOOD, DOUBTFUL, BAD, BROKEN = "green", "yellow", "red", "bold red"


def level_style(level: Level) -> str:
    """The style in which a finding of this level is shown."""
    match level:
        case Level.ERROR:
            return BROKEN
        case Level.WARNING:
            return DOUBTFUL
        case Level.INFO:
            return ASIDE
        case _:
            assert_never(level)


def verdict_style(verdict: Verdict) -> str:
    """The style in which a verdict is shown."""
    match verdict:
        case Verdict.EXACT:
            return GOOD
        case Verdict.DIFFERS:
            return DOUBTFUL
        case Verdict.NEVER:
            return ASIDE
        case Verdict.REFUSED | Verdict.INVALID:
            return BAD
        case _:
            assert_never(verdict)


WIDE = 1_000  # a pipe has no width: a row stays a line, for grep; files have scroll bars


@dataclass(frozen=True, kw_only=True)
class Style:
    """How an output is written; `width` in columns."""

    width: int = 120
    color: bool = False
    everything: bool = False
    """Each entry, also where there are very many."""

    @property
    def folds(self) -> bool:
        """Whether long lines are folded to its width: in a terminal, not in a pipe or a file."""
        return self.width < WIDE


def where(source: str, line: int | None, host: str | None = None) -> str:
    """`/etc/crontab:17`, with its host in front where one is given; harmless for a terminal."""
    place = source if line is None else f"{source}:{line}"
    return printable(f"{host}: {place}" if host else place)


def value_shown(name: str, value: str) -> str:
    """A parameter's value; seconds as a length of time."""
    if name.endswith("Seconds") and value.isdecimal():
        return span(timedelta(seconds=int(value)))
    return value


def quantity(count: int, noun: str, plural: str | None = None) -> str:
    """`1 entry`, `2 entries`, `9,950 entries`."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def compact_days(days: str | tuple[int, ...]) -> str:
    """`1-12,14-31` for days of the month: runs of three or more as ranges."""
    if isinstance(days, str):
        days = tuple(int(day) for day in days.split(","))
    return ",".join(ranges(sorted(days)))
