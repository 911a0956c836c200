"""The stacks of an export: what each is made from, and what it gets of others.

A value that another stack has once it is made stands in no file: `outputs` names that stack, and
whoever deploys hands its output of the same name over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from cron2aws.plan.shared import Kind as SharedKind
from cron2aws.plan.shared import SetupStep, is_to_come
from cron2aws.plan.values import Plan, Step
from cron2aws.task.foundation import FAILED, FROM_FOUNDATION, SUCCEEDED
from cron2aws.task.rules import RULES
from cron2aws.task.template import LEFT_TO_DEFAULT

FROM_OUTPUTS = (*FROM_FOUNDATION, SUCCEEDED, FAILED, "WatchSeconds", "KmsKeyArn")
"""What every task that shares roles gets of the foundation."""
SEND_ROLE = "SendRoleArn"
"""What it gets of its target."""
SHARED_TEMPLATES = {
    SharedKind.FOUNDATION: "foundation.yaml",
    SharedKind.TARGET: "target.yaml",
}
TASK, TASK_WITH_ROLES = "task.json", "task-own-roles.json"

_NONE: Mapping[str, str] = MappingProxyType({})


class StackKind(StrEnum):
    """What a stack is for."""

    FOUNDATION = "foundation"
    TARGET = "target"
    TASK = "task"


@dataclass(frozen=True, kw_only=True)
class ExportedStack:
    """A stack that somebody else makes."""

    kind: StackKind
    name: str
    template: str
    """The name of its file in templates/."""

    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    outputs: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """Its further parameters, each with the stack whose output of that name is its value."""

    role: str | None = None
    """CloudFormation's service role for it; None: see `role_of`."""

    role_of: str | None = None
    """The stack whose output DeployRoleArn that role is; None for the rights of whoever deploys."""

    makes_roles: bool = False
    protected: bool = False
    """Termination protection is to be on."""

    step: Step | None = None
    """What a task was made from."""

    @property
    def parameters_file(self) -> str:
        """The path of its parameters, below the export's folder."""
        return f"stacks/{self.name}.parameters.json"

    @property
    def tags_file(self) -> str:
        """The path of its tags."""
        return f"stacks/{self.name}.tags.json"

    @property
    def template_file(self) -> str:
        """The path of its template."""
        return f"templates/{self.template}"


def stacks_of(plan: Plan, known: Mapping[str, frozenset[str]]) -> tuple[ExportedStack, ...]:
    """The stacks in the order in which they are made.

    `known` are the names of the parameters that each template of tasks has.
    """
    shared = {each.kind: each for each in plan.setup}
    made = [_shared(each, shared) for each in plan.setup]
    names = {kind: each.stack_name for kind, each in shared.items()}
    tasks = [_task(step, names, known) for step in plan.steps]
    return (*made, *sorted(tasks, key=lambda each: each.name))


def _shared(step: SetupStep, others: Mapping[SharedKind, SetupStep]) -> ExportedStack:
    foundation = others[SharedKind.FOUNDATION].stack_name
    return ExportedStack(
        kind=StackKind(step.kind.value),
        name=step.stack_name,
        template=SHARED_TEMPLATES[step.kind],
        parameters=MappingProxyType(
            {name: each for name, each in step.parameters.items() if not is_to_come(each)}
        ),
        outputs=MappingProxyType(
            {name: foundation for name, each in step.parameters.items() if is_to_come(each)}
        ),
        tags=step.tags,
        role=step.role_arn,
        makes_roles=True,
        protected=True,
    )


def _task(
    step: Step, shared: Mapping[SharedKind, str], known: Mapping[str, frozenset[str]]
) -> ExportedStack:
    """A task; every parameter is said, so that what an export no longer says does not stay."""
    own = not shared
    template = TASK_WITH_ROLES if own else TASK
    outputs = {} if own else dict(_handed_over(shared))
    wanted = {**_defaults(), **step.parameters}
    return ExportedStack(
        kind=StackKind.TASK,
        name=step.stack_name,
        template=template,
        parameters=MappingProxyType(
            {
                name: value
                for name, value in wanted.items()
                if name in known[template] and name not in outputs
            }
        ),
        outputs=MappingProxyType(outputs),
        tags=step.tags,
        role=None if is_to_come(step.deploy_role) else step.deploy_role,
        role_of=shared[SharedKind.TARGET] if is_to_come(step.deploy_role) else None,
        makes_roles=own,
        protected=bool(step.protect),
        step=step,
    )


def _handed_over(shared: Mapping[SharedKind, str]) -> Iterator[tuple[str, str]]:
    for name in FROM_OUTPUTS:
        yield name, shared[SharedKind.FOUNDATION]
    yield SEND_ROLE, shared[SharedKind.TARGET]


def _defaults() -> dict[str, str]:
    return {
        rule.name: rule.default
        for rule in RULES
        if rule.default is not None and rule.name not in LEFT_TO_DEFAULT
    }
