"""What a plan's tasks cost: the figures of docs/explanation/what-a-run-costs.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from cron2aws.plan.cost import JOB_SECONDS, monthly
from cron2aws.schedule.trigger import Trigger
from cron2aws.task.run_cost import ALARMS_A_MONTH
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


def test_the_foundation_has_as_many_alarms_as_are_paid_for() -> None:
    template = (ROOT / "cfn/foundation.yaml").read_text(encoding="utf-8")
    assert template.count("Type: AWS::CloudWatch::Alarm") * 0.10 == pytest.approx(ALARMS_A_MONTH)
