"""The stack part of a plan carried out: several stacks at a time, each failure kept by its step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.interfaces import Progress, StackStore
from cron2aws.plan.values import Action, Step


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A step that was not carried out, and why."""

    id: str
    what: str
    error: Cron2AwsError


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The steps that were carried out and those that were not."""

    done: tuple[Step, ...]
    failed: tuple[Failure, ...]


class Deployer:
    """Creates and updates stacks; `parallel` of them at a time."""

    def __init__(self, stacks: StackStore, progress: Progress, *, parallel: int) -> None:
        self._stacks = stacks
        self._progress = progress
        self._parallel = parallel

    def deploy(self, steps: Sequence[Step]) -> Deployment:
        """Carry out every step that changes a stack; one that fails does not stop the others."""
        acting = [step for step in steps if step.action is not Action.NOTHING]
        self._progress.begin("deploying", len(acting))
        errors = together(self._one, acting, self._parallel)
        failures = tuple(
            Failure(id=step.task.id, what=f"{step.action} {step.stack_name}", error=error)
            for step, error in zip(acting, errors, strict=True)
            if error is not None
        )
        lost = {failure.id for failure in failures}
        return Deployment(
            done=tuple(step for step in steps if step.task.id not in lost), failed=failures
        )

    def _one(self, step: Step) -> None:
        if step.action is Action.CREATE:
            self._stacks.create(step.stack_name, step.parameters, step.task.tags)
        else:
            self._update(step)
        self._progress.done(step.stack_name)

    def _update(self, step: Step) -> None:
        stack = self._stacks.get(step.stack_name)
        if stack is None or stack.id != step.task.id:
            raise SafetyError(
                what=f"stack {step.stack_name} is no longer the one the plan was made for",
                fix="run the same command again: it plans anew",
            )
        self._stacks.update(stack, step.parameters)


Item = TypeVar("Item")


def together(
    act: Callable[[Item], None],
    items: Sequence[Item],
    parallel: int,
    *,
    stop: Callable[[], None] = lambda: None,
) -> list[Cron2AwsError | None]:
    """Call `act` on every item, `parallel` at a time; the expected failures, in order.

    Where it is interrupted, nothing more begins, and `stop` tells those at work.
    """

    def guarded(item: Item) -> Cron2AwsError | None:
        try:
            act(item)
        except Cron2AwsError as failed:
            return failed
        return None

    with ThreadPoolExecutor(max_workers=max(1, parallel)) as pool:
        try:
            return list(pool.map(guarded, items))
        except BaseException:
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
