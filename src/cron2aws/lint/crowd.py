"""Jobs that are due in the same minute on one host.

The agent runs 5 commands at once (`Mds.CommandWorkersLimit`, amazon-ssm-agent's README); the others
wait for one of them to end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cron2aws.findings import Finding
from cron2aws.schedule.cron import CronSchedule, Timing
from cron2aws.schedule.days import ALL_DAYS, clock_time, members

AGENT_WORKERS = 5


def crowded(due: Iterable[tuple[str, Timing]]) -> Mapping[str, Finding]:
    """For each entry that is ever due with more others than the agent runs at once: the finding.

    All are taken to be in one time zone; what has no five-field schedule is left out.
    """
    keys: dict[CronSchedule, list[str]] = {}
    for key, timing in due:
        if isinstance(timing, CronSchedule):
            keys.setdefault(timing, []).append(key)
    found: dict[str, Finding] = {}
    for minute, group in _groups(keys).items():
        days = _days_with_too_many(each.days for each in group for _ in keys[each])
        for schedule in group:
            if schedule.days & days:
                for key in keys[schedule]:
                    found.setdefault(key, _finding(minute))
    return found


def _groups(keys: Mapping[CronSchedule, list[str]]) -> dict[int, tuple[CronSchedule, ...]]:
    """The schedules of each minute of the day with too many jobs; of equal groups the first."""
    at: dict[int, list[CronSchedule]] = {}
    for schedule in keys:
        for minute in members(schedule.times):
            at.setdefault(minute, []).append(schedule)
    crowds = {
        tuple(group): minute
        for minute, group in sorted(at.items(), reverse=True)
        if sum(len(keys[each]) for each in group) > AGENT_WORKERS
    }
    return {minute: group for group, minute in sorted(crowds.items(), key=lambda item: item[1])}


def _days_with_too_many(sets: Iterable[int]) -> int:
    """The days that are in more than AGENT_WORKERS of these sets."""
    at_least = [ALL_DAYS, *[0] * (AGENT_WORKERS + 1)]
    for days in sets:
        for number in range(AGENT_WORKERS + 1, 0, -1):
            at_least[number] |= at_least[number - 1] & days
    return at_least[-1]


def _finding(minute: int) -> Finding:
    due = f"are due at {clock_time(minute)}, this one too"
    return Finding(code="C314", detail=f"more than {AGENT_WORKERS} jobs of this host {due}")
