"""The calculation of what a run costs: its targets, its choice, and that it is the function's."""

from __future__ import annotations

import pytest

from cron2aws.task.run_cost import CHOSEN, pause, run
from tests.unit.cfn.test_wait import Service
from tools.run_costs import (
    HOUR,
    MONTHLY,
    TARGETS,
    allowed,
    around,
    choose,
    every_length,
    late,
    meets,
    monthly,
    older,
)


@pytest.mark.parametrize(("job", "transitions", "seconds"), TARGETS)
def test_a_run_is_told_in_time_with_few_transitions(
    job: float, transitions: int, seconds: float
) -> None:
    runs = around(job)
    assert late(runs) <= seconds
    assert max(each.transitions for each in runs) <= transitions


@pytest.mark.parametrize(("often", "runs", "job", "below"), MONTHLY, ids=str)
def test_a_month_costs_less_than_it_may(often: str, runs: float, job: float, below: float) -> None:
    assert often
    assert monthly(runs, job) < below


def test_a_job_of_any_length_is_told_as_promised() -> None:
    assert all(run(job).late <= allowed(job) for job in every_length())


def test_the_numbers_are_the_cheapest_that_meet_the_targets() -> None:
    assert meets(CHOSEN)
    assert choose() == CHOSEN


@pytest.mark.parametrize("seconds", [5, 20, 60, 600, 3_590])
def test_the_older_design_is_late_by_its_ten_seconds(seconds: float) -> None:
    runs = [older(seconds + each / 20, first=0.5) for each in range(200 if seconds < 3_000 else 1)]
    assert max(each.late for each in runs) <= 10.5
    assert older(2 * HOUR).late == float("inf")


@pytest.mark.parametrize("ends", [3.2, 19, 44])
def test_looks_are_as_far_apart_as_those_of_the_function(ends: float) -> None:
    service = Service(ends)
    service.asked(retries=0)
    age = 0.0
    for number, slept in enumerate(service.clock.slept[1:], 2):
        assert slept == pytest.approx(pause(age))
        age = sum(service.clock.slept[:number])
