"""What tasks share, in a plan: how it is deployed, what becomes of it, and what a task gets of it.

A value of a stack that is not made yet is `(of STACK)` until it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from cron2aws.plan.actions import Action, Change
from cron2aws.task.documents import DOCUMENTS
from cron2aws.task.foundation import (
    FAILED,
    FOUNDATION,
    FROM_FOUNDATION,
    FROM_TARGET,
    SUCCEEDED,
    WATCH_SECONDS,
    DocumentsStack,
    Foundation,
    SharedStack,
    TargetStack,
)
from cron2aws.task.target import Target


class Kind(StrEnum):
    """Which of the stacks that tasks share, or that commands with hosts elsewhere need."""

    FOUNDATION = "foundation"
    TARGET = "target"
    DOCUMENTS = "documents"


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What is deployed for all tasks and for one target; None is missing."""

    foundation: Foundation | None = None
    target: TargetStack | None = None
    documents: DocumentsStack | None = None
    """No task needs them."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """Of both, as far as they stand."""
        return MappingProxyType(
            {
                **(self.foundation.outputs if self.foundation else {}),
                **(self.target.outputs if self.target else {}),
            }
        )


@dataclass(frozen=True, kw_only=True)
class SetupStep:
    """What becomes of the foundation, of the documents, or of a target."""

    kind: Kind
    action: Action
    stack_name: str
    stack: SharedStack | None
    """As it is deployed; None where it is missing."""

    parameters: Mapping[str, str]
    """Those that are set; all others keep their values."""

    tags: Mapping[str, str]
    role_arn: str | None = None
    changes: tuple[Change, ...] = ()
    target: Target | None = None

    @property
    def makes(self) -> str:
        """What it is for, in words."""
        match self.kind:
            case Kind.TARGET:
                return f"2 roles for the instances with {self.target}"
            case Kind.DOCUMENTS:
                names = " and ".join(each.name for each in DOCUMENTS)
                return f"{names}, for commands with --from-hosts"
            case Kind.FOUNDATION:
                return "topics, a queue, alarms and 4 roles, for all tasks here"
            case _:
                assert_never(self.kind)

    def settled(self, foundation: Foundation) -> SetupStep:
        """The step once the foundation is there: with its values in place of those to come."""
        return replace(self, parameters=filled(self.parameters, foundation.outputs))


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """What a task of one target gets from the foundation and from its target's stack."""

    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    topics: tuple[str, str] = ("", "")
    """The topics that its role may publish to: for successes and for failures."""

    bucket: str = ""
    """The bucket that its role may name; empty for none."""

    deploy_role: str | None = None
    """CloudFormation's service role for its stack."""


def of_stack(stack_name: str) -> str:
    """What stands for a value that a stack will have once it is made."""
    return f"(of {stack_name})"


def is_to_come(value: str | None) -> bool:
    """Whether a value stands for one that a stack will have."""
    return value is not None and value.startswith("(of ") and value.endswith(")")


def filled(parameters: Mapping[str, str], outputs: Mapping[str, str]) -> Mapping[str, str]:
    """The parameters with what stands for a value to come replaced by it."""
    return MappingProxyType(
        {
            name: outputs.get(name, value) if is_to_come(value) else value
            for name, value in parameters.items()
        }
    )


def sharing(shared: Shared, foundation: SetupStep, target: SetupStep) -> Sharing:
    """What a task gets, as it is deployed or as these steps make it."""
    by_foundation = shared.foundation.outputs if shared.foundation else {}
    by_target = shared.target.outputs if shared.target else {}
    base, own = of_stack(foundation.stack_name), of_stack(target.stack_name)
    watched = foundation.parameters.get("WatchSeconds") or by_foundation.get("WatchSeconds")
    key = foundation.parameters.get("KmsKeyArn", by_foundation.get("KmsKeyArn", ""))
    return Sharing(
        parameters=MappingProxyType(
            {
                **{name: by_foundation.get(name, base) for name in FROM_FOUNDATION},
                **{name: by_target.get(name, own) for name in FROM_TARGET},
                "TargetId": target.parameters["TargetId"],
                "WatchSeconds": watched or str(WATCH_SECONDS),
                "KmsKeyArn": key,
            }
        ),
        topics=(
            _topic(foundation, by_foundation, SUCCEEDED, "SucceededTopicArn"),
            _topic(foundation, by_foundation, FAILED, "FailedTopicArn"),
        ),
        bucket=target.parameters.get("OutputS3Bucket")
        or (shared.target.bucket if shared.target else ""),
        deploy_role=by_target.get("DeployRoleArn", own),
    )


def _topic(step: SetupStep, outputs: Mapping[str, str], output: str, parameter: str) -> str:
    return step.parameters.get(parameter) or outputs.get(output, of_stack(step.stack_name))


def foundation_name(shared: Shared) -> str:
    """What the foundation's stack is called, or will be."""
    return shared.foundation.stack_name if shared.foundation else FOUNDATION
