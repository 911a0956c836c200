"""MaxConcurrency, MaxErrors and the time-outs: when each host begins, and whether at all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cron2aws.sandbox.run_command.agent import status_of_exit
from cron2aws.sandbox.run_command.commands import ERRORS, Command, Invocation, share
from cron2aws.sandbox.run_command.hosts import Outcome, StandInHost, StatusDetails

if TYPE_CHECKING:
    from datetime import datetime


class Queue:
    """The hosts of one command, in the order they are reached.

    With `ramp` they begin in steps: one, then two, then four, each step once the first host of the
    one before has ended, as an older page of AWS says of commands with targets.
    """

    def __init__(self, command: Command, hosts: int, *, ramp: bool = False) -> None:
        self._command = command
        self._step: list[datetime] | None = [] if ramp and command.targets else None
        self._step_size, self._step_begins = 1, command.requested
        self._slots = [command.requested] * max(1, share(command.max_concurrency, hosts))
        self._errors_allowed = share(command.max_errors, hosts, rounding_up=False)
        self._failed: list[datetime] = []

    def place(self, host: StandInHost, outcome: Outcome) -> Invocation:
        """The next host's part: what would happen there, held to the command's limits."""
        command, slot = self._command, self._slots.index(min(self._slots))
        starts = max(self._slots[slot], self._next_step())
        if sum(end <= starts for end in self._failed) > self._errors_allowed:
            outcome = Outcome(details=StatusDetails.TERMINATED, pickup_seconds=0)
        outcome = self._limited(outcome)
        begins = starts + timedelta(seconds=outcome.pickup_seconds)
        ends = begins + timedelta(seconds=outcome.seconds if outcome.started else 0)
        self._slots[slot] = ends
        if self._step is not None:
            self._step.append(ends)
        if (outcome.details or status_of_exit(outcome.exit_code)) in ERRORS:
            self._failed.append(ends)
        return Invocation(
            host=host, requested=command.requested, starts=begins, ends=ends, outcome=outcome
        )

    def _next_step(self) -> datetime:
        """When the next host's step begins."""
        if self._step is not None and len(self._step) == self._step_size:
            self._step_begins = min(self._step)
            self._step, self._step_size = [], self._step_size * 2
        return self._step_begins

    def _limited(self, outcome: Outcome) -> Outcome:
        """The delivery and the execution time-out, which end what takes longer."""
        command = self._command
        late = outcome.pickup_seconds > command.timeout_seconds
        if late or outcome.details is StatusDetails.DELIVERY_TIMED_OUT:
            return Outcome(
                details=StatusDetails.DELIVERY_TIMED_OUT, pickup_seconds=command.timeout_seconds
            )
        if outcome.started and outcome.seconds > command.execution_timeout:
            # a runner writes when its job has ended, and nothing before
            silent = outcome.stdout.startswith("[cron2aws] ")
            return Outcome(
                exit_code=137,
                stdout="" if silent else outcome.stdout,
                stderr="" if silent else outcome.stderr,
                details=StatusDetails.EXECUTION_TIMED_OUT,
                pickup_seconds=outcome.pickup_seconds,
                seconds=command.execution_timeout,
            )
        return outcome
