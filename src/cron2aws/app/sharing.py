"""What the tasks of a plan share: what is deployed of it, what is missing, what they may use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from cron2aws.app.context import Context
from cron2aws.app.setup import carried_out, concurrency, notes
from cron2aws.errors import AwsError, SafetyError, UsageError
from cron2aws.handover.deploy import DENIED
from cron2aws.plan.actions import Action
from cron2aws.plan.setup import Concurrency, SetupWish, setup_steps, watch_seconds
from cron2aws.plan.shared import SetupStep, Shared, Sharing, sharing
from cron2aws.plan.values import Plan, Wish
from cron2aws.task.foundation import SharedOptions
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions


@dataclass(frozen=True, kw_only=True)
class Common:
    """What a plan's tasks share, and the steps that complete it."""

    shared: Shared
    wish: SetupWish
    steps: tuple[SetupStep, ...]

    @property
    def concurrency(self) -> Concurrency | None:
        """How many functions may run at once, where it was asked."""
        return self.wish.concurrency


def common(wish: Wish, context: Context) -> Common:
    """What is deployed for a plan's tasks, and what it lacks.

    SafetyError where a stack of that name is not ours.
    """
    shared = Shared(
        foundation=context.shared.foundation(), target=context.shared.target(wish.target)
    )
    asked = SetupWish(
        options=_options(wish.options, shared),
        target=wish.target,
        concurrency=concurrency(context),
    )
    return Common(shared=shared, wish=asked, steps=setup_steps(asked, shared))


def with_common(wish: Wish, found: Common) -> Wish:
    """The wish with the values that tasks get of it; SafetyError for what they have no right to."""
    foundation, target = found.steps
    if wish.options.own_roles:
        _check_own(wish.target)
        deployed = found.shared.foundation
        seconds = deployed.watch_seconds if deployed else watch_seconds(found.concurrency)
        return replace(
            wish, topics=deployed.topics if deployed else None, watch_seconds=str(seconds)
        )
    sharing_ = sharing(found.shared, foundation, target)
    _check_asked(wish, sharing_)
    return replace(wish, topics=sharing_.topics, sharing=sharing_)


def planned(plan: Plan, found: Common) -> Plan:
    """The plan with the steps that complete it; none where no task of it shares roles."""
    if not any(step.parameters.get("SendRoleArn") for step in plan.work):
        return plan
    missing = tuple(step for step in found.steps if step.action is not Action.NOTHING)
    return replace(plan, setup=missing)


def sharing_notes(plan: Plan, found: Common) -> list[str]:
    """What a person should know of the shared stacks before saying yes."""
    return notes(found.steps, found.wish) if plan.setup else []


def make(plan: Plan, found: Common, context: Context) -> Plan:
    """Carry those steps out, and fill in the values that tasks get of them.

    AwsError where a stack did not come up, SafetyError where it is not ours.
    """
    with by_an_administrator(plan.advice.setup(*plan.target.options)):
        made = carried_out(plan.setup, found.shared, context)
    return replace(plan, steps=tuple(step.filled(made.outputs) for step in plan.steps))


@contextmanager
def by_an_administrator(line: str) -> Iterator[None]:
    """Add to a denied right the command that an administrator runs."""
    try:
        yield
    except AwsError as failed:
        if DENIED.search(failed.why or ""):
            fix = f"an administrator runs: {line}; then the same command again"
            raise AwsError(what=failed.what, why=failed.why, fix=fix) from failed
        raise


def _options(task: TaskOptions, shared: Shared) -> SharedOptions:
    """What the options of tasks say of stacks that are missing; others are changed by `setup`."""
    new = SharedOptions(
        permissions_boundary=task.permissions_boundary,
        role_path=task.role_path,
        service_role=task.service_role,
        stack_tags=task.stack_tags,
    )
    if shared.foundation is None:
        new = replace(
            new,
            succeeded_topic_arn=task.succeeded_topic_arn or None,
            failed_topic_arn=task.failed_topic_arn or None,
        )
    if shared.target is None:
        new = replace(new, output_s3_bucket=task.output_s3_bucket or None)
    if shared.foundation is not None and shared.target is not None:
        return SharedOptions()
    return new


def _check_own(target: Target) -> None:
    if len(target.tags) > 1:
        raise UsageError(
            what="--own-roles takes one --tag",
            why="a role of a task's own is held to one tag; only a target's role takes more",
            fix="leave --own-roles out, or name one tag that the instances have",
        )


def _check_asked(wish: Wish, given: Sharing) -> None:
    """Refuse topics and a bucket for which the shared roles have no right."""
    options = wish.options
    for option, value, allowed, tags in (
        ("--succeeded-topic-arn", options.succeeded_topic_arn, given.topics[0], ()),
        ("--failed-topic-arn", options.failed_topic_arn, given.topics[1], ()),
        ("--output-s3-bucket", options.output_s3_bucket, given.bucket, wish.target.options),
    ):
        if value and value != allowed:
            raise not_allowed(option, value, allowed, wish.advice.setup(*tags, option, value))


def not_allowed(option: str, value: str, allowed: str, line: str) -> SafetyError:
    """The error for a value to which the shared roles have no right; `line` is what gives it."""
    return SafetyError(
        what=f"{option} {value}: the shared roles may not use it",
        why=f"they may use {allowed}" if allowed else "they were made without any",
        fix=f"`{line}` lets them, for all tasks; --own-roles makes tasks with roles of their own",
    )
