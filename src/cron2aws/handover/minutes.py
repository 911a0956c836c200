"""From which minute on who runs a crontab's jobs, in words."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from types import MappingProxyType

from cron2aws.handover.history import read_stamp, stamp
from cron2aws.handover.record import Way

_RUNS = MappingProxyType({Way.OUT: "the tasks run", Way.BACK: "cron runs"})
_RAN = MappingProxyType({Way.OUT: "cron runs", Way.BACK: "the tasks run"})


_STAMP = re.compile(r"\b[1-9]\d{3}-\d\d-\d\dT\d\d:\d\dZ")
_LAST_YEAR = 9998  # of which each zone has all minutes


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


def in_zone(text: str, zone: tzinfo) -> str:
    """Text of a host, its minutes by the host's zone as well."""

    def told(found: re.Match[str]) -> str:
        minute = read_stamp(found[0])
        known = minute is not None and minute.year <= _LAST_YEAR
        return minute_told(minute, zone) if known else found[0]

    return _STAMP.sub(told, text)
