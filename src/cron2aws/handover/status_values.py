"""What `status` says of each task: who runs its job, and what the saying is made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from cron2aws.plan.advice import PLAIN, Advice
from cron2aws.plan.reports import Seen
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Deployed, Place

RAN, DUPLICATE = "ran", "duplicate"
LEFT, NOT_HERE, STOPPED = "left-to-cron", "not-here", "stopped-by-hand"
"""Words of the runner's first line (cfn/functions/outcomes.txt) that say who runs the job."""


class Standing(StrEnum):
    """Who runs a task's job."""

    HANDED_OVER = "handed over"
    REHEARSING = "rehearsing"
    CRON = "cron runs it"
    NOT_YET = "no run yet"
    CAME_BACK = "the line came back"
    NOT_OUT = "not handed over"
    CHANGED = "the line differs"
    STOPPED = "stopped by hand"
    FAILING = "failing"
    NOT_SEEN = "not seen"
    NOWHERE = "runs nowhere"
    OFF = "disabled"
    BROKEN = "stack is broken"
    UNTIED = "its foundation or target is missing"
    OTHER_ROLES = "its roles are not the shared ones"
    ELSEWHERE = "in another account or region"


CRON_RUNS_IT = frozenset({Standing.CRON, Standing.REHEARSING, Standing.CAME_BACK, Standing.NOT_OUT})
BAD = frozenset(
    {
        Standing.CAME_BACK,
        Standing.NOT_OUT,
        Standing.CHANGED,
        Standing.STOPPED,
        Standing.FAILING,
        Standing.NOT_SEEN,
        Standing.NOWHERE,
        Standing.BROKEN,
        Standing.UNTIED,
        Standing.OTHER_ROLES,
    }
)
"""Standings that need a person."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that needs a person."""

    standing: Standing
    about: tuple[str, ...] = ()
    """The hosts that it is about, where it is not about all."""

    mend: str = ""
    """The command that mends it, or what to do."""

    command: str = ""
    """The command that `mend` begins with, by itself."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task as `status` shows it."""

    id: str
    host: str | None
    """The label of the host whose line it is; None where no line of its was read."""

    stack: Deployed | None
    source: str
    line: int | None
    schedule: str
    standing: Standing
    seen: Seen = field(default_factory=Seen)
    next: datetime | None = None
    zone: tzinfo = UTC
    """In which all its times are told: the task's own, enabled or not, where that is known."""

    about: tuple[str, ...] = ()
    """The hosts that the standing is about, where it is not about all."""

    reminder: str = ""
    """What has gone on for too long."""

    mend: str = ""
    """The command that mends it, or what to do."""

    command: str = ""
    """The command that `mend` begins with, by itself."""

    also: tuple[Trouble, ...] = ()
    """What needs a person besides: no trouble hides another."""

    @property
    def is_bad(self) -> bool:
        """Whether it needs a person."""
        return self.standing in BAD

    @property
    def since(self) -> datetime | None:
        """When a host was last heard of."""
        times = (self.seen.at, self.seen.last.started if self.seen.last else None)
        return max((each for each in times if each), default=None)

    @property
    def first(self) -> Trouble:
        """Its standing, as `also` has the others."""
        return Trouble(
            standing=self.standing, about=self.about, mend=self.mend, command=self.command
        )

    @property
    def told(self) -> str:
        """The standing, with the date and the hosts that it is about; then the others."""
        return self.told_in(None)

    def told_in(self, zone: tzinfo | None) -> str:
        """The same, its date in a zone; without one as it was read."""
        return "; ".join(self.told_of(each, zone) for each in (self.first, *self.also))

    def told_of(self, one: Trouble, zone: tzinfo | None = None) -> str:
        """One of its standings in words."""
        on = f" on {', '.join(one.about)}" if one.about else ""
        match one.standing:
            case Standing.CAME_BACK | Standing.NOT_OUT:
                return f"{one.standing}{on}: cron runs it"
            case Standing.NOT_SEEN if self.since:
                since = self.since.astimezone(zone) if zone else self.since
                return f"{one.standing} since {since:%Y-%m-%d %H:%M %Z}"
            case _:
                return f"{one.standing}{on}"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What `status` is made from, beside the crontabs and the stacks."""

    reports: Callable[[Deployed], Seen]
    next_run: Callable[[Deployed, datetime], datetime | None]
    """The first scheduled minute after a moment; None where there is none, or nobody knows."""

    was_handed_over: Callable[[Deployed], bool]
    """Whether this host keeps the line of the task, as it was handed over here."""

    unmatched: Callable[[Deployed], str]
    """Why this host, which has the line, is not one of the task's; empty where it is."""

    now: datetime
    place: Place
    had: Callable[[Deployed, str], bool | None] = lambda *_: None
    """Whether a host elsewhere, by its label, has ever left its line to the task; None: not known.

    Its own record of the task says so.
    """

    runs_on: Callable[[Deployed, str], bool] = lambda *_: True
    """Whether a host that was read, by its label, is one of the task's.

    Else an active line there is none of its.
    """

    all_read: Callable[[Deployed], bool] = lambda _: False
    """Whether all hosts of its target were read."""

    lost: Callable[[Deployed], tuple[str, ...]] = lambda _: ()
    """The instances that ran its job until they lost the tag, and still run."""

    name: Callable[[Deployed, str], str] = lambda _, instance: instance
    """What an instance of a task's target is called; its id where nobody knows."""

    advice: Advice = PLAIN
    """For the commands that mend."""

    shared: Callable[[Deployed], Shared] = lambda _: Shared()
    """The foundation, and the stack of a task's target."""
