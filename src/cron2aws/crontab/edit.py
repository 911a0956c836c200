"""Comment entries out and bring them back; every other byte stays as it is.

All work from the end of the file to its beginning, so that no span moves before its turn.  What
comes out must pass `check_edit` before anybody writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Crontab, Entry, Item
from cron2aws.crontab.mark import Mark, read_mark
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.text import Line, decode_bytes, encode_text, lines
from cron2aws.errors import SafetyError

_IGNORED = "the daemon would ignore the edited crontab"
_MORE = "the edit would change more than was planned"
_REREAD = "run the command again, so that it starts from the file as it is now"
_BY_HAND = "bring the line back by hand: remove the mark in front of it"
_SMALLER = "migrate fewer entries of this file at a time, or remove old comments from it"


def comment_out(data: bytes, marks: Mapping[int, Mark]) -> bytes:
    """The file with a mark in front of each of these lines, numbered from 1.

    Raises SafetyError where the file has no such line, or one that has a mark already.
    """
    text = decode_bytes(data)
    chosen = [line for line in lines(text) if line.number in marks]
    missing = marks.keys() - {line.number for line in chosen if not read_mark(line.text)}
    if missing:
        what = f"line {min(missing)} cannot be commented out"
        raise SafetyError(what, why="no active entry is there", fix=_REREAD)
    for line in reversed(chosen):
        text = text[: line.start] + marks[line.number].format() + text[line.start :]
    return encode_text(text)


def restore(data: bytes, ids: Collection[str]) -> bytes:
    """The file with the marks of these ids taken away again, and nothing else.

    Raises SafetyError where an id has no mark in the file, or more than one.
    """
    text = decode_bytes(data)
    marked = _marked(text, ids)
    _check_each_once(marked, ids)
    for line, _, length in reversed(marked):
        text = text[: line.start] + text[line.start + length :]
    return encode_text(text)


def _marked(text: str, ids: Collection[str]) -> list[tuple[Line, Mark, int]]:
    """The lines with a mark of these ids, and the marks with their lengths."""
    return [
        (line, *marked)
        for line in lines(text)
        if (marked := read_mark(line.text)) and marked[0].id in ids
    ]


def _check_each_once(marked: Collection[tuple[Line, Mark, int]], ids: Collection[str]) -> None:
    found = Counter(mark.id for _, mark, _ in marked)
    for mark_id in sorted(ids):
        if found[mark_id] != 1:
            what = f"entry {mark_id} cannot be restored"
            why = f"the file has {found[mark_id]} marks with it"
            raise SafetyError(what, why=why, fix=_BY_HAND if mark_id in found else _REREAD)


def check_edit(
    before: bytes,
    after: bytes,
    dialect: Dialect,
    *,
    system: bool,
    user: str | None = None,
    gone: Collection[int] = (),
    back: Collection[str] = (),
) -> None:
    """Read both as the daemon does: the entries on the lines `gone`, and no others, are out.

    `back` are the ids of the marks that are taken away.
    Raises SafetyError where the daemon would drop the new file, or read any other line differently.
    """
    old = read_crontab(before, dialect, system=system, user=user)
    new = read_crontab(after, dialect, system=system, user=user)
    if old.loaded and not new.loaded:
        why = "; ".join(found.detail for found in new.findings if found.code == "C101")
        raise SafetyError(_IGNORED, why=why, fix=_SMALLER)
    _check_lines(old, gone)
    if len(old.items) != len(new.items):
        why = f"{len(new.items)} lines would be read instead of {len(old.items)}"
        raise SafetyError(_MORE, why=why, fix=_REREAD)
    for was, now in zip(old.items, new.items, strict=True):
        if not _as_planned(was, now, gone=gone, back=back):
            why = f"line {now.line} would be read as: {type(now).__name__}, {now.text!r}"
            raise SafetyError(_MORE, why=why, fix=_REREAD)


def _check_lines(old: Crontab, gone: Collection[int]) -> None:
    active = {entry.line for entry in old.entries if entry.mark is None}
    missing = set(gone) - active
    if missing:
        what = f"line {min(missing)} cannot be commented out"
        raise SafetyError(what, why="no active entry is there", fix=_REREAD)


def _as_planned(
    was: Item,
    now: Item,
    *,
    gone: Collection[int],
    back: Collection[str],
) -> bool:
    if not (isinstance(was, Entry) and isinstance(now, Entry)):
        return was == now
    if was.mark is None:
        if was.line in gone:
            return now.mark is not None and now._replace(mark=None).is_same(was)
        return was.is_same(now)
    if was.mark.id in back:
        return now.mark is None and was._replace(mark=None).is_same(now)
    return was.is_same(now)


def add_lines(data: bytes, added: Collection[bytes]) -> bytes:
    """The file with these lines (without line ends) at its end."""
    if not added:
        return data
    start = data if not data or data.endswith(b"\n") else data + b"\n"
    return start + b"".join(line + b"\n" for line in added)


def check_added(
    before: bytes, after: bytes, dialect: Dialect, *, system: bool, user: str | None = None
) -> None:
    """Read both as the daemon does: what was there is read as before, and jobs have come alone.

    Raises SafetyError where it is not so.
    """
    old = read_crontab(before, dialect, system=system, user=user)
    new = read_crontab(after, dialect, system=system, user=user)
    if old.loaded and not new.loaded:
        why = "; ".join(found.detail for found in new.findings if found.code == "C101")
        raise SafetyError(_IGNORED, why=why, fix=_SMALLER)
    same = all(
        was.is_same(now) if isinstance(was, Entry) and isinstance(now, Entry) else was == now
        for was, now in zip(old.items, new.items, strict=False)
    )
    come = new.items[len(old.items) :]
    if not same or not all(isinstance(each, Entry) and each.mark is None for each in come):
        raise SafetyError(_MORE, why="a line at its end would not be read as a job", fix=_REREAD)


def unmarked(data: bytes) -> bytes:
    """The file without marks: as it was before lines of it were handed over, line for line."""
    text = decode_bytes(data)
    for line in reversed([each for each in lines(text) if read_mark(each.text)]):
        if found := read_mark(line.text):
            text = text[: line.start] + text[line.start + found[1] :]
    return encode_text(text)


def marks_of(data: bytes) -> dict[int, Mark]:
    """The marks of a file, by the numbers of their lines."""
    found = {line.number: read_mark(line.text) for line in lines(decode_bytes(data))}
    return {number: marked[0] for number, marked in found.items() if marked}
