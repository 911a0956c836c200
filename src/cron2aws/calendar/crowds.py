"""The minutes in which most entries of a host are due, beside what its agent runs at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice

from cron2aws.calendar.counting import Counts
from cron2aws.calendar.due import DueTogether, Minutes
from cron2aws.calendar.values import BUSIEST, MOMENTS, Busiest, Crowd, Due
from cron2aws.schedule.days import members


def busiest_of(due: Minutes, zone: tzinfo) -> Busiest:
    """The fullest minutes, BUSIEST crowds of them at most."""
    hosts: dict[str, list[DueTogether]] = {}
    for group in due.starts:
        hosts.setdefault(group.host, []).append(group)
    found = [
        each for groups in hosts.values() for each in islice(_crowds(due, groups, zone), BUSIEST)
    ]
    # the order of the hosts stays where they are alike
    found.sort(key=lambda each: (-len(each.due), each.moments[0]))
    span = due.span
    return Busiest(
        start=span.start.astimezone(zone),
        end=span.end.astimezone(zone),
        crowds=tuple(found[:BUSIEST]),
    )


def _crowds(due: Minutes, groups: list[DueTogether], zone: tzinfo) -> Iterator[Crowd]:
    counts = Counts()
    for group in groups:
        counts.add(group.minutes, len(group.entries))
    left = (1 << due.span.minutes) - 1
    while True:
        count, fullest = counts.most(left)
        if not count:
            return
        first = next(members(fullest))
        there = [each for each in groups if each.minutes >> first & 1]
        # where all of these are due, and no more are due, just these are
        same = fullest
        for group in there:
            same &= group.minutes
        left &= ~same
        ordered = sorted(
            ((order, entry, group) for group in there for order, entry in group.entries),
            key=lambda each: each[0],
        )
        yield Crowd(
            host=groups[0].host,
            due=tuple(Due(entry=entry, where=group.where) for _, entry, group in ordered),
            minutes=same.bit_count(),
            moments=tuple(
                due.span.time_of(minute).astimezone(zone)
                for minute in islice(members(same), MOMENTS)
            ),
        )
