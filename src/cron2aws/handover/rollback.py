"""The way back: the task ends, the line returns, the stack goes, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from cron2aws.errors import Cron2AwsError
from cron2aws.handover.cutover import CutOver
from cron2aws.handover.deploy import Failure, together
from cron2aws.handover.interfaces import (
    Clock,
    LineEdit,
    Progress,
    RunLog,
    StackStore,
)
from cron2aws.handover.moment import Move
from cron2aws.plan.values import SETTLED, Deployed

LOOK_AGAIN = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Return:
    """One task to be taken back: its stack, its marked line, or what is left of either."""

    id: str
    stack: Deployed | None
    source: str | None  # the crontab with its marked line

    @property
    def hands_over(self) -> bool:
        """Whether AWS runs the job now, so that there is a moment to hand it over at."""
        return self.source is not None and self.stack is not None and _runs(self.stack)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was taken back and what was not."""

    done: tuple[str, ...]
    failed: tuple[Failure, ...]


class Rollback:
    """Takes tasks back; running executions are waited for, however long they take."""

    def __init__(
        self,
        stacks: StackStore,
        runs: RunLog,
        clock: Clock,
        progress: Progress,
        *,
        parallel: int,
    ) -> None:
        self._stacks = stacks
        self._runs = runs
        self._clock = clock
        self._progress = progress
        self._parallel = parallel
        self._stopped = Event()

    def take_back(self, returns: Sequence[Return], edit: LineEdit) -> Taken:
        """Lines back first, at a hand-over moment where AWS runs the job; then stacks away."""
        failed = [*self._hand_over(returns, edit), *self._restore_the_rest(returns, edit)]
        lost = {failure.id for failure in failed}
        stacks = [back.stack for back in returns if back.stack and back.id not in lost]
        self._progress.begin("deleting", len(stacks))
        errors = together(self._away, stacks, self._parallel, stop=self._stopped.set)
        failed += [
            Failure(id=stack.id, what=f"deleting stack {stack.stack_name}", error=error)
            for stack, error in zip(stacks, errors, strict=True)
            if error is not None
        ]
        lost = {failure.id for failure in failed}
        return Taken(
            done=tuple(back.id for back in returns if back.id not in lost), failed=tuple(failed)
        )

    def _hand_over(self, returns: Sequence[Return], edit: LineEdit) -> tuple[Failure, ...]:
        moves = [
            Move(id=back.id, stack_name=back.stack.stack_name, source=back.source)
            for back in returns
            if back.stack and back.source and back.hands_over
        ]
        if not moves:
            return ()
        over = CutOver(self._stacks, self._clock, self._progress, parallel=self._parallel)
        return over.to_cron(moves, edit)

    def _restore_the_rest(self, returns: Sequence[Return], edit: LineEdit) -> tuple[Failure, ...]:
        failed: list[Failure] = []
        left = [back for back in returns if back.source and not back.hands_over]
        for source in sorted({back.source for back in left if back.source}):
            ids = frozenset(back.id for back in left if back.source == source)
            try:
                edit.apply(source, ids)
            except Cron2AwsError as refused:
                what = f"rewriting {source}"
                failed += [Failure(id=each, what=what, error=refused) for each in sorted(ids)]
        return tuple(failed)

    def _away(self, stack: Deployed) -> None:
        if _runs(stack):
            self._stacks.update(stack, {"Enabled": "false"})
        if self._have_ended(stack):
            self._stacks.delete(stack)
            self._progress.done(stack.stack_name)

    def _have_ended(self, stack: Deployed) -> bool:
        """Wait for the executions that run; False where somebody interrupts."""
        # deleting a state machine ends its executions at their next transition, untold
        machine = stack.outputs.get("StateMachineArn")
        told = False
        while machine and (running := self._runs.running(machine)):
            if self._stopped.is_set():
                return False
            if not told:
                self._progress.say(f"{stack.stack_name}: waiting for {len(running)} running")
                told = True
            self._clock.sleep_until(self._clock.now() + LOOK_AGAIN)
        return not self._stopped.is_set()


def _runs(stack: Deployed) -> bool:
    # a stack that failed takes no update; it can only be deleted
    return stack.enabled and stack.status in SETTLED
