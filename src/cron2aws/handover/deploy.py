"""The stack part of a plan carried out: several stacks at a time, each failure kept by its step."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.interfaces import Progress, StackStep, StackStore
from cron2aws.plan.actions import Action
from cron2aws.plan.values import Deployed
from cron2aws.task.foundation import ROLES

MOST_FAILURES = 3
"""After so many failures, and no success, the others are not tried."""
DENIED = re.compile(r"access.?denied|not authorized|unauthorized", re.IGNORECASE)
"""AWS's words for what the credentials may not do."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A step that was not carried out, and why."""

    id: str
    what: str
    error: Cron2AwsError


Each = TypeVar("Each", bound=StackStep)


@dataclass(frozen=True, kw_only=True)
class Deployment(Generic[Each]):
    """The steps that were carried out and those that were not."""

    done: tuple[Each, ...]
    failed: tuple[Failure, ...]
    denied: bool = False
    """AWS denied the first stack, so that none was made or changed."""


class Deployer:
    """Creates and updates stacks; `parallel` of them at a time.

    `quiet` returns when no run of a task goes on, or raises SafetyError.
    """

    def __init__(
        self,
        stacks: StackStore,
        progress: Progress,
        *,
        parallel: int,
        quiet: Callable[[Deployed], None] = lambda _: None,
    ) -> None:
        self._stacks = stacks
        self._progress = progress
        self._parallel = parallel
        self._quiet = quiet

    def deploy(self, steps: Sequence[Each]) -> Deployment[Each]:
        """Carry out every step that changes a stack; one that fails does not stop the others.

        But until one stands they are tried one by one: what is denied to one is denied to all.
        """
        acting = [step for step in steps if step.action is not Action.NOTHING]
        self._progress.begin("deploying", len(acting))
        errors: list[Cron2AwsError | None] = []
        while len(errors) < len(acting) and None not in errors:
            errors += together(self._one, acting[len(errors) : len(errors) + 1], 1)
            if errors[-1] is not None and _is_for_all(errors):
                errors += [_untried(acting[0], errors[0])] * (len(acting) - len(errors))
        denied = None not in errors and any(error and _is_denial(error) for error in errors)
        errors += together(self._one, acting[len(errors) :], self._parallel)
        failures = tuple(
            Failure(id=step.id, what=f"{step.action} {step.stack_name}", error=error)
            for step, error in zip(acting, errors, strict=True)
            if error is not None
        )
        lost = {
            step.stack_name for step, error in zip(acting, errors, strict=True) if error is not None
        }
        return Deployment(
            done=tuple(step for step in steps if step.stack_name not in lost),
            failed=failures,
            denied=denied,
        )

    def _one(self, step: StackStep) -> None:
        if step.action is Action.CREATE:
            self._stacks.create(
                step.stack_name, step.parameters, step.tags, role_arn=step.deploy_role
            )
        else:
            self._update(step)
        if step.protect is not None:
            self._stacks.protect(step.stack_name, protected=step.protect)
        self._progress.done(step.stack_name)

    def _update(self, step: StackStep) -> None:
        stack = self._stacks.get(step.stack_name)
        if stack is None or stack.id != step.id:
            raise SafetyError(
                what=f"stack {step.stack_name} is no longer the one the plan was made for",
                fix="run the same command again: it plans anew",
            )
        wanted = step.parameters
        if any(wanted[role] != stack.parameters.get(role, "") for role in ROLES & wanted.keys()):
            self._quiet(stack)
        tagged = replace(stack, tags={**stack.tags, **step.tags})
        self._stacks.update(tagged, wanted, role_arn=step.deploy_role)


def _is_for_all(errors: Sequence[Cron2AwsError | None]) -> bool:
    """Whether the next stack would fail as these did."""
    return len(errors) >= MOST_FAILURES or any(error and _is_denial(error) for error in errors)


def _is_denial(error: Cron2AwsError) -> bool:
    return bool(DENIED.search(error.why or ""))


def _untried(first: StackStep, error: Cron2AwsError | None) -> Cron2AwsError:
    return SafetyError(
        what="it was not tried",
        why=f"none stands yet, and stack {first.stack_name} failed",
        fix=(error.fix if error else None) or "mend that first; the same command again goes on",
    )


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
