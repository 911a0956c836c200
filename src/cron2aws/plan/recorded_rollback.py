"""A rollback as it is kept in a file: each task that is taken back, and what that rests on.

Pure data; `plan/moved_rollback.py` says what still is so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cron2aws.assess.values import AssessedEntry
from cron2aws.crontab.mark import read_mark
from cron2aws.lint.secrets import script_holds_secret
from cron2aws.plan.recorded import Reviewed, StackBasis
from cron2aws.plan.recording import SECRETS, basis_of, sha256_of
from cron2aws.plan.values import Deployed
from cron2aws.task.target import Target

LIVE_FROM = "LiveFrom"


@dataclass(frozen=True, kw_only=True)
class LineBack:
    """A line that comes back: before with its mark, after without.

    The texts are None where they hold a secret. Of a lost line, whose mark somebody's editor has
    thrown away, the digest alone is kept: its host has the line, and it goes to the file's end.
    """

    host: str
    """The label of the host that it stands on."""

    source: str
    line: int | None
    """Its number; None for a lost line."""

    before: str | None
    after: str | None
    sha256_before: str | None
    sha256_after: str

    @property
    def is_lost(self) -> bool:
        """Whether its mark is gone, so that the line comes from what its host keeps."""
        return self.sha256_before is None


@dataclass(frozen=True, kw_only=True)
class StackBack:
    """A stack that goes, as it was, and what a reader knows its task by."""

    stack_name: str
    target: Target
    schedule: str
    command: str
    """As the stack shows it, without secrets."""

    enabled: bool
    live_from: str
    is_protected: bool
    """Its termination protection is lifted."""

    basis: StackBasis


@dataclass(frozen=True, kw_only=True)
class RecordedReturn:
    """A task that is taken back: its lines, its stack, or what is left of either."""

    id: str
    host: str
    source: str
    """Where its line stands, or stood."""

    rule_name: str | None
    """What its task's folder on the host is called; None where no stack tells."""

    lines: tuple[LineBack, ...]
    """One at most for a host."""

    stack: StackBack | None

    @property
    def line(self) -> LineBack | None:
        """The only one, or the first host's."""
        return self.lines[0] if self.lines else None

    @property
    def place(self) -> str:
        """Where its line stands, as messages name it."""
        return f"{self.source}:{self.line.line}" if self.line and self.line.line else self.source

    @property
    def stack_name(self) -> str:
        """Its stack's, or, where there is none, the task's id."""
        return self.stack.stack_name if self.stack else self.id


@dataclass(frozen=True, kw_only=True)
class RecordedRollback(Reviewed):
    """A rollback that was reviewed, or is to be."""

    without_lines: bool
    """No host is asked whether it leaves its line to a stack."""

    instances: Mapping[str, str]
    """With `without_lines`: names by id of those that had the tags of the stacks' targets."""

    returns: tuple[RecordedReturn, ...]


def stack_back(stack: Deployed) -> StackBack:
    """A stack that goes, as it stands."""
    return StackBack(
        stack_name=stack.stack_name,
        target=stack.target,
        schedule=stack.schedule,
        command=stack.parameters.get("CommandShown", ""),
        enabled=stack.enabled,
        live_from=stack.parameters.get(LIVE_FROM, ""),
        is_protected=stack.is_protected,
        basis=basis_of(stack),
    )


def line_back(entry: AssessedEntry) -> LineBack:
    """What becomes of a marked line; without the texts where it holds a secret."""
    before, marked = entry.text, read_mark(entry.text)
    after = before[marked[1] :] if marked else before
    told = any(found.code in SECRETS for found in entry.findings)
    hides = told or script_holds_secret(after)
    return LineBack(
        host=entry.host,
        source=entry.source,
        line=entry.entry.line,
        before=None if hides else before,
        after=None if hides else after,
        sha256_before=sha256_of(before),
        sha256_after=sha256_of(after),
    )


def lost_line(host: str, source: str, text: str) -> LineBack:
    """What comes back of a line whose mark is gone."""
    return LineBack(
        host=host,
        source=source,
        line=None,
        before=None,
        after=None,
        sha256_before=None,
        sha256_after=sha256_of(text),
    )
