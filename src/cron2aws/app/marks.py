"""The marks in this host's crontabs: which stacks its lines were handed over to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from cron2aws.app.context import Context
from cron2aws.app.options import THIS_HOST
from cron2aws.app.sources import read_if_any
from cron2aws.crontab.identity import is_meant
from cron2aws.crontab.mark import Mark
from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.plan.stack_states import vanished
from cron2aws.plan.values import Place


def marks_here(context: Context) -> tuple[Mark, ...]:
    """The marks that this host's crontabs have; SourceError where they cannot be read."""
    if context.copies_sources:
        return ()
    reading = read_if_any(THIS_HOST, lambda _: None)
    entries = [
        entry for one in reading.hosts for tab in one.host.tabs for entry in tab.crontab.entries
    ]
    return tuple(entry.mark for entry in entries if entry.mark)


Marks = Callable[[Context], Sequence[Mark]]
"""What finds this host's marks."""


def missing_here(context: Context, marks: Marks) -> Callable[[str], None]:
    """A check for the name of no task: SafetyError if a mark here has it, with what to do."""

    def check(name: str) -> None:
        try:
            found = marks(context)
        except Cron2AwsError:  # then the name means no task, as far as anybody knows
            return
        for mark in found:
            if is_meant(name, mark.id) or fnmatchcase(mark.stack, name):
                raise _missing(mark, context.place)

    return check


def _missing(mark: Mark, place: Place) -> SafetyError:
    if (mark.account, mark.region) == (place.account, place.region):
        return vanished(mark.stack, mark.id)
    return SafetyError(
        what=f"stack {mark.stack} is in account {mark.account}, {mark.region}",
        why=f"a line here was handed over to it there, and this is {place}",
        fix="give the --profile and --region of that place",
    )
