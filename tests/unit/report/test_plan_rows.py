"""What a plan says of the lines that stay, and of what hinders it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cron2aws.assess.values import Assessment
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Place, Plan, Wish
from cron2aws.report.model import Act, Cards, Checklist, Facts
from cron2aws.report.reports import report_of
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.documents import document
from tests.making import assessment_of, assessment_of_hosts, host_of

BACKUP, TIDY = "0 3 * * * root backup\n", "5 * * * * root tidy\n"


def plan_of(found: Assessment, stacks: Sequence[Deployed] = ()) -> Plan:
    wish = Wish(target=Target.having({"Name": ["web"]}), options=TaskOptions())
    return make_plan(found, stacks, wish, Place(account="123456789012", region="eu-west-1"))


def why(plan: Plan) -> list[str]:
    """Of each entry, why it stays."""
    cards = [part for part in report_of(document(plan)).parts if isinstance(part, Cards)]
    return [card.why for part in cards for card in part.cards]


def acts(plan: Plan) -> list[Act]:
    """What a person must do."""
    found = [part for part in report_of(document(plan)).parts if isinstance(part, Checklist)]
    return [act for part in found for act in part.acts]


def test_each_reason_why_a_line_stays_is_told() -> None:
    text = "# cron2aws: ignore\n25 6 * * * root run-parts /etc/cron.daily\n"
    assert why(plan_of(assessment_of(text))) == [
        "C360 Belongs to the host; C402 The crontab says that cron2aws is to leave this entry alone"
    ]


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
    plan = plan_of(assessment_of(BACKUP), stacks)
    (problem,) = plan.problems
    fix = problem.fix[0].upper() + problem.fix[1:]
    assert acts(plan) == [
        Act(fix, f"{problem.id[:8]}, /etc/crontab:1: {problem.what}"),
        Act(
            "See whether its task is still wanted; if not, delete it",
            f"stack {tidy.stack_name} has no line any more",
            f"cron2aws rollback {tidy.stack_name}",
        ),
    ]


def test_what_hosts_differ_in_is_a_problem_on_each_of_them() -> None:
    theirs = "0 4 * * * root backup\n0 5 * * * root tidy\n7 7 * * * root both\n"
    hosts = host_of(BACKUP + TIDY + "7 7 * * * root both\n", name="a"), host_of(theirs, name="b")
    plan = plan_of(assessment_of_hosts(*hosts))
    parts = report_of(document(plan)).parts
    (cards,) = (part for part in parts if isinstance(part, Cards))
    assert [(card.host, card.line, card.decision.text) for card in cards.cards] == [
        *(("a", 1, "problem"), ("a", 2, "problem"), ("a", 3, "create, disabled")),
        *(("b", 1, "problem"), ("b", 2, "problem"), ("b", 3, "create, disabled")),
    ]
    (told,) = (part for part in parts if isinstance(part, Facts) and part.title == "Summary")
    counts = {fact.name: fact.texts[0].text for fact in told.facts}
    assert counts["to migrate"] == "2, as 1 task"
    assert counts["with a problem"].startswith("4: ")


def test_what_is_to_be_done_about_several_entries_is_said_once() -> None:
    later = (BACKUP + TIDY).replace("0 3", "0 4").replace("5 *", "6 *")
    hosts = host_of(BACKUP + TIDY, name="a"), host_of(later, name="b")
    plan = plan_of(assessment_of_hosts(*hosts))
    same = [act for act in acts(plan) if act.what.startswith("Let the lines be the same")]
    (act,) = same
    # by its id an entry is excluded
    one, two = (problem.id[:8] for problem in plan.problems)
    assert [place.split(": ")[:2] for place in act.places] == [
        [f"{one}, a", "/etc/crontab:1"],
        [f"{two}, a", "/etc/crontab:2"],
    ]
