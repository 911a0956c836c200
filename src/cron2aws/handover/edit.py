"""One edit of this host's crontabs, either way, and the minute from which on it counts.

The new bytes are prepared beside each file; then, in the quiet part of a minute in which the daemon
was seen to wake, the histories are written and the files renamed, one after the other, so that cron
goes by them from the next full minute on.  What the clock says afterwards is what is recorded.
A killed edit leaves each file as before or after, whole.

Copies of a host's files have no daemon that could be seen and no history: they are only renamed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.history import stamp
from cron2aws.handover.interfaces import Clock
from cron2aws.handover.record import FileEdit, Record, Way
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.obstacles import check_replaceable, check_writable
from cron2aws.hosts.replace import Replacement, look
from cron2aws.hosts.tick import MINUTE, Quiet, minute_of

_PATIENCE = 4  # minutes in a row in which no file could be renamed
_SURELY = timedelta(seconds=1)
_BEHIND = timedelta(milliseconds=20)  # the kernel's clock for files, a tick of 100 Hz and more


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What became of a crontab: `minute` is the first that counts by the new bytes.

    With an `error` the file is as it was. `notes` are to be told.
    """

    edit: FileEdit
    minute: datetime | None = None
    sha256: str = ""
    error: Cron2AwsError | None = None
    notes: tuple[str, ...] = ()


class Editing(Protocol):
    """Edits crontabs one way."""

    def check(self, edit: FileEdit) -> None: ...  # noqa: D102
    def carry_out(self, edits: Sequence[FileEdit]) -> tuple[Edited, ...]: ...  # noqa: D102


class Ticking(Protocol):
    """The daemon of this host (hosts/tick.py)."""

    def expected(self) -> datetime: ...  # noqa: D102
    def wait(self) -> Quiet: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class _Ready:
    """A file whose new bytes lie beside it; they are those for this minute."""

    edit: FileEdit
    minute: datetime | None
    before: bytes
    new: Replacement


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
    ) -> None:
        """`daemon` is None for copies. A signal waits until what runs under `held` is done."""
        self._clock = clock
        self._daemon = daemon
        self._backups = backups
        self._held = held
        self._disk = disk or Disk()
        self._way = way
        self._record = Record(way)

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
        files that were not renamed yet as they were.
        """
        done: dict[str, Edited] = {}
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
        return tuple(done[edit.path] for edit in edits)

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

    def _one_renamed(self, ready: _Ready, quiet: Quiet | None) -> Edited | None:
        """None where the quiet part ended before the renaming, which was left."""
        edit, notes = ready.edit, [ready.new.unkept] if ready.new.unkept else []
        try:
            if quiet:
                notes += self._record.announce(edit, ready.before, ready.new.data, quiet.next)
                if not quiet.holds(self._clock.now()):  # the disk was slow
                    self._record.take_back(edit, quiet.next)
                    return None
            begins = self._clock.now()
            try:
                ready.new.put()
            except BaseException:
                if quiet and not self._stands(ready):
                    self._record.take_back(edit, quiet.next)
                raise
        except Cron2AwsError as refused:
            return Edited(edit=edit, error=refused, notes=tuple(notes))
        ready.new.sync()
        edited = Edited(edit=edit, sha256=digest(ready.new.data), notes=tuple(notes))
        return self._as_it_came(ready, edited, quiet, begins) if quiet else edited

    def _stands(self, ready: _Ready) -> bool:
        """Whether the new bytes are there, whatever was raised."""
        try:
            return self._disk.read(ready.edit.location) == ready.new.data
        except OSError:
            return False

    def _as_it_came(self, ready: _Ready, edited: Edited, quiet: Quiet, begins: datetime) -> Edited:
        """The truth about the minute: this process may have been stopped at the renaming."""
        ends = self._clock.now()
        if ends < quiet.next - _SURELY:
            return replace(edited, minute=quiet.next)
        # the kernel noted when it was renamed, by a clock that may be a few milliseconds behind
        at = datetime.fromtimestamp(self._disk.changed_at(edited.edit.location), UTC)
        if not begins - _SURELY <= at <= ends + _SURELY:
            at = ends  # a disk that does not note it, or by a clock of its own
        if at < quiet.next - _BEHIND:
            return replace(edited, minute=quiet.next)
        return self._late(ready, edited, quiet.next, minute_of(at + _BEHIND) + MINUTE)

    def _late(self, ready: _Ready, edited: Edited, planned: datetime, minute: datetime) -> Edited:
        edit = edited.edit
        told = (
            f"note: {edit.path} was renamed later than planned: it counts from {stamp(minute)} on, "
            f"not from {stamp(planned)}; whether cron ran its jobs at {stamp(minute - MINUTE)} "
            "is not known for certain"
        )
        after = edit.make(ready.before, minute)
        notes = [
            *edited.notes,
            told,
            *self._record.correct(edit, ready.before, after, planned=planned, minute=minute),
        ]
        edited = replace(edited, minute=minute, notes=tuple(notes))
        if after == ready.new.data:
            return edited
        try:
            # the marks alone change: it does not matter which minute the daemon reads them in
            again = self._one_prepared(_again(edit, edited.sha256, after), minute)
            again.new.put()
        except Cron2AwsError as refused:
            wrong = f"warning: its marks say {stamp(planned)} still: {refused.what}: {refused.why}"
            return replace(edited, notes=(*edited.notes, wrong))
        again.new.sync()
        return replace(edited, sha256=digest(after))


def digest(data: bytes) -> str:
    """As `FileEdit.sha256` has it."""
    return hashlib.sha256(data).hexdigest()


def _again(edit: FileEdit, sha256: str, after: bytes) -> FileEdit:
    return replace(edit, sha256=sha256, make=lambda *_: after)


def _too_slow(edit: FileEdit) -> SafetyError:
    return SafetyError(
        what=f"{edit.path} could not be rewritten within the quiet part of a minute",
        why=f"{_PATIENCE} times the disk or this host was too slow, or its clock was set",
        fix="run the same command again when the host is at rest",
    )
