"""Waiting until no execution of a task runs: only then its roles may change.

An execution keeps the role that it was started with. A role of the task's own goes with the update,
and the state machine itself, as its name has the target's id from then on: an execution that runs
would end in the middle, and tell nobody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from cron2aws.errors import SafetyError
from cron2aws.handover.interfaces import Clock, Progress, RunLog
from cron2aws.plan.values import Deployed

LOOK_AGAIN = timedelta(seconds=5)
MOST = timedelta(minutes=10)
"""How long a moment without executions is waited for."""


class Machines(Protocol):
    """Stacks of tasks (aws/stacks.py)."""

    def machine(self, stack: Deployed) -> str | None:
        """The ARN of its state machine."""


class Quiet:
    """Finds a moment in which nothing of a task runs."""

    def __init__(self, stacks: Machines, runs: RunLog, clock: Clock, progress: Progress) -> None:
        self._stacks = stacks
        self._runs = runs
        self._clock = clock
        self._progress = progress

    def wait(self, stack: Deployed) -> None:
        """Return when no execution of the task runs; SafetyError where that takes too long.

        One that is started in the moments until the update begins is not seen.
        """
        machine = self._stacks.machine(stack)
        until = self._clock.now() + MOST
        told = False
        while machine and (running := self._runs.running(machine)):
            if self._clock.now() >= until:
                raise SafetyError(
                    what=f"stack {stack.stack_name} keeps its roles: a run of it goes on",
                    why="an execution keeps the old roles until it ends; the oldest one began "
                    f"{min(each.started for each in running):%Y-%m-%d %H:%M %Z}",
                    fix="run the same command again when it has ended",
                )
            if not told:
                self._progress.say(
                    f"{stack.stack_name}: waiting for {len(running)} running: its roles change"
                )
            told = True
            self._clock.sleep_until(self._clock.now() + LOOK_AGAIN)
