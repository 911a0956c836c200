"""What cfn/functions/edit says of an edit, as the local command would.

answer = *( "[cron2aws] edit=" word SP "file=" path [SP rest] LF )
word   = "done" / "already" / "ready" / "refused" / "note" / "late" / "unkept"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cron2aws.errors import SafetyError
from cron2aws.handover.edit import Edited, late_told, not_again_told
from cron2aws.handover.history import read_stamp
from cron2aws.handover.patch import code
from cron2aws.handover.record import FileEdit

_LINE = re.compile(r"\[cron2aws\] edit=([a-z]+) file=(\S+)(?: (.*))?")
_FAILED = re.compile(r"\[cron2aws\] edit=failed reason=(.*)")
_MINUTE = r"\d{4}-\d\d-\d\dT\d\d:\d\dZ"
_DONE = re.compile(rf"minute=({_MINUTE}) sha256=([0-9a-f]{{64}})")
_LATE = re.compile(rf"minute=({_MINUTE}) planned=({_MINUTE})")
_AGAIN = "run the command again, so that it starts from the file as it is now"
_FIXES = (
    ("it has changed", _AGAIN),
    ("there is no such file", _AGAIN),
    ("it is a symbolic link", "name the file that the link leads to"),
    ("it has ", "give the file one name"),
    ("another file is mounted", "edit the file that is mounted there where it lies, or unmount it"),
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


def read_answer(output: str) -> Answer:
    """All that the script says; other lines are nobody's."""
    rows: dict[str, list[tuple[str, str]]] = {}
    failed = ""
    for line in output.split("\n"):
        if match := _LINE.fullmatch(line):
            rows.setdefault(match[2], []).append((match[1], match[3] or ""))
        elif match := _FAILED.fullmatch(line):
            failed = match[1]
    return Answer(rows=rows, failed=failed)


def told(edit: FileEdit, answer: Answer, host: str) -> Edited | None:
    """What became of a file; None where the host does not say it."""
    rows = answer.rows.get(code(edit.location), [])
    if not rows:
        return (
            Edited(edit=edit, error=refused(edit, host, answer.failed)) if answer.failed else None
        )
    *before, (word, rest) = rows
    notes = tuple(note for each in before for note in _notes(edit.path, *each))
    if word == "refused":
        error = refused(edit, host, rest.removeprefix("reason="))
        return Edited(edit=edit, error=error, notes=notes)
    if word == "ready":
        return Edited(edit=edit, notes=notes)
    done = _DONE.fullmatch(rest) if word in {"done", "already"} else None
    minute = read_stamp(done[1]) if done else None
    if done is None or minute is None:
        return None
    if word == "already":
        notes = (*notes, f"note: {edit.path} on {host} was edited by a command before")
    return replace(Edited(edit=edit, notes=notes), minute=minute, sha256=done[2])


def refused(edit: FileEdit, host: str, why: str) -> SafetyError:
    """That a file on a host is as it was."""
    fixes = [fix for start, fix in _FIXES if why.startswith(start)]
    if why.endswith((" is immutable", " is append-only")):
        path, _, flag = why.rpartition(" is ")
        fixes = [f"`chattr -{flag[0]} {path}` there first"]
    return SafetyError(
        what=f"{edit.path} on {host} cannot be replaced",
        why=why or "its script ended without a reason",
        fix=fixes[0] if fixes else "look at that host, then run the command again",
    )


def _notes(path: str, word: str, rest: str) -> Sequence[str]:
    if word == "note":
        return (rest,)
    if word == "unkept":
        lost = f"extended attributes of {path} (SELinux, ACL), if it had any, were not kept"
        return (f"warning: {lost}: that host's cp cannot copy them",)
    if word != "late":
        return ()
    if rest.startswith("reason="):
        return (not_again_told(path, rest.removeprefix("reason=")),)
    late = _LATE.fullmatch(rest)
    minute, planned = (read_stamp(each) for each in late.groups()) if late else (None, None)
    return (late_told(path, minute, planned),) if minute and planned else ()
