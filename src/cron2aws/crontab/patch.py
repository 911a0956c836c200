"""One edit of a crontab as a unified patch, for whoever applies it elsewhere and later.

    patch -p1 -d / <etc/crontab.patch         the edit
    patch -p1 -R -d / <etc/crontab.patch      the way back

Lines keep their places: a mark goes in front of a line, and none comes or goes. Bytes stay as they
are, line ends of Windows and what is no UTF-8 among them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from cron2aws.crontab.text import decode_bytes
from cron2aws.errors import Bug

CONTEXT = 3
"""So many lines around a change tell its place."""

_NO_NEWLINE = b"\\ No newline at end of file\n"
_PLAIN = re.compile(r"[A-Za-z0-9_./@%+,:=~-]+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class _Hunk:
    """The lines `first` to `last` (from 0) change, or stand between changes.

    `around` is how many lines of context are on either side.

    GNU patch takes a hunk with less context below than above for one at the file's end, and the
    other way round for its beginning: so both sides have as many lines, where the file has them.
    """

    first: int
    last: int
    around: int


def line_patch(path: str, before: bytes, after: bytes, hides: Callable[[str], bool]) -> bytes:
    """The patch that makes `after` of `before`; empty where they are the same.

    `path` is absolute. An unchanged line for which `hides` is true is never in it, as context.
    Bug where a line comes or goes.
    """
    old, new = _lines(before), _lines(after)
    if len(old) != len(new):
        message = f"the edit of {path} adds lines or takes some away"
        raise Bug(message)
    changed = [at for at, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    if not changed:
        return b""
    hunks = b"".join(_written(hunk, old, new) for hunk in _hunks(changed, old, hides))
    return _name(b"---", "a", path) + _name(b"+++", "b", path) + hunks


def _lines(data: bytes) -> list[bytes]:
    """With their newlines; a crontab knows no other line end."""
    pieces = data.split(b"\n")
    last = pieces.pop()
    return [piece + b"\n" for piece in pieces] + ([last] if last else [])


def _hunks(
    changed: Sequence[int], old: Sequence[bytes], hides: Callable[[str], bool]
) -> list[_Hunk]:
    found: list[_Hunk] = []
    hidden = {at for at, line in enumerate(old) if hides(decode_bytes(line))} - set(changed)
    for at in changed:
        hunk = _Hunk(first=at, last=at, around=_context(at, hidden))
        while found and _meet(found[-1], hunk):
            other = found.pop()
            hunk = _Hunk(first=other.first, last=hunk.last, around=min(other.around, hunk.around))
        found.append(hunk)
    return found


def _context(at: int, hidden: Collection[int]) -> int:
    """How many lines on either side may be shown."""
    for far in range(1, CONTEXT + 1):
        if at - far in hidden or at + far in hidden:
            return far - 1
    return CONTEXT


def _meet(one: _Hunk, other: _Hunk) -> bool:
    return one.last + one.around >= other.first - other.around - 1


def _written(hunk: _Hunk, old: Sequence[bytes], new: Sequence[bytes]) -> bytes:
    start = max(0, hunk.first - hunk.around)
    end = min(len(old), hunk.last + hunk.around + 1)
    parts: list[bytes] = [f"@@ -{start + 1},{end - start} +{start + 1},{end - start} @@\n".encode()]
    gone: list[bytes] = []
    come: list[bytes] = []
    for was, now in zip(old[start:end], new[start:end], strict=True):
        if was != now:
            gone.append(_line(b"-", was))
            come.append(_line(b"+", now))
            continue
        parts += [*gone, *come, _line(b" ", was)]
        gone, come = [], []
    return b"".join([*parts, *gone, *come])


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n" + _NO_NEWLINE


def _name(sign: bytes, side: str, path: str) -> bytes:
    """A header; a name with blanks or signs in it is quoted as git and GNU patch have it."""
    name = f"{side}{path}"
    if not _PLAIN.fullmatch(name):
        coded = name.encode("utf-8", "surrogateescape")
        name = '"' + "".join(_quoted(byte) for byte in coded) + '"'
    return sign + b" " + name.encode() + b"\n"


def _quoted(byte: int) -> str:
    sign = chr(byte)
    if sign in '"\\':
        return f"\\{sign}"
    return sign if " " <= sign <= "~" else f"\\{byte:03o}"
