"""The renaming of one crontab: look, note, rename, look, with the histories' locks held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cron2aws.handover.looking import next_minute
from cron2aws.handover.record import Held, Look
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.replace import Replacement
from cron2aws.hosts.tick import Clock, QuietTime

_SURELY = timedelta(seconds=1)
_BEHIND = timedelta(milliseconds=20)  # the kernel's clock for files, a tick of 100 Hz and more


class Renaming:
    """One file, whose new bytes lie beside it."""

    def __init__(self, new: Replacement, held: Held, clock: Clock, disk: Disk) -> None:
        self._new = new
        self._held = held
        self._clock = clock
        self._disk = disk

    def carry_out(self, quiet: QuietTime) -> datetime | None:
        """The first minute by the new bytes; None where the quiet part was over before they came.

        SafetyError where the file is not what it was, or, on the way out, a history cannot be
        written; then the file is as it was.
        """
        begins, seen = self._clock.now(), self._new.look()
        wrote = int(seen.status.st_mtime)
        if wrote == int(begins.timestamp()):
            # daemons compare whole seconds: what they read in this one, they would not read again
            self._clock.sleep_until(datetime.fromtimestamp(wrote + 1, UTC))
            begins, seen = self._clock.now(), self._new.look()
        if not quiet.holds(begins):
            return None
        look = Look(at=begins, data=seen.data, changed=self._changed() or begins)
        try:
            self._held.begin(look)
            now = self._clock.now()
            if not quiet.holds(now):  # the disk was slow
                return None
            self._new.put(now)
            ends = self._clock.now()
            self._new.sync()
        finally:
            self._look()
        return self._counts_from(begins, ends)

    def _look(self) -> None:
        """Whatever came of the renaming: as the file is now, so it is noted."""
        at, location, changed = self._clock.now(), self._new.location, self._changed()
        try:
            data = self._disk.read(location)
        except OSError as error:
            why = error.strerror or str(error)
            self._held.notes.append(f"warning: {location} could not be looked at again: {why}")
            return
        if changed and self._changed() == changed:
            self._held.look(Look(at=at, data=data, changed=changed + _BEHIND))

    def _changed(self) -> datetime | None:
        try:
            return datetime.fromtimestamp(self._disk.changed_at(self._new.location), UTC)
        except OSError:
            return None

    def _counts_from(self, begins: datetime, ends: datetime) -> datetime:
        """By the file's ctime: this process may have been stopped at the renaming, or after it."""
        at = self._changed()
        if at is None or not begins - _SURELY <= at <= ends + _SURELY:
            return next_minute(ends)  # a disk that does not note it, or by a clock of its own
        # the kernel's clock for files may be a few milliseconds behind
        return next_minute(min(at + _BEHIND, ends))
