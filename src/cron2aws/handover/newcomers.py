"""Hosts without a task's line, and those that join later, are let run it: `LiveFrom` is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from cron2aws.errors import SafetyError
from cron2aws.handover.deploy import Failure, together
from cron2aws.handover.history import stamp
from cron2aws.handover.interfaces import Progress, StackStore
from cron2aws.handover.live_from import on_the_stack
from cron2aws.handover.minutes import minute_told
from cron2aws.handover.standing import Lines, meaning
from cron2aws.plan.values import Deployed, Step


def let_run(
    steps: Sequence[Step],
    ready: Mapping[str, datetime],
    stacks: StackStore,
    progress: Progress,
    *,
    who: str,
    zone: tzinfo,
    parallel: int,
) -> list[Failure]:
    """Set the minutes that `ready` has by the tasks' ids; what fails, with what runs until then.

    `who` are let run them; `zone` is that of the minutes that are told.
    """
    setting = [step for step in steps if step.task.id in ready]
    nowhere: set[str] = set()

    def one(step: Step) -> None:
        try:
            stack = running(stacks, step)
        except SafetyError:
            nowhere.add(step.stack_name)
            raise
        if on_the_stack(stack) is None:
            stacks.flip(stack, {"LiveFrom": stamp(ready[step.task.id])})
        progress.done(step.stack_name)

    if not setting:
        return []
    progress.begin(f"letting {who} run them", len(setting))
    failed: list[Failure] = []
    for step, error in zip(setting, together(one, setting, parallel), strict=True):
        if error is not None:
            since = minute_told(ready[step.task.id], zone)
            lines = Lines.NOWHERE if step.stack_name in nowhere else Lines.MARKED
            told = meaning(error, step.stack_name, lines, since=since)
            what = f"letting {who} run {step.stack_name}"
            failed.append(Failure(id=step.task.id, what=what, error=told))
    return failed


def stack_of(stacks: StackStore, step: Step) -> Deployed:
    """The stack of a step; SafetyError where it is another one by now."""
    stack = stacks.get(step.stack_name)
    if stack is None or stack.id != step.task.id:
        raise SafetyError(
            what=f"stack {step.stack_name} is not the task {step.task.id}",
            why="it was deleted or made anew since the plan",
            fix="run the same command again: it plans anew",
        )
    return stack


def running(stacks: StackStore, step: Step) -> Deployed:
    """The same once its line is marked: a rollback elsewhere may have come in between."""
    stack = stack_of(stacks, step)
    if not stack.enabled or stack.status.startswith("DELETE_"):
        raise SafetyError(
            what=f"stack {step.stack_name} was disabled while its line was handed over",
            why="another command, on another host perhaps, takes it away",
        )
    return stack
