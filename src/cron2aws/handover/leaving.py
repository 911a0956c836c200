"""A stack taken away: its schedule stopped, its executions waited for, and deleted.

The lines are back before, or were never gone, so whatever the stack still starts leaves its job to
cron.  That is why a schedule that cannot be stopped is no reason to wait: but an execution that a
deletion ends in mid-run is told by nobody, so those that run are waited for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from cron2aws.errors import AwsError, Cron2AwsError, SafetyError
from cron2aws.handover.interfaces import Clock, Progress, RunLog
from cron2aws.plan.past import LATE
from cron2aws.plan.reports import NamedRun
from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.plan.values import Deployed

LOOK_AGAIN = timedelta(seconds=5)
STARTED_BY = timedelta(seconds=95)  # EventBridge starts within a minute, or tries once more
DELIVERED_LATE = timedelta(minutes=6)  # MaximumEventAgeInSeconds of the schedule, and a minute
QUIET_FOR = timedelta(minutes=2)  # how long a moment without executions is looked for
_FIRES_ON = "it fires until the stack is gone, and leaves the job to cron"

Needed = Callable[[Deployed], Cron2AwsError | None]
"""Why a stack must stay, as its hosts say now; None where it may go."""


class Leavable(Protocol):
    """Stacks of tasks (aws/stacks.py)."""

    def get(self, stack_id: str) -> Deployed | None:
        """The stack with this ARN; None where there is none of ours."""

    def ready(self, stack: Deployed, doing: Doing) -> Deployed | None:
        """The stack in a state in which that can be done, after waiting and repairs."""

    def flip(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
        """Change these parameters, and nothing else."""

    def delete(self, stack: Deployed) -> None:
        """Delete it."""

    def machine(self, stack: Deployed) -> str | None:
        """The ARN of its state machine."""


class Leaving:
    """Takes stacks away; `stop` ends the waiting of all of them."""

    def __init__(
        self,
        stacks: Leavable,
        runs: RunLog,
        clock: Clock,
        progress: Progress,
    ) -> None:
        self._stacks = stacks
        self._runs = runs
        self._clock = clock
        self._progress = progress
        self._stopped = threading.Event()
        self._one = threading.Lock()
        self._over: datetime | None = None

    def stop(self) -> None:
        """End the waiting: what is waited for stands, and its executions go on."""
        self._stopped.set()

    def leave(
        self,
        stack: Deployed,
        needed: Needed = lambda _: None,
    ) -> bool:
        """Take the stack away; False where it was interrupted, and the stack stands.

        `needed` is asked once its schedule is stopped: where it says why the stack must stay, it
        goes on. May be repeated. Raises AwsError or SafetyError where the stack still stands.
        """
        now, is_stopped = self._stop(stack)
        if now is None:
            return True
        why = None if self._stopped.is_set() else needed(now)
        if why is not None:
            if is_stopped and stack.enabled:
                self._stacks.flip(now, {"Enabled": "true"})
            raise why
        grace = DELIVERED_LATE if is_stopped else timedelta()
        if not self._have_ended(now, grace, is_stopped=is_stopped):
            return False
        last = self._stacks.get(now.stack_id) if is_stopped else None
        if last is not None and last.enabled:
            raise SafetyError(
                what=f"stack {stack.stack_name} stays: it was enabled again",
                why="another command hands a line over to it",
                fix="run the same command again",
            )
        self._stacks.delete(now)
        return True

    def _stop(self, stack: Deployed) -> tuple[Deployed | None, bool]:
        """The stack as it stands (None: gone), and whether its schedule is stopped."""
        try:
            now = self._stacks.ready(stack, Doing.END)
            if now is None:
                return None, True
            if not now.enabled and way(now.status, Doing.CHANGE) is Way.GO:
                return now, True
            if way(now.status, Doing.CHANGE) is not Way.GO:
                return now, False  # such a state takes no update, and mostly has no schedule
            self._let_the_minute_end()
            if self._stopped.is_set():
                return now, False
            self._stacks.flip(now, {"Enabled": "false"})
        except AwsError as failed:
            # asked again, so that credentials that have expired end it here
            now = self._stacks.get(stack.stack_id)
            why = f"{failed.what}: {failed.why}" if failed.why else failed.what
            self._say(stack, f"its schedule cannot be stopped ({why}); {_FIRES_ON}")
            return now, False
        return now, True

    def _let_the_minute_end(self) -> None:
        """Wait for the starts of the minute in which the lines came back: it is the tasks' still.

        EventBridge may start them at any of its seconds.
        """
        with self._one:
            now = self._clock.now()
            self._over = self._over or now.replace(second=0, microsecond=0) + STARTED_BY
        while now < self._over and not self._stopped.is_set():
            self._clock.sleep_until(min(self._over, now + LOOK_AGAIN))
            now = self._clock.now()

    def _have_ended(self, stack: Deployed, grace: timedelta, *, is_stopped: bool) -> bool:
        """Wait for the executions that run now, or start within `grace`; False if interrupted.

        Those that start later are not waited for: a schedule that fires each minute would keep
        us for ever. One that waits for its hosts ends within five minutes where the task is
        disabled; elsewhere it may wait for two days, and ends with the stack.
        """
        machine = self._stacks.machine(stack)
        if machine is None:
            return not self._stopped.is_set()

        def now_running() -> Sequence[NamedRun]:
            found = self._runs.running(machine)
            return [each for each in found if is_stopped or not each.name.endswith(LATE)]

        running = now_running()
        if running:
            self._say(stack, f"waiting for {len(running)} running")
        # by AWS's clock, not by ours
        latest = max((each.started for each in running), default=None)
        until = None
        while running and latest and not self._stopped.is_set():
            if not _older(running, latest + grace):
                until = until or self._clock.now() + QUIET_FOR
                if self._clock.now() >= until:
                    self._say(stack, f"{len(running)} started since, and end with the stack")
                    break
            self._clock.sleep_until(self._clock.now() + LOOK_AGAIN)
            running = now_running()
        return not self._stopped.is_set()

    def _say(self, stack: Deployed, text: str) -> None:
        self._progress.say(f"{stack.stack_name}: {text}")


def _older(running: Sequence[NamedRun], moment: datetime) -> bool:
    return any(each.started <= moment for each in running)
