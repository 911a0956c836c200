"""The one stack with the two topics that all tasks of an account's region report to."""

from __future__ import annotations

from dataclasses import dataclass

from cron2aws.aws.stack_calls import StackCalls
from cron2aws.errors import SafetyError

STACK_NAME = "cron2aws-topics"
TAG = "cron2aws:topics"
SUCCEEDED = "TopicCommandExecutionSucceededArn"
FAILED = "TopicCommandExecutionFailedArn"


@dataclass(frozen=True, kw_only=True)
class DeployedTopics:
    """Where tasks report to: two ARNs, and the address that gets mail of it, if any.

    `tell` is the parameter of cfn/foundation.yaml; empty where the stack does not have it yet.
    """

    succeeded: str
    failed: str
    email: str
    tell: str


class Topics:
    """cfn/foundation.yaml, deployed or not."""

    def __init__(self, calls: StackCalls) -> None:
        self._calls = calls

    def deployed(self) -> DeployedTopics | None:
        """The topics, or None where their stack is not deployed."""
        found = self._calls.describe(STACK_NAME)
        if found is None or found.status == "DELETE_COMPLETE":
            return None
        if TAG not in found.tags:
            raise SafetyError(
                what=f"a stack {STACK_NAME} exists and is not ours",
                why=f"it has no tag {TAG}",
                fix="name the topics with --succeeded-topic-arn and --failed-topic-arn",
            )
        if not {SUCCEEDED, FAILED} <= set(found.outputs):
            raise SafetyError(
                what=f"stack {STACK_NAME} has no topics",
                why=f"it is in {found.status}",
                fix="delete it in CloudFormation, then `cron2aws topics` again",
            )
        return DeployedTopics(
            succeeded=found.outputs[SUCCEEDED],
            failed=found.outputs[FAILED],
            email=found.parameters.get("Email", ""),
            tell=found.parameters.get("Tell", ""),
        )

    def deploy(self, email: str | None, *, tell: str | None) -> DeployedTopics:
        """Create the stack or bring it up to date; what is None stays as it is."""
        wanted = {"Email": email, "Tell": tell}
        given = {name: value for name, value in wanted.items() if value is not None}
        before = self.deployed()
        if before is None:
            self._calls.create(STACK_NAME, given, {TAG: "true"})
        else:
            # CloudFormation refuses to keep what a stack of an older template does not have
            kept = {"Email", *(["Tell"] if before.tell else [])} - set(given)
            self._calls.settled(STACK_NAME)
            self._calls.change(STACK_NAME, given, kept, {TAG: "true"})
        made = self.deployed()
        if made is None:
            raise SafetyError(
                what=f"stack {STACK_NAME} was deleted while we waited for it",
                fix="run `cron2aws topics` again",
            )
        return made
