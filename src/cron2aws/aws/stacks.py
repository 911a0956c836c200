"""The stacks of tasks in CloudFormation: found by their tag, never by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

import botocore.exceptions

from cron2aws.aws.answers import NotAws
from cron2aws.aws.description import Description, first_failure
from cron2aws.aws.failures import THROTTLED, code_of, translated
from cron2aws.aws.records import answer
from cron2aws.aws.session import Session
from cron2aws.errors import AwsError
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TAG_ID

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, TagTypeDef

POLL_SECONDS = 5.0  # DescribeStacks is throttled at about 5 a second for the whole account
CAPABILITIES: list[CapabilityType] = ["CAPABILITY_IAM"]
NO_CHANGE = "No updates are to be performed"
MISSED_LOOKS = 12  # a minute of throttling or of a lost network
_LOST = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError, NotAws)
_WAY_ON = {
    "create": "`cron2aws rollback` deletes it; then migrate again",
    "update": "it is as it was before; mend the cause, then run the same command again",
    "delete": "mend the cause, then run the same command again",
}
_GOOD = {"create": "CREATE_COMPLETE", "update": "UPDATE_COMPLETE", "delete": "DELETE_COMPLETE"}


class StackCalls:
    """One template's stacks in CloudFormation; `sleep` takes seconds."""

    def __init__(self, session: Session, template: str, sleep: Callable[[float], None]) -> None:
        self._cloudformation = session.client("cloudformation")
        self._template = template
        self._sleep = sleep

    def create(self, name: str, parameters: Mapping[str, str], tags: Mapping[str, str]) -> None:
        """Create a stack and wait for it; AwsError tells the first resource that failed."""
        with translated(f"creating stack {name}"):
            made = self._cloudformation.create_stack(
                StackName=name,
                TemplateBody=self._template,
                Parameters=_parameters(parameters),
                Tags=_tags(tags),
                Capabilities=CAPABILITIES,
            )
            stack_id = answer(made).text("StackId")
        self._settle(stack_id, "create")

    def change(
        self,
        stack_id: str,
        parameters: Mapping[str, str],
        kept: Collection[str],
        tags: Mapping[str, str],
    ) -> None:
        """Set these parameters, keep the values of others, and wait; no change is a success.

        The template of this program goes along, so that an update also brings its mends.
        """
        previous: list[ParameterTypeDef] = [
            {"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)
        ]
        self._wait_for_others(stack_id)
        try:
            with translated(f"updating stack {_name_of(stack_id)}"):
                self._cloudformation.update_stack(
                    StackName=stack_id,
                    TemplateBody=self._template,
                    Parameters=_parameters(parameters) + previous,
                    Tags=_tags(tags),
                    Capabilities=CAPABILITIES,
                )
        except AwsError as refused:
            if NO_CHANGE in (refused.why or ""):
                return
            raise
        self._settle(stack_id, "update")

    def _wait_for_others(self, stack_id: str) -> None:
        """An update of which we lost sight may still go on; CloudFormation takes one at a time."""
        while (found := self._patient(stack_id)) and found.status.endswith("_IN_PROGRESS"):
            self._sleep(POLL_SECONDS)

    def remove(self, stack_id: str) -> None:
        """Delete a stack and wait until it is gone; one that is gone already is a success."""
        with translated(f"deleting stack {_name_of(stack_id)}"):
            self._cloudformation.delete_stack(StackName=stack_id)
        self._settle(stack_id, "delete")

    def describe(self, stack_id: str) -> Description | None:
        """CloudFormation's own description, or None where there is no such stack."""
        with translated(f"looking at stack {_name_of(stack_id)}"):
            return self._describe(stack_id)

    def _describe(self, stack_id: str) -> Description | None:
        try:
            page = self._cloudformation.describe_stacks(StackName=stack_id)
        except botocore.exceptions.ClientError as refused:
            # a missing stack is a ValidationError, told only by its words
            if code_of(refused) == "ValidationError" and "does not exist" in str(refused):
                return None
            raise
        rows = answer(page).records("Stacks")
        return Description.read(rows[0]) if rows else None

    def _patient(self, stack_id: str) -> Description | None:
        """Like `describe`, but a look that is throttled or lost is no failure of the stack."""
        with translated(f"looking at stack {stack_id}"):
            for _ in range(MISSED_LOOKS):
                try:
                    return self._describe(stack_id)
                except _LOST:
                    self._sleep(POLL_SECONDS)
                except botocore.exceptions.ClientError as refused:
                    if code_of(refused) not in THROTTLED:
                        raise
                    self._sleep(POLL_SECONDS)
            return self._describe(stack_id)

    def tagged(self, tag: str) -> tuple[Description, ...]:
        """CloudFormation's descriptions of the region's stacks that have this tag, anybody's."""
        with translated("listing the stacks"):
            pages = self._cloudformation.get_paginator("describe_stacks").paginate()
            rows = [row for page in pages for row in answer(page).records("Stacks")]
            return tuple(Description.read(row) for row in rows if tag in Description.tags_of(row))

    def _settle(self, stack_id: str, doing: str) -> None:
        name = _name_of(stack_id)
        while (found := self._patient(stack_id)) is not None:
            if found.status == _GOOD[doing]:
                return
            if not found.status.endswith("_IN_PROGRESS"):
                raise AwsError(
                    what=f"stack {name} ended in {found.status}",
                    why=self._first_failure(stack_id) or found.reason,
                    fix=_WAY_ON[doing],
                )
            self._sleep(POLL_SECONDS)
        if doing != "delete":
            raise AwsError(
                what=f"stack {name} vanished while we waited for it",
                why="somebody deleted it",
                fix="run the same command again",
            )

    def _first_failure(self, stack_id: str) -> str | None:
        pages = self._cloudformation.get_paginator("describe_stack_events")
        with translated(f"reading the events of {stack_id}"):
            asked = pages.paginate(StackName=stack_id)
            return first_failure([e for page in asked for e in answer(page).records("StackEvents")])


class Stacks:
    """The stacks of tasks, in our words."""

    def __init__(self, calls: StackCalls) -> None:
        self._calls = calls

    def deployed(self) -> tuple[Deployed, ...]:
        """Every stack of ours in the account's region, whatever its state."""
        tagged = self._calls.tagged(TAG_ID)
        return tuple(found for each in tagged if (found := _deployed(each)))

    def get(self, stack_id: str) -> Deployed | None:
        """One stack of ours by its ARN or name; None where there is none, or not ours."""
        found = self._calls.describe(stack_id)
        return _deployed(found) if found else None

    def create(self, name: str, parameters: Mapping[str, str], tags: Mapping[str, str]) -> None:
        """Create a task's stack; AwsError tells why it failed."""
        self._calls.create(name, parameters, tags)

    def update(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
        """Change these parameters of a task and keep all others."""
        kept = [name for name in stack.parameters if name not in parameters]
        self._calls.change(stack.stack_id, parameters, kept, stack.tags)

    def delete(self, stack: Deployed) -> None:
        """Delete a task's stack, and with it all that it made."""
        self._calls.remove(stack.stack_id)


def _parameters(values: Mapping[str, str]) -> list[ParameterTypeDef]:
    return [{"ParameterKey": name, "ParameterValue": values[name]} for name in sorted(values)]


def _tags(values: Mapping[str, str]) -> list[TagTypeDef]:
    return [{"Key": name, "Value": values[name]} for name in sorted(values)]


def _deployed(stack: Description) -> Deployed | None:
    if TAG_ID not in stack.tags or stack.status == "DELETE_COMPLETE":
        return None
    return Deployed(
        id=stack.tags[TAG_ID],
        stack_name=stack.name,
        stack_id=stack.id,
        status=stack.status,
        parameters=stack.parameters,
        tags=stack.tags,
        outputs=stack.outputs,
    )


def _name_of(stack_id: str) -> str:
    """The name, out of an ARN such as `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/UUID`."""
    return stack_id.split("/")[1] if stack_id.startswith("arn:") else stack_id
