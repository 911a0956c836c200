"""The hand-over of schedules from the host's cron to AWS, and back, without a double or a lost run.

Both sides are cut at one moment T, a full minute: AWS runs what is scheduled at T or later
(NotBefore=T, checked by the task's first step against the scheduled time), and the crontab is
rewritten in the last minute before T, after the daemon has started that minute's jobs. The daemons
look for changed crontabs every minute before they start jobs, so T's jobs are no longer theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.migration.deploy import Failure, together
from cron2aws.migration.interfaces import Clock, JournalLike, Progress, StackStore
from cron2aws.plan import Deployed

EDIT_BEFORE = timedelta(seconds=50)  # the daemon starts a minute's jobs within its first seconds
LATEST_EDIT = timedelta(seconds=15)  # so that a refused edit leaves time to disable the stacks
LATEST_START = timedelta(minutes=1)  # EventBridge starts a task at some second of its minute
UPDATE_SECONDS = 30  # what one stack update takes, generously


@dataclass(frozen=True, kw_only=True)
class Move:
    """One entry's hand-over: its stack, and the crontab it stands in."""

    id: str
    stack_name: str
    source: str


def hand_over_moment(now: datetime, stacks: int, parallel: int) -> datetime:
    """The first full minute that leaves time to update `stacks` stacks before the last minute."""
    rounds = -(-stacks // max(1, parallel))
    ready = now + timedelta(seconds=rounds * UPDATE_SECONDS) + timedelta(minutes=1)
    return ready.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)


def stamp(moment: datetime) -> str:
    """A moment as NotBefore and NotAfter take it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class CutOver:
    """Hands entries over at one moment; `edit` rewrites one source, and raises if it may not."""

    def __init__(
        self,
        stacks: StackStore,
        clock: Clock,
        journal: JournalLike,
        progress: Progress,
        *,
        parallel: int,
    ) -> None:
        self._stacks = stacks
        self._clock = clock
        self._journal = journal
        self._progress = progress
        self._parallel = parallel

    def to_aws(
        self, moves: Sequence[Move], edit: Callable[[str, frozenset[str]], None]
    ) -> tuple[Failure, ...]:
        """Enable the stacks from T on, rewrite the sources before T; the moves that failed."""
        moment = hand_over_moment(self._clock.now(), len(moves), self._parallel)
        change = {"Enabled": "true", "NotBefore": stamp(moment), "NotAfter": ""}
        undo = {"Enabled": "false", "NotBefore": "", "NotAfter": ""}
        return self._at(moment, moves, change, undo, edit)

    def to_cron(
        self, moves: Sequence[Move], edit: Callable[[str, frozenset[str]], None]
    ) -> tuple[Failure, ...]:
        """End the tasks' time at T, put the lines back before T; the moves that failed."""
        moment = hand_over_moment(self._clock.now(), len(moves), self._parallel)
        failed = self._at(moment, moves, {"NotAfter": stamp(moment)}, {"NotAfter": ""}, edit)
        self._clock.sleep_until(moment + LATEST_START)
        return failed

    def _at(
        self,
        moment: datetime,
        moves: Sequence[Move],
        change: Mapping[str, str],
        undo: Mapping[str, str],
        edit: Callable[[str, frozenset[str]], None],
    ) -> tuple[Failure, ...]:
        self._progress.say(f"hand-over at {stamp(moment)}")
        waiting = list(moves)
        try:
            ready, failed = self._change(moves, change, "changing")
            self._clock.sleep_until(moment - EDIT_BEFORE)
            for source in sorted({move.source for move in ready}):
                here = [move for move in ready if move.source == source]
                try:
                    self._edit(source, here, moment, edit)
                except Cron2AwsError as refused:
                    what = f"rewriting {source}"
                    failed += [Failure(id=move.id, what=what, error=refused) for move in here]
                else:
                    waiting = [move for move in waiting if move not in here]
        except BaseException:
            self._change(waiting, undo, "taking back")
            raise
        # what was not rewritten goes back before T, so that nothing runs twice
        behind = [move for move in waiting if move in ready]
        return (*failed, *self._change(behind, undo, "taking back")[1])

    def _edit(
        self,
        source: str,
        moves: Sequence[Move],
        moment: datetime,
        edit: Callable[[str, frozenset[str]], None],
    ) -> None:
        if self._clock.now() > moment - LATEST_EDIT:
            raise SafetyError(
                what=f"it is too late to rewrite {source} before {stamp(moment)}",
                why="the stacks took longer to update than was reckoned",
                fix="run the same command again, with fewer entries (--only) if it stays slow",
            )
        ids = frozenset(move.id for move in moves)
        self._journal.write("edit", source=source, ids=sorted(ids), moment=stamp(moment))
        edit(source, ids)
        self._progress.say(f"rewrote {source}")

    def _change(
        self, moves: Sequence[Move], parameters: Mapping[str, str], doing: str
    ) -> tuple[list[Move], list[Failure]]:
        def one(move: Move) -> None:
            self._journal.write(doing, id=move.id, parameters=dict(parameters))
            self._stacks.update(self._owned(move), parameters)
            self._progress.done(move.stack_name)

        self._progress.begin(doing, len(moves))
        errors = together(one, moves, self._parallel)
        pairs = list(zip(moves, errors, strict=True))
        return [move for move, error in pairs if error is None], [
            Failure(id=move.id, what=f"{doing} stack {move.stack_name}", error=error)
            for move, error in pairs
            if error is not None
        ]

    def _owned(self, move: Move) -> Deployed:
        stack = self._stacks.get(move.stack_name)
        if stack is None or stack.id != move.id:
            raise SafetyError(
                what=f"stack {move.stack_name} is not the task {move.id}", fix="plan again"
            )
        return stack
