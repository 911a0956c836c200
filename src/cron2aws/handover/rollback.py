"""The way back: the lines return, then the stacks go, and nothing else is touched.

As soon as a line is back its host's cron runs the job, whatever becomes of the stack: a run of the
task finds the line and leaves the job. So each step may be repeated, in any state of the stack, and
the lines come back where AWS cannot be reached at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from types import MappingProxyType

from cron2aws.handover.crontabs import Back, Crontabs
from cron2aws.handover.edit import Edited, Editing
from cron2aws.handover.edits_over import EditsOver
from cron2aws.handover.interfaces import Progress, StackStore
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import Prober
from cron2aws.handover.minutes import minute_told
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return, Taken
from cron2aws.handover.stacks_away import Meaning, StacksAway
from cron2aws.handover.standing import Lines, meaning
from cron2aws.handover.telling import rewritten


class Rollback:
    """Takes tasks back."""

    def __init__(
        self,
        stacks: StackStore,
        leaving: Leaving,
        prober: Prober,
        editor: Editing,
        progress: Progress,
        *,
        edits: EditsOver,
        parallel: int,
    ) -> None:
        self._away = StacksAway(stacks, leaving, prober, progress, edits=edits, parallel=parallel)
        self._editor = editor
        self._progress = progress

    def take_back(self, returns: Sequence[Return], crontabs: Crontabs) -> Taken:
        """Lines back first; then the stacks go that no other host needs."""
        failed = self._away.keep_others_from_it(returns)
        lost = {failure.id for failure in failed}
        coming = [back.line for back in returns if back.line and back.id not in lost]
        edited = self._editor.carry_out(crontabs.back(coming))
        names = {back.id: back.stack.stack_name for back in returns if back.stack}
        lines = edited_of(edited, coming, self._progress, crontabs.zone, names)
        failed += lines.failed
        lost = {failure.id for failure in failed}
        leaving = [back for back in returns if back.stack and not (back.stays or back.id in lost)]
        stands = {
            back.stack.stack_name: _stands(back, lines, crontabs) for back in leaving if back.stack
        }
        failed += self._away.carry_out(leaving, stands)
        lost = {failure.id for failure in failed}
        return Taken(
            done=tuple(back.id for back in returns if back.id not in lost),
            failed=tuple(failed),
            minutes=lines.minutes,
        )


def edited_of(
    edited: Sequence[Edited],
    coming: Sequence[Back],
    progress: Progress,
    zone: tzinfo,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Taken:
    """What an edit that brought these lines back has come to, told as well."""
    came = rewritten(edited, progress, Way.BACK, zone, names)
    lost = {failure.id for failure in came.failed}
    done = tuple(each.id for each in coming if each.id not in lost)
    return Taken(done=done, failed=came.failed, minutes=came.minutes)


def _stands(back: Return, edited: Taken, crontabs: Crontabs) -> Meaning:
    """What a failure after the edit means for the job of a task."""
    name = back.stack.stack_name if back.stack else back.id
    lines = Lines.BACK if back.line else Lines.NONE
    minute = edited.minutes.get(back.line.source) if back.line else None
    since = minute_told(minute, crontabs.zone)
    return lambda error, again: meaning(error, name, lines, since=since, again=again)
