"""What files of plans have in common, whichever way lines go: how they are made and written."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cron2aws.app.context import Context
from cron2aws.app.options import CrontabFormat, HostOptions, SourceOptions, Sources
from cron2aws.app.report_file import write_report
from cron2aws.app.sources import of_this_host
from cron2aws.errors import UsageError
from cron2aws.handover.record import FileEdit
from cron2aws.hosts.source_kind import STANDARD_INPUT
from cron2aws.plan.recorded import RecordedFile, Reread, Reviewed
from cron2aws.report.json_object import object_of


@dataclass(frozen=True, kw_only=True)
class ReviewedFile:
    """A plan that was read from a file."""

    recorded: Reviewed
    digest: str
    name: str

    @property
    def sources(self) -> Sources:
        """The crontabs, and how they are read."""
        read = self.recorded.reread
        return Sources(
            named=read.named,
            host=HostOptions(dialect=read.dialect, timezone=read.timezone),
            source=SourceOptions(
                format_of=CrontabFormat(read.format_of) if read.format_of else None, user=read.user
            ),
        )

    @property
    def asks_here(self) -> bool:
        """Whether it is a plan for the crontabs of the machine that it was made on."""
        recorded = self.recorded
        return recorded.fleet is None and of_this_host(recorded.reread.named)


def check_file_option(path: Path, *, dry_run: bool, named: Sequence[str]) -> None:
    """UsageError where no plan of these SOURCEs can be written to the file."""
    if not dry_run:
        raise UsageError(
            what="--plan-file goes with --dry-run",
            why="a plan that is carried out at once is not reviewed",
            fix=f"add --dry-run; then `cron2aws apply {path}` carries it out",
        )
    if STANDARD_INPUT in named:
        raise UsageError(
            what="--plan-file takes no standard input as a SOURCE",
            why="`apply` reads the crontabs once more, and it is gone then",
            fix="name the file",
        )


def reread_of(sources: Sources) -> Reread:
    """How these crontabs are read once more."""
    how = sources.source.format_of
    return Reread(
        # wherever `apply` is typed; no link is followed, as a link is a source of its own
        named=tuple(str(Path(name).absolute()) for name in sources.named),
        dialect=sources.host.dialect,
        timezone=sources.host.timezone,
        format_of=how.value if how else None,
        user=sources.source.user,
    )


def recorded_files(
    host: str, edits: Iterable[FileEdit], contents: Mapping[str, bytes]
) -> tuple[RecordedFile, ...]:
    """What becomes of files of a host; SafetyError where one cannot be edited so."""
    return tuple(
        RecordedFile(
            host=host,
            path=each.path,
            before=each.sha256,
            after=hashlib.sha256(each.make(contents[each.path], None)).hexdigest(),
        )
        for each in edits
    )


def write_document(
    path: Path, document: dict[str, Any], named: Sequence[str], context: Context
) -> None:
    """Write a plan to its file, and tell the command that does exactly it.

    UsageError where it cannot be written.
    """
    write_report(path, object_of(document), sources=[Path(name) for name in named])
    words = ["cron2aws", *context.before, "apply", str(path), "--digest", document["digest"]]
    context.console.note(f"The plan is in {path}. This does exactly it: {shlex.join(words)}")
