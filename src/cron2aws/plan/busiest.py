"""The minute in which most tasks of a plan are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cron2aws.plan.values import Step
from cron2aws.schedule.cron import CronSchedule, parse_expression
from cron2aws.schedule.days import clock_time, members
from cron2aws.schedule.fields import DEBIAN


def busiest(steps: Iterable[Step]) -> tuple[str, int]:
    """That minute of the day (`03:00`), and how many tasks may be due in it.

    Each is counted in its own zone, and on every day: it is at least as many as on any one day.
    """
    due: Counter[int] = Counter()
    schedules = Counter(step.task.parameters.get("OriginalSchedule", "") for step in steps)
    for text, count in schedules.items():
        # the widest grammar: what it reads and another daemon does not was never planned
        timing = parse_expression(text, DEBIAN)
        if isinstance(timing, CronSchedule):
            for minute in members(timing.times):
                due[minute] += count
    if not due:
        return clock_time(0), 0
    # the first of several
    minute = min(due, key=lambda each: (-due[each], each))
    return clock_time(minute), due[minute]
