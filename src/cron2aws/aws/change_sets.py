"""What an update would do to a stack's resources: asked of CloudFormation, and not carried out."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from typing import TypedDict

import botocore.exceptions

from cron2aws.aws.asking import POLL_SECONDS, name_of
from cron2aws.aws.failures import code_of, translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.requests import Request
from cron2aws.aws.session import Session
from cron2aws.errors import AwsError
from cron2aws.escapes import printable
from cron2aws.plan.actions import ResourceChange

MOST_LOOKS = 60
SERVER_ERROR = 500
"""Below it AWS has understood, and said no."""
_WORKING = {"CREATE_PENDING", "CREATE_IN_PROGRESS"}
# "When you create a change set without changes": status FAILED, told only by its reason
_TOO_EARLY = ("InvalidChangeSetStatus", "InvalidChangeSetStatusException")
_NOTHING = ("didn't contain changes", "No updates are to be performed")


class _Which(TypedDict):
    """A change set, as every call takes it."""

    StackName: str
    ChangeSetName: str


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
        which: _Which = {
            "StackName": stack_id,
            "ChangeSetName": f"cron2aws-{uuid.uuid4()}",
        }
        # an answer that was lost, or an interrupt, leaves open whether it was made
        is_made: bool | None = None
        try:
            with translated(doing):
                try:
                    self._make(which, wanted)
                except botocore.exceptions.ClientError as refused:
                    status = int(refused.response["ResponseMetadata"]["HTTPStatusCode"])
                    is_made = None if status >= SERVER_ERROR else False
                    raise
                is_made = True
                return self._read(doing, which)
        finally:
            if is_made is not False:
                with contextlib.nullcontext() if is_made else contextlib.suppress(AwsError):
                    self._delete(which)

    def _make(self, which: _Which, wanted: Request) -> None:
        try:
            self._cloudformation.create_change_set(
                ChangeSetType="UPDATE", **which, **wanted.arguments()
            )
        except botocore.exceptions.ClientError as refused:
            # the name is nobody else's: the SDK sent it twice, and the first answer was lost
            if code_of(refused) != "AlreadyExistsException":
                raise

    def _delete(self, which: _Which) -> None:
        with translated(f"deleting a change set of stack {name_of(which['StackName'])}"):
            for _ in range(MOST_LOOKS):
                try:
                    self._cloudformation.delete_change_set(**which)
                except botocore.exceptions.ClientError as refused:
                    # while it is being made it is not deleted (API page of DeleteChangeSet)
                    if code_of(refused) not in _TOO_EARLY:
                        raise
                    self._sleep(POLL_SECONDS)
                else:
                    return

    def _read(self, doing: str, which: _Which) -> tuple[ResourceChange, ...]:
        first = answer(self._cloudformation.describe_change_set(**which))
        for _ in range(MOST_LOOKS):
            if first.text("Status") not in _WORKING:
                break
            self._sleep(POLL_SECONDS)
            first = answer(self._cloudformation.describe_change_set(**which))
        status = first.text("Status")
        if status in _WORKING:
            raise AwsError(
                what=f"{doing} failed",
                why=f"it is still in {status}",
                fix="run the same command again",
            )
        if status == "FAILED":
            reason = first.text_or_none("StatusReason") or "AWS gives no reason"
            if any(words in reason for words in _NOTHING):
                return ()
            raise AwsError(what=f"{doing} failed", why=printable(reason))
        return tuple(_change(row) for row in self._rows(first, which))

    def _rows(self, page: Record, which: _Which) -> Iterator[Record]:
        while True:
            for row in page.records("Changes"):
                if row.text_or_none("Type") == "Resource":
                    yield row.record("ResourceChange")
            following = page.text_or_none("NextToken")
            if not following:
                return
            asked = self._cloudformation.describe_change_set
            page = answer(asked(**which, NextToken=following))


def _change(row: Record) -> ResourceChange:
    return ResourceChange(
        logical=row.text("LogicalResourceId"),
        type=row.text("ResourceType"),
        action=row.text("Action"),
        replacement=row.text_or_none("Replacement") or "",
    )
