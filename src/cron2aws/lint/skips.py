"""What becomes of a run in which the guard in front of the job says no: a failure, or skipped.

The note `# cron2aws: guard`, and `--quiet-guards` for a guard that is recognised, make exit code 1
without output a skipped run. Each check says what it saw, or None.
"""

from __future__ import annotations

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.lint.case import Case, case_of, short
from cron2aws.lint.clock_reading import offer
from cron2aws.lint.guards import CommandGuard
from cron2aws.lint.words import simple_commands


def says_no_quietly(entry: Entry, dialect: Dialect) -> bool:
    """Whether an entry has a known guard that says no by exit code 1, and prints nothing."""
    case = case_of(entry, dialect, simple_commands(entry.command), host=None)
    return case.guard is not None and _fits(case.guard)


def _fits(guard: CommandGuard) -> bool:
    return guard.refusal == 1 and not guard.speaks


def loud_guard(case: Case) -> str | None:
    """A guard that says no by an exit code that a task takes for a failure (C318)."""
    guard = case.guard
    if guard is None or not guard.refusal or (case.quiet and _fits(guard)):
        return None
    told = f"a task tells exit code {guard.refusal} as a failure"
    if guard.refusal != 1:
        told += ", with the note `guard` too, which is about exit code 1"
    elif guard.speaks:
        told += "; it may print something then: for the note `guard` send that to /dev/null"
    asked = f"{short(guard.text)} {guard.reads}"
    return f"{asked}: where it says no, nothing is done, and {told}{offer(case, guard)}"


def skipped(case: Case) -> str | None:
    """A guard whose no counts as a skipped run (C326)."""
    guard = case.guard
    if guard is None or not case.quiet or not _fits(guard):
        return None
    by = "by the note `guard`" if case.entry.guard else "by `--quiet-guards`"
    told = f"{by} exit code 1 without output is a skipped run"
    return f"{short(guard.text)} {guard.reads}; {told}{offer(case, guard)}"


def taken_at_its_word(case: Case) -> str | None:
    """A note `guard` above a command that begins with no guard of that kind (C327)."""
    guard = case.guard
    if not case.entry.guard or (guard is not None and _fits(guard)):
        return None
    told = "exit code 1 without output is a skipped run, whatever ended so"
    if guard is None:
        return f"no guard is seen in front of the job; {told}"
    if guard.refusal == 1:
        return f"{short(guard.text)} may print something where it says no; {told}"
    return f"{short(guard.text)} ends the command with {guard.refusal} for a no, not 1; {told}"
