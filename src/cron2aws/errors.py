"""Everything that ends a command early, in one tree, with one exit code each.

Cron2AwsError
├── DecisionNeeded   1    an entry needs a human decision (`--strict`)
├── UsageError       2    the command line cannot be followed
├── SourceError      3    a crontab cannot be read
├── SafetyError      4    refused: going on could lose or double a job
├── AwsError         5    AWS said no
├── PartlyApplied    6    some steps are done; resume or roll back
├── TaskFailed       7    the task ran and failed
├── Bug             70    our fault; a report file is written
└── Interrupted    130    ^C; SIGTERM ends with 143 and SIGHUP with 129

A message says what happened and where (`what`), why (`why`) and what to do (`fix`): one sentence
each, without a full stop.
"""

from __future__ import annotations

from typing import ClassVar


class Cron2AwsError(Exception):
    """The root: an expected failure, never shown with a traceback."""

    exit_code: ClassVar[int]

    def __init__(self, what: str, *, why: str | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        """`what: why`, then the hint after a blank line."""
        head = f"{self.what}: {self.why}" if self.why else self.what
        return f"{head}\n\nhint: {self.fix}" if self.fix else head


class DecisionNeeded(Cron2AwsError):
    """With `--strict`: an entry is neither migrated nor kept until a human says so."""

    exit_code = 1


class UsageError(Cron2AwsError):
    """The command line contradicts itself or names something that does not exist."""

    exit_code = 2


class SourceError(Cron2AwsError):
    """A crontab cannot be read."""

    exit_code = 3

    def __init__(
        self, what: str, *, why: str | None = None, fix: str | None = None, has_none: bool = False
    ) -> None:
        """`has_none`: all was read, and there is no crontab."""
        super().__init__(what, why=why, fix=fix)
        self.has_none = has_none


class SafetyError(Cron2AwsError):
    """Refused: a stale plan, a changed file, a foreign stack, a failed check before acting."""

    exit_code = 4


class AwsError(Cron2AwsError):
    """AWS refused a call, translated into our words; `why` holds AWS's own."""

    exit_code = 5

    def __init__(
        self, what: str, *, why: str | None = None, fix: str | None = None, maybe_done: bool = False
    ) -> None:
        """`maybe_done`: the answer was lost, or is a server's error, and AWS may have done it."""
        super().__init__(what, why=why, fix=fix)
        self.maybe_done = maybe_done


class PartlyApplied(Cron2AwsError):
    """Some steps of a plan were carried out and some were not."""

    exit_code = 6


class TaskFailed(Cron2AwsError):
    """A task that was started by hand ran and failed."""

    exit_code = 7


class Bug(Cron2AwsError):
    """A fault of cron2aws itself; the user gets a report file."""

    exit_code = 70


class Interrupted(Cron2AwsError):
    """The user pressed ^C; 143 for SIGTERM, 129 for SIGHUP."""

    exit_code = 130
