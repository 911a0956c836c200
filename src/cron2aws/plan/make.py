"""Making a plan: an assessment, what is deployed and a wish become steps, or problems.

Pure, so that a dry run and a real run cannot differ.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

from cron2aws.assess.values import AssessedEntry, Assessment, Decision, HostAssessment
from cron2aws.plan.merge import Judged, merge
from cron2aws.plan.tasks import task_of, wanted_parameters
from cron2aws.plan.values import (
    SETTLED,
    Action,
    Change,
    Deployed,
    Place,
    Plan,
    Problem,
    Source,
    Step,
    Wish,
)
from cron2aws.task.task import TAG_SOURCE, Target, Task, tag_value
from cron2aws.task.template import too_long, violations

WRONG_OPTION = "give another value for the option, or change the stack's parameter"
TOO_MUCH = "put a long command into a script on the hosts, and let the crontab call it"


def make_plan(
    assessment: Assessment, deployed: Iterable[Deployed], wish: Wish, place: Place
) -> Plan:
    """The plan for all hosts of an assessment."""
    by_id: dict[str, list[Deployed]] = {}
    for stack in deployed:
        by_id.setdefault(stack.id, []).append(stack)
    judged = [
        Judged(
            entry=entry,
            dialect=one.host.dialect.name,
            outcome=_outcome(entry, by_id, wish, place, one.host.name),
        )
        for one in assessment.hosts
        for entry in one.entries
    ]
    labels = tuple(one.host.label for one in assessment.hosts)
    merged = merge(judged, labels)
    return Plan(
        hosts=labels,
        place=place,
        target=wish.target,
        sources=tuple(
            Source(host=one.host.label, path=tab.path, sha256=tab.sha256)
            for one in assessment.hosts
            for tab in one.host.tabs
        ),
        steps=merged.steps,
        kept=merged.kept,
        problems=merged.problems,
        orphans=_orphans(assessment, itertools.chain(*by_id.values()), wish.target),
    )


def _outcome(
    entry: AssessedEntry,
    by_id: Mapping[str, Sequence[Deployed]],
    wish: Wish,
    place: Place,
    host: str,
) -> Step | Problem | None:
    stack = next(iter(by_id.get(entry.id, ())), None)
    return _ambiguous(entry, by_id, place) or _judge(entry, stack, wish, host)


def _orphans(
    assessment: Assessment, stacks: Iterable[Deployed], target: Target
) -> tuple[Deployed, ...]:
    return tuple(
        stack
        for stack in stacks
        if stack.target == target
        and any(_is_gone_from(one, stack) for one in assessment.hosts)
        and not any(_has(one, stack.id) for one in assessment.hosts)
    )


def _is_gone_from(one: HostAssessment, stack: Deployed) -> bool:
    """Only a source that was read can tell that an entry is gone from it."""
    read = {tag_value(tab.path) for tab in one.host.tabs}
    return stack.comes_from(one.host.name) and stack.tags.get(TAG_SOURCE) in read


def _has(one: HostAssessment, entry_id: str) -> bool:
    return any(entry.id == entry_id for entry in (*one.entries, *one.left_out))


def at_home(entry: AssessedEntry, place: Place) -> bool:
    """Whether a commented-out line's mark names this account and region, not others."""
    mark = entry.entry.mark
    return mark is None or (mark.account, mark.region) == (place.account, place.region)


def _ambiguous(
    entry: AssessedEntry, by_id: Mapping[str, Sequence[Deployed]], place: Place
) -> Problem | None:
    mark, stacks = entry.entry.mark, by_id.get(entry.id, ())
    if mark and not at_home(entry, place):
        return _problem(
            entry,
            f"the line was handed over to account {mark.account}, {mark.region}, not to this one",
            "give the --profile and --region of that place",
        )
    if len(stacks) > 1:
        return _problem(
            entry,
            f"several stacks have the id of this entry: {', '.join(s.stack_name for s in stacks)}",
            "delete all but one with `cron2aws rollback STACK`, or in CloudFormation",
        )
    return None


