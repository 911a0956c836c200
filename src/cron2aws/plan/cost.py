"""What tasks cost a month, worked out from their triggers: nothing is asked of AWS.

How long a job takes is not known before it ran on AWS, so that one length is taken for all of them
(JOB_SECONDS), and said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from cron2aws.schedule.days import bits, days_of_month, kind_of
from cron2aws.schedule.eventbridge import EventBridgeCron, Rate, parse_aws
from cron2aws.schedule.trigger import DayGuard, Trigger
from cron2aws.task.run_cost import MESSAGE, START, TRANSITION, StatePath, mean_of, run_use

JOB_SECONDS = 20
"""How long a job is taken to last."""

_DAYS = 365
_MONTHS = 12
_YEAR = tuple(kind_of(date(2027, 1, 1) + timedelta(days=n)) for n in range(_DAYS))
"""A year without a leap day: the first one after this release."""

_MINUTES_A_YEAR = _DAYS * 1440
_DEFAULTS: MappingProxyType[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Monthly:
    """Of a month of average length: executions that start, runs of the job, US dollars."""

    starts: float = 0
    runs: float = 0
    transitions: float = 0
    dollars: float = 0

    @property
    def of_transitions(self) -> float:
        """Dollars for Step Functions."""
        return self.transitions * TRANSITION.dollars

    @property
    def of_messages(self) -> float:
        """Dollars for the starts of schedules and for what topics are told."""
        return self.starts * START.dollars + self.runs * MESSAGE.dollars

    @property
    def of_functions(self) -> float:
        """Dollars for Lambda, and for what functions log."""
        return self.dollars - self.of_transitions - self.of_messages

    def __add__(self, other: Monthly) -> Monthly:
        """Of both together."""
        return Monthly(
            starts=self.starts + other.starts,
            runs=self.runs + other.runs,
            transitions=self.transitions + other.transitions,
            dollars=self.dollars + other.dollars,
        )


@lru_cache(maxsize=4096)
def monthly(triggers: tuple[Trigger, ...], *, seconds: float = JOB_SECONDS) -> Monthly:
    """What the task of these triggers costs, each run with a job of so many seconds.

    At list prices of us-east-1, without free tiers, a message for each run among them.
    """
    found = Monthly()
    for trigger in triggers:
        starts, runs = _times(trigger.expression, trigger.guard)
        transitions, each = mean_of(seconds)
        not_due = run_use(0, StatePath.NOT_DUE, _DEFAULTS, by_hand=False)
        found += Monthly(
            starts=starts,
            runs=runs,
            transitions=runs * transitions + (starts - runs) * not_due.transitions,
            dollars=runs * each + (starts - runs) * not_due.dollars,
        )
    return found


@lru_cache(maxsize=4096)
def _times(expression: str, guard: DayGuard | None) -> tuple[float, float]:
    """How often a trigger fires a month, and how often its guard lets the run pass."""
    value = parse_aws(expression)
    match value:
        case EventBridgeCron():
            minutes = value.at.bit_count()
            allowed = days_of_month(bits(guard.days_of_month)) if guard else value.on
            starts = sum(value.on >> kind & 1 for kind in _YEAR)
            runs = sum((value.on & allowed) >> kind & 1 for kind in _YEAR)
            return starts * minutes / _MONTHS, runs * minutes / _MONTHS
        case Rate():
            fired = _MINUTES_A_YEAR / value.minutes / _MONTHS
            return fired, fired
        case _:
            return 0, 0
