"""A stack as CloudFormation describes it, and why it failed, by its events."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cron2aws.aws.records import Record

_BEGUN = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}


@dataclass(frozen=True, kw_only=True)
class Description:
    """One stack, anybody's; `status` is CloudFormation's own word, `id` its ARN."""

    name: str
    id: str
    status: str
    reason: str | None
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    outputs: Mapping[str, str]
    changed: datetime | None = None
    is_protected: bool = False
    """Termination protection is on."""
    was_updated: bool = True
    service_role: str | None = None
    """The role by which CloudFormation works on it, now and in every operation to come."""

    @classmethod
    def read(cls, row: Record) -> Description:
        """A stack of DescribeStacks."""
        return cls(
            name=row.text("StackName"),
            id=row.text("StackId"),
            status=row.text("StackStatus"),
            reason=row.text_or_none("StackStatusReason"),
            parameters=row.pairs("Parameters", "ParameterKey", "ParameterValue"),
            tags=cls.tags_of(row),
            outputs=row.pairs("Outputs", "OutputKey", "OutputValue"),
            changed=row.moment_or_none("LastUpdatedTime") or row.moment_or_none("CreationTime"),
            is_protected=row.is_true("EnableTerminationProtection"),
            was_updated="LastUpdatedTime" in row.fields,
            service_role=row.text_or_none("RoleARN"),
        )

    @staticmethod
    def tags_of(row: Record) -> Mapping[str, str]:
        """The tags of a stack of DescribeStacks."""
        return row.pairs("Tags", "Key", "Value")


def first_failure(events: Sequence[Record]) -> str | None:
    """The resource that failed first and its reason; the events come newest first."""
    # those of earlier updates stand behind the beginning of what was asked for last
    mine = itertools.takewhile(lambda event: not _begins(event), events)
    # the stack itself fails because of them
    failed = [e for e in mine if _status(e).endswith("_FAILED") and not _is_of_stack(e)]
    if not failed:
        return None
    # the oldest is the cause; those that it cancelled may stand before it in the same second
    causes = [e for e in failed if not _is_cancelled(e)]
    first = (causes or failed)[-1]
    reason = first.text_or_none("ResourceStatusReason") or "no reason"
    return f"{first.text('LogicalResourceId')}: {reason}"


def _begins(event: Record) -> bool:
    """Whether this event of the stack itself is the beginning of what was asked for last."""
    return _is_of_stack(event) and _status(event) in _BEGUN


def _is_of_stack(event: Record) -> bool:
    return event.text_or_none("PhysicalResourceId") == event.text_or_none("StackId")


def _is_cancelled(event: Record) -> bool:
    """`Resource creation cancelled` and its like: another resource is the cause."""
    return "cancelled" in (event.text_or_none("ResourceStatusReason") or "").lower()


def _status(event: Record) -> str:
    return event.text_or_none("ResourceStatus") or ""
