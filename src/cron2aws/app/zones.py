"""Time zones by name, from the system's data or the tzdata package."""

from __future__ import annotations

import zoneinfo
from datetime import tzinfo
from functools import cache

from cron2aws.errors import UsageError
from cron2aws.schedule.zone_names import NO_ZONES


@cache
def resolve_zone(name: str) -> tzinfo:
    """The zone of that IANA name; LookupError where there is none."""
    message = f"no time zone {name!r}"
    if name in NO_ZONES:
        raise LookupError(message)
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise LookupError(message) from unknown


def checked_zone(name: str) -> str:
    """`name` if it is a zone, else a usage error with near misses."""
    try:
        resolve_zone(name)
    except LookupError as unknown:
        import difflib  # noqa: PLC0415 (slow to import, and nearly never needed)

        known = sorted(zoneinfo.available_timezones() - NO_ZONES)
        near = difflib.get_close_matches(name, known, n=3)
        raise UsageError(
            what=f"no time zone {name!r}",
            why="it is not an IANA name",
            fix=f"did you mean {', '.join(near)}?" if near else "for example --timezone Asia/Tokyo",
        ) from unknown
    return name
