"""From which minute on who runs a crontab's jobs, in words."""

from __future__ import annotations

from datetime import datetime, tzinfo
from types import MappingProxyType

from cron2aws.handover.history import stamp
from cron2aws.handover.record import Way

_RUNS = MappingProxyType({Way.OUT: "the tasks run", Way.BACK: "cron runs"})
_RAN = MappingProxyType({Way.OUT: "cron runs", Way.BACK: "the tasks run"})


def minute_told(minute: datetime | None, zone: tzinfo) -> str:
    """A minute as marks have it, and by the host's zone; empty where it is not known."""
    if minute is None:
        return ""
    local = minute.astimezone(zone)
    is_utc = str(zone) == "UTC"
    return stamp(minute) if is_utc else f"{stamp(minute)} ({local:%Y-%m-%d %H:%M} in {zone})"


def rewritten_told(path: str, minute: datetime | None, way: Way, zone: tzinfo) -> str:
    """That a crontab was edited; the minute is None for a copy."""
    since = f": from {minute_told(minute, zone)} on {_RUNS[way]} its jobs" if minute else ""
    return f"rewrote {path}{since}"


def untouched_told(path: str, way: Way) -> str:
    """That a crontab was to be edited, and was not."""
    return f"{path} was not touched: {_RAN[way]} its jobs, as before"
