"""More jobs in a minute than the agent runs at once."""

from __future__ import annotations

from dataclasses import fields

import pytest

from cron2aws.lint.crowd import crowded
from cron2aws.schedule.cron import CronSchedule, Timing, parse_expression
from cron2aws.schedule.fields import DEBIAN


def due(*expressions: str) -> list[tuple[str, Timing]]:
    found: list[tuple[str, Timing]] = []
    for number, expression in enumerate(expressions):
        timing = parse_expression(expression, DEBIAN)
        assert isinstance(timing, Timing)
        found.append((str(number), timing))
    return found


FIVE_AT_MIDNIGHT = ("0 0 * * *", "@daily", "*/5 * * * *", "0 */2 * * *", "* * * * *")


@pytest.mark.parametrize(
    ("sixth", "crowd"),
    [
        ("0 0 * * *", "012345"),
        ("0 0 29 2 *", "012345"),  # one day in four years is enough
        ("1 0 * * *", ""),
        ("0 0 30 2 *", ""),
        ("@reboot", ""),
        ("0 4 * * *", ""),
    ],
)
def test_the_sixth_job_makes_a_crowd(sixth: str, crowd: str) -> None:
    assert "".join(sorted(crowded(due(*FIVE_AT_MIDNIGHT, sixth)))) == crowd


def test_who_is_never_in_the_crowd_is_not_told_of_it() -> None:
    """Six on the first of the month; the sixth of that minute comes on Mondays, with five."""
    jobs = due(*["0 0 1 * *"] * 5, "0 0 1 1 *", "0 0 2 * *", "7 0 * * *")
    assert sorted(crowded(jobs)) == ["0", "1", "2", "3", "4", "5"]


def test_the_first_such_minute_is_told() -> None:
    found = crowded(due(*["30 6,18 * * *"] * 6))
    assert {finding.detail for finding in found.values()} == {
        "more than 5 jobs of this host are due at 06:30"
    }


def test_entries_that_are_told_of_one_minute_share_its_finding() -> None:
    """Five at midnight and at four, one more at each: the five are told of the first only."""
    found = crowded(due(*["0 0,4 * * *"] * 5, "0 0 * * *", "0 4 * * *"))
    assert len({id(found[key]) for key in "012345"}) == 1
    assert found["6"].detail == (
        "more than 5 jobs of this host are due at 04:00,"
        " 5 of them at an earlier such minute as well"
    )


def test_equal_schedules_are_looked_at_once() -> None:
    """Two thousand jobs of every minute: their days are not asked for in each."""
    asked = 0

    class Counted(CronSchedule):
        @property
        def days(self) -> int:
            nonlocal asked
            asked += 1
            return super().days

    timing = parse_expression("* * * * *", DEBIAN)
    assert isinstance(timing, CronSchedule)
    jobs = [
        (str(n), Counted(**{f.name: getattr(timing, f.name) for f in fields(timing)}))
        for n in range(2_000)
    ]
    assert len(crowded(jobs)) == 2_000
    assert asked < 10


def test_the_schedules_are_five_field_ones() -> None:
    assert isinstance(due("@daily")[0][1], CronSchedule)
    assert not isinstance(due("@reboot")[0][1], CronSchedule)
