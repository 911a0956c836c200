"""What an update would do to a stack's resources: asked of CloudFormation, and not carried out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cron2aws.aws.asking import POLL_SECONDS, name_of
from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.requests import Request
from cron2aws.aws.session import Session
from cron2aws.errors import AwsError
from cron2aws.escapes import printable

MOST_LOOKS = 60
_WORKING = {"CREATE_PENDING", "CREATE_IN_PROGRESS"}
# "When you create a change set without changes": status FAILED, told only by its reason
_NOTHING = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """What an update would do to one resource; `action` is Add, Modify, Remove, ..."""

    logical: str
    type: str
    action: str
    replacement: str
    """True, False or Conditional; empty where that is no question."""

    @property
    def may_replace(self) -> bool:
        """Whether another resource may come in its place."""
        return self.action == "Modify" and self.replacement != "False"


class ChangeSets:
    """Change sets that are looked at and deleted; `sleep` takes seconds."""

    def __init__(self, session: Session, sleep: Callable[[float], None]) -> None:
        self._cloudformation = session.client("cloudformation")
        self._sleep = sleep

    def preview(self, stack_id: str, wanted: Request) -> tuple[ResourceChange, ...]:
        """What an update to this would change; the change set is gone afterwards, come what may.

        AwsError where CloudFormation refuses it.
        """
        doing = f"preparing a change set of stack {name_of(stack_id)}"
        with translated(doing):
            made = self._cloudformation.create_change_set(
                StackName=stack_id,
                ChangeSetName=f"cron2aws-{uuid.uuid4()}",
                ChangeSetType="UPDATE",
                **wanted.arguments(),
            )
            name = answer(made).text("Id")
        try:
            with translated(doing):
                return self._read(doing, name)
        finally:
            with translated(f"deleting a change set of stack {name_of(stack_id)}"):
                self._cloudformation.delete_change_set(ChangeSetName=name)

    def _read(self, doing: str, name: str) -> tuple[ResourceChange, ...]:
        first = answer(self._cloudformation.describe_change_set(ChangeSetName=name))
        for _ in range(MOST_LOOKS):
            if first.text("Status") not in _WORKING:
                break
            self._sleep(POLL_SECONDS)
            first = answer(self._cloudformation.describe_change_set(ChangeSetName=name))
        status = first.text("Status")
        if status in _WORKING:
            raise AwsError(what=f"{doing} failed", why=f"it is still in {status}")
        if status == "FAILED":
            reason = first.text_or_none("StatusReason") or "AWS gives no reason"
            if any(words in reason for words in _NOTHING):
                return ()
            raise AwsError(what=f"{doing} failed", why=printable(reason))
        return tuple(_change(row) for row in self._rows(first, name))

    def _rows(self, page: Record, name: str) -> Iterator[Record]:
        while True:
            for row in page.records("Changes"):
                if row.text_or_none("Type") == "Resource":
                    yield row.record("ResourceChange")
            following = page.text_or_none("NextToken")
            if not following:
                return
            asked = self._cloudformation.describe_change_set
            page = answer(asked(ChangeSetName=name, NextToken=following))


def _change(row: Record) -> ResourceChange:
    return ResourceChange(
        logical=row.text("LogicalResourceId"),
        type=row.text("ResourceType"),
        action=row.text("Action"),
        replacement=row.text_or_none("Replacement") or "",
    )
