"""A plan, and what came of it, as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.text import Text

from cron2aws.crontab.identity import shown_ids
from cron2aws.escapes import printable
from cron2aws.plan.actions import Action
from cron2aws.plan.values import Plan, Step
from cron2aws.report.layout import table
from cron2aws.report.setup import details
from cron2aws.report.text import BAD, DOUBTFUL, HEAD, compact_days, sentence, value_shown, where

_LONG = 60


def plan_parts(plan: Plan) -> Iterator[RenderableType]:
    """What would be done, for the person who is about to say yes."""
    yield Text(
        f"Plan for {printable(', '.join(plan.hosts))}: account {plan.place.account}, "
        f"{plan.place.region}, instances with {plan.target}",
        style=HEAD,
    )
    yield ""
    ids = shown_ids([*(step.task.id for step in plan.steps), *(each.id for each in plan.kept)])
    if plan.setup:
        yield from (_setup(plan), "")
    if plan.work:
        yield from (_steps(plan, ids), "")
    if plan.kept:
        yield from (_kept(plan, ids), "")
    yield from _told(plan)
    yield Text(summary(plan), style=HEAD)


def _several(plan: Plan) -> bool:
    """Whether it must be said of which host a line is."""
    return len(plan.hosts) > 1


def _setup(plan: Plan) -> RenderableType:
    """What is made before, of what the tasks share."""
    made = table("what", "stack", "action", "makes", title="First, once for all tasks")
    for step in plan.setup:
        lines = [printable(step.makes), *details(step)]
        made.add_row(step.kind.value, step.stack_name, step.action.value, Text("\n".join(lines)))
    return made


def _steps(plan: Plan, ids: Mapping[str, str]) -> RenderableType:
    many = _several(plan)
    made = table("line", "id!", "stack", "what", "schedule", "then", *(["hosts"] if many else []))
    for step in plan.work:
        made.add_row(
            Text(where(step.source, step.line)),
            ids[step.task.id],
            step.stack_name,
            Text(_what(step)),
            Text(_schedule(step)),
            Text(printable(step.then)),
            *([Text(printable(", ".join(step.hosts)))] if many else []),
        )
    return made


def _what(step: Step) -> str:
    if step.action is not Action.UPDATE:
        return "create" if step.action is Action.CREATE else "-"
    told = ["template {} -> {}".format(*step.template)] if step.template else []
    told += [
        f"{each.name}: {_short(each.name, each.before)} -> {_short(each.name, each.after)}"
        for each in step.changes
    ]
    return "\n".join(["update", *told])


def _short(name: str, value: str | None) -> str:
    if not value:
        return "(none)"
    if "\n" in value or len(value) > _LONG:
        return f"({len(value)} characters)"
    return printable(value_shown(name, value))


def _schedule(step: Step) -> str:
    parameters = step.task.parameters
    lines = []
    for which in ("", "Second"):
        if expression := parameters.get(f"{which}ScheduleExpression"):
            zone = parameters[f"{which}ScheduleTimezone"]
            days = parameters.get("OnlyOnDaysOfMonth" if not which else "SecondOnlyOnDaysOfMonth")
            only = f", only on days {compact_days(days)}" if days else ""
            lines.append(f"{expression} {zone}{only}")
    return "\n".join(lines)


def _kept(plan: Plan, ids: Mapping[str, str]) -> RenderableType:
    made = table("line", "id", "decision", "why", title="Not migrated")
    for each in plan.kept:
        why = "; ".join(f"{finding.code} {finding.title}" for finding in each.reasons)
        made.add_row(
            Text(where(each.source, each.entry.line, each.host if _several(plan) else None)),
            ids[each.id],
            each.decision.value,
            Text(why),
        )
    return made


def _told(plan: Plan) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for problem in plan.problems:
        place = where(problem.source, problem.line, problem.host if _several(plan) else None)
        parts += [
            Text(f"error: {place}: {printable(problem.what)}", style=BAD),
            Text(f"  hint: {printable(problem.fix)}"),
        ]
    for stray in plan.strays:
        place = where(stray.source, stray.line, stray.host if _several(plan) else None)
        parts += [
            Text(f"mark: {place}: {printable(stray.what)}", style=DOUBTFUL),
            Text(f"  hint: {printable(stray.fix)}"),
        ]
    for stack in plan.orphans:
        parts += [
            Text(f"orphan: stack {stack.stack_name} has no line any more", style=DOUBTFUL),
            Text(printable(f"  hint: `{plan.advice.rollback(stack.stack_name)}` deletes it")),
        ]
    return [*parts, ""] if parts else []


def summary(plan: Plan) -> str:
    """One line that counts what the plan does."""
    created = sum(step.action is Action.CREATE for step in plan.steps)
    updated = sum(step.action is Action.UPDATE for step in plan.steps)
    commented = sum(step.comment_out for step in plan.steps)
    if plan.problems and not plan.work:
        problems = sentence(len(plan.problems), "problem")
        if not plan.steps:
            return f"Nothing can be done: {problems}."
        settled = sentence(len(plan.steps), "task")
        return f"Nothing more can be done: {problems}; {settled} deployed as planned."
    if not plan.work:
        if not plan.steps:
            return "Nothing to do: no entry is to be migrated."
        return f"Nothing to do: {sentence(len(plan.steps), 'task')} deployed as planned."
    created += sum(step.action is Action.CREATE for step in plan.setup)
    updated += sum(step.action is Action.UPDATE for step in plan.setup)
    return (
        f"{sentence(created, 'stack')} to create, {updated} to update, "
        f"{sentence(commented, 'line')} to comment out, "
        f"{sentence(len(plan.kept), 'entry', 'entries')} left alone."
    )
