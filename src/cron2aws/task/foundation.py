"""What tasks share: the foundation of an account and region, and the stack of each target.

Roles, topics and the queue of undelivered starts are handed to a task by its parameters.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions

FOUNDATION = "cron2aws-foundation"
OLDER_FOUNDATION = "cron2aws-topics"
"""What earlier releases called it, with the topics alone; it is brought up to date in place."""

DOCUMENTS_STACK = "cron2aws-documents"

TAG_FOUNDATION = "cron2aws:foundation"
TAG_OLDER_FOUNDATION = "cron2aws:topics"
TAG_TARGET = "cron2aws:target"
TAG_DOCUMENTS = "cron2aws:documents"

SUCCEEDED = "TopicCommandExecutionSucceededArn"
FAILED = "TopicCommandExecutionFailedArn"
FROM_FOUNDATION = ("WaitRoleArn", "MachineRoleArn", "TriggerRoleArn", "UndeliveredQueueArn")
"""Outputs of the foundation that are parameters of a task by the same name."""
FROM_TARGET = ("TargetId", "SendRoleArn")
"""The same of a target's stack."""
ROLES = frozenset({"SendRoleArn", "WaitRoleArn", "MachineRoleArn", "TriggerRoleArn"})
"""Parameters that hand a role to a task."""
WATCH_SECONDS = 45
"""How long the wait function watches a run inside itself, in seconds, where nothing else is said.
"""

TEMPLATE_VERSION = 2
"""Of the templates of this release; 1 is what earlier releases made, which did not say it."""

FOUNDATION_PARAMETERS = (
    "Email",
    "Tell",
    "SucceededTopicArn",
    "FailedTopicArn",
    "PermissionsBoundary",
    "RolePath",
    "KmsKeyArn",
    "WatchSeconds",
)
"""Of cfn/foundation.yaml: what an older stack has not cannot be kept."""

_NONE: Mapping[str, str] = MappingProxyType({})


def version_of(outputs: Mapping[str, str]) -> int:
    """The version of a template by its stack's outputs; 1 where they do not say."""
    told = outputs.get("TemplateVersion", "")
    return int(told) if told.isdecimal() else 1


class Tell(StrEnum):
    """Which runs are mailed to an address: the parameter Tell of cfn/foundation.yaml."""

    FAILURES = "failures"
    OUTPUT = "output"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class SharedOptions:
    """What the command line may say of the foundation and of a target.

    None keeps what is deployed, or the default.
    """

    email: str | None = None
    tell: Tell | None = None
    succeeded_topic_arn: str | None = None
    failed_topic_arn: str | None = None
    watch_seconds: int | None = None
    output_s3_bucket: str | None = None
    permissions_boundary: str | None = None
    role_path: str | None = None
    kms_key: str | None = None
    service_role: str | None = None
    stack_tags: tuple[tuple[str, str], ...] = ()

    def of_foundation(self) -> dict[str, str]:
        """The options that were given, as parameters of cfn/foundation.yaml."""
        return _given(
            {
                "Email": self.email,
                "Tell": self.tell,
                "SucceededTopicArn": self.succeeded_topic_arn,
                "FailedTopicArn": self.failed_topic_arn,
                "WatchSeconds": self.watch_seconds,
                **self._of_roles(),
            }
        )

    def of_target(self) -> dict[str, str]:
        """The options that were given, as parameters of cfn/target.yaml."""
        return _given({"OutputS3Bucket": self.output_s3_bucket, **self._of_roles()})

    def _of_roles(self) -> dict[str, str | None]:
        return {
            "PermissionsBoundary": self.permissions_boundary,
            "RolePath": self.role_path,
            "KmsKeyArn": self.kms_key,
        }


