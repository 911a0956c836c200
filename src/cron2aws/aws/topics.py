"""The one stack with the two topics that all tasks of an account's region report to."""

from __future__ import annotations

from dataclasses import dataclass

from cron2aws.aws.stacks import StackCalls
from cron2aws.errors import SafetyError

STACK_NAME = "cron2aws-topics"
TAG = "cron2aws:topics"


@dataclass(frozen=True, kw_only=True)
class TopicArns:
    """Where tasks report to."""

    succeeded: str
    failed: str


class Topics:
    """cfn/topics.yaml, deployed or not."""

    def __init__(self, calls: StackCalls) -> None:
        self._calls = calls

    def deployed(self) -> TopicArns | None:
        """The topics, or None where their stack is not deployed."""
        raw = self._calls.describe(STACK_NAME)
        if raw is None or raw["StackStatus"] == "DELETE_COMPLETE":
            return None
        if TAG not in {tag["Key"] for tag in raw.get("Tags", ())}:
            raise SafetyError(
                what=f"a stack {STACK_NAME} exists and is not ours",
                why=f"it has no tag {TAG}",
                fix="name the topics with --succeeded-topic-arn and --failed-topic-arn",
            )
        found = {row["OutputKey"]: row["OutputValue"] for row in raw.get("Outputs", ())}
        if "TopicCommandExecutionFailedArn" not in found:
            raise SafetyError(
                what=f"stack {STACK_NAME} has no topics",
                why=f"it is in {raw['StackStatus']}",
                fix="delete it in CloudFormation, then `cron2aws topics` again",
            )
        return TopicArns(
            succeeded=found["TopicCommandExecutionSucceededArn"],
            failed=found["TopicCommandExecutionFailedArn"],
        )

    def deploy(self, email: str | None, *, successes: bool) -> TopicArns:
        """Create the stack or bring it up to date; without `email` its subscription stays."""
        given = {"Email": email} if email is not None else {}
        if successes:
            given["EmailSuccesses"] = "true"
        if self.deployed() is None:
            self._calls.create(STACK_NAME, given, {TAG: "true"})
        else:
            kept = {"Email", "EmailSuccesses"} - set(given)
            self._calls.change(STACK_NAME, given, kept, {TAG: "true"})
        made = self.deployed()
        if made is None:
            raise SafetyError(what=f"stack {STACK_NAME} was deleted while we waited for it")
        return made