def _judge(
    entry: AssessedEntry, stack: Deployed | None, wish: Wish, host: str
) -> Step | Problem | None:
    if problem := _ownership(entry, stack, wish):
        return problem
    if entry.decision is not Decision.MIGRATE:
        return _kept(entry, stack)
    if stack is None:
        step = _creation(entry, task_of(entry, host, wish.target, wish.options_of_new), wish)
    else:
        step = _update(entry, task_of(entry, host, wish.target, wish.options), stack, wish)
    wrong = violations(step.parameters)
    if wrong:
        fix = TOO_MUCH if too_long(step.parameters["Command"]) else WRONG_OPTION
        return _problem(entry, f"the task does not fit: {'; '.join(wrong)}", fix)
    return step


def _ownership(entry: AssessedEntry, stack: Deployed | None, wish: Wish) -> Problem | None:
    if stack is None:
        if entry.entry.mark is None:
            return None
        return _problem(
            entry,
            f"the line is commented out but its stack {entry.entry.mark.stack} is missing: "
            "the job runs nowhere",
            f"take the line back with `cron2aws rollback {entry.id}`, then migrate again",
        )
    if stack.target != wish.target:
        return _problem(
            entry,
            f"stack {stack.stack_name} runs this entry on {stack.target}, not on {wish.target}",
            f"migrate with --tag {stack.target}; or, where the line with its mark is on this host, "
            f"`cron2aws rollback {entry.id}` first",
        )
    if not stack.belongs_to(entry.source, entry.entry.user):
        return _problem(
            entry,
            f"stack {stack.stack_name} has the id of this entry but another source or user",
            "compare the stack's tags with the mark in the crontab: one of them was edited",
        )
    if stack.status not in SETTLED:
        return _problem(
            entry,
            f"stack {stack.stack_name} is in {stack.status}",
            f"wait for it, or delete it with `cron2aws rollback {entry.id}`, then migrate again",
        )
    if entry.migrated and not stack.enabled:
        return _problem(
            entry,
            f"the line is commented out and stack {stack.stack_name} is disabled: "
            "the job runs nowhere",
            f"`cron2aws enable {entry.id}`, or take the line back with `cron2aws rollback`",
        )
    return None


def _problem(entry: AssessedEntry, what: str, fix: str) -> Problem:
    return Problem(
        id=entry.id,
        what=what,
        fix=fix,
        host=entry.host,
        source=entry.source,
        line=entry.entry.line,
    )


def _kept(entry: AssessedEntry, stack: Deployed | None) -> Problem | None:
    if stack is None:
        return None
    return _problem(
        entry,
        f"the entry is to be {'kept' if entry.decision is Decision.KEEP else 'reviewed'} "
        f"but has the stack {stack.stack_name}",
        f"`cron2aws rollback {entry.id}` deletes the stack and takes the line back",
    )


def _creation(entry: AssessedEntry, task: Task, wish: Wish) -> Step:
    return Step(
        action=Action.CREATE,
        task=task,
        hosts=(entry.host,),
        source=entry.source,
        line=entry.entry.line,
        user=entry.entry.user,
        # the local line still runs: the cut-over enables the task, or the user knowingly
        enabled=wish.enable and not wish.comment_out,
        stack_name=task.stack_name,
        cut_over=wish.comment_out,
    )


def _update(entry: AssessedEntry, task: Task, stack: Deployed, wish: Wish) -> Step:
    wanted = wanted_parameters(task, stack, wish.options)
    enabled = stack.enabled or (wish.enable and not wish.comment_out)
    changes = tuple(
        Change(name=name, before=stack.parameters.get(name), after=value)
        for name, value in {**wanted, "Enabled": str(enabled).lower()}.items()
        if not _same(stack.parameters.get(name), value)
    )
    return Step(
        action=Action.UPDATE if changes else Action.NOTHING,
        task=Task(id=task.id, stack_name=stack.stack_name, parameters=wanted, tags=stack.tags),
        hosts=(entry.host,),
        source=entry.source,
        line=entry.entry.line,
        user=entry.entry.user,
        enabled=enabled,
        stack_name=stack.stack_name,
        cut_over=wish.comment_out and not entry.migrated,
        changes=changes,
    )


def _same(deployed: str | None, wanted: str) -> bool:
    """Equal but for white space at the end, which a service in between may have dropped."""
    return deployed is not None and deployed.rstrip() == wanted.rstrip()
