"""What cfn/functions/edit says of an edit, as the local command would.

answer = *( "[cron2aws] edit=" word SP "file=" path [SP rest] LF )
word   = "note" / "late" / "unkept" / end
end    = "done" / "already" / "ready" / "refused" / "expired" / "busy" / "changed"

A file has one end, and it is the last that is said of it.  Whatever else comes, or what cannot be
so, tells nothing: nobody then knows what became of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from cron2aws.errors import SafetyError
from cron2aws.escapes import printable
from cron2aws.handover.edit import Edited, digest, late_told, not_again_told
from cron2aws.handover.history import read_stamp, stamp
from cron2aws.handover.minutes import in_zone
from cron2aws.handover.patch import BLANK, code
from cron2aws.handover.record import FileEdit

_LINE = re.compile(r"\[cron2aws\] edit=([a-z]+) file=(\S+)(?: (.*))?")
_FAILED = re.compile(r"\[cron2aws\] edit=failed reason=(.*)")
_MINUTE = r"\d{4}-\d\d-\d\dT\d\d:\d\dZ"
_DONE = re.compile(rf"minute=({_MINUTE}) sha256=([0-9a-f]{{64}})")
_EXPIRED = re.compile(rf"until=({_MINUTE}) now=({_MINUTE})")
_LATE = re.compile(rf"minute=({_MINUTE}) planned=({_MINUTE})")
_LAST = datetime(9998, 1, 1, tzinfo=UTC)
_SHOWN = 80  # characters of what says nothing
SILENT = "it did not say what became of it"
_BESIDES = frozenset({"note", "late", "unkept"})
_AGAIN = "run the command again, so that it starts from the file as it is now"
_FIXES = (
    ("it has changed", _AGAIN),
    ("there is no such file", _AGAIN),
    ("it is a symbolic link", "name the file that the link leads to"),
    ("it has ", "give the file one name"),
    ("another file is mounted", "edit the file that is mounted there where it lies, or unmount it"),
    ("it came too late", "run the same command again; if it came at once, set that host's clock"),
    ("another cron2aws command", "wait until it has ended, then run this command again"),
    ("no cron daemon", "start its service there, then run the command again"),
    ("the cron daemon", "start it again there if it hangs, then run the command again"),
    ("it could not be rewritten", "run the same command again when the host is at rest"),
    ("No space left", "make room on its disk"),
    ("Read-only", "mount the file system for writing"),
    ("Operation not permitted", "look at `lsattr` and at what SELinux or AppArmor says there"),
    ("its SELinux context", "install attr and acl there, or look at what SELinux says"),
    ("there is no ", "install coreutils, util-linux, gzip and awk there"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a host said: a row for each file, by the file's place as the patch has it."""

    rows: dict[str, list[tuple[str, str]]]
    failed: str = ""
    """Why the script did nothing at all."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What an answer tells of a file: what became of it, or `why` that is not known."""

    edited: Edited | None = None
    why: str = SILENT
    is_busy: bool = False
    """Another command has that host's lock: it may be the same edit, sent before."""

    is_as_read: bool = False
    """The host has looked: the file is as it was read."""