def _given(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class SharedStack:
    """A stack that tasks share, as AWS shows it; without outputs it has not come up yet."""

    stack_name: str
    stack_id: str
    status: str
    parameters: Mapping[str, str] = field(default_factory=lambda: _NONE)
    tags: Mapping[str, str] = field(default_factory=lambda: _NONE)
    outputs: Mapping[str, str] = field(default_factory=lambda: _NONE)

    @property
    def _options(self) -> tuple[str, ...]:
        return ()

    @property
    def made_by(self) -> str:
        """The command that makes it, and repairs it."""
        return shlex.join(["cron2aws", "setup", *self._options])

    @property
    def ended_by(self) -> str:
        """The command that deletes it."""
        return shlex.join(["cron2aws", "setup", "--delete", *self._options])

    @property
    def anew(self) -> str:
        """How the stack is made anew after its deletion has begun, in words."""
        return f"`{self.ended_by}` ends that; then `{self.made_by}` again"

    @property
    def version(self) -> int:
        """The version of its template; 1 where it does not say."""
        return version_of(self.outputs)


@dataclass(frozen=True, kw_only=True)
class Foundation(SharedStack):
    """cfn/foundation.yaml, deployed."""

    @property
    def is_whole(self) -> bool:
        """Whether it has all that a task is handed: an older one has the topics alone."""
        return {*FROM_FOUNDATION, SUCCEEDED, FAILED} <= self.outputs.keys()

    @property
    def topics(self) -> tuple[str, str]:
        """The ARNs of the topics for successes and failures; empty where there is none."""
        return self.outputs.get(SUCCEEDED, ""), self.outputs.get(FAILED, "")

    @property
    def watch_seconds(self) -> int:
        """The WatchSeconds of its tasks."""
        told = self.outputs.get("WatchSeconds") or self.parameters.get("WatchSeconds", "")
        return int(told) if told.isdecimal() else WATCH_SECONDS


@dataclass(frozen=True, kw_only=True)
class DocumentsStack(SharedStack):
    """cfn/documents.yaml, deployed."""

    @property
    def is_whole(self) -> bool:
        """Whether it has come up."""
        return "TemplateVersion" in self.outputs


@dataclass(frozen=True, kw_only=True)
class TargetStack(SharedStack):
    """cfn/target.yaml, deployed for one target."""

    target: Target

    @property
    def _options(self) -> tuple[str, ...]:
        return self.target.options

    @property
    def is_whole(self) -> bool:
        """Whether it has all that a task is handed."""
        return {*FROM_TARGET, "DeployRoleArn"} <= self.outputs.keys()

    @property
    def deploy_role(self) -> str | None:
        """CloudFormation's service role for the target's tasks."""
        return self.outputs.get("DeployRoleArn") or None

    @property
    def bucket(self) -> str:
        """The bucket that its tasks' hosts may write to; empty for none."""
        return self.parameters.get("OutputS3Bucket", "")


def target_stack_name(target: Target) -> str:
    """`cron2aws-target-READABLE-TARGETID`, at most 128 characters."""
    room = 128 - len("cron2aws-target-") - len(target.id) - 1
    readable = target.readable[:room].strip("-")
    return "-".join(part for part in ("cron2aws-target", readable, target.id) if part)


def target_parameters(target: Target) -> dict[str, str]:
    """The parameters of cfn/target.yaml that say which instances it is for."""
    told = {"TargetId": target.id}
    for number in range(1, 6):
        key, values = target.tags[number - 1] if number <= len(target.tags) else ("", ())
        told |= {f"Tag{number}Name": key, f"Tag{number}Values": ",".join(values)}
    return told


def target_of(parameters: Mapping[str, str]) -> Target:
    """The target that the parameters of a target's stack mean; nothing is checked."""
    pairs = (
        (parameters.get(f"Tag{number}Name", ""), parameters.get(f"Tag{number}Values", ""))
        for number in range(1, 6)
    )
    return Target.having({key: values.split(",") for key, values in pairs if key})


def shared_parameters(foundation: Foundation, target: TargetStack) -> dict[str, str]:
    """The parameters by which a task gets its roles, its queue and what else is common to all."""
    return {
        **{name: foundation.outputs.get(name, "") for name in FROM_FOUNDATION},
        **{name: target.outputs.get(name, "") for name in FROM_TARGET},
        "WatchSeconds": str(foundation.watch_seconds),
        "KmsKeyArn": foundation.outputs.get("KmsKeyArn", ""),
    }


def allowed_topics(options: TaskOptions, foundation: Foundation) -> bool:
    """Whether the shared role may publish to the topics that the options name."""
    succeeded, failed = foundation.topics
    return options.succeeded_topic_arn in (None, "", succeeded) and (
        options.failed_topic_arn in (None, "", failed)
    )
