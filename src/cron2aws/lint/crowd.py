"""Jobs that are due in the same minute on one host.

The agent runs 5 commands at once (`Mds.CommandWorkersLimit`, amazon-ssm-agent's README); the others
wait for one of them to end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cron2aws.findings import Finding
from cron2aws.schedule.cron import CronSchedule, Timing
from cron2aws.schedule.days import ALL_DAYS, ALL_MINUTES, bits, clock_time, members

AGENT_WORKERS = 5
"""Commands that an agent runs at once by default: Mds.CommandWorkersLimit, in its README."""


def crowded(due: Iterable[tuple[str, Timing]]) -> Mapping[str, Finding]:
    """For each entry that is ever due with more others than the agent runs at once: the finding.

    All entries that are told of the same minute have the same finding: its first such minute. All
    are taken to be in one time zone; what has no five-field schedule is left out.
    """
    keys: dict[CronSchedule, list[str]] = {}
    for key, timing in due:
        if isinstance(timing, CronSchedule):
            keys.setdefault(timing, []).append(key)
    crowds = list(_crowds(keys))
    minutes = bits(minute for minute, _, _ in crowds)
    waiting: dict[int, list[CronSchedule]] = {}  # by the next such minute that each is due in
    for schedule in keys:
        _wait(waiting, schedule, minutes)
    found: dict[str, Finding] = {}
    for minute, days, jobs in crowds:
        new: list[str] = []
        for schedule in waiting.pop(minute, []):
            if schedule.days & days:
                new += keys[schedule]
            else:
                _wait(waiting, schedule, minutes >> minute + 1 << minute + 1)
        if new:
            found.update(dict.fromkeys(new, _finding(minute, jobs - len(new))))
    return found


def _wait(waiting: dict[int, list[CronSchedule]], schedule: CronSchedule, minutes: int) -> None:
    following = next(members(schedule.times & minutes), None)
    if following is not None:
        waiting.setdefault(following, []).append(schedule)


def _crowds(keys: Mapping[CronSchedule, list[str]]) -> Iterator[tuple[int, int, int]]:
    """Each minute of the day with too many jobs: on which days, and how many jobs share them."""
    by_days: dict[int, list[tuple[int, int]]] = {}
    for schedule, same in keys.items():
        by_days.setdefault(schedule.days, []).append((schedule.times, len(same)))
    candidates = _too_many(
        [times for group in by_days.values() for each in group for times in _capped(each)],
        ALL_MINUTES,
    )
    at: dict[int, dict[int, int]] = {}
    for days, group in by_days.items():
        for times, count in group:
            for minute in members(times & candidates):
                counts = at.setdefault(minute, {})
                counts[days] = counts.get(days, 0) + count
    for minute, counts in sorted(at.items()):
        if counts.get(ALL_DAYS, 0) > AGENT_WORKERS:
            crowd = ALL_DAYS  # nothing need be counted
        else:
            crowd = _too_many([days for each in counts.items() for days in _capped(each)], ALL_DAYS)
        if crowd:
            yield minute, crowd, sum(n for days, n in counts.items() if days & crowd)


def _capped(each: tuple[int, int]) -> list[int]:
    """A set as often as it counts: beyond the agent's workers more of it change nothing."""
    found, count = each
    return [found] * min(count, AGENT_WORKERS + 1)


def _too_many(sets: Iterable[int], everything: int) -> int:
    """What is in more than AGENT_WORKERS of these sets."""
    at_least = [everything, *[0] * (AGENT_WORKERS + 1)]
    for each in sets:
        for number in range(AGENT_WORKERS + 1, 0, -1):
            at_least[number] |= at_least[number - 1] & each
        if at_least[-1] == everything:
            break
    return at_least[-1]


def _finding(minute: int, others: int) -> Finding:
    detail = f"more than {AGENT_WORKERS} jobs of this host are due at {clock_time(minute)}"
    if others:
        detail += f", {others} of them at an earlier such minute as well"
    return Finding(code="C314", detail=detail)
