"""The hand-over of schedules from the host's cron to AWS, and back, without a double or a lost run.

Both sides are cut at one moment T, a full minute: AWS runs what is scheduled at T or later
(NotBefore=T, checked by the task's first step against the scheduled time), and the crontab is
rewritten in the last minute before T, after the daemon has started that minute's jobs. The daemons
look for changed crontabs every minute before they start jobs, so T's jobs are no longer theirs.

Whatever ends it early (a refusal, a bug, ^C), each stack is left as the file says: a file may have
been rewritten just before, so it is read, and only what still stands there as before is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.deploy import Failure, together
from cron2aws.handover.interfaces import Clock, LineEdit, Progress, StackStore
from cron2aws.handover.moment import HandOver, Move, hand_over_moment, stamp
from cron2aws.plan.values import Deployed

EDIT_BEFORE = timedelta(seconds=50)  # the daemon starts a minute's jobs within its first seconds
LATEST_EDIT = timedelta(seconds=15)  # so that a refused edit leaves time to disable the stacks
LATEST_START = timedelta(minutes=1)  # EventBridge starts a task at some second of its minute
LOOK_AGAIN = timedelta(seconds=10)  # is the file still what it was? Early found, early taken back


class CutOver:
    """Hands entries over at one moment."""

    def __init__(
        self,
        stacks: StackStore,
        clock: Clock,
        progress: Progress,
        *,
        parallel: int,
    ) -> None:
        self._stacks = stacks
        self._clock = clock
        self._progress = progress
        self._parallel = parallel

    def to_aws(self, moves: Sequence[Move], edit: LineEdit) -> tuple[Failure, ...]:
        """Enable the stacks from T on, rewrite the sources before T; the moves that failed."""
        moment = hand_over_moment(self._clock.now(), len(moves), self._parallel)
        over = HandOver(
            moment=moment,
            changes=({"NotBefore": stamp(moment), "NotAfter": ""}, {"Enabled": "true"}),
            undo={"Enabled": "false"},
            if_late="runs of these minutes may have been made by both",
        )
        return self._at(over, moves, edit)

    def to_cron(self, moves: Sequence[Move], edit: LineEdit) -> tuple[Failure, ...]:
        """End the tasks' time at T, put the lines back before T; the moves that failed."""
        moment = hand_over_moment(self._clock.now(), len(moves), self._parallel)
        over = HandOver(
            moment=moment,
            changes=({"NotAfter": stamp(moment)},),
            undo={"NotAfter": ""},
            if_late="runs of these minutes may have been made by neither",
        )
        failed = self._at(over, moves, edit)
        if _without(moves, failed):
            self._clock.sleep_until(moment + LATEST_START)
        return failed

    def _at(self, over: HandOver, moves: Sequence[Move], edit: LineEdit) -> tuple[Failure, ...]:
        self._progress.say(f"hand-over at {stamp(over.moment)}")
        try:
            failed = self._change(moves, over)
            ready = _without(moves, failed)
            failed += self._wait(ready, over, edit)
            failed += self._rewrite_all(_without(moves, failed), over, edit)
            behind = _not_applied(moves, edit)
            failed += self._take_back(behind, over)
            return (*failed, *_gone(_without(behind, failed)))
        except BaseException:
            for failure in self._take_back(_not_applied(moves, edit), over):
                self._progress.say(f"error: {failure.id}: {failure.what}: {failure.error}")
            raise

    def _change(self, moves: Sequence[Move], over: HandOver) -> list[Failure]:
        def one(move: Move) -> None:
            stack = self._owned(move)
            for change in over.changes:
                self._in_time(move.stack_name, over)
                self._stacks.update(stack, change)
            self._progress.done(move.stack_name)

        self._progress.begin("changing", len(moves))
        errors = together(one, moves, self._parallel)
        return [
            Failure(id=move.id, what=f"changing stack {move.stack_name}", error=error)
            for move, error in zip(moves, errors, strict=True)
            if error is not None
        ]

    def _wait(self, moves: Sequence[Move], over: HandOver, edit: LineEdit) -> list[Failure]:
        """Wait for the last minute; a file that changes meanwhile is given up at once."""
        failed: list[Failure] = []
        waiting, until = list(moves), over.moment - EDIT_BEFORE
        if waiting and self._clock.now() < until:
            self._progress.say(f"waiting until {stamp(until)} to rewrite the crontabs")
        while waiting and self._clock.now() < until:
            for source in sorted({move.source for move in waiting}):
                here = [move for move in waiting if move.source == source]
                try:
                    edit.check(source, frozenset(move.id for move in here))
                except Cron2AwsError as refused:
                    given_up = _refused(source, here, refused)
                    failed += [*given_up, *self._take_back(here, over)]
                    waiting = _without(waiting, given_up)
            again = self._clock.now() + LOOK_AGAIN
            self._clock.sleep_until(min(again, over.moment - EDIT_BEFORE))
        return failed

    def _rewrite_all(self, moves: Sequence[Move], over: HandOver, edit: LineEdit) -> list[Failure]:
        try:
            return self._rewrite_each(moves, over, edit)
        except KeyboardInterrupt:
            # files take milliseconds, stacks half a minute: before T, forward is the sure way
            for failure in self._rewrite_each(_not_applied(moves, edit), over, edit):
                self._progress.say(f"error: {failure.id}: {failure.what}: {failure.error}")
            raise

    def _rewrite_each(self, moves: Sequence[Move], over: HandOver, edit: LineEdit) -> list[Failure]:
        return [
            failure
            for source in sorted({move.source for move in moves})
            for failure in self._rewrite(
                source, [move for move in moves if move.source == source], over, edit
            )
        ]

    def _rewrite(
        self, source: str, moves: Sequence[Move], over: HandOver, edit: LineEdit
    ) -> list[Failure]:
        ids = frozenset(move.id for move in moves)
        try:
            self._in_time(source, over)
            edit.apply(source, ids)
        except Cron2AwsError as refused:
            return _refused(source, moves, refused)
        self._progress.say(f"rewrote {source}")
        return []

    def _in_time(self, what: str, over: HandOver) -> None:
        if self._clock.now() > over.moment - LATEST_EDIT:
            raise SafetyError(
                what=f"it is too late to change {what} before {stamp(over.moment)}",
                why="the stacks took longer to update than was reckoned",
                fix="run the same command again, with fewer entries (--only) if it stays slow",
            )

    def _take_back(self, moves: Sequence[Move], over: HandOver) -> list[Failure]:
        errors = together(lambda move: self._undo(move, over), moves, self._parallel)
        return [
            Failure(id=move.id, what=f"taking back stack {move.stack_name}", error=error)
            for move, error in zip(moves, errors, strict=True)
            if error is not None
        ]

    def _undo(self, move: Move, over: HandOver) -> None:
        stack = self._stacks.get(move.stack_name)
        if stack is None or stack.id != move.id:
            return  # nothing of this task was changed
        settled = not stack.status.endswith("_IN_PROGRESS")
        if settled and all(stack.parameters.get(name) == over.undo[name] for name in over.undo):
            return
        self._stacks.update(stack, over.undo)
        self._progress.say(f"took back {move.stack_name}")
        now = self._clock.now()
        if now > over.moment:
            raise SafetyError(
                what=f"stack {move.stack_name} was taken back at {stamp(now)}, "
                f"too late for the hand-over at {stamp(over.moment)}",
                why=over.if_late,
                fix="look at what the job did in these minutes",
            )

    def _owned(self, move: Move) -> Deployed:
        stack = self._stacks.get(move.stack_name)
        if stack is None or stack.id != move.id:
            raise SafetyError(
                what=f"stack {move.stack_name} is not the task {move.id}",
                why="it was deleted or made anew since the plan",
                fix="run the same command again: it plans anew",
            )
        return stack


def _not_applied(moves: Sequence[Move], edit: LineEdit) -> list[Move]:
    """The moves whose lines stand as before, asked of the files: `apply` may have ended midway."""
    behind: list[Move] = []
    for source in sorted({move.source for move in moves}):
        here = [move for move in moves if move.source == source]
        applied = edit.applied(source, frozenset(move.id for move in here))
        behind += [move for move in here if move.id not in applied]
    return behind


def _gone(moves: Sequence[Move]) -> list[Failure]:
    return [
        Failure(
            id=move.id,
            what=f"rewriting {move.source}",
            error=SafetyError("somebody changed the line again at once", fix="run it again"),
        )
        for move in moves
    ]


def _without(moves: Sequence[Move], failed: Sequence[Failure]) -> list[Move]:
    lost = {failure.id for failure in failed}
    return [move for move in moves if move.id not in lost]


def _refused(source: str, moves: Sequence[Move], error: Cron2AwsError) -> list[Failure]:
    return [Failure(id=move.id, what=f"rewriting {source}", error=error) for move in moves]
