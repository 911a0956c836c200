"""When this host's cron daemon has read its files, so that an edit counts from the next minute.

A daemon wakes at each minute's beginning, reads what has changed and starts that minute's jobs.  It
may be late: an edit in between would be taken into a minute that had begun.  So the daemon must be
seen to have woken: `voluntary_ctxt_switches` of /proc/PID/status grows each time it has slept.  A
wait for a slow disk counts there as well, so it must then be seen asleep (state S, not D or R).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cron2aws.errors import SafetyError
from cron2aws.hosts.processes import daemons, name_of, status_of

QUIET_FROM = timedelta(seconds=5)
QUIET_UNTIL = timedelta(seconds=45)
MINUTE = timedelta(minutes=1)
_BEFORE = timedelta(seconds=1)  # how long before a minute the daemon surely still sleeps
_SETTLES = timedelta(seconds=3)  # how long a daemon that was seen to wake reads files, generously
_AGAIN = timedelta(seconds=1)
_WHY = "an edit would count from a minute that nobody knows, and a run could be lost or made twice"


class Clock(Protocol):
    """The time in UTC, and waiting."""

    def now(self) -> datetime: ...  # noqa: D102
    def sleep_until(self, moment: datetime) -> None: ...  # noqa: D102


def minute_of(moment: datetime) -> datetime:
    """The beginning of the moment's minute."""
    return moment.replace(second=0, microsecond=0)


@dataclass(frozen=True, kw_only=True)
class QuietTime:
    """The rest of a minute after the daemon's work: an edit in it counts from `next` on."""

    minute: datetime

    @property
    def next(self) -> datetime:
        """The first minute for which the daemon reads what is written now."""
        return self.minute + MINUTE

    def holds(self, now: datetime) -> bool:
        """Whether `now` is in that part of the minute."""
        return QUIET_FROM <= now - self.minute <= QUIET_UNTIL


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The daemon at one look: its process, when that began, how often it has slept, its state."""

    pid: str
    began: str
    slept: int
    state: str

    @property
    def is_asleep(self) -> bool:
        """Whether it neither works nor waits for a disk."""
        return self.state.startswith("S")


class CronDaemon:
    """This host's cron daemon; `root` is where /proc and /run are."""

    def __init__(self, clock: Clock, root: Path = Path("/")) -> None:
        self._clock = clock
        self._root = root
        self._quiet: QuietTime | None = None

    def expected(self) -> datetime:
        """The `next` that `wait` would return if it were called now and all went well."""
        now = self._clock.now()
        if self._quiet is not None and self._quiet.holds(now):
            return self._quiet.next
        return self._beginning(now) + MINUTE

    def look(self) -> Sample:
        """The daemon as it is now; SafetyError where there is none, or it is stopped or dead."""
        pid = next(daemons(self._root), None)
        if pid is None:
            raise SafetyError(
                what="no cron daemon is running on this host",
                why=f"there is no process named cron or crond; {_WHY}",
                fix="start it (`systemctl start cron`, or `crond`), then run the command again",
            )
        fields = status_of(self._root, pid)
        state, slept = fields.get("State", "?"), fields.get("voluntary_ctxt_switches", "")
        if state[:1] in "TtZX" or not slept.isdigit():
            shown = state if slept.isdigit() else "no count of its sleeps in /proc"
            raise SafetyError(
                what=f"the cron daemon (process {pid}, {name_of(self._root, pid)}) does not run: "
                f"{shown}",
                why=_WHY,
                fix=f"continue it (`kill -CONT {pid}`) or start it again, then run the command "
                "again",
            )
        return Sample(pid=pid, began=self._began(pid), slept=int(slept), state=state)

    def wait(self) -> QuietTime:
        """Wait for a minute in which the daemon is seen to wake, and return its quiet rest.

        That can take two minutes. SafetyError where the daemon does not wake, or as `look`.
        """
        if self._quiet is not None and self._quiet.holds(self._clock.now()):
            self.look()
            return self._quiet
        for _ in range(3):  # a daemon that somebody starts anew, or a clock that is set
            found = self._wait_once()
            if found is not None:
                self._quiet = found
                return found
        raise SafetyError(
            what="the cron daemon was not seen through one whole minute",
            why=f"it was started anew, or this host's clock was set, three times; {_WHY}",
            fix="run the command again when the host is at rest",
        )

    def _wait_once(self) -> QuietTime | None:
        """One minute's beginning; None where nothing can be said of it."""
        self.look()  # what cannot be waited for is told at once
        begins = self._beginning(self._clock.now())
        self._clock.sleep_until(begins - _BEFORE)
        before, at = self.look(), self._clock.now()
        if at >= begins:  # this process slept too long: whatever came then was not seen
            return None
        quiet = QuietTime(minute=begins)
        moment = begins + _AGAIN
        while moment <= begins + QUIET_UNTIL - _SETTLES:
            self._clock.sleep_until(moment)
            seen, now = self.look(), self._clock.now()
            if (seen.pid, seen.began) != (before.pid, before.began):
                return None
            if seen.slept > before.slept:
                return self._once_asleep(quiet, max(now + _SETTLES, begins + QUIET_FROM))
            if now < at or now > begins + QUIET_UNTIL:
                return None
            moment = now + _AGAIN
        raise SafetyError(
            what=f"the cron daemon (process {before.pid}) did not wake at {begins:%H:%M} UTC",
            why=f"it has slept {before.slept} times, as before that minute; {_WHY}",
            fix=f"look at what it does (`cat /proc/{before.pid}/status`), start it again if it "
            "hangs, then run the command again",
        )

    def _once_asleep(self, quiet: QuietTime, moment: datetime) -> QuietTime | None:
        """The daemon, which has woken, is looked at from that moment on until it has read all."""
        worked, asleep = None, 0
        while True:
            self._clock.sleep_until(moment)
            seen, now = self.look(), self._clock.now()
            if not quiet.holds(now):
                break
            asleep = asleep + 1 if seen.is_asleep else 0
            # one that was seen at work may be between two waits for its disk
            if asleep == (2 if worked else 1):
                return quiet
            worked = worked if seen.is_asleep else seen
            moment = now + _AGAIN
        if worked is None or now < quiet.minute + QUIET_UNTIL:
            return None
        raise SafetyError(
            what=f"the cron daemon (process {worked.pid}) did not come to rest in the minute "
            f"{quiet.minute:%H:%M} UTC",
            why=f"its state was {worked.state} long after it woke, so it may not have read its "
            f"files yet; {_WHY}",
            fix="run the command again when the host and its disks are at rest",
        )

    @staticmethod
    def _beginning(now: datetime) -> datetime:
        """The first beginning of a minute before which the daemon can still be looked at."""
        return minute_of(now + _BEFORE) + MINUTE

    def _began(self, pid: str) -> str:
        """When the process began: its number may be given to another."""
        try:
            text = (self._root / "proc" / pid / "stat").read_text("utf-8", "replace")
        except OSError:
            return ""
        fields = text.rpartition(")")[2].split()
        return fields[19] if len(fields) > 19 else ""  # the 22nd, proc_pid_stat(5)
