"""Jobs that are due in the same minute on one host.

The agent runs 5 commands at once (`Mds.CommandWorkersLimit`, amazon-ssm-agent's README); the others
wait for one of them to end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cron2aws.findings import Finding
from cron2aws.schedule.cron import CronSchedule, Timing
from cron2aws.schedule.days import ALL_DAYS, MINUTES_IN_DAY

AGENT_WORKERS = 5


def crowded(due: Iterable[tuple[str, Timing]]) -> Mapping[str, Finding]:
    """For each entry that is ever due with more others than the agent runs at once: the finding.

    All are taken to be in one time zone; what has no five-field schedule is left out.
    """
    schedules = [(key, timing) for key, timing in due if isinstance(timing, CronSchedule)]
    found: dict[str, Finding] = {}
    seen: set[tuple[int, ...]] = set()
    for minute in range(MINUTES_IN_DAY):
        group = tuple(n for n, (_, each) in enumerate(schedules) if each.times >> minute & 1)
        if len(group) <= AGENT_WORKERS or group in seen:
            continue
        seen.add(group)
        days = _days_with_too_many([schedules[n][1].days for n in group])
        for key, schedule in (schedules[n] for n in group):
            if schedule.days & days and key not in found:
                found[key] = _finding(minute)
    return found


def _days_with_too_many(sets: Iterable[int]) -> int:
    """The days that are in more than AGENT_WORKERS of these sets."""
    at_least = [ALL_DAYS, *[0] * (AGENT_WORKERS + 1)]
    for days in sets:
        for number in range(AGENT_WORKERS + 1, 0, -1):
            at_least[number] |= at_least[number - 1] & days
    return at_least[-1]


def _finding(minute: int) -> Finding:
    clock = f"{minute // 60:02}:{minute % 60:02}"
    return Finding(
        code="C314",
        detail=f"more than {AGENT_WORKERS} jobs of this host are due at {clock}, this one too",
    )
