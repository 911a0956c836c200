"""On which hosts of a fleet a line stands, and what each RunOn makes of it.

Pure counting. The hosts are those that were read: of one that was not, nobody knows whether it has
the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RunOn(StrEnum):
    """Which hosts run a task: the values of the template's parameter."""

    ALL = "all"
    ONE = "one"
    MARKED = "marked"


class WithoutLine(StrEnum):
    """Which hosts without its line a task runs on, once all its lines are handed over."""

    NEVER = "never"
    """None."""

    OTHERS = "others"
    """Hosts that were read and lack the line."""

    NEWCOMERS = "newcomers"
    """Hosts that join later; none that was read lacks the line."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How a task's line is spread over the hosts that were read; labels."""

    having: tuple[str, ...]
    without: tuple[str, ...] = ()
    not_known: int = 0
    """Hosts that were not read."""

    @property
    def usual(self) -> RunOn:
        """What a new task gets where nobody has said: what cron does on these hosts."""
        return RunOn.MARKED if self.without else RunOn.ALL

    def runs(self, run_on: RunOn) -> int:
        """On how many of the hosts that were read the job would run at one of its minutes."""
        match run_on:
            case RunOn.ALL:
                return len(self.having) + len(self.without)
            case RunOn.ONE:
                return 1
            case RunOn.MARKED:
                return len(self.having)

    def without_line(self, run_on: RunOn) -> WithoutLine:
        """Which hosts without the line run it, once all lines are handed over."""
        if run_on is RunOn.MARKED:
            return WithoutLine.NEVER
        return WithoutLine.OTHERS if self.without else WithoutLine.NEWCOMERS

    @property
    def words(self) -> str:
        """`on 3 of 5 hosts today: all -> 5 runs, one -> 1, marked -> 3`."""
        count = len(self.having) + len(self.without)
        each = [f"{run_on} -> {self.runs(run_on)}" for run_on in RunOn]
        each[0] += " run" if self.runs(RunOn.ALL) == 1 else " runs"
        hosts = "host" if count == 1 else "hosts"
        unknown = f"; of {self.not_known} more it is not known" if self.not_known else ""
        return f"on {len(self.having)} of {count} {hosts} today: {', '.join(each)}{unknown}"
