"""The stacks of tasks in CloudFormation: found by their tag, never by name."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import botocore.exceptions

from cron2aws.aws.session import THROTTLED, Session, translated
from cron2aws.errors import AwsError
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TAG_ID

POLL_SECONDS = 5.0  # DescribeStacks is throttled at about 5 a second for the whole account
CAPABILITIES = ["CAPABILITY_IAM"]
NO_CHANGE = "No updates are to be performed"
MISSED_LOOKS = 12  # a minute of throttling or of a lost network
_LOST = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)
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
                Parameters=_pairs("ParameterKey", "ParameterValue", parameters),
                Tags=_pairs("Key", "Value", tags),
                Capabilities=CAPABILITIES,
            )
        self._settle(made["StackId"], name, "create")

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
        previous = [{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)]
        self._wait_for_others(stack_id)
        try:
            with translated(f"updating stack {stack_id}"):
                self._cloudformation.update_stack(
                    StackName=stack_id,
                    TemplateBody=self._template,
                    Parameters=_pairs("ParameterKey", "ParameterValue", parameters) + previous,
                    Tags=_pairs("Key", "Value", tags),
                    Capabilities=CAPABILITIES,
                )
        except AwsError as refused:
            if NO_CHANGE in (refused.why or ""):
                return
            raise
        self._settle(stack_id, stack_id, "update")

    def _wait_for_others(self, stack_id: str) -> None:
        """An update of which we lost sight may still go on; CloudFormation takes one at a time."""
        while (raw := self._patient(stack_id)) and raw["StackStatus"].endswith("_IN_PROGRESS"):
            self._sleep(POLL_SECONDS)

    def remove(self, stack_id: str) -> None:
        """Delete a stack and wait until it is gone; one that is gone already is a success."""
        with translated(f"deleting stack {stack_id}"):
            self._cloudformation.delete_stack(StackName=stack_id)
        self._settle(stack_id, stack_id, "delete")

    def describe(self, stack_id: str) -> dict[str, Any] | None:
        """CloudFormation's own description, or None where there is no such stack."""
        with translated(f"looking at stack {stack_id}"):
            return self._describe(stack_id)

    def _describe(self, stack_id: str) -> dict[str, Any] | None:
        try:
            page = self._cloudformation.describe_stacks(StackName=stack_id)
        except botocore.exceptions.ClientError as refused:
            # a missing stack is a ValidationError, told only by its words
            if _code(refused) == "ValidationError" and "does not exist" in str(refused):
                return None
            raise
        found: list[dict[str, Any]] = page["Stacks"]
        return found[0] if found else None

    def _patient(self, stack_id: str) -> dict[str, Any] | None:
        """Like `describe`, but a look that is throttled or lost is no failure of the stack."""
        for _ in range(MISSED_LOOKS):
            try:
                return self._describe(stack_id)
            except _LOST:
                self._sleep(POLL_SECONDS)
            except botocore.exceptions.ClientError as refused:
                if _code(refused) not in THROTTLED:
                    break
                self._sleep(POLL_SECONDS)
        return self.describe(stack_id)

    def all(self) -> Iterator[dict[str, Any]]:
        """CloudFormation's descriptions of every stack of the region, anybody's."""
        with translated("listing the stacks"):
            for page in self._cloudformation.get_paginator("describe_stacks").paginate():
                yield from page["Stacks"]

    def _settle(self, stack_id: str, name: str, doing: str) -> None:
        while (raw := self._patient(stack_id)) is not None:
            status = raw["StackStatus"]
            if status == _GOOD[doing]:
                return
            if not status.endswith("_IN_PROGRESS"):
                raise AwsError(
                    what=f"stack {name} ended in {status}",
                    why=self._first_failure(stack_id) or raw.get("StackStatusReason"),
                    fix=_WAY_ON[doing],
                )
            self._sleep(POLL_SECONDS)
        if doing != "delete":
            raise AwsError(what=f"stack {name} vanished while we waited for it")

    def _first_failure(self, stack_id: str) -> str | None:
        # the oldest failed event is the cause; later ones only say "Resource creation cancelled"
        pages = self._cloudformation.get_paginator("describe_stack_events")
        with translated(f"reading the events of {stack_id}"):
            events = [e for page in pages.paginate(StackName=stack_id) for e in page["StackEvents"]]
        # newest first, and those of earlier updates behind them
        mine = itertools.takewhile(lambda event: not _begins(event), events)
        failed = [e for e in mine if str(e.get("ResourceStatus", "")).endswith("_FAILED")]
        if not failed:
            return None
        first = failed[-1]
        return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', 'no reason')}"


class Stacks:
    """The stacks of tasks, in our words."""

    def __init__(self, calls: StackCalls) -> None:
        self._calls = calls

    def deployed(self) -> tuple[Deployed, ...]:
        """Every stack of ours in the account's region, whatever its state."""
        return tuple(found for raw in self._calls.all() if (found := _deployed(raw)))

    def get(self, stack_id: str) -> Deployed | None:
        """One stack of ours by its ARN or name; None where there is none, or not ours."""
        raw = self._calls.describe(stack_id)
        return _deployed(raw) if raw else None

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


def _pairs(key: str, value: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{key: name, value: values[name]} for name in sorted(values)]


def _code(refused: Any) -> str:  # noqa: ANN401 (botocore has no types)
    return str(refused.response["Error"]["Code"])


def _begins(event: Mapping[str, Any]) -> bool:
    """Whether this event of the stack itself is the beginning of what was asked for last."""
    own = event.get("PhysicalResourceId") == event.get("StackId")
    begun = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}
    return own and event.get("ResourceStatus") in begun


def _deployed(raw: dict[str, Any]) -> Deployed | None:
    tags = {tag["Key"]: tag["Value"] for tag in raw.get("Tags", ())}
    if TAG_ID not in tags or raw["StackStatus"] == "DELETE_COMPLETE":
        return None
    return Deployed(
        id=tags[TAG_ID],
        stack_name=raw["StackName"],
        stack_id=raw["StackId"],
        status=raw["StackStatus"],
        parameters=_mapping(raw.get("Parameters", ()), "ParameterKey", "ParameterValue"),
        tags=MappingProxyType(tags),
        outputs=_mapping(raw.get("Outputs", ()), "OutputKey", "OutputValue"),
    )


def _mapping(rows: Any, key: str, value: str) -> Mapping[str, str]:  # noqa: ANN401
    return MappingProxyType({row[key]: row[value] for row in rows})
