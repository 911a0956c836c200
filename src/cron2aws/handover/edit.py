"""One edit of this host's crontabs, either way, and the minute from which on it counts.

The new bytes are prepared beside each file; then, in the quiet part of a minute in which the daemon
was seen to wake, the files are renamed, one after the other, so that cron goes by them from the
next full minute on.  Each is looked at before and after, as the runner looks, with the locks of its
tasks' histories held, and nothing is noted that was not seen.  A killed edit leaves each file as
before or after, whole, and a history that says from when on nothing is known.

Copies of a host's files have no daemon that could be seen and no history: they are only renamed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Protocol

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.minutes import minute_told, rewritten_told, untouched_told
from cron2aws.handover.record import FileEdit, Record, Way
from cron2aws.handover.renaming import Renaming
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.obstacles import check_replaceable, check_writable
from cron2aws.hosts.replace import Replacement, look
from cron2aws.hosts.tick import MINUTE, Clock, QuietTime

_PATIENCE = 4  # minutes in a row in which no file could be renamed


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What became of a crontab: `minute` is the first that counts by the new bytes.

    With an `error` the file is as it was, if that is `known`. `notes` are to be told.
    """

    edit: FileEdit
    minute: datetime | None = None
    sha256: str = ""
    error: Cron2AwsError | None = None
    notes: tuple[str, ...] = ()
    known: bool = True
    """False where a host elsewhere was not heard of any more: the error says what finds out."""


class Editing(Protocol):
    """Edits crontabs one way."""

    def check(self, edit: FileEdit) -> None: ...  # noqa: D102
    def carry_out(self, edits: Sequence[FileEdit]) -> tuple[Edited, ...]: ...  # noqa: D102


class Ticking(Protocol):
    """The daemon of this host (hosts/tick.py)."""

    def expected(self) -> datetime: ...  # noqa: D102
    def wait(self) -> QuietTime: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A file whose new bytes, for this minute, lie beside it; `again` changes no line's side."""

    edit: FileEdit
    minute: datetime | None
    before: bytes
    new: Replacement
    again: bool = False


