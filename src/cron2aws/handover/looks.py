"""What a probe found on the hosts of a task, and whether the job can be handed over there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.plan.values import Deployed
from cron2aws.spans import span

MOST_SECONDS_OFF = 15
"""How far a host's clock may be from AWS's; beyond it, both would not mean the same minute."""
NAMED = 5
"""How many hosts a message names."""


Looks = Mapping[str, tuple["HostLook", ...] | Cron2AwsError]
"""What the hosts of each stack answered, by the stack's name, or why nothing came."""


class Prober(Protocol):
    """Sends tasks to look at their hosts (probe.py)."""

    def look(self, stacks: Sequence[Deployed]) -> Looks: ...  # noqa: D102

    def ask(self, stack: Deployed) -> tuple[HostLook, ...] | Cron2AwsError:
        """The same of one stack, while something else is shown."""

    def stop(self) -> None:
        """End the waiting for answers."""


class Tagged(Protocol):
    """An instance that a task's target matches."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class HostLook:
    """What one host answered.

    `line` is `cron`, `task`, `stopped` or `absent`, as its crontab has the entry. `off` are the
    seconds that its clock is surely away from AWS's. `why` says what is missing for a run, and is
    empty where nothing is.
    """

    id: str
    line: str
    why: str = ""
    off: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether a run would go the whole way here."""
        return not self.why and self.off <= MOST_SECONDS_OFF

    @property
    def trouble(self) -> str:
        """What keeps it from being ready, in words."""
        if self.why:
            return self.why
        off = span(timedelta(seconds=self.off))
        return f"its clock is {off} away from AWS's" if not self.is_ready else ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which hosts must be ready: `here` alone, where only this host's line changes hands."""

    tagged: Sequence[Tagged]
    here: str | None = None

    def needed(self, run_on: str) -> tuple[Tagged, ...]:
        """The instances that must have answered well; stopped ones are not waited for."""
        running = [each for each in self.tagged if each.state in {"running", "pending"}]
        # a task that runs on one of them may choose any
        if self.here is not None and run_on != "one":
            running = [each for each in running if each.id == self.here]
        return tuple(running)

    @property
    def stopped(self) -> tuple[Tagged, ...]:
        """The instances that are off: they were not looked at."""
        return tuple(each for each in self.tagged if each.state in {"stopping", "stopped"})


def check_looks(looks: Sequence[HostLook], wanted: Wanted, run_on: str, line: str) -> None:
    """SafetyError where a needed host did not answer, is not ready, or has not that line."""
    found = {look.id: look for look in looks}
    wrong = []
    for each in wanted.needed(run_on):
        look = found.get(each.id)
        if look is None:
            wrong.append(f"{each.name} ({each.id}) did not answer")
        elif look.trouble:
            wrong.append(f"{each.name} ({each.id}): {look.trouble}")
        elif each.id == wanted.here and look.line not in {line, UNKNOWN}:
            wrong.append(f"{each.name} ({each.id}) finds the line {LINES[look.line]}")
    if wrong:
        more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        raise SafetyError(
            what="the task would not run its job on every host that needs it",
            why="; ".join(wrong[:NAMED]) + more,
            fix="see to that, then run the same command again: until then cron runs the job",
        )


UNKNOWN = "unknown"
"""The line of a stand-in host that has no crontab."""
LINES: Mapping[str, str] = {
    "cron": "active in its crontab",
    "task": "commented out with the task's mark",
    "stopped": "commented out by somebody",
    "absent": "in no crontab",
    UNKNOWN: "nowhere, as it is a stand-in without a crontab",
}
"""How a host's crontab has a line, in words."""
