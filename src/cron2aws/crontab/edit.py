"""Comment entries out and bring them back, by span; every other byte stays as it is.

Both work from the end of the file to its beginning, so that no span moves before its turn.  What
comes out is read again before anybody writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Crontab, Entry, Item
from cron2aws.crontab.mark import Mark, read_mark
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.text import decode_bytes, encode_text, lines
from cron2aws.errors import SafetyError

_IGNORED = "the daemon would ignore the edited crontab"
_MORE = "the edit would change more than was planned"
_REREAD = "run the command again, so that it starts from the file as it is now"


def comment_out(crontab: Crontab, marks: Mapping[int, Mark]) -> bytes:
    """The file with a mark in front of each of these lines.

    Raises SafetyError where a line holds no active entry, or holds something else beside it.
    """
    text = crontab.text
    active = {entry.line: entry for entry in crontab.entries if entry.mark is None}
    for line in sorted(marks, reverse=True):
        entry = active.get(line)
        if entry is None:
            what = f"line {line} cannot be commented out"
            raise SafetyError(what, why="no active entry stands there", fix=_REREAD)
        if not _has_its_line(text, entry):
            what = f"line {line} cannot be commented out"
            fix = "remove the NUL byte from the line"
            raise SafetyError(what, why="a NUL byte makes two lines of it", fix=fix)
        text = text[: entry.start] + marks[line].format() + text[entry.start :]
    return encode_text(text)


def _has_its_line(text: str, entry: Entry) -> bool:
    before = text[entry.start - 1 : entry.start]
    return before in {"", "\n"} and text[entry.end : entry.end + 1] in {"", "\n"}


def restore(data: bytes, ids: Collection[str]) -> bytes:
    """The file with the marks of these ids taken away again, and nothing else.

    Raises SafetyError where an id has no mark in the file, or more than one.
    """
    text = decode_bytes(data)
    spans = [
        (marked[0].id, line.start, marked[1])
        for line in lines(text)
        if (marked := read_mark(line.text)) and marked[0].id in ids
    ]
    found = [mark_id for mark_id, _, _ in spans]
    for mark_id in sorted(ids):
        if found.count(mark_id) != 1:
            why = f"the file has {found.count(mark_id)} marks with it"
            fix = "bring the line back by hand: remove the mark in front of it"
            what = f"entry {mark_id} cannot be restored"
            raise SafetyError(what, why=why, fix=fix)
    for _, start, length in reversed(spans):
        text = text[:start] + text[start + length :]
    return encode_text(text)


def check_edit(
    before: Crontab,
    after: bytes,
    dialect: Dialect,
    *,
    system: bool,
    user: str | None,
    known_user: Callable[[str], bool] | None = None,
    commented: Mapping[int, Mark] | None = None,
    restored: Collection[str] = (),
) -> Crontab:
    """Read what an edit made, and return it, if it says what was planned and nothing else.

    Raises SafetyError where the daemon would drop the new file, or read another line differently.
    """
    read = read_crontab(after, dialect, system=system, user=user, known_user=known_user)
    if before.loaded and not read.loaded:
        why = "; ".join(f.detail for f in read.findings if f.code == "C101")
        fix = "migrate fewer entries of this file at a time, or remove old comments from it"
        raise SafetyError(_IGNORED, why=why, fix=fix)
    marks = commented or {}
    planned = [_planned(item, marks, restored) for item in before.items]
    for want, got in zip(planned, read.items, strict=False):
        if want != got:
            why = f"line {got.line} would be read as {type(got).__name__.lower()} `{got.text}`"
            raise SafetyError(_MORE, why=why, fix=_REREAD)
    if len(planned) != len(read.items):
        why = f"{len(read.items)} lines instead of {len(planned)}"
        raise SafetyError(_MORE, why=why, fix=_REREAD)
    return read


def _planned(item: Item, marks: Mapping[int, Mark], restored: Collection[str]) -> Item:
    if not isinstance(item, Entry):
        return item
    if item.mark is None:
        return replace(item, mark=marks[item.line]) if item.line in marks else item
    return replace(item, mark=None) if item.mark.id in restored else item
