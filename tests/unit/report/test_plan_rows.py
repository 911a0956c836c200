"""What a plan says of the lines that stay, and of what hinders it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cron2aws.assess.values import Assessment
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Place, Plan, Wish
from cron2aws.report.formats import Table
from cron2aws.report.text import Style
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.documents import document
from tests.making import assessment_of

BACKUP, TIDY = "0 3 * * * root backup\n", "5 * * * * root tidy\n"


def plan_of(found: Assessment, stacks: Sequence[Deployed] = ()) -> Plan:
    wish = Wish(target=Target.having({"Name": ["web"]}), options=TaskOptions())
    return make_plan(found, stacks, wish, Place(account="123456789012", region="eu-west-1"))


def lines(plan: Plan) -> list[str]:
    return "".join(Table().write(document(plan), Style(width=300))).splitlines()


def test_each_reason_why_a_line_stays_is_told() -> None:
    text = "# cron2aws: ignore\n25 6 * * * root run-parts /etc/cron.daily\n"
    (kept,) = [line for line in lines(plan_of(assessment_of(text))) if "  keep  " in line]
    assert kept.split("  ")[-1] == (
        "C360 Belongs to the host; C402 The crontab says that cron2aws is to leave this entry alone"
    )


def test_problems_and_orphans_are_both_told() -> None:
    backup, tidy = plan_of(assessment_of(BACKUP + TIDY)).steps
    stacks = [
        Deployed(
            id=step.task.id,
            stack_name=step.stack_name,
            stack_id=f"arn:{step.stack_name}",
            status="CREATE_COMPLETE",
            parameters=step.parameters,
            tags=step.task.tags,
            outputs={"StateMachineArn": "machine"},
        )
        for step in (backup, tidy)
    ]
    stacks[0] = replace(stacks[0], status="DELETE_FAILED")
    told = lines(plan_of(assessment_of(BACKUP), stacks))
    first = [line.split(":")[0] for line in told]
    assert [word for word in first if word.strip() in {"error", "hint", "orphan"}] == [
        *("error", "  hint"),
        *("orphan", "  hint"),
    ]
    assert f"orphan: stack {tidy.stack_name} has no line any more" in told
