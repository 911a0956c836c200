"""`upgrade`: gives tasks, and what they share, this release's templates."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.context import Context
from cron2aws.app.options import UpgradeOptions
from cron2aws.app.previews import of_shared, of_tasks
from cron2aws.app.setup import carried_out, concurrency, notes
from cron2aws.app.sharing import by_an_administrator
from cron2aws.app.tasks import chosen
from cron2aws.errors import PartlyApplied, SafetyError
from cron2aws.handover.deploy import Deployer, Failure
from cron2aws.handover.quiet import Quiet
from cron2aws.plan.actions import Action
from cron2aws.plan.setup import SetupWish, documents_step, setup_steps
from cron2aws.plan.shared import SetupStep, Shared, sharing
from cron2aws.plan.stack_states import Doing, Way, refusal, way
from cron2aws.plan.upgrade import TaskUpgrade, options_for, task_upgrade
from cron2aws.plan.values import Deployed
from cron2aws.report.setup import setup_lines
from cron2aws.report.text import quantity
from cron2aws.task.foundation import Foundation, TargetStack
from cron2aws.task.target import Target

MIDWAY = "Each task has its old template or the new one whole. The same command again goes on."


@dataclass(frozen=True, kw_only=True)
class Upgraded:
    """The ids of tasks that have this release's template now, and those that could not get it."""

    done: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    untried: tuple[str, ...] = ()
    why_untried: str = ""
    exit_code: int = 0


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What is to be done: the foundation first, then documents, targets and tasks."""

    foundation: Foundation | None
    first: SetupStep | None
    """Of the foundation; None where nobody needs one."""

    documents: SetupStep | None
    """Of the documents; None where there are none, or tasks are named."""

    targets: Mapping[Target, SetupStep]
    tasks: tuple[TaskUpgrade, ...]
    refused: tuple[SafetyError, ...]
    wish: SetupWish = field(default_factory=SetupWish)

    @property
    def setup(self) -> list[SetupStep]:
        """The stacks that tasks share which are made or updated."""
        steps = (self.first, self.documents, *self.targets.values())
        return [step for step in steps if step and step.action is not Action.NOTHING]


def upgrade(options: UpgradeOptions, context: Context) -> Upgraded:
    """Show what has an older template, ask, and bring it up to date.

    UsageError for a name of no task; SafetyError or AwsError before anything is changed, or where
    what tasks share could not be updated.
    """
    if options.dry_run:
        return _upgrade(options, context)
    with alone(context, "upgrade"):
        return _upgrade(options, context)


def _upgrade(options: UpgradeOptions, context: Context) -> Upgraded:
    deployed = context.stacks.deployed()
    work = _work(options, deployed, context)
    for refused in work.refused:
        context.console.note(f"error: {refused}")
    trouble = SafetyError.exit_code if work.refused else 0
    if not work.setup and not work.tasks:
        if not trouble:
            context.console.note(f"Nothing to do: all in {context.place} is of this release.")
        return Upgraded(exit_code=trouble)
    _show(work, deployed, context)
    if options.dry_run or not agreed(context, _question(work, context), yes=options.acting.yes):
        return Upgraded(exit_code=trouble)
    return _carried_out(work, options, trouble, context)


def _work(options: UpgradeOptions, deployed: Sequence[Deployed], context: Context) -> _Work:
    named = chosen(deployed, options.tasks)
    asked = named if options.tasks else [each for each in deployed if each.is_task]
    # while AWS hides the outputs of a stack nobody knows its template
    older = [each for each in asked if each.newer_template or each.version is None]
    refused = [
        refusal(each, Doing.CHANGE)
        for each in older
        if way(each.status, Doing.CHANGE) is Way.REFUSE
    ]
    older = [each for each in older if way(each.status, Doing.CHANGE) is not Way.REFUSE]
    moving = [each for each in older if not each.keeps_own_roles]
    foundation = context.shared.foundation()
    targets = {each.target: None for each in moving}
    if not options.tasks:
        targets |= {each.target: None for each in context.shared.targets()}
    documents = None if options.tasks else context.shared.documents()
    of_documents = documents_step(SetupWish(), documents) if documents else None
    if not targets and (foundation is None or options.tasks):
        return _Work(
            foundation=foundation,
            first=None,
            documents=of_documents,
            targets={},
            tasks=tuple(TaskUpgrade(stack=each, parameters={}) for each in older),
            refused=tuple(refused),
        )
    wish = SetupWish(
        options=options_for(moving, foundation=foundation is None, target=False),
        concurrency=concurrency(context),
    )
    (first,) = setup_steps(wish, Shared(foundation=foundation))
    steps: dict[Target, SetupStep] = {}
    tasks = [TaskUpgrade(stack=each, parameters={}) for each in older if each.keeps_own_roles]
    for target in targets:
        stack = context.shared.target(target)
        of_target = [each for each in moving if each.target == target]
        more = options_for(of_target, foundation=False, target=stack is None)
        shared = Shared(foundation=foundation, target=stack)
        _, steps[target] = setup_steps(SetupWish(options=more, target=target), shared)
        given = sharing(shared, first, steps[target])
        for each in of_target:
            try:
                tasks.append(task_upgrade(each, given))
            except SafetyError as beyond:
                refused.append(beyond)
    return _Work(
        foundation=foundation,
        first=first,
        documents=of_documents,
        targets=steps,
        tasks=tuple(tasks),
        refused=tuple(refused),
        wish=wish,
    )


def _show(work: _Work, deployed: Sequence[Deployed], context: Context) -> None:
    note = context.console.note
    for step in work.setup:
        for line in setup_lines(step):
            note(line)
    for each in work.tasks:
        versions = "template {} -> {}".format(*each.template) if each.template else "the template"
        moves = ", from roles of its own to the shared ones" if each.moves else ""
        note(f"update {each.stack_name}: {versions}{moves}")
    for line in (*of_shared(work.setup, context), *of_tasks(work.tasks, deployed, context)):
        note(line)
    if work.first and work.first in work.setup:
        for line in notes([work.first], work.wish):
            note(line)


def _question(work: _Work, context: Context) -> str:
    made = sum(step.action is Action.CREATE for step in work.setup)
    updated = len(work.setup) - made + len(work.tasks)
    create = f"create {quantity(made, 'stack')} and " if made else ""
    text = f"{create}update {quantity(updated, 'stack')} in {context.place}?"
    return text[0].upper() + text[1:]


def _carried_out(work: _Work, options: UpgradeOptions, trouble: int, context: Context) -> Upgraded:
    tasks = _with_what_is_shared(work, context)
    parallel = 1 if context.one_at_a_time else options.acting.parallel
    with context.console.progress(midway=MIDWAY) as progress:
        deployment = Deployer(
            context.stacks,
            progress,
            parallel=parallel,
            quiet=Quiet(context.stacks, context.runs, context.clock, progress).wait,
        ).deploy(tasks)
    return Upgraded(
        done=tuple(each.stack_name for each in deployment.done),
        failed=deployment.failed,
        untried=tuple(each.stack_name for each in deployment.untried),
        why_untried=deployment.why_untried,
        exit_code=PartlyApplied.exit_code if deployment.failed else trouble,
    )


def _with_what_is_shared(work: _Work, context: Context) -> tuple[TaskUpgrade, ...]:
    """Bring the foundation and the targets up to date; the tasks with what they get of them."""
    with by_an_administrator(shlex.join(["cron2aws", *context.before, "upgrade"])):
        shared = Shared(foundation=work.foundation)
        first = [each for each in (work.first, work.documents) if each]
        shared = carried_out(first, shared, context)
        foundation = shared.foundation
        of_all = dict(foundation.outputs) if foundation else {}
        outputs: dict[Target, dict[str, str]] = {}
        for target, step in work.targets.items():
            found = step.stack if isinstance(step.stack, TargetStack) else None
            made = carried_out([step], replace(shared, target=found), context).target
            outputs[target] = {**of_all, **(made.outputs if made else {})}
    return tuple(each.filled(outputs.get(each.stack.target, of_all)) for each in work.tasks)
