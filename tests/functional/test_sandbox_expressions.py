"""Expressions: the reading of the sandbox, which is somebody else's, and ours, held together."""
# ruff: noqa: DTZ001 (wall times are naive)

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from cron2aws.sandbox.time import expressions
from cron2aws.sandbox.time.expressions import BadExpressionError, Cron, read
from cron2aws.schedule.eventbridge import BadExpression, EventBridgeCron, parse_aws

COUNT = 10_000
FIRST = datetime(2026, 11, 29)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


class Writer:
    """Writes expressions with all that AWS's pages have."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 (nothing secret)

    def expression(self) -> str:
        on = self.chance.choice((self._by_date, self._by_weekday))
        minutes, hours = self._field(0, 59), self._field(0, 23)
        day, weekday = on()
        month, year = self._field(1, 12, MONTHS), self._year()
        return f"cron({minutes} {hours} {day} {month} {weekday} {year})"

    def moments(self, near: Callable[[datetime], datetime | None]) -> Iterator[datetime]:
        """Any minutes of ten years, and some at which it may fire, with their neighbours."""
        for _ in range(5):
            yield self._minute()
        at: datetime | None = self._minute()
        for _ in range(4):
            at = near(at) if at else None
            if at is None:
                return
            yield from (at, at + timedelta(minutes=1), at - timedelta(days=1))

    def _minute(self) -> datetime:
        return FIRST + timedelta(minutes=self.chance.randrange(10 * 366 * 1440))

    def _by_date(self) -> tuple[str, str]:
        day = self.chance.randint(1, 31)
        return self.chance.choice((self._field(1, 31), "L", f"{day}W")), "?"

    def _by_weekday(self) -> tuple[str, str]:
        value, which = self._value(1, 7, WEEKDAYS), self.chance.randint(1, 5)
        field = self._field(1, 7, WEEKDAYS, steps=False)
        return "?", self.chance.choice((field, f"{value}#{which}", f"{value}L"))

    def _year(self) -> str:
        year = self.chance.randint(2026, 2036)
        return self.chance.choice(("*", "*", str(year), f"2026-{year}", f"{year},2030,2199"))

    def _field(
        self, low: int, high: int, names: tuple[str, ...] = (), *, steps: bool = True
    ) -> str:
        if self.chance.random() < 0.2:
            return "*"
        count = self.chance.choice((1, 1, 2, 3))
        return ",".join(self._part(low, high, names, steps=steps) for _ in range(count))

    def _part(self, low: int, high: int, names: tuple[str, ...], *, steps: bool) -> str:
        first, last = sorted((self.chance.randint(low, high), self.chance.randint(low, high)))
        ends = [self._value(each, each, names, low) for each in (first, last)]
        part = "-".join(ends) if self.chance.random() < 0.4 else ends[0]
        step = steps and self.chance.random() < 0.3
        return f"{part}/{self.chance.randint(1, high)}" if step else part

    def _value(self, low: int, high: int, names: tuple[str, ...], first: int = 1) -> str:
        value = self.chance.randint(low, high)
        by_name = names and self.chance.random() < 0.5
        return names[value - first] if by_name else str(value)


def test_ten_thousand_expressions_fire_at_the_same_minutes() -> None:
    writer = Writer(1)
    wrong, fired = [], 0
    for _ in range(COUNT):
        text = writer.expression()
        ours, theirs = parse_aws(text), read(text)
        assert isinstance(ours, EventBridgeCron), ours
        assert isinstance(theirs, Cron)
        for moment in writer.moments(ours.next_after):
            fires = theirs.fires(moment)
            fired += fires
            if fires is not ours.fires(moment):
                wrong.append((text, moment, fires))
    assert wrong == []
    assert fired > 3 * COUNT


@pytest.mark.parametrize(
    ("text", "moment", "fires"),
    [  # "Schedule types on EventBridge Scheduler" and "cron expressions", each with its meaning
        ("cron(0 10 * * ? *)", datetime(2027, 3, 14, 10), True),
        ("cron(15 12 * * ? *)", datetime(2027, 3, 14, 12, 15), True),
        ("cron(0 18 ? * MON-FRI *)", datetime(2027, 3, 12, 18), True),
        ("cron(0 18 ? * MON-FRI *)", datetime(2027, 3, 13, 18), False),
        ("cron(0 8 1 * ? *)", datetime(2027, 3, 1, 8), True),
        ("cron(0/10 * ? * MON-FRI *)", datetime(2027, 3, 12, 9, 50), True),
        ("cron(0/5 8-17 ? * MON-FRI *)", datetime(2027, 3, 12, 17, 55), True),
        ("cron(0/5 8-17 ? * MON-FRI *)", datetime(2027, 3, 12, 18), False),
        ("cron(0 9 ? * 2#1 *)", datetime(2027, 3, 1, 9), True),
        ("cron(0 9 ? * 2#1 *)", datetime(2027, 3, 8, 9), False),
        ("cron(15 10 ? * 6L 2022-2023)", datetime(2022, 9, 30, 10, 15), True),
        ("cron(15 10 ? * 6L 2022-2023)", datetime(2024, 9, 27, 10, 15), False),
        ("cron(0 0 3W * ? *)", datetime(2027, 1, 4), True),  # the 3rd is a Sunday
        ("cron(0 0 L * ? *)", datetime(2028, 2, 29), True),
    ],
)
def test_the_examples_of_awss_pages(text: str, moment: datetime, fires: bool) -> None:
    found = read(text)
    assert isinstance(found, Cron)
    assert found.fires(moment) is fires


@pytest.mark.parametrize(
    "text",
    [
        "cron(0 1 * * * *)",
        "cron(0 1 ? * ? *)",
        "cron(0 1 * * ?)",
        "cron(71 8 1 * ? *)",
        "cron(7 20 ? * 0 *)",
        "cron(7 20 ? * 2/2 *)",
        "cron(*/60 * * * ? *)",
        "cron(0/0 * * * ? *)",
        "cron(0 0 1 * ? 1969)",
        "cron(0 0 1 * ? *",
        f"cron({','.join(['0'] * 130)} * * * ? *)",
        "at(2027-01-01T00:00:00)",
        "rate(1 minutes)",
        "rate(10 minute)",
        "rate(0 minutes)",
        "rate(10 seconds)",
        " rate(10 minutes)",
    ],
)
def test_both_refuse(text: str) -> None:
    with pytest.raises(BadExpressionError):
        read(text)
    assert isinstance(parse_aws(text), BadExpression)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("rate(1 minute)", 1), ("rate(5 minutes)", 5), ("rate(2 hours)", 120), ("rate(1 day)", 1440)],
)
def test_a_rate_counts_from_its_creation(text: str, minutes: int) -> None:
    rate = read(text)
    assert isinstance(rate, expressions.Rate)
    fired = [
        n for n in range(3 * minutes) if rate.fires(FIRST + timedelta(minutes=n), created=FIRST)
    ]
    assert fired == [minutes, 2 * minutes]
