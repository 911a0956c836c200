"""Groups days on which the same entries are due at a minute and in the hour after it."""

from __future__ import annotations

from collections.abc import Sequence

from cron2aws.calendar.values import HourView


def alike_views(looks: Sequence[HourView]) -> list[list[HourView]]:
    """The hour views in groups of like ones, in the order of the first of each group."""
    found: dict[object, list[HourView]] = {}
    for each in looks:
        found.setdefault((_due(each), _after(each)), []).append(each)
    return list(found.values())


def _due(each: HourView) -> object:
    if each.at is None:
        return each.local.time()
    return tuple((one.entry.host, one.entry.id, one.where) for one in each.due)


def _after(each: HourView) -> object:
    if each.at is None or each.after is None:
        return None
    starts = tuple(
        (one.at - each.at, one.entry.host, one.entry.id, one.where) for one in each.after.starts
    )
    often = tuple(
        (one.first - each.at, one.count, one.entry.host, one.entry.id, one.where)
        for one in each.after.often
    )
    return starts, often
