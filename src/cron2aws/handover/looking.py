"""What a look at a crontab adds to a task's history: the same step as the runner's.

Nothing is ever noted before it is so.  A look notes what the file has, since when by its ctime, and
that all is known up to a moment before the look.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cron2aws.handover.history import Has, History, Since
from cron2aws.hosts.tick import MINUTE, minute_of

SETTLE = timedelta(seconds=2)
"""A daemon needs a moment to read its files: a look says nothing of a minute that is younger."""


def next_minute(moment: datetime) -> datetime:
    """The first minute for which cron goes by what was written at this moment."""
    return minute_of(moment) + MINUTE


def looked(history: History, has: Has, changed: datetime, now: datetime) -> tuple[Since, ...]:
    """What a look adds: the clock said `now` before the file, which was `changed` then, was read.

    With UNKNOWN the look tells only that nothing is known since the last one.
    """
    had = history.lines[-1].has if history.lines else None
    last = history.looked if history.looked and history.looked <= now else None
    # what a look has not found came after it, whatever the file's times say
    older = last is not None and changed < last and had not in {None, has, Has.UNKNOWN}
    since = next_minute(now if older or has is Has.UNKNOWN else min(changed, now))
    if has is had and has is not Has.UNKNOWN:
        return ()
    doubt = next_minute(last) if last else since
    # there may have been another change since the last look, which this one hides
    if doubt < since and (has is Has.UNKNOWN or _on_both_sides(had, has)):
        unknown = Since(minute=doubt, has=Has.UNKNOWN)
        return (unknown,) if has is Has.UNKNOWN else (unknown, Since(minute=since, has=has))
    return (Since(minute=since, has=has),)


def edit_begins(now: datetime) -> Since:
    """What is noted before an edit: who is killed before its second look leaves this behind."""
    return Since(minute=next_minute(now), has=Has.UNKNOWN)


def _on_both_sides(had: Has | None, has: Has) -> bool:
    """Whether cron may have run the job by the one, and the task by the other."""
    # a task may run an absent line's job (LiveFrom, TakesOver)
    sides = {had, has}
    return Has.CRON in sides and bool(sides & {Has.TASK, Has.ABSENT})
