"""What `migrate` was asked for, from its options: the tag, and what tasks are to be like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cron2aws.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cron2aws.assess import Wanted
    from cron2aws.plan import Deployed, Wish
    from cron2aws.task.task import Target, TaskOptions

OUTPUTS = ("OutputLogGroup", "OutputS3Bucket")
"""Parameters by which hosts write the whole output of a job somewhere."""


def wish_of(given: dict[str, Any]) -> Wish:
    """What the options ask for; UsageError where they contradict each other."""
    from cron2aws.plan import Wish
    from cron2aws.schedule.trigger import TriggerKind
    from cron2aws.task.task import TaskOptions

    if given["comment_out"] and given["enable"]:
        raise UsageError(
            what="--comment-out and --enable contradict each other",
            why="a cut-over enables the tasks itself, at the hand-over moment",
            fix="leave --enable out",
        )
    target = target_of(given["tag"])
    options = TaskOptions(
        trigger=TriggerKind(given["trigger"]) if given["trigger"] else None,
        prefer_rate=given["prefer_rate"] or None,
        name_prefix=given["name_prefix"],
        run_on=given["run_on"],
        succeeded_topic_arn=given["succeeded_topic_arn"],
        failed_topic_arn=given["failed_topic_arn"],
        execution_timeout=given["execution_timeout"],
        delivery_timeout=given["delivery_timeout"],
        max_concurrency=given["max_concurrency"],
        overlap=given["overlap"],
        output_log_group=given["output_log_group"],
        output_s3_bucket=given["output_s3_bucket"],
    )
    _check_options(target, options)
    return Wish(
        target=target, options=options, comment_out=given["comment_out"], enable=given["enable"]
    )


def _check_options(target: Target, options: TaskOptions) -> None:
    """UsageError for a value that the template would refuse in every task."""
    from cron2aws.task.template import violations

    tag = {"EC2InstanceTagName": target.name, "EC2InstanceTagValue": target.value}
    wrong = violations({**tag, **options.parameters()})
    if wrong:
        raise UsageError(what="an option has a value that no task can have", why="; ".join(wrong))


def target_of(tag: str) -> Target:
    """`Name=web` as the tag it means."""
    from cron2aws.task.task import Target

    name, equals, value = tag.partition("=")
    if not (name and equals and value):
        raise UsageError(what=f"--tag {tag!r} is not KEY=VALUE", fix="for example --tag Name=web")
    return Target(name=name, value=value)


def wanted_by(deployed: Sequence[Deployed], asked: TaskOptions) -> Callable[[str], Wanted]:
    """How each entry is to be triggered: as asked for, else as it is deployed."""
    from cron2aws.assess import Wanted
    from cron2aws.schedule.trigger import TriggerKind

    parameters = {stack.id: stack.parameters for stack in deployed}

    def wanted(entry_id: str) -> Wanted:
        now = parameters.get(entry_id, {})
        rate = now.get("ScheduleExpression", "").startswith("rate(")
        kind = asked.trigger or TriggerKind(now.get("Trigger", "scheduler"))
        given = asked.parameters()
        outputs = {name: given.get(name, now.get(name, "")) for name in OUTPUTS}
        return Wanted(
            kind=kind,
            prefer_rate=asked.prefer_rate or rate,
            whole_output=any(outputs.values()),
        )

    return wanted