class Editor:
    """Edits crontabs one way."""

    def __init__(
        self,
        way: Way,
        clock: Clock,
        *,
        daemon: Ticking | None,
        backups: Path,
        held: Callable[[], AbstractContextManager[object]] = nullcontext,
        disk: Disk | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        """`daemon` is None for copies. A signal waits until what runs under `held` is done.

        `zone` is the host's, for what people are told.
        """
        self._zone = zone
        self._clock = clock
        self._daemon = daemon
        self._backups = backups
        self._held = held
        self._disk = disk or Disk()
        self._way = way
        self._record = Record(way, clock, self._disk)
        self._late: list[tuple[Edited, _Ready]] = []

    def check(self, edit: FileEdit) -> None:
        """SafetyError, with the true reason, where the file could not be edited; nothing is."""
        minute = self._daemon.expected() if self._daemon else None
        before = look(edit.location, edit.sha256, self._disk).data
        size = len(edit.make(before, minute))
        check_replaceable(edit.location, size, self._disk)
        if self._way is Way.OUT:  # the way back depends on nothing but its file
            check_writable(self._backups, size, self._disk)
        self._record.check(edit.tasks)

    def carry_out(self, edits: Sequence[FileEdit]) -> tuple[Edited, ...]:
        """Edit the files, in this minute's quiet part as many as fit, the rest in the next one's.

        One that cannot be edited does not stop the others. What a signal or a bug ends leaves the
        files that were not renamed yet as they were, and has a note of each.
        """
        done: dict[str, Edited] = {}
        try:
            self._carry_out(edits, done)
        except BaseException as ended:
            for edit in edits:
                ended.add_note(self._stands(edit, done.get(edit.path)))
            raise
        return tuple(done[edit.path] for edit in edits)

    def _stands(self, edit: FileEdit, edited: Edited | None) -> str:
        if edited is None or edited.error is not None:
            return untouched_told(edit.path, self._way)
        return rewritten_told(edit.path, edited.minute, self._way, self._zone)

    def _carry_out(self, edits: Sequence[FileEdit], done: dict[str, Edited]) -> None:
        left, idle = list(edits), 0
        while left and idle < _PATIENCE:
            ready = self._prepared(left, done)
            try:
                self._renamed(ready, done)
            finally:
                for each in ready:
                    each.new.drop()
            before, left = len(left), [each for each in left if each.path not in done]
            idle = idle + 1 if len(left) == before else 0
        for edit in left:
            done[edit.path] = Edited(edit=edit, error=_too_slow(edit))
        while self._late:
            edited, late = self._late.pop()
            done[edited.edit.path] = self._put_again(edited, late)

    def _prepared(self, edits: Sequence[FileEdit], done: dict[str, Edited]) -> list[_Ready]:
        minute = self._daemon.expected() if self._daemon else None
        ready: list[_Ready] = []
        try:
            for edit in edits:
                try:
                    ready.append(self._one_prepared(edit, minute))
                except Cron2AwsError as refused:
                    done[edit.path] = Edited(edit=edit, error=refused)
        except BaseException:
            for each in ready:
                each.new.drop()
            raise
        return ready

    def _one_prepared(self, edit: FileEdit, minute: datetime | None) -> _Ready:
        seen = look(edit.location, edit.sha256, self._disk)
        new = Replacement(
            edit.location,
            edit.make(seen.data, minute),
            seen=seen,
            backups=self._backups,
            disk=self._disk,
            needs_backup=self._way is Way.OUT,
        )
        return _Ready(edit=edit, minute=minute, before=seen.data, new=new)

    def _renamed(self, ready: Sequence[_Ready], done: dict[str, Edited]) -> None:
        """Those that fit into a quiet part; the others are not in `done`."""
        if not ready:
            return
        try:
            quiet = self._daemon.wait() if self._daemon else None
        except Cron2AwsError as refused:
            done |= {each.edit.path: Edited(edit=each.edit, error=refused) for each in ready}
            return
        for each in ready:
            if quiet and (each.minute != quiet.next or not quiet.holds(self._clock.now())):
                return  # it was prepared for another minute, or this one has come to its end
            with self._held():
                edited = self._one_renamed(each, quiet)
                if edited is None:
                    return
                done[each.edit.path] = edited

    def _one_renamed(self, ready: _Ready, quiet: QuietTime | None) -> Edited | None:
        """None where the quiet part ended before the renaming, which was left."""
        edit, new = ready.edit, ready.new
        notes = [new.unkept] if new.unkept else []
        try:
            if quiet is None:
                new.put()
                new.sync()
                return Edited(edit=edit, sha256=digest(new.data), notes=tuple(notes))
            with self._record.held(edit, ready.before, new.data, again=ready.again) as held:
                minute = Renaming(new, held, self._clock, self._disk).carry_out(quiet)
        except Cron2AwsError as refused:
            return Edited(edit=edit, error=refused, notes=tuple(notes))
        if minute is None:
            return None
        notes += held.notes
        edited = Edited(edit=edit, minute=minute, sha256=digest(new.data), notes=tuple(notes))
        return edited if minute == quiet.next else self._too_late(edited, ready, quiet.next)

    def _too_late(self, edited: Edited, ready: _Ready, planned: datetime) -> Edited:
        """Told, and put once more in a quiet part: the daemon may have read in that very second."""
        edit, minute = edited.edit, edited.minute
        if minute is None:
            return edited
        told = late_told(edit.path, minute, planned, self._zone)
        edited = replace(edited, notes=(*edited.notes, told))
        self._late.append((edited, ready))
        return edited

    def _put_again(self, edited: Edited, ready: _Ready) -> Edited:
        """The same file in the middle of a minute, with the true minute in its marks."""
        edit = edited.edit
        again = replace(edit, sha256=edited.sha256, make=lambda *_: after)
        why = "the disk was too slow"
        try:
            after = edit.make(ready.before, edited.minute)
            quiet = self._daemon.wait() if self._daemon else None
            new = replace(self._one_prepared(again, edited.minute), again=True)
            try:
                with self._held():
                    done = self._one_renamed(new, quiet)
            finally:
                new.new.drop()
            if done and done.error:
                raise done.error
            if done:
                return replace(edited, sha256=done.sha256, notes=(*edited.notes, *done.notes))
        except Cron2AwsError as refused:
            why = f"{refused.what}: {refused.why}"
        return replace(edited, notes=(*edited.notes, not_again_told(edit.path, why)))


def digest(data: bytes) -> str:
    """As `FileEdit.sha256` has it."""
    return hashlib.sha256(data).hexdigest()


def late_told(path: str, minute: datetime, planned: datetime, zone: tzinfo) -> str:
    """That an edit counts from another minute than planned; `zone` is the host's."""
    last = minute - MINUTE
    begin, end = minute_told(planned, zone), minute_told(last, zone)
    between = end if last == planned else f"{begin} to {end}"
    return (
        f"note: {path} was renamed later than planned, as its process was stopped: it "
        f"counts from {minute_told(minute, zone)} on, not from {begin}; whether cron ran its jobs "
        f"at {between} is not known for certain, and the tasks do not run them then"
    )


def not_again_told(path: str, why: str) -> str:
    """That such a file could not be written a second time."""
    return (
        f"warning: {path} could not be written once more ({why}), so its marks may name "
        f"another minute, and cron may not have read it: `touch {path}` in the middle of "
        "a minute makes sure"
    )


def _too_slow(edit: FileEdit) -> SafetyError:
    return SafetyError(
        what=f"{edit.path} could not be rewritten within the quiet part of a minute",
        why=f"{_PATIENCE} times the disk or this host was too slow, or its clock was set",
        fix="run the same command again when the host is at rest",
    )
