"""A plan as a report: what a colleague looks at before somebody says yes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cron2aws.crontab.identity import shown_ids
from cron2aws.plan.actions import Action
from cron2aws.plan.prune import doubt
from cron2aws.plan.resources import RULES, of_shared, of_task
from cron2aws.plan.shared import Kind, is_to_come
from cron2aws.plan.values import Plan, Problem
from cron2aws.preflight.values import Check, CheckOutcome
from cron2aws.report.compose.acts import checklist
from cron2aws.report.compose.deletions import deletions, rows
from cron2aws.report.compose.differ import differences
from cron2aws.report.compose.doctor import checks_in_a_plan
from cron2aws.report.compose.entry import Cardmaker
from cron2aws.report.compose.hosts import files, host_facts, not_looked_at, unread_hosts
from cron2aws.report.compose.matrix import matrix, on_hosts
from cron2aws.report.compose.run_parts import run_parts
from cron2aws.report.compose.since import since
from cron2aws.report.compose.step import decision_of, hindered, in_plan, to_do
from cron2aws.report.compose.summary import cost, findings, summary
from cron2aws.report.compose.week import week
from cron2aws.report.compose.words import code, fact, names
from cron2aws.report.document import Review, TargetInstance
from cron2aws.report.model import Act, Cards, Facts, Grid, Paragraph, Part, Report, StyledText, Tone
from cron2aws.report.setup import details
from cron2aws.report.text import quantity

FAILED_TOPIC = "TopicCommandExecutionFailedArn"
INSTANCES_SHOWN = 20
QUOTAS = {
    "stacks of tasks": "quota-stacks",
    "state machines": "quota-state-machines",
    "schedules": "quota-schedules",
    "roles": "quota-roles",
    "topics": "quota-topics",
    RULES: "quota-rules",
}
"""The check of preflight that says how many there may be."""


def plan_report(review: Review) -> Report:
    """The report of a plan."""
    plan = review.plan
    return Report(
        title=f"Plan for {names(plan.hosts)}: {plan.place}",
        parts=tuple(_parts(review)),
        deleted=rows(plan),
    )


def plan_cards(review: Review) -> Cards:
    """The entries, each with what becomes of its stack and its line."""
    found, view = review.plan.found, review.view
    maker = Cardmaker(
        made_at=view.made_at,
        since=found.since,
        resolve_zone=view.resolve_zone,
        ids=_ids(review.plan),
        plan=in_plan(review.plan),
        on_hosts=on_hosts(found),
    )
    return Cards("Entries", tuple(map(maker.card, found.entries)), len(found.hosts))


def _ids(plan: Plan) -> Mapping[str, str]:
    ids = (each.id for each in plan.found.entries)
    return shown_ids([*ids, *(step.id for step in plan.steps)])


def _parts(review: Review) -> Iterator[Part]:
    plan, view = review.plan, review.view
    found, ids = plan.found, _ids(plan)
    yield Facts(
        "",
        (
            fact("account", f"{plan.place.account}, {plan.place.region}"),
            fact(
                "instances with",
                str(plan.target),
                *_instances(review.instances),
                *_online(review.checks),
            ),
            *(host_facts(each.host for each in found.hosts) if found.hosts else ()),
            *unread_hosts(found.unread),
            fact("made", f"{view.made_at:%Y-%m-%d %H:%M} UTC by cron2aws {view.version}"),
            fact("told of failures", *_told(plan)),
            fact("carry out", code(view.advised), *_one_first(plan)),
        ),
    )
    if found.hosts:
        yield summary(found, hindered(plan), tasks=len(plan.steps))
    else:  # a plan file's, where its crontabs are not
        yield _tasks(plan, ids)
    yield from _on_aws(plan, review.checks)
    if plan.deletions:
        yield deletions(plan)
    yield from checklist(found, ids, _acts(plan, ids), advised=view.advised)
    if plan.setup:
        yield _setup(plan)
    yield from checks_in_a_plan(review.checks)
    if not found.hosts:
        yield Paragraph(StyledText(counts_in_words(plan), Tone.STRONG))
        return
    yield from matrix(found, ids, {step.job: step for step in plan.steps})
    yield plan_cards(review)
    yield from findings(found)
    stepped = {(host, step.id) for step in plan.steps for host in step.hosts[:1]}
    moving = [each for each in found.entries if (each.host, each.id) in stepped]
    yield from differences(moving, ids)
    yield from cost(moving, ids)
    yield from week(found, view, ids)
    if view.last_review:
        yield from since(view.last_review, found, ids)
    yield from run_parts(found)
    yield files(found)
    yield from not_looked_at(found, undo=plan.advice.rollback())
    yield Paragraph(StyledText(counts_in_words(plan), Tone.STRONG))


def _one_first(plan: Plan) -> Iterator[StyledText]:
    """What the deployer does (handover/deploy.py)."""
    acting = [step.action for step in plan.steps if step.action is not Action.NOTHING]
    if any(count > 1 for count in Counter(acting).values()):
        yield StyledText("one stack first; the others are begun only if it stands")


def _told(plan: Plan) -> Iterator[StyledText]:
    """Where failures of the tasks are published."""
    topics = Counter(step.parameters.get(FAILED_TOPIC, "") for step in plan.steps)
    if not topics:
        yield StyledText("nobody: no entry is to be migrated")
    for topic, count in sorted(topics.items()):
        of = "" if len(topics) == 1 else f" ({quantity(count, 'task')})"
        if not topic:
            yield StyledText(f"nobody{of}", Tone.BAD)
        elif is_to_come(topic):
            yield StyledText(
                f"whoever subscribes to the topic that is made first{of}", Tone.DOUBTFUL
            )
        else:
            yield StyledText(f"the subscribers of {topic}{of}")


def _instances(instances: tuple[TargetInstance, ...]) -> Iterator[StyledText]:
    if not instances:
        yield StyledText("no instance has it now: a task would run nowhere", Tone.BAD)
    for each in instances[:INSTANCES_SHOWN]:
        name = each.id if each.name in ("", each.id) else f"{each.name} ({each.id})"
        tone = Tone.PLAIN if each.state == "running" else Tone.DOUBTFUL
        yield StyledText(f"{name}: {each.state}", tone)
    more = len(instances) - INSTANCES_SHOWN
    if more > 0:
        yield StyledText(f"and {more} more")


def _online(checks: Sequence[Check]) -> Iterator[StyledText]:
    """How many of them Systems Manager reaches, where it was asked."""
    for each in checks:
        if each.id == "agents":
            yield StyledText(
                each.seen, Tone.PLAIN if each.outcome is CheckOutcome.PASSES else Tone.DOUBTFUL
            )


def _on_aws(plan: Plan, checks: Sequence[Check]) -> Iterator[Part]:
    """What is created and changed, resource by resource; against quotas where they were asked."""
    created: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for step in plan.steps:
        if step.action is Action.CREATE:
            created.update(of_task(step.parameters))
        elif step.action is Action.UPDATE:
            changed["stacks of tasks"] += 1
    for shared in plan.setup:
        if shared.action is Action.CREATE:
            created.update(of_shared(shared))
        else:
            changed[f"stack of the {shared.kind}"] += 1
    lines = plan.lines_out
    if lines:
        changed["crontab lines, commented out"] += lines
    deleted = Counter({"stacks of tasks": len(plan.deletions)})
    columns = [("created", created), ("changed", changed)]
    title = "What is created and changed"
    if plan.deletions:
        columns.append(("deleted", deleted))
        title = "What is created, changed and deleted"
    names = list(dict.fromkeys(name for _, counts in columns for name in counts))
    seen = {each.id: each.seen for each in checks}
    quotas = {name: seen.get(id_, "") for name, id_ in QUOTAS.items() if created[name]}
    asked = any(quotas.values())
    if names:
        yield Grid(
            title,
            ("what", *(column for column, _ in columns), *(("quota",) if asked else ())),
            tuple(
                (
                    (StyledText(name),),
                    *(
                        (StyledText(f"{counts[name]:,}" if counts[name] else "-"),)
                        for _, counts in columns
                    ),
                    *(((StyledText(quotas.get(name) or "-"),),) if asked else ()),
                )
                for name in names
            ),
        )


def _acts(plan: Plan, ids: Mapping[str, str]) -> Iterator[Act]:
    several = len(plan.hosts) > 1
    for problem in (*plan.problems, *plan.strays):
        named = f"{ids[problem.id]}, " if problem.id in ids else ""  # options take it
        where = _where(problem, several=several)
        yield Act(to_do(problem.fix), f"{named}{where}: {problem.what}")
    for stack in plan.orphans:
        if stack in plan.deletions:
            continue
        why = doubt(stack, plan.found)
        yield Act(
            "See whether its task is still wanted; if not, delete it",
            f"stack {stack.stack_name} has no line any more"
            + (f", or so it seems: {why}" if why else ""),
            plan.advice.rollback(stack.stack_name),
        )
    mails = plan.advice.setup("--email", "ADDRESS")
    if plan.is_silent:
        yield Act("Say who is told when these tasks fail, or give --failed-topic-arn", "", mails)
    elif any(each.kind is Kind.FOUNDATION and each.action is Action.CREATE for each in plan.setup):
        yield Act("Subscribe somebody to failures: until then nobody is mailed", "", mails)


def _where(problem: Problem, *, several: bool) -> str:
    return f"{problem.host}: {problem.place}" if several else problem.place


def _setup(plan: Plan) -> Grid:
    """What is made before, of what the tasks share."""
    return Grid(
        "First, once for all tasks",
        ("what", "stack", "action", "makes"),
        tuple(
            (
                (StyledText(step.kind.value),),
                (StyledText(step.stack_name, code=True),),
                (StyledText(step.action.value),),
                (StyledText(step.makes), *map(StyledText, details(step))),
            )
            for step in plan.setup
        ),
    )


def _tasks(plan: Plan, ids: Mapping[str, str]) -> Grid:
    """The steps, where nothing is known of their entries but what they say."""
    return Grid(
        "Tasks",
        ("id", "line", "user", "schedule", "stack", "decision", "command"),
        tuple(
            (
                (StyledText(ids[step.id], code=True),),
                (StyledText(f"{step.source}:{step.line}", code=True),),
                (StyledText(step.user),),
                (StyledText(step.parameters.get("OriginalSchedule", ""), code=True),),
                (StyledText(step.stack_name, code=True),),
                (decision_of(step),),
                (StyledText(step.parameters.get("CommandShown", ""), code=True),),
            )
            for step in plan.steps
        ),
    )


def counts_in_words(plan: Plan) -> str:
    """One line that counts what the plan does."""
    created = sum(step.action is Action.CREATE for step in plan.steps)
    updated = sum(step.action is Action.UPDATE for step in plan.steps)
    commented = plan.lines_out
    if plan.problems and plan.is_idle:
        problems = quantity(len(plan.problems), "problem")
        if not plan.steps:
            return f"Nothing can be done: {problems}."
        settled = quantity(len(plan.steps), "task")
        return f"Nothing more can be done: {problems}; {settled} deployed as planned."
    if plan.is_idle:
        if not plan.steps:
            return "Nothing to do: no entry is to be migrated."
        return f"Nothing to do: {quantity(len(plan.steps), 'task')} deployed as planned."
    created += sum(step.action is Action.CREATE for step in plan.setup)
    updated += sum(step.action is Action.UPDATE for step in plan.setup)
    deleted = f"{len(plan.deletions)} to delete, " if plan.deletions else ""
    problems = ""
    if plan.problems:
        problems = f"; {quantity(len(plan.problems), 'problem')}, where nothing is changed"
    return (
        f"{quantity(created, 'stack')} to create, {updated} to update, {deleted}"
        f"{quantity(commented, 'line')} to comment out, "
        f"{quantity(len(plan.kept), 'entry', 'entries')} left alone{problems}."
    )
