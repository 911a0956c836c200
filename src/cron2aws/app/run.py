"""`run`: one task now, followed to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cron2aws.app.context import Context, RunDisplay
from cron2aws.app.marks import Marks, marks_here, missing_here
from cron2aws.app.options import RunOptions
from cron2aws.app.tasks import only
from cron2aws.errors import AwsError, SafetyError, TaskFailed
from cron2aws.plan.stack_states import Doing, on_host, vanished
from cron2aws.plan.values import Deployed

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.commands import HostState
    from cron2aws.aws.runs import Run


LOOK_AGAIN = timedelta(seconds=2)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a run ended: Step Functions' word for it, and the machine's output or its error."""

    stack_name: str
    status: str
    output: Mapping[str, object]

    @property
    def exit_code(self) -> int:
        """0 where it succeeded, 7 where it failed."""
        return 0 if self.status == "SUCCEEDED" else TaskFailed.exit_code


def run(options: RunOptions, context: Context, *, marks: Marks = marks_here) -> Ended:
    """Start the task and wait for its end; its schedule does not matter.

    UsageError for a name that means no task or several, SafetyError where it has no machine, or
    only a mark here tells of it.  What goes on in the stack is waited for.
    """
    deployed = context.stacks.deployed()
    stack = only(deployed, options.task, missing=missing_here(context, marks))
    machine = _machine(stack, context)
    # no `:` or blank: AWS refuses them in names of executions
    execution = f"by-hand-{context.clock.now():%Y%m%dT%H%M%S}-{context.new_name()}"
    arn = context.runs.start(machine, execution, {})
    context.console.note(f"{stack.stack_name}: started {execution}; ^C leaves it running")
    with context.console.watching(stack.stack_name) as display:
        ended, output = _wait(context, arn, stack.stack_name, display)
    return Ended(stack_name=stack.stack_name, status=ended.status, output=output)


def _machine(stack: Deployed, context: Context) -> str:
    now = context.stacks.ready(stack, Doing.RUN)
    if now is None:
        raise vanished(stack.stack_name, stack.id)
    machine = context.stacks.machine(now)
    if machine is None:
        raise without_machine(now)
    return machine


def without_machine(stack: Deployed) -> SafetyError:
    """The error for a stack whose state machine is gone."""
    return SafetyError(
        what=f"stack {stack.stack_name} has no state machine",
        why=f"it is in {stack.status}, and somebody changed it by hand",
        fix=f"on {on_host(stack)}, `cron2aws rollback {stack.id}` deletes it; then migrate again",
    )


def _wait(
    context: Context, arn: str, stack_name: str, display: RunDisplay
) -> tuple[Run, Mapping[str, object]]:
    watched = Watched(context)
    while True:
        found, output = context.runs.look(arn)
        if not found.running:
            return found, output
        if display.is_seen:
            elapsed = context.clock.now() - found.started
            display.show(stack_name, elapsed, watched.hosts(arn))
        context.clock.sleep_until(context.clock.now() + LOOK_AGAIN)


class Watched:
    """The hosts of one run, as long as AWS lets us look at them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._command: str | None = None
        self._may_look = True

    def hosts(self, arn: str) -> tuple[HostState, ...]:
        """The states of the hosts; none if the command is not known yet, or AWS refuses to tell."""
        try:
            if self._may_look:
                self._command = self._context.runs.command_of(arn) or self._command
            if self._may_look and self._command:
                return self._context.commands.hosts(self._command)
        except AwsError:  # the run does not depend on what is shown of it
            self._may_look = False
        return ()
