"""An edit of a host's crontabs as a patch for cfn/functions/edit.

The script has no reader of crontabs: it is told of which bytes the new file is made, and which
digest it must have.  What a daemon makes of it was checked where the patch was made.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cron2aws.crontab.mark import Mark, read_mark
from cron2aws.crontab.text import decode_bytes
from cron2aws.errors import Bug, SafetyError
from cron2aws.handover.history import Has
from cron2aws.handover.record import FileEdit, Way, of_a_mark
from cron2aws.hosts.replace import backup_name

BLANK = datetime(2000, 1, 1, tzinfo=UTC)
"""The minute in the marks of the file whose digest is planned; a true one is as long."""

MOST = 40_000
"""Characters of a patch: a document has 64 KB, and the script is in it."""

EDITED_WITHIN = timedelta(minutes=30)
"""So long after its sending began a host makes an edit the way out, by its own clock, and no later.

A command is delivered within a minute and runs for ten at most, and the SDK may ask a throttling
AWS for four minutes until it is sent.  The rest is for clocks: that of the host may be ten minutes
ahead, and that of who sends it five minutes behind, which is what AWS takes.
"""

LATEST = EDITED_WITHIN + timedelta(minutes=15)
"""So long after its sending began an edit the way out can still be made, whatever the agent does.

The host's clock may be ten minutes behind, and that of who sent it five ahead.
"""

_CHARACTERS = re.compile(rb"[^A-Za-z0-9_./@+,:=~-]")


@dataclass(kw_only=True)
class _Made:
    """What the script is told of one file."""

    pieces: list[str]
    first: int = 0
    """Where in the new file the first mark's minute begins, from 1."""

    marked: dict[str, tuple[int, int, Mark]]
    """Where the bytes of a line are that gets a mark, and how many, by the mark's id."""

    def keep(self, start: int, end: int) -> None:
        if end > start:
            self.pieces.append(f"keep {start} {end - start}")


def patch_of(
    edits: Iterable[tuple[FileEdit, bytes]], way: Way, *, not_after: datetime | None = None
) -> str:
    """The patch, in base64, of edits with the bytes that each file has.

    The way out is not made after `not_after`, and not at all without it: by then the stack may be
    gone, and nobody would run the job.  The way back is made whenever it comes.
    SafetyError where a new file cannot be made, or where it all is too long for one command.
    """
    lines = [line for edit, before in edits for line in _file(edit, before, way)]
    if not_after is not None:
        lines.insert(0, f"until {int(not_after.timestamp())}")
    text = "".join(f"{line}\n" for line in lines)
    packed = gzip.compress(text.encode("ascii"), 9, mtime=0)
    coded = base64.b64encode(packed).decode("ascii")
    if len(coded) > MOST:
        raise SafetyError(
            what=f"the edit takes {len(coded)} characters",
            why=f"one command of Systems Manager has room for {MOST}",
            fix="migrate fewer entries at a time",
        )
    return coded


def _file(edit: FileEdit, before: bytes, way: Way) -> Iterator[str]:
    after = edit.make(before, BLANK)
    made = _pieces(before, after)
    backup = os.fsencode(backup_name(edit.location, edit.sha256))
    yield " ".join(
        (
            "file",
            way,
            code(edit.location),
            edit.sha256,
            hashlib.sha256(after).hexdigest(),
            str(len(after)),
            _coded(backup),
            str(made.first),
            json.dumps(edit.path),
        )
    )
    for name, folder in sorted(edit.tasks.items(), key=lambda each: str(each[1].path)):
        has = Has.CRON if way is Way.OUT else of_a_mark(before, name)
        words = ("-", "-", "-", "-")
        if name in made.marked:
            start, count, mark = made.marked[name]
            words = (str(start), str(count), name, _place(mark))
        yield " ".join(("task", folder.path.name, has, *words))
    yield from made.pieces
    yield "end"


def _pieces(before: bytes, after: bytes) -> _Made:
    """Bug where the new file is not the old one with marks, without some, or with lines at its end.

    What the script makes of it has the digest of `after`, or is refused there.
    """
    made = _Made(pieces=[], marked={})
    old, new = before.split(b"\n"), after.split(b"\n")
    ends = before.endswith(b"\n") or not before
    if ends:
        old.pop()  # what follows the last newline is no line
    start = kept = 1  # in the old file; what is before `kept` is told
    size = 0  # of the new file
    for was, now in zip(old, new, strict=False):
        if was != now:
            made.keep(kept, start)
            if now.endswith(was):
                mark = _put_in_front(was, now)
                made.pieces.append(f"mark {mark.id} {_place(mark)}")
                made.marked[mark.id] = (start, len(was), mark)
                made.first = made.first or size + 1 + len(f" # cron2aws:{mark.id}@")
                kept = start
            elif was.endswith(now):
                kept = start + len(was) - len(now)
            else:
                raise Bug(what="an edit changed a line in another way than by a mark")
        start += len(was) + 1
        size += len(now) + 1
    made.keep(kept, len(before) + 1)
    rest = after[size if ends else size - 1 :]
    if rest:
        made.pieces.append(f"text {base64.b64encode(rest).decode('ascii')}")
    return made


def _put_in_front(was: bytes, now: bytes) -> Mark:
    marked = read_mark(decode_bytes(now))
    if marked is None or now[marked[1] :] != was:
        raise Bug(what="an edit put something other than a mark in front of a line")
    return marked[0]


def _place(mark: Mark) -> str:
    return f"{mark.account}/{mark.region}/{mark.stack}"


def code(path: Path) -> str:
    """A path as the script has it: what is no plain sign as an octal number."""
    return _coded(os.fsencode(path))


def _coded(name: bytes) -> str:
    return _CHARACTERS.sub(lambda match: b"\\0%03o" % match[0][0], name).decode("ascii")
