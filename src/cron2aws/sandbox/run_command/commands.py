"""Commands of Run Command as values: what was sent, and how it stands at a moment.

Statuses, details and their odd corners are AWS's (Run Command statuses, SendCommand and
ListCommandInvocations in the Systems Manager documentation): a tag without hosts is a Success, a
fresh command's invocations can't be seen yet, and a parent with undeliverable children can be a
Success.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from cron2aws.sandbox.run_command.agent import status_of_exit
from cron2aws.sandbox.run_command.documents import Script
from cron2aws.sandbox.run_command.hosts import Outcome, StandInHost, StatusDetails

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TERMINAL = frozenset(StatusDetails) - {
    StatusDetails.PENDING,
    StatusDetails.IN_PROGRESS,
    StatusDetails.DELAYED,
}


@dataclass(kw_only=True)
class Invocation:
    """One host's part of a command. `outcome` is None while a real shell still works on it."""

    host: StandInHost
    requested: datetime
    starts: datetime
    ends: datetime | None = None
    outcome: Outcome | None = None
    cancelled: datetime | None = None

    def details(self, now: datetime) -> StatusDetails:
        """How it stands at that moment."""
        ended = self.ends is not None and now >= self.ends
        if self.cancelled is not None and not ended:
            return StatusDetails.CANCELLED
        if self.outcome is not None and ended:
            return self.outcome.details or status_of_exit(self.outcome.exit_code)
        if now >= self.starts and (self.outcome is None or self.outcome.started):
            return StatusDetails.IN_PROGRESS
        return self.outcome.shown_pending_as if self.outcome else StatusDetails.PENDING

    def has_started(self, now: datetime) -> bool:
        """Whether the host has begun with it."""
        return self.details(now) not in (StatusDetails.PENDING, StatusDetails.DELAYED) and (
            self.outcome is None or (self.outcome.started and now >= self.starts)
        )


@dataclass(kw_only=True)
class Command:
    """What SendCommand was asked for, and its hosts' parts."""

    command_id: str
    document: str
    version: str
    parameters: Mapping[str, Sequence[str]]
    run: Script
    comment: str
    targets: Sequence[Mapping[str, object]]
    instance_ids: Sequence[str]
    timeout_seconds: int
    max_concurrency: str
    max_errors: str
    requested: datetime
    visible: datetime
    invocations: list[Invocation] = field(default_factory=list)
    cancelled: datetime | None = None

    @property
    def script(self) -> str:
        """What the hosts' `sh` gets."""
        return self.run.text

    @property
    def execution_timeout(self) -> int:
        """Seconds, as the agent takes them."""
        return self.run.seconds


ERRORS = (StatusDetails.FAILED, StatusDetails.EXECUTION_TIMED_OUT)


def parent_status(command: Command, now: datetime) -> tuple[str, str]:
    """Status and StatusDetails of the whole command, as unhelpful as the real ones."""
    if now < command.visible:
        return "Pending", "Pending"
    if command.cancelled:
        return "Cancelled", "Cancelled"
    details = [each.details(now) for each in command.invocations]
    if not details:
        return "Success", "NoInstancesInTag"
    if any(each not in TERMINAL for each in details):
        started = any(each.has_started(now) for each in command.invocations)
        return ("InProgress", "InProgress") if started else ("Pending", "Pending")
    errors = sum(each in ERRORS for each in details)
    if errors > share(command.max_errors, len(details), rounding_up=False):
        return "Failed", "Failed"
    if StatusDetails.SUCCESS in details or errors:
        return "Success", "Success"
    first = details[0]
    return status_of(first), first.value


def status_of(details: StatusDetails) -> str:
    """The coarse Status that goes with the details of one host."""
    match details:
        case StatusDetails.DELIVERY_TIMED_OUT | StatusDetails.EXECUTION_TIMED_OUT:
            return "TimedOut"
        case (
            StatusDetails.UNDELIVERABLE
            | StatusDetails.INVALID_PLATFORM
            | StatusDetails.ACCESS_DENIED
            | StatusDetails.TERMINATED
        ):
            return "Failed"
        case _:
            return details.value


def share(limit: str, of: int, *, rounding_up: bool = True) -> int:
    """`7` or `30%` of so many hosts; a percentage of MaxConcurrency is rounded up."""
    if not limit.endswith("%"):
        return int(limit)
    part = int(limit[:-1]) * of
    return -(-part // 100) if rounding_up else part // 100
