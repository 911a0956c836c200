"""The stack part of a plan carried out: several stacks at a time, each failure kept by its step."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.interfaces import Progress, StackStep, StackStore
from cron2aws.plan.actions import Action
from cron2aws.plan.values import Deployed
from cron2aws.task.foundation import ROLES

DENIED = re.compile(r"access.?denied|not authorized|unauthorized", re.IGNORECASE)
"""AWS's words for what the credentials may not do."""
STALE = re.compile(
    r"expired ?token|token.{0,40} expired|security token|invalid.?client.?token"
    r"|unrecognized.?client|no AWS credentials|credentials have expired",
    re.IGNORECASE,
)
"""For credentials that are no longer any: what comes behind would fail alike."""
TOLD = 10
"""So many failures are told in words where the command is interrupted."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A step that was not carried out, and why."""

    id: str
    what: str
    error: Cron2AwsError


Each = TypeVar("Each", bound=StackStep)


@dataclass(frozen=True, kw_only=True)
class Deployment(Generic[Each]):
    """The steps that were carried out, those that failed, and those that were not begun."""

    done: tuple[Each, ...]
    failed: tuple[Failure, ...]
    untried: tuple[Each, ...] = ()
    why_untried: str = ""
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

        But one comes first, of those that are created and of those that are updated: the others of
        its kind are begun when it stands. What AWS refuses to it, it would refuse to all.
        Where the command is interrupted, those at work come to their end, and no other begins.
        """
        acting = [step for step in steps if step.action is not Action.NOTHING]
        self._progress.begin("deploying", len(acting))
        ended: dict[str, Cron2AwsError | None] = {}
        reasons: list[str] = []
        try:
            for action in Action:
                kind = [step for step in acting if step.action is action]
                reasons += self._deploy(kind, ended)
        except BaseException as interrupted:
            for note in _stood(acting, ended):
                interrupted.add_note(note)
            raise
        stood = {name for name, error in ended.items() if error is None}
        return Deployment(
            done=tuple(
                step for step in steps if step.action is Action.NOTHING or step.stack_name in stood
            ),
            failed=tuple(
                Failure(id=step.id, what=f"{step.action} {step.stack_name}", error=error)
                for step in acting
                if (error := ended.get(step.stack_name)) is not None
            ),
            untried=tuple(step for step in acting if step.stack_name not in ended),
            why_untried="; ".join(reasons),
            denied=None not in ended.values() and any(map(_is_denial, ended.values())),
        )

    def _deploy(self, steps: Sequence[Each], ended: dict[str, Cron2AwsError | None]) -> list[str]:
        """Those of one kind; `ended` gets what becomes of each. Why others were not begun."""
        waiting = list(steps)
        while waiting:
            first = waiting.pop(0)
            if waiting:
                self._progress.say(f"{first.stack_name} first; if it stands, {len(waiting)} more")
            together(lambda step: self._one(step, ended), [first], 1, stop=self._tell_waiting)
            error = ended[first.stack_name]
            if error is None:
                break
            # what we refuse ourselves, before AWS is asked, says nothing of the others
            if waiting and not isinstance(error, SafetyError):
                others = f"{len(waiting)} were" if len(waiting) > 1 else "one was"
                tried = f"one stack was tried, {first.stack_name}, and failed"
                return [f"{tried}; the other {others} not begun"]
        stale: list[str] = []

        def unless_stale(step: Each) -> None:
            if not stale:
                self._one(step, ended)
                if _is_stale(ended[step.stack_name]):
                    stale.append(step.stack_name)

        together(unless_stale, waiting, self._parallel, stop=self._tell_waiting)
        left = any(step.stack_name not in ended for step in steps)
        return ["the credentials ended"] if left else []

    def _tell_waiting(self) -> None:
        self._progress.say("What is being made or changed comes to its end; nothing else begins.")

    def _one(self, step: StackStep, ended: dict[str, Cron2AwsError | None]) -> None:
        try:
            self._act(step)
        except Cron2AwsError as failed:
            ended[step.stack_name] = failed
            self._progress.failed(step.stack_name)
        else:
            ended[step.stack_name] = None
            self._progress.done(step.stack_name)

    def _act(self, step: StackStep) -> None:
        if step.action is Action.CREATE:
            self._stacks.create(
                step.stack_name,
                step.parameters,
                step.tags,
                role_arn=step.deploy_role,
                replaces=step.replaces,
            )
        else:
            self._update(step)
        if step.protect is not None:
            self._stacks.protect(step.stack_name, protected=step.protect)

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


def _stood(acting: Sequence[StackStep], ended: Mapping[str, Cron2AwsError | None]) -> Iterator[str]:
    """How far it came, for whoever interrupted it."""
    failed = {name: error for name, error in ended.items() if error is not None}
    yield (
        f"Of {len(acting)} stacks {len(ended) - len(failed)} were made or changed, "
        f"{len(failed)} failed, and {len(acting) - len(ended)} were not begun."
    )
    for name, error in list(failed.items())[:TOLD]:
        yield f"  {name}: {error.what}" + (f": {error.why}" if error.why else "")
    if len(failed) > TOLD:
        yield f"  and {len(failed) - TOLD} more"


def _is_denial(error: Cron2AwsError | None) -> bool:
    return bool(error and DENIED.search(error.why or ""))


def _is_stale(error: Cron2AwsError | None) -> bool:
    return bool(error and STALE.search(error.why or ""))


Item = TypeVar("Item")


def together(
    act: Callable[[Item], None],
    items: Sequence[Item],
    parallel: int,
    *,
    stop: Callable[[], None] = lambda: None,
) -> list[Cron2AwsError | None]:
    """Call `act` on every item, `parallel` at a time; the expected failures, in order.

    Where it is interrupted, nothing more begins, `stop` tells those at work, and they end first.
    """
    at_work, idle = 0, threading.Condition()

    def guarded(item: Item) -> Cron2AwsError | None:
        nonlocal at_work
        with idle:
            at_work += 1
        try:
            act(item)
        except Cron2AwsError as failed:
            return failed
        finally:
            with idle:
                at_work -= 1
                idle.notify_all()
        return None

    with ThreadPoolExecutor(max_workers=max(1, parallel)) as pool:
        try:
            return list(pool.map(guarded, items))
        except BaseException:
            stop()
            pool.shutdown(wait=False, cancel_futures=True)
            # a thread that was just being started is none that the pool knows to wait for
            with idle:
                idle.wait_for(lambda: not at_work)
            raise
