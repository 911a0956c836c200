"""Run Command without hosts: what was sent, and how it stands at a moment of the sandbox's clock.

Statuses, details and their odd corners are AWS's (Run Command statuses, SendCommand and
ListCommandInvocations in the Systems Manager documentation): a tag without hosts is a Success, a
fresh command's invocations can't be seen yet, and a parent with undeliverable children can be a
Success.
"""

from __future__ import annotations

import re
import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cron2aws.sandbox.agent import execute, limit_of, status_of_exit
from cron2aws.sandbox.hosts import Outcome, RunWithShell, Scripted, StandInHost, StatusDetails

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cron2aws.sandbox.clock import Clock

TERMINAL = frozenset(StatusDetails) - {
    StatusDetails.PENDING,
    StatusDetails.IN_PROGRESS,
    StatusDetails.DELAYED,
}
NOT_STARTED_BY_ITSELF = (StatusDetails.TERMINATED, StatusDetails.CANCELLED)


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
    parameters: Mapping[str, Sequence[str]]
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
        return "\n".join(self.parameters.get("commands", ()))

    @property
    def execution_timeout(self) -> int:
        """Seconds, as the agent takes them."""
        return limit_of(next(iter(self.parameters.get("executionTimeout", ())), "3600"))


class RunCommand:
    """The commands of a sandbox and the hosts they go to."""

    def __init__(self, clock: Clock, *, lag_seconds: float) -> None:
        self.clock = clock
        self.lag = timedelta(seconds=lag_seconds)
        self.hosts: dict[str, StandInHost] = {}
        self.commands: dict[str, Command] = {}
        self._sent: dict[str, int] = {}
        self._lock = threading.RLock()

    def targets(self, wanted: Iterable[Mapping[str, object]]) -> list[StandInHost]:
        """The managed hosts that every target names; a target is a key and a list of values."""
        conditions = list(wanted)
        return [
            host
            for host in self.hosts.values()
            if host.managed and all(_matches(host, condition) for condition in conditions)
        ]

    def send(self, command: Command) -> Command:
        """Take a command; from here on its state is a function of the clock."""
        hosts = (
            [self.hosts[each] for each in command.instance_ids]
            if command.instance_ids
            else self.targets(command.targets)
        )
        with self._lock:
            self.commands[command.command_id] = command
        queue = _Queue(command, len(hosts))
        for host in hosts:
            command.invocations.append(self._invocation(command, host, queue))
        return command

    def cancel(self, command: Command, instance_ids: Sequence[str]) -> None:
        """What has not ended ends now."""
        now = self.clock.now()
        chosen = [i for i in command.invocations if not instance_ids or _id(i) in instance_ids]
        for invocation in chosen:
            if invocation.details(now) not in TERMINAL:
                invocation.cancelled = now
        if not instance_ids:
            command.cancelled = now

    def _invocation(self, command: Command, host: StandInHost, queue: _Queue) -> Invocation:
        if isinstance(host.behaviour, RunWithShell) and host.online:
            return self._run(command, host)
        outcome = self._outcome(command, host)
        return queue.place(host, outcome)

    def _outcome(self, command: Command, host: StandInHost) -> Outcome:
        with self._lock:
            number = self._sent.get(host.instance_id, 0)
            self._sent[host.instance_id] = number + 1
        if isinstance(host.behaviour, Scripted):
            outcome = host.behaviour.at(number)
        else:
            outcome = Outcome(stdout=_echo(command.script))
        if not host.online and outcome.started:
            return Outcome(details=StatusDetails.DELIVERY_TIMED_OUT)
        return outcome

    def _run(self, command: Command, host: StandInHost) -> Invocation:
        now = self.clock.now()
        invocation = Invocation(host=host, requested=now, starts=now)

        def work() -> None:
            outcome = execute(command.script, timeout=command.execution_timeout, root=host.root)
            seconds = outcome.seconds if self.clock.virtual else 0
            invocation.outcome = outcome
            invocation.ends = self.clock.now() + timedelta(seconds=seconds)

        if self.clock.virtual:
            work()  # virtual time must not run ahead of a real shell
        else:
            threading.Thread(target=work, daemon=True).start()
        return invocation


class _Queue:
    """MaxConcurrency and MaxErrors: who starts when, and who doesn't start any more."""

    def __init__(self, command: Command, hosts: int) -> None:
        self._command = command
        self._slots = [command.requested] * max(1, _share(command.max_concurrency, hosts))
        self._errors_allowed = _share(command.max_errors, hosts, rounding_up=False)
        self._failed: list[datetime] = []

    def place(self, host: StandInHost, outcome: Outcome) -> Invocation:
        command, slot = self._command, self._slots.index(min(self._slots))
        starts = max(self._slots[slot], command.requested)
        if sum(end <= starts for end in self._failed) > self._errors_allowed:
            outcome = Outcome(details=StatusDetails.TERMINATED, pickup_seconds=0)
        outcome = self._limited(outcome)
        begins = starts + timedelta(seconds=outcome.pickup_seconds)
        ends = begins + timedelta(seconds=outcome.seconds if outcome.started else 0)
        self._slots[slot] = ends
        if (outcome.details or status_of_exit(outcome.exit_code)) in _ERRORS:
            self._failed.append(ends)
        return Invocation(
            host=host, requested=command.requested, starts=begins, ends=ends, outcome=outcome
        )

    def _limited(self, outcome: Outcome) -> Outcome:
        """The delivery and the execution time-out, which end what takes longer."""
        command = self._command
        late = outcome.pickup_seconds > command.timeout_seconds
        if late or outcome.details is StatusDetails.DELIVERY_TIMED_OUT:
            return Outcome(
                details=StatusDetails.DELIVERY_TIMED_OUT, pickup_seconds=command.timeout_seconds
            )
        if outcome.started and outcome.seconds > command.execution_timeout:
            return Outcome(
                exit_code=137,
                stdout=outcome.stdout,
                stderr=outcome.stderr,
                details=StatusDetails.EXECUTION_TIMED_OUT,
                pickup_seconds=outcome.pickup_seconds,
                seconds=command.execution_timeout,
            )
        return outcome


_ERRORS = (StatusDetails.FAILED, StatusDetails.EXECUTION_TIMED_OUT)


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
    errors = sum(each in _ERRORS for each in details)
    if errors > _share(command.max_errors, len(details), rounding_up=False):
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


def new_id() -> str:
    """A command's id."""
    return str(uuid.uuid4())


def _id(invocation: Invocation) -> str:
    return invocation.host.instance_id


def _matches(host: StandInHost, condition: Mapping[str, object]) -> bool:
    key, values = str(condition.get("Key", "")), condition.get("Values", ())
    wanted = [str(each) for each in values] if isinstance(values, list | tuple) else []
    if key.startswith("tag:"):
        return host.tags.get(key[4:]) in wanted
    return key.lower() == "instanceids" and host.instance_id in wanted


def _share(limit: str, of: int, *, rounding_up: bool = True) -> int:
    """`7` or `30%` of so many hosts; a percentage of MaxConcurrency is rounded up."""
    if not limit.endswith("%"):
        return int(limit)
    part = int(limit[:-1]) * of
    return -(-part // 100) if rounding_up else part // 100


def _echo(script: str) -> str:
    """Says what would run: of a script of ours the job alone, as only the last lines are told."""
    job = re.search(r"3<<'(\w+)'.*?\n(.*?)\n\1\n", script, re.DOTALL)
    return (
        "[cron2aws] exit=0 seconds=0\n"
        "not run: the sandbox only shows commands (--run-commands runs them); the job is\n"
        f"{job[2] if job else script}\n"
    )
