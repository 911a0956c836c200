"""A calendar as values: a week by quarters of an hour, its busiest minutes, starts by time.

All moments are aware and in the one zone in which the calendar is shown; there is no text in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cron2aws.assess.values import AssessedEntry
from cron2aws.lint.crowd import AGENT_WORKERS


class StartedBy(StrEnum):
    """Who starts an entry at a minute; the last two at a change of the clock, where they differ."""

    AWS = "aws"
    HOST = "host"  # it stays on cron
    AWS_ONLY = "aws-only"  # AWS starts it then, cron would not
    CRON_ONLY = "cron-only"  # cron would start it then, AWS does not: it is no start

    @property
    def differs(self) -> bool:
        """Whether cron and AWS do different things in that minute."""
        return self in {StartedBy.AWS_ONLY, StartedBy.CRON_ONLY}

    @property
    def is_start(self) -> bool:
        """Whether anything starts."""
        return self is not StartedBy.CRON_ONLY


class UntimedReason(StrEnum):
    """Why an entry has no place in a calendar."""

    REBOOT = "reboot"  # it starts with the daemon
    RANDOM = "random"  # the daemon draws its time
    NEVER = "never"  # no day or no minute is left
    NO_ZONE = "no-zone"  # its time zone is not known
    NOT_LOADED = "not-loaded"  # the daemon ignores its file


@dataclass(frozen=True, kw_only=True)
class Due:
    """An entry that is due in some minute."""

    entry: AssessedEntry
    where: StartedBy


@dataclass(frozen=True, kw_only=True)
class Start:
    """A start of an entry; with `cron-only` one that cron alone would make."""

    at: datetime
    entry: AssessedEntry
    where: StartedBy


@dataclass(frozen=True, kw_only=True)
class FrequentStarts:
    """An entry that starts too often for a row each time."""

    entry: AssessedEntry
    where: StartedBy
    count: int
    first: datetime
    last: datetime
    every: int | None
    """Minutes from each start to the next, where they are the same throughout."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What starts from `start` on, before `end`: by time, and apart what starts often."""

    start: datetime
    end: datetime
    starts: tuple[Start, ...]
    often: tuple[FrequentStarts, ...]


@dataclass(frozen=True, kw_only=True)
class HourView:
    """A minute, and the 59 that follow it; `at` is None where the clock leaves that time out."""

    local: datetime  # naive, the time that was asked for
    at: datetime | None = None
    due: tuple[Due, ...] = ()
    after: Listing | None = None


@dataclass(frozen=True, kw_only=True)
class DayCounts:
    """Starts of a day by quarter of an hour.

    A day has 96 quarters; one with a change of the clock fewer or more (92, 94, 98, 100).
    """

    day: date
    quarters: tuple[datetime, ...]
    """When each begins."""

    starts: tuple[int, ...]
    on_host: tuple[int, ...]
    """Those of them that stay on cron."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days; a listing's timeline has its own days, the first and the last perhaps in part."""

    days: tuple[DayCounts, ...]

    @property
    def busiest(self) -> int:
        """Starts in the fullest quarter."""
        return max((most for day in self.days for most in day.starts), default=0)


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Minutes in which exactly the same entries of one host are due."""

    host: str
    due: tuple[Due, ...]
    minutes: int
    """In how many minutes of the span."""

    moments: tuple[datetime, ...]
    """The first of them, MOMENTS at most."""

    workers: int = AGENT_WORKERS
    """How many jobs the host's agent runs at once."""

    @property
    def by_agent(self) -> int:
        """How many of the entries the agent starts; cron starts the others."""
        return sum(each.where is not StartedBy.HOST for each in self.due)

    @property
    def waiting(self) -> int:
        """How many of these wait for a free worker of the agent."""
        return max(0, self.by_agent - self.workers)


MOMENTS = 24
BUSIEST = 10


@dataclass(frozen=True, kw_only=True)
class Busiest:
    """The fullest minutes of a span, host by host, the fullest first; equal ones are one crowd."""

    start: datetime
    end: datetime
    crowds: tuple[Crowd, ...]


@dataclass(frozen=True, kw_only=True)
class RateEntry:
    """An entry with a rate(): every so many minutes, from a time that only AWS knows."""

    entry: AssessedEntry
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Untimed:
    """An entry without a time, and why."""

    entry: AssessedEntry
    why: UntimedReason


@dataclass(frozen=True, kw_only=True)
class HostZone:
    """A host and its zone; `guessed`: nothing of the host's own tells the zone."""

    name: str
    timezone: str
    guessed: bool = False


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What runs when, of the entries that were assessed; a part that was not asked for is None."""

    timezone: str
    """The zone in which every time is shown."""

    hosts: tuple[HostZone, ...]
    entries: tuple[AssessedEntry, ...]
    rates: tuple[RateEntry, ...]
    untimed: tuple[Untimed, ...]
    week: Week | None = None
    busiest: Busiest | None = None
    listing: Listing | None = None
    timeline: Week | None = None
    """The listing by quarters of an hour."""

    looks: tuple[HourView, ...] | None = None
