"""What an upgrade makes of the stacks of earlier releases; their crontab lines are not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cron2aws.errors import SafetyError
from cron2aws.plan.actions import Action
from cron2aws.plan.shared import Sharing, filled, is_to_come
from cron2aws.plan.tasks import beyond, role_parameters
from cron2aws.plan.values import Deployed, Place, Wish
from cron2aws.task.foundation import FAILED, SUCCEEDED, SharedOptions
from cron2aws.task.task import TaskOptions

Kind = tuple[tuple[int, int] | None, bool, bool]
"""The versions of a template, and whether a task shares its roles before and after."""


@dataclass(frozen=True, kw_only=True)
class TaskUpgrade:
    """What becomes of one task's stack: this release's template, all else as it is."""

    stack: Deployed
    parameters: Mapping[str, str]
    """What it gets of what it shares; all others keep their values."""

    deploy_role: str | None = None

    @property
    def action(self) -> Action:
        """Of stacks that stand there is one."""
        return Action.UPDATE

    @property
    def id(self) -> str:
        """The task's."""
        return self.stack.id

    @property
    def stack_name(self) -> str:
        """The name, which it keeps."""
        return self.stack.stack_name

    @property
    def tags(self) -> Mapping[str, str]:
        """The stack's, which it keeps."""
        return self.stack.tags

    @property
    def protect(self) -> bool | None:
        """It stays as it is."""
        return None

    @property
    def replaces(self) -> bool:
        """None is created."""
        return False

    @property
    def template(self) -> tuple[int, int] | None:
        """The versions of its template, before and after."""
        return self.stack.newer_template

    @property
    def moves(self) -> bool:
        """Whether it gets shared roles in place of its own."""
        return not self.stack.shares_roles and bool(self.parameters.get("SendRoleArn"))

    def filled(self, outputs: Mapping[str, str]) -> TaskUpgrade:
        """The same once the stacks stand that it gets values of."""
        role = outputs.get("DeployRoleArn") if is_to_come(self.deploy_role) else self.deploy_role
        return replace(self, parameters=filled(self.parameters, outputs), deploy_role=role)


def task_upgrade(stack: Deployed, sharing: Sharing) -> TaskUpgrade:
    """The upgrade of a task; SafetyError where it uses what the shared roles may not."""
    wish = Wish(target=stack.target, options=TaskOptions(), sharing=sharing)
    parameters = role_parameters(wish, stack)
    refused = beyond(wish, {**stack.parameters, **parameters})
    if refused is not None:
        what, fix = refused
        raise SafetyError(what=f"stack {stack.stack_name} stays as it is: {what}", fix=fix)
    # a target's role has no right to take the roles away that a task has of its own
    shares = wish.shares(stack) and stack.shares_roles
    return TaskUpgrade(
        stack=stack,
        parameters=MappingProxyType(dict(parameters)),
        deploy_role=sharing.deploy_role if shares else None,
    )


def kind_of(stack: Deployed, parameters: Mapping[str, str]) -> Kind:
    """Stacks of one kind are changed alike, so that one change set shows what becomes of all."""
    role = parameters.get("SendRoleArn", stack.parameters.get("SendRoleArn"))
    return stack.newer_template, stack.shares_roles, bool(role)


def options_for(tasks: Iterable[Deployed], *, foundation: bool, target: bool) -> SharedOptions:
    """What tasks use already, for stacks that are to be made: topics, and a target's bucket."""

    def common(name: str, *, wanted: bool) -> str | None:
        values = {task.parameters.get(name) for task in tasks} - {None, ""}
        return values.pop() if wanted and len(values) == 1 else None

    tasks = tuple(tasks)
    return SharedOptions(
        succeeded_topic_arn=common(SUCCEEDED, wanted=foundation),
        failed_topic_arn=common(FAILED, wanted=foundation),
        output_s3_bucket=common("OutputS3Bucket", wanted=target),
    )


def stand_ins(parameters: Mapping[str, str], place: Place, stack_id: str) -> Mapping[str, str]:
    """The parameters with something in place of what is not made yet: for a look, not a change."""
    partition = stack_id.split(":")[1] if stack_id.startswith("arn:") else "aws"
    return MappingProxyType(
        {
            name: _stand_in(name, place, partition) if is_to_come(value) else value
            for name, value in parameters.items()
        }
    )


def _stand_in(name: str, place: Place, partition: str) -> str:
    if name.endswith("RoleArn"):
        return f"arn:{partition}:iam::{place.account}:role/cron2aws/to-be-made"
    service = "sqs" if name.startswith("Undelivered") else "sns"
    return f"arn:{partition}:{service}:{place.region}:{place.account}:to-be-made"


def names_to_be(stack: Deployed, parameters: Mapping[str, str]) -> Mapping[str, str]:
    """What a task's resources are called by this release's template, by their logical names.

    Nothing for a task with roles of its own, whose functions have no names.
    """
    target = parameters.get("TargetId") or stack.parameters.get("TargetId")
    if not target:
        return {}
    function, log = f"cron2aws-{target}-{stack.id}", f"/cron2aws/{target}/{stack.stack_name}"
    return {
        "StateMachine": f"cron2aws-{target}-{stack.parameters.get('RuleName', '')}",
        "SendFunction": f"{function}-send",
        "WaitFunction": f"{function}-wait",
        "SendLog": f"{log}/send",
        "WaitLog": f"{log}/wait",
    }