def read_answer(output: str) -> Answer:
    """All that the script says; other lines are nobody's."""
    rows: dict[str, list[tuple[str, str]]] = {}
    failed = ""
    for line in output.split("\n"):
        if match := _LINE.fullmatch(line):
            rows.setdefault(match[2], []).append((match[1], match[3] or ""))
        elif match := _FAILED.fullmatch(line):
            failed = match[1] or "it does not say why"
    return Answer(rows=rows, failed=failed)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A file that a host was asked about; with `check` it was not to be edited."""

    edit: FileEdit
    before: bytes
    host: str
    zone: tzinfo = UTC
    check: bool = False

    def answered(self, answer: Answer) -> Answered:
        """What became of it."""
        rows = answer.rows.get(code(self.edit.location), [])
        if all(word in _BESIDES for word, _ in rows):
            if rows or not answer.failed:  # it was killed
                return Answered()
            error = refused(self.edit, self.host, answer.failed, self.zone)
            return Answered(edited=Edited(edit=self.edit, error=error))
        try:
            return self._of(rows)
        except _OddError as odd:
            return Answered(why=str(odd))

    def _of(self, rows: list[tuple[str, str]]) -> Answered:
        *before, (word, rest) = rows
        notes = tuple(note for each in before for note in self._notes(*each))
        match word:
            case "done" | "already":
                return Answered(edited=self._edited(word, rest, before, notes))
            case "ready" if self.check:
                return Answered(edited=Edited(edit=self.edit, notes=notes), is_as_read=True)
            case "refused" | "busy" | "changed" if rest.startswith("reason="):
                why = rest.removeprefix("reason=")
            case "expired":
                until, now = _minutes(_EXPIRED, rest)
                limit, clock = stamp(until), stamp(now)
                why = f"it came too late: not after {limit}, and that host's clock says {clock}"
            case _:
                raise _OddError(word, rest)
        error = refused(self.edit, self.host, why, self.zone)
        return Answered(
            edited=Edited(edit=self.edit, error=error, notes=notes),
            is_busy=word == "busy",
            is_as_read=word in {"refused", "expired"},
        )

    def _edited(
        self, word: str, rest: str, before: list[tuple[str, str]], notes: tuple[str, ...]
    ) -> Edited:
        found = _DONE.fullmatch(rest)
        minute = _in_range(found[1]) if found else None
        if found is None or minute is None or (self.check and word == "done"):
            raise _OddError(word, rest)
        # a file that could not be put once more has the minute that was planned in its marks
        planned = [_minutes(_LATE, text)[1] for name, text in before if _is_late(name, text)]
        if found[2] not in {
            digest(self.edit.make(self.before, each)) for each in (minute, *planned)
        }:
            raise _OddError(word, rest)
        if word == "already":
            notes = (
                *notes,
                f"note: {self.edit.path} on {self.host} was edited by a command before",
            )
        return Edited(edit=self.edit, minute=minute, sha256=found[2], notes=notes)

    def _notes(self, word: str, rest: str) -> Iterator[str]:
        path = self.edit.path
        if word == "note":
            yield in_zone(printable(rest), self.zone)
        elif word == "unkept":
            lost = f"extended attributes of {path} (SELinux, ACL), if it had any, were not kept"
            yield f"warning: {lost}: that host's cp cannot copy them"
        elif _is_late(word, rest):
            minute, planned = _minutes(_LATE, rest)
            yield late_told(path, minute, planned, self.zone)
        elif word == "late" and rest.startswith("reason="):
            why = in_zone(printable(rest.removeprefix("reason=")), self.zone)
            yield not_again_told(path, why)
        else:
            raise _OddError(word, rest)


def refused(edit: FileEdit, host: str, why: str, zone: tzinfo = UTC) -> SafetyError:
    """That a file on a host is as it was."""
    fixes = [fix for start, fix in _FIXES if why.startswith(start)]
    if why.endswith((" is immutable", " is append-only")):
        path, _, flag = why.rpartition(" is ")
        fixes = [f"`chattr -{flag[0]} {printable(path)}` there first"]
    return SafetyError(
        what=f"{edit.path} on {host} cannot be replaced",
        why=in_zone(printable(why), zone) or "its script ended without a reason",
        fix=fixes[0] if fixes else "look at that host, then run the command again",
    )


class _OddError(Exception):
    """An answer that the script does not give."""

    def __init__(self, word: str, rest: str) -> None:
        text = printable(f"edit={word} {rest}".rstrip())
        super().__init__(f"it says of it what cannot be: {text[:_SHOWN]}")


def _is_late(word: str, rest: str) -> bool:
    return word == "late" and not rest.startswith("reason=")


def _minutes(pattern: re.Pattern[str], rest: str) -> tuple[datetime, datetime]:
    found = pattern.fullmatch(rest)
    one, two = (_in_range(each) for each in found.groups()) if found else (None, None)
    if one is None or two is None:
        raise _OddError("late" if pattern is _LATE else "expired", rest)
    return one, two


def _in_range(text: str) -> datetime | None:
    """A minute that a host's clock can show: not the blank one, and one that each zone has."""
    minute = read_stamp(text)
    return minute if minute and BLANK < minute < _LAST else None
