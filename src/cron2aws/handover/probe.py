"""The probe: each task goes the whole way to its hosts, which look at everything and run nothing.

What it finds out no call from here could: rights, agent, user, shell, home, program, crontab,
daemon, clock, space, as the run at the next scheduled minute will meet them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.deploy import together
from cron2aws.handover.interfaces import Clock, Progress
from cron2aws.handover.looks import LINES, UNKNOWN, HostLook, Looks
from cron2aws.plan.values import Deployed

LOOK_AGAIN = timedelta(seconds=3)
INPUT: Mapping[str, object] = {"probe": "1"}
"""What an execution is given that only looks."""


NO_HOST = "Systems Manager knows no instance with its tag"


class Ended(Protocol):
    """An execution."""

    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def running(self) -> bool: ...  # noqa: D102


class Starter(Protocol):
    """Executions that are started here and looked at (aws/runs.py)."""

    def start(self, machine: str, name: str, given: Mapping[str, object]) -> str: ...  # noqa: D102
    def look(self, arn: str) -> tuple[Ended, Mapping[str, object]]: ...  # noqa: D102


class Probe:
    """Sends tasks to look; `new_name` makes names of executions."""

    def __init__(
        self,
        runs: Starter,
        machine: Callable[[Deployed], str | None],
        clock: Clock,
        progress: Progress,
        *,
        new_name: Callable[[], str],
        parallel: int,
    ) -> None:
        self._runs = runs
        self._machine = machine
        self._clock = clock
        self._progress = progress
        self._new_name = new_name
        self._parallel = parallel
        self._stopped = threading.Event()

    def look(self, stacks: Sequence[Deployed]) -> Looks:
        """What the hosts of each stack answered, by the stack's name, or why nothing came."""
        found: dict[str, tuple[HostLook, ...] | Cron2AwsError] = {}

        def one(stack: Deployed) -> None:
            found[stack.stack_name] = self._one(stack)
            self._progress.done(stack.stack_name)

        self._progress.begin("looking at the hosts", len(stacks))
        errors = together(one, stacks, self._parallel, stop=self.stop)
        for stack, error in zip(stacks, errors, strict=True):
            if error is not None:
                found[stack.stack_name] = error
        return found

    def ask(self, stack: Deployed) -> tuple[HostLook, ...] | Cron2AwsError:
        """The same of one stack, while something else is shown."""
        try:
            return self._one(stack)
        except Cron2AwsError as error:
            return error

    def stop(self) -> None:
        """End the waiting for answers."""
        self._stopped.set()

    def _one(self, stack: Deployed) -> tuple[HostLook, ...]:
        machine = self._machine(stack)
        if machine is None:
            raise SafetyError(
                what=f"stack {stack.stack_name} has no state machine",
                why=f"it is in {stack.status}",
                fix="run the same command again",
            )
        name = f"probe-{self._clock.now():%Y%m%dT%H%M%S}-{self._new_name()}"
        arn = self._runs.start(machine, name, INPUT)
        while True:
            run, output = self._runs.look(arn)
            if not run.running:
                return _looks(stack, run, output)
            if self._stopped.is_set():
                raise SafetyError(
                    what=f"the probe of {stack.stack_name} was not waited for",
                    why="the command was interrupted",
                    fix="run the same command again: until then cron runs the job",
                )
            self._clock.sleep_until(self._clock.now() + LOOK_AGAIN)


def _looks(stack: Deployed, run: Ended, output: Mapping[str, object]) -> tuple[HostLook, ...]:
    told = output.get("run")
    probed = told.get("probed") if isinstance(told, dict) else None
    if run.status != "SUCCEEDED" or not isinstance(probed, dict) or not probed:
        why = _said(str(output.get("cause") or "")) if probed != {} else NO_HOST
        raise SafetyError(
            what=f"the probe of {stack.stack_name} found no host",
            why=why or f"it ended as {run.status}",
            fix="see to that, then run the same command again: until then cron runs the job",
        )
    return tuple(_look(str(host), facts) for host, facts in sorted(probed.items()))


def _said(message: str) -> str:
    """What the task's machine says of an error: a line of its message, and the next paragraph."""
    head, _, rest = message.strip().partition("\n\n")
    lines = head.splitlines()
    error = next(
        (line.partition("FAILED: ")[2] for line in lines if line.startswith("Result ")), ""
    )
    cause = rest.partition("\n")[0]
    return (": ".join(filter(None, (error, cause))) if error else "".join(lines[:1]))[:300]


def _look(host: str, facts: object) -> HostLook:
    said = facts if isinstance(facts, dict) else {}
    line = str(said.get("line"))
    off = str(said.get("off", "0"))
    why = str(said.get("reason") or "")
    if said.get("outcome") != "ready" and not why:
        why = f"its part of the probe ended as {said.get('outcome', 'nothing')}"
    return HostLook(
        id=host,
        line=line if line in LINES else UNKNOWN,
        why=why,
        off=int(off) if off.isdecimal() else 0,
    )
