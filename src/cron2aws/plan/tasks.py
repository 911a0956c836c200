"""The task that an entry becomes, and what a stack that it has already is to have."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from types import MappingProxyType

from cron2aws.assess.values import AssessedEntry
from cron2aws.plan.shared import is_to_come
from cron2aws.plan.values import Deployed, Wish
from cron2aws.schedule.cron import CronSchedule, parse_expression
from cron2aws.schedule.fields import DEBIAN
from cron2aws.task.foundation import FAILED, FROM_FOUNDATION, FROM_TARGET, SUCCEEDED
from cron2aws.task.target import OF_TARGET, Target
from cron2aws.task.task import (
    Origin,
    Task,
    TaskOptions,
    delivery_timeout,
    make_task,
    shortest_interval,
)
from cron2aws.task.template import is_known


def wanted_parameters(
    task: Task, options: TaskOptions, live_from: str | None, stack: Deployed | None = None
) -> Mapping[str, str]:
    """The task's parameters; for a stack that exists, options not given keep their values.

    A delivery time-out that is the default of the deployed schedule was not given, and follows
    the schedule. Its tags stay as they were written. Parameters that the template has no more are
    not among them.
    """
    deployed = stack.parameters if stack else {}
    keep = {"DeliveryTimeoutSeconds", "RuleName", *OF_TARGET} - set(options.parameters())
    if stack and deployed.get("DeliveryTimeoutSeconds") == _usual_delivery(stack):
        keep.discard("DeliveryTimeoutSeconds")
    kept = {name: deployed[name] for name in keep if name in deployed}
    run_on = options.run_on or deployed.get("RunOn")
    # only a host whose own line is marked runs it then
    live = "" if run_on == "marked" else live_from
    given = {} if live is None else {"LiveFrom": live}
    return MappingProxyType({**task.parameters, **kept, **given})


def role_parameters(wish: Wish, stack: Deployed | None) -> Mapping[str, str]:
    """The parameters that say whose roles a task has; `stack` is the one that it has already."""
    if wish.sharing and wish.shares(stack):
        return {name: each for name, each in wish.sharing.parameters.items() if is_known(name)}
    given = {"WatchSeconds": wish.watch_seconds if stack is None else None}
    back = (
        dict.fromkeys((*FROM_FOUNDATION, *FROM_TARGET), "") if stack and stack.shares_roles else {}
    )
    known = {name: each for name, each in given.items() if each is not None and is_known(name)}
    return {**back, **known}


def beyond(wish: Wish, parameters: Mapping[str, str]) -> tuple[str, str] | None:
    """What a task uses that the shared roles have no right to, and what to do.

    None where there is nothing of that kind, or its roles are its own.
    """
    if wish.sharing is None or not parameters.get("SendRoleArn"):
        return None
    tags = wish.target.options
    succeeded, failed = wish.sharing.topics
    for name, allowed, line in (
        (SUCCEEDED, succeeded, ("--succeeded-topic-arn",)),
        (FAILED, failed, ("--failed-topic-arn",)),
        ("OutputS3Bucket", wish.sharing.bucket, (*tags, "--output-s3-bucket")),
    ):
        value = parameters.get(name)
        if value and value != allowed and not is_to_come(value):
            setup = shlex.join(["cron2aws", "setup", *line, value])
            what = f"the task uses {value}, to which the shared roles have no right"
            own = "`migrate --own-roles` keeps the task's own"
            return what, f"`{setup}` gives it to them, or {own}"
    return None


def confined(stack: Deployed, wish: Wish) -> tuple[str, str] | None:
    """Why a task that shares its roles cannot get its own by an update, and what to do.

    UpdateStack without a role goes on with the one that the stack has (API page, RoleARN), and a
    target's DeployRole has no right to make roles.
    """
    if wish.shares(stack) or not stack.shares_roles or not stack.service_role:
        return None
    if wish.options.service_role:
        return None
    what = "the task cannot get roles of its own by an update"
    fix = (
        f"CloudFormation works on its stack with {stack.service_role}, which may not make them: "
        f"`{wish.advice.rollback(stack.id)}`, then migrate with --own-roles; or give a "
        "--service-role that may"
    )
    return what, fix


def _usual_delivery(stack: Deployed) -> str | None:
    # the widest grammar: what it reads and another daemon does not was never deployed
    timing = parse_expression(stack.schedule, DEBIAN)
    if not isinstance(timing, CronSchedule) or timing.never:
        return None
    return str(delivery_timeout(shortest_interval(timing)))


def task_of(entry: AssessedEntry, host: str, target: Target, options: TaskOptions) -> Task:
    """The task of an entry that is to be migrated."""
    job = entry.entry
    if entry.command is None or not isinstance(job.timing, CronSchedule):
        message = f"entry {entry.id} has nothing to run"  # decide() keeps such entries
        raise AssertionError(message)
    return make_task(
        entry_id=entry.id,
        origin=Origin(
            host=host,
            source=entry.source,
            user=job.user,
            schedule=entry.schedule,
            command=job.command,
            name=job.name,
            takes_over=job.managed is not None and job.managed.marks_job,
        ),
        triggers=entry.conversion.triggers,
        kind=entry.kind,
        command=entry.command,
        target=target,
        options=options,
        interval=shortest_interval(job.timing),
    )
