"""What comes of a conversion: triggers with a proof, or findings that say why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from cron2aws.findings import Finding
from cron2aws.schedule.clock_changes import MissedStart
from cron2aws.schedule.proof import Proof
from cron2aws.schedule.trigger import Trigger


class Verdict(StrEnum):
    """What a report says of an expression in one word."""

    EXACT = "exact"
    DIFFERS = "differs"
    NEVER = "never"
    REFUSED = "refused"
    INVALID = "invalid"  # of text that the daemon rejects, so that nothing is converted


@dataclass(frozen=True, kw_only=True)
class ClockChange:
    """A local time at which cron and EventBridge do different things, and what each does."""

    local: str
    cron: str
    aws: str


def clock_change(start: MissedStart) -> ClockChange:
    """What cron and EventBridge do where the daemon makes a start that EventBridge misses."""
    local = f"{start.local:%Y-%m-%dT%H:%M}"
    if start.change.forward:
        return ClockChange(
            local=local, cron=f"runs at {start.change.local_end:%H:%M}", aws="skipped"
        )
    first = start.local - start.change.before
    return ClockChange(
        local=local,
        cron=f"runs twice, at {first:%H:%M}Z and {start.at:%H:%M}Z",
        aws="runs once, before the change",
    )


@dataclass(frozen=True, kw_only=True)
class Exact:
    """The triggers fire at the schedule's minutes and at no others."""

    verdict: ClassVar[Verdict] = Verdict.EXACT
    triggers: tuple[Trigger, ...]
    proof: Proof
    clock_changes: tuple[ClockChange, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Differs:
    """Exact but for the clock changes listed, or for a rate's phase."""

    verdict: ClassVar[Verdict] = Verdict.DIFFERS
    triggers: tuple[Trigger, ...]
    proof: Proof
    clock_changes: tuple[ClockChange, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Never:
    """A valid schedule with no day or no minute in it."""

    verdict: ClassVar[Verdict] = Verdict.NEVER
    triggers: tuple[Trigger, ...] = ()
    proof: None = None
    clock_changes: tuple[ClockChange, ...] = ()
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """No trigger of EventBridge's can do this; a finding says why."""

    verdict: ClassVar[Verdict] = Verdict.REFUSED
    triggers: tuple[Trigger, ...] = ()
    proof: None = None
    clock_changes: tuple[ClockChange, ...] = ()
    findings: tuple[Finding, ...]


Conversion = Exact | Differs | Never | Refused
