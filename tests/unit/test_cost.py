"""What a plan's tasks cost: the figures of docs/explanation/what-a-run-costs.md."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest

from cron2aws.plan.cost import JOB_SECONDS, monthly
from cron2aws.schedule.trigger import DayGuard, Trigger
from cron2aws.task.run_cost import ALARMS_A_MONTH, ARM64, jobs_around, mean_of, run
from tools.run_costs import MONTH
from tools.run_costs import monthly as of_the_page

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("cron(* * * * ? *)", MONTH * 60),
        ("cron(*/5 * * * ? *)", MONTH * 12),
        ("cron(0 * * * ? *)", MONTH),
        ("rate(5 minutes)", MONTH * 12),
    ],
)
def test_an_entry_costs_what_the_page_says(expression: str, runs: float) -> None:
    found = monthly((Trigger(expression=expression, timezone="UTC", guard=None),))
    assert found.runs == pytest.approx(runs)
    assert found.dollars == pytest.approx(of_the_page(runs, JOB_SECONDS))


def test_what_it_is_made_of_is_all_of_it() -> None:
    guard = DayGuard(days_of_month=(1, 2, 3), timezone="UTC")
    often = Trigger(expression="cron(* * * * ? *)", timezone="UTC", guard=None)
    rarely = Trigger(expression="cron(0 3 ? * FRI *)", timezone="UTC", guard=guard)
    found = monthly((often, rarely))
    assert found.of_transitions == pytest.approx(found.transitions * 0.025 / 1000)
    assert found.of_messages == pytest.approx(found.starts * 1e-6 + found.runs * 0.5e-6)
    assert found.of_functions == pytest.approx(
        found.dollars - found.of_transitions - found.of_messages
    )
    _, each = mean_of(JOB_SECONDS)
    seconds = [run(job, first=first) for job, first in jobs_around(JOB_SECONDS)]
    alone = fmean(one.seconds * ARM64.dollars + one.calls * 0.7e-6 for one in seconds)
    of_one = monthly((often,))
    assert of_one.of_functions == pytest.approx(of_one.runs * alone)
    assert of_one.of_functions < of_one.runs * each


def test_the_foundation_has_as_many_alarms_as_are_paid_for() -> None:
    template = (ROOT / "cfn/foundation.yaml").read_text(encoding="utf-8")
    assert template.count("Type: AWS::CloudWatch::Alarm") * 0.10 == pytest.approx(ALARMS_A_MONTH)
