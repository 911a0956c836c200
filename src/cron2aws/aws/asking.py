"""Requests that CloudFormation carries out once, however often they are sent, and their ends.

An answer can be lost on the way.  Each request has a ClientRequestToken, so it may be sent again,
and every event of what it began carries that token (API pages of CreateStack and the others): so
a refusal of the second sending is told from a refusal of the first.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import botocore.exceptions

from cron2aws.aws.answers import NotAws
from cron2aws.aws.description import Description, first_failure
from cron2aws.aws.failures import THROTTLED, code_of, translated
from cron2aws.aws.looks import Looks
from cron2aws.aws.records import Record, answer
from cron2aws.errors import AwsError
from cron2aws.plan.stack_states import is_moving

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

POLL_SECONDS = 5.0  # DescribeStacks is throttled at about 5 a second for the whole account
MISSED_LOOKS = 12  # a minute of throttling or of a lost network
SENT_AGAIN = 3  # after the SDK's own tries
LOST = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError, NotAws)
_SERVER_FAULT = 500


def new_token() -> str:
    """A ClientRequestToken: `[a-zA-Z0-9][-a-zA-Z0-9]*`, 128 at most."""
    return f"cron2aws-{uuid.uuid4()}"


class Asking:
    """One client of CloudFormation; `sleep` takes seconds."""

    def __init__(self, client: CloudFormationClient, sleep: Callable[[float], None]) -> None:
        self._cloudformation = client
        self._sleep = sleep
        self._looks = Looks(self._pages, self._describe, sleep)

    def once(self, doing: str, stack: str, send: Callable[[str], str]) -> str:
        """Send a request until its fate is known, and return the stack's ARN.

        `send` takes the request's token and gives the ARN. AwsError where CloudFormation refused
        it, or nothing is known of it.
        """
        token, sent = new_token(), 0
        while True:
            sent += 1
            try:
                with translated(doing):
                    return send(token)
            except AwsError as failed:
                lost = _is_lost(failed)
                may_be_begun = lost or sent > 1 or _was_sent_again(failed)
                if may_be_begun and (begun := self._begun(stack, token)):
                    return begun
                if not lost or sent > SENT_AGAIN:
                    raise
                self._sleep(POLL_SECONDS)

    def _begun(self, stack: str, token: str) -> str | None:
        """The ARN of the stack of which an event carries the token; None where nothing is known."""
        try:
            with translated(f"reading the events of {name_of(stack)}"):
                for event in self.events(stack):
                    if event.text_or_none("ClientRequestToken") == token:
                        return event.text("StackId")
        except AwsError:
            return None
        return None

    def ended(self, stack_id: str, *, begun: bool = False) -> Description | None:
        """The stack once no operation goes on any more; None where there is none.

        `begun`: something was begun just now, so the look of those who wait already is the next.
        """
        with self._looks.waiting_for(stack_id) as others_wait:
            if begun and others_wait:
                self._sleep(POLL_SECONDS)
            while (found := self._patient(stack_id, self._looks.at)) is not None:
                if not is_moving(found.status):
                    return found
                self._sleep(POLL_SECONDS)
        return None

    def describe(self, stack_id: str) -> Description | None:
        """CloudFormation's own description, or None where there is no such stack."""
        with translated(f"looking at stack {name_of(stack_id)}"):
            return self._describe(stack_id)

    def patient(self, stack_id: str) -> Description | None:
        """Like `describe`; a look that is throttled or lost is repeated."""
        return self._patient(stack_id, self._describe)

    def _patient(
        self, stack_id: str, look: Callable[[str], Description | None]
    ) -> Description | None:
        with translated(f"looking at stack {name_of(stack_id)}"):
            for _ in range(MISSED_LOOKS):
                try:
                    return look(stack_id)
                except LOST:
                    self._sleep(POLL_SECONDS)
                except botocore.exceptions.ClientError as refused:
                    if code_of(refused) not in THROTTLED:
                        raise
                    self._sleep(POLL_SECONDS)
            return look(stack_id)

    def _pages(self) -> Iterator[list[Description]]:
        """The region's stacks, anybody's; those that are deleted are none."""
        for page in self._cloudformation.get_paginator("describe_stacks").paginate():
            yield [Description.read(row) for row in answer(page).records("Stacks")]

    def _describe(self, stack_id: str) -> Description | None:
        try:
            page = self._cloudformation.describe_stacks(StackName=stack_id)
        except botocore.exceptions.ClientError as refused:
            if is_missing(refused):
                return None
            raise
        rows = answer(page).records("Stacks")
        return Description.read(rows[0]) if rows else None

    def events(self, stack_id: str) -> list[Record]:
        """All events of a stack, the newest first."""
        pages = self._cloudformation.get_paginator("describe_stack_events")
        with translated(f"reading the events of {name_of(stack_id)}"):
            asked = pages.paginate(StackName=stack_id)
            return [event for page in asked for event in answer(page).records("StackEvents")]

    def failure(self, found: Description, fix: str) -> AwsError:
        """The error for a stack that ended in another state than asked for."""
        try:
            with translated(f"reading the events of {found.name}"):
                first = first_failure(self.events(found.id))
        except AwsError as unread:  # how it ended is known all the same
            first = f"{found.reason or 'its reason is not known'}; {unread.what}: {unread.why}"
            fix = f"{fix}; {unread.fix}" if unread.fix else fix
        return AwsError(
            what=f"stack {found.name} ended in {found.status}",
            why=first or found.reason,
            fix=fix,
        )


def name_of(stack_id: str) -> str:
    """The name, out of an ARN such as `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/UUID`."""
    return stack_id.split("/")[1] if stack_id.startswith("arn:") else stack_id


def is_missing(refused: botocore.exceptions.ClientError) -> bool:
    """Whether there is no such stack or resource: a ValidationError, told only by its words."""
    return code_of(refused) == "ValidationError" and "does not exist" in str(refused)


def _is_lost(failed: AwsError) -> bool:
    """Whether CloudFormation may have taken the request all the same."""
    cause = failed.__cause__
    if isinstance(cause, botocore.exceptions.ClientError):
        return int(cause.response["ResponseMetadata"]["HTTPStatusCode"]) >= _SERVER_FAULT
    return isinstance(cause, LOST)


def _was_sent_again(failed: AwsError) -> bool:
    """Whether the SDK sent it more than once, so that the refusal may be of the second."""
    cause = failed.__cause__
    if not isinstance(cause, botocore.exceptions.ClientError):
        return False
    return bool(cause.response["ResponseMetadata"].get("RetryAttempts"))
