"""Making a plan: an assessment, what is deployed and a wish become steps, or problems.

Pure, so that a dry run and a real run cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

from cron2aws.assess.values import AssessedEntry, Assessment, Decision, HostAssessment
from cron2aws.plan.actions import Action, Change
from cron2aws.plan.merge import Judged, merge
from cron2aws.plan.prune import doubt, orphans_of
from cron2aws.plan.shared import is_to_come
from cron2aws.plan.spread import RunOn
from cron2aws.plan.stack_states import goes
from cron2aws.plan.standing import Stacks, told, trouble
from cron2aws.plan.tasks import beyond, confined, role_parameters, task_of, wanted_parameters
from cron2aws.plan.values import (
    SETTLED,
    Deployed,
    Place,
    Plan,
    Problem,
    Source,
    Step,
    Wish,
)
from cron2aws.task.task import TAG_SERVICE_ROLE, Task
from cron2aws.task.template import too_long, violations

WRONG_OPTION = "give another value for the option, or change the stack's parameter"
ELSEWHERE = "see --profile and --region; plan each account and region by itself"
TOO_MUCH = "put a long command into a script on the hosts, and let the crontab call it"


def make_plan(
    assessment: Assessment, deployed: Iterable[Deployed], wish: Wish, place: Place
) -> Plan:
    """The plan for all hosts of an assessment.

    The assessment is to have seen the same stacks, those of the target: ids depend on them.
    """
    stacks = Stacks.of(deployed, assessment.hosts, place, wish.advice)
    planner = _Planner(stacks=stacks, wish=wish, place=place, is_whole=not assessment.unread)
    judged = [
        Judged(
            entry=entry,
            dialect=one.host.dialect.name,
            outcome=planner.outcome(entry, one),
        )
        for one in assessment.hosts
        for entry in one.entries
    ]
    labels = tuple(one.host.label for one in assessment.hosts)
    merged = merge(judged, labels, not_known=len(assessment.unread))
    orphans = orphans_of(assessment, stacks.tasks, wish.target, place)
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
        orphans=orphans,
        deletions=tuple(each for each in orphans if wish.prune and not doubt(each, assessment)),
        strays=merged.strays,
        advice=wish.advice,
        found=assessment,
    )


@dataclass(frozen=True, kw_only=True)
class _Planner:
    """What becomes of entries, one by one."""

    stacks: Stacks
    wish: Wish
    place: Place
    is_whole: bool
    """No host was left unread."""

    def outcome(self, entry: AssessedEntry, one: HostAssessment) -> Step | Problem | None:
        """A step, a problem, or nothing where the entry stays with its host."""
        if elsewhere := _elsewhere(entry, one, self.place):
            return elsewhere
        wish, root = _with_settings(self.wish, entry), entry.entry.user == "root"
        forgeable = not root and entry.source in _users_files(one)
        if problem := trouble(entry, self.stacks, wish.target, forgeable=forgeable):
            return problem
        if entry.decision is not Decision.MIGRATE:
            return None
        stack = next(iter(self.stacks.of_entry(entry, wish.target)), None)
        stands = stack is not None and not goes(stack)
        options = wish.options if stands else wish.options_of_new
        if wish.shares(stack if stands else None):
            options = options.without_roles()
        task = task_of(entry, one.host.name, wish.target, options)
        if stack is not None and stands:
            step = _update(entry, task, stack, wish, is_whole=self.is_whole)
        else:
            step = _creation(entry, task, wish)
            if stack is not None:  # its name is where it is deleted first
                step = replace(step, stack_name=stack.stack_name, replaces=True)
        before = stack.parameters if stack and stands else {}
        asked = step.parameters.get("RunOn") or before.get("RunOn")
        step = replace(step, run_on=RunOn(asked or RunOn.ALL))
        refused = beyond(wish, {**before, **step.parameters})
        if refused is None and stack is not None and stands:
            refused = confined(stack, wish)
        if refused is not None:
            return told(entry, *refused)
        known = {name: each for name, each in step.parameters.items() if not is_to_come(each)}
        wrong = violations(known)
        if wrong:
            fix = TOO_MUCH if too_long(step.parameters["Command"]) else WRONG_OPTION
            return told(entry, f"the task does not fit: {'; '.join(wrong)}", fix)
        return step


def _elsewhere(entry: AssessedEntry, one: HostAssessment, place: Place) -> Problem | None:
    """What is told of an entry of an instance of another account or region, which a saved scan has.

    No task of this place reaches it.
    """
    host = one.host
    theirs = (host.account or place.account, host.region or place.region)
    if theirs == (place.account, place.region) or entry.decision is not Decision.MIGRATE:
        return None
    what = f"its host is in account {theirs[0]}, {theirs[1]}, and the plan is for {place}"
    return told(entry, what, ELSEWHERE)


def _with_settings(wish: Wish, entry: AssessedEntry) -> Wish:
    settings = entry.entry.settings
    return replace(wish, options=wish.options.with_settings(settings)) if settings else wish


def _users_files(one: HostAssessment) -> frozenset[str]:
    """The crontabs that their owners write."""
    return frozenset(tab.path for tab in one.host.tabs if not tab.system)


def _creation(entry: AssessedEntry, task: Task, wish: Wish) -> Step:
    parameters = wanted_parameters(task, wish.options_of_new, wish.live_from)
    roles = role_parameters(wish, None)
    step = _step(
        entry,
        replace(task, parameters=MappingProxyType({**parameters, **roles})),
        wish,
        action=Action.CREATE,
        was_enabled=False,
    )
    role = wish.sharing.deploy_role if wish.sharing and wish.shares(None) else None
    options = wish.options
    return replace(
        step,
        deploy_role=options.service_role or role,
        protect=options.termination_protection or None,
    )


def _update(
    entry: AssessedEntry, task: Task, stack: Deployed, wish: Wish, *, is_whole: bool
) -> Step:
    run_on = wish.options.run_on or stack.parameters.get("RunOn")
    # with RunOn=one a host without the line would run it beside the cron of one that has it still
    missing = _missing(entry, stack, wish) if is_whole or run_on != "one" else None
    wanted = wanted_parameters(task, wish.options, wish.live_from or missing, stack)
    step = _step(
        entry,
        Task(
            id=task.id,
            stack_name=stack.stack_name,
            parameters=MappingProxyType({**wanted, **role_parameters(wish, stack)}),
            tags=MappingProxyType({**stack.tags, **wish.options.tags}),
        ),
        wish,
        action=Action.NOTHING,
        was_enabled=stack.enabled,
    )
    # a target's role has no right to take the roles away that a task has of its own
    is_its = wish.sharing and wish.shares(stack) and stack.shares_roles
    role = wish.sharing.deploy_role if wish.sharing and is_its else None
    protect = wish.options.termination_protection
    step = replace(
        step,
        template=stack.newer_template,
        deploy_role=step.task.tags.get(TAG_SERVICE_ROLE) or role,
        protect=None if protect is stack.is_protected else protect,
    )
    changes = changes_of(step, stack)
    # what failed is repaired first
    is_to_change = changes or step.template or stack.status not in SETTLED
    return replace(step, action=Action.UPDATE if is_to_change else Action.NOTHING, changes=changes)


def changes_of(step: Step, stack: Deployed) -> tuple[Change, ...]:
    """What a step changes of a stack: its parameters, its tags, and its protection."""
    parameters = tuple(
        Change(name=name, before=stack.parameters.get(name), after=value)
        for name, value in step.parameters.items()
        if not stack.has(name, value)
    )
    tags = tuple(
        Change(name=f"tag {name}", before=stack.tags.get(name), after=value)
        for name, value in step.tags.items()
        if stack.tags.get(name) != value
    )
    if step.protect in (None, stack.is_protected):
        return (*parameters, *tags)
    before, after = ("on", "off") if stack.is_protected else ("off", "on")
    protection = Change(name="termination protection", before=before, after=after)
    return (*parameters, *tags, protection)


def _missing(entry: AssessedEntry, stack: Deployed, wish: Wish) -> str | None:
    """The LiveFrom that a hand-over did not come to set: its minute, which the mark has."""
    mark = entry.entry.mark
    handed_over = wish.comment_out and mark is not None and not stack.needs_no_line
    return mark.minute if mark and handed_over else None


def _step(
    entry: AssessedEntry, task: Task, wish: Wish, *, action: Action, was_enabled: bool
) -> Step:
    managed = entry.entry.managed
    hands_over = wish.comment_out and not entry.migrated
    # as long as the line is active, an enabled task leaves the job to the host's cron
    is_to_go = managed is None or managed.marks_job
    by_wish = wish.rehearse or (wish.comment_out and is_to_go)
    return Step(
        action=action,
        task=task,
        hosts=(entry.host,),
        source=entry.source,
        line=entry.entry.line,
        user=entry.entry.user,
        enabled=was_enabled or by_wish,
        stack_name=task.stack_name,
        comment_out=hands_over and managed is None,
        managed=managed.manager if managed else None,
        handed_over=entry.migrated,
    )
