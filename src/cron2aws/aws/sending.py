"""Scripts that go to hosts through Run Command, at a steady pace, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cron2aws.aws.commands import Commands, HostState, Invocation
from cron2aws.aws.failures import code_of, is_denied, translated
from cron2aws.aws.rates import SCRIPTS_A_SECOND
from cron2aws.aws.records import answer
from cron2aws.aws.session import Session
from cron2aws.errors import AwsError
from cron2aws.task.documents import LATEST, Document, with_values

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

SHELL = "AWS-RunShellScript"
DELIVERY_SECONDS = 60
_SEND = "SendCommand"
_NOT_THERE = frozenset({"InvalidDocument", "InvalidDocumentVersion"})


class Sender:
    """Sends all scripts of a command, so that they keep one pace."""

    def __init__(
        self,
        session: Session,
        now: Callable[[], datetime],
        sleep_until: Callable[[datetime], None],
        without: Callable[[Document], None] = lambda _: None,
    ) -> None:
        """`without` is told once of each document that is not there."""
        self._without = without
        self._missing: set[str] = set()
        self._sent_by_document = False
        self._session = session
        self._commands = Commands(session)
        self._now = now
        self._sleep_until = sleep_until
        self._next: datetime | None = None

    @property
    def ssm(self) -> SSMClient:
        """The client, made where it is first used."""
        return self._session.client("ssm")

    def send(
        self,
        ids: Sequence[str],
        document: Document,
        values: Mapping[str, str],
        script: Callable[[], str],
        *,
        what: str,
        comment: str,
    ) -> str:
        """Let these hosts, AT_A_TIME at most, run a document, and return the command's id.

        Where there is no such document its script is sent as it is, which takes the right to run
        anything. An error is `maybe_done` where it may have been sent all the same.
        """
        hosts = ids[0] if len(ids) == 1 else f"{len(ids)} hosts"
        self._session.attempts.begin(_SEND)
        with self._known(), self._narrower(document), translated(f"sending {what} to {hosts}"):
            if document.name not in self._missing:
                try:
                    given = {name: [value] for name, value in values.items()}
                    sent = self._sent(ids, document.name, LATEST, given, comment)
                except ClientError as refused:
                    if code_of(refused) not in _NOT_THERE:
                        raise
                else:
                    self._sent_by_document = True
                    return sent
                self._missing.add(document.name)
                self._without(document)
            text = with_values(script(), values)
            given = {"commands": [text], "executionTimeout": [str(document.seconds)]}
            return self._sent(ids, SHELL, "$DEFAULT", given, comment)

    @contextmanager
    def _known(self) -> Iterator[None]:
        """An error says whether nothing came of it for certain."""
        try:
            yield
        except AwsError as failed:
            if not self._session.attempts.may_be_done(_SEND):
                raise
            raise AwsError(
                what=failed.what, why=failed.why, fix=failed.fix, maybe_done=True
            ) from failed.__cause__

    @contextmanager
    def _narrower(self, document: Document) -> Iterator[None]:
        """Where the right to run anything is denied, the error says what needs a narrower one."""
        try:
            yield
        except AwsError as failed:
            if document.name not in self._missing or not is_denied(failed):
                raise
            fix = f"`cron2aws setup` makes the document {document.name}: its right is narrower"
            raise AwsError(what=failed.what, why=failed.why, fix=fix) from failed.__cause__

    @property
    def has_documents(self) -> bool:
        """Whether the documents, which one stack makes, are known to be there."""
        return self._sent_by_document and not self._missing

    def _sent(
        self,
        ids: Sequence[str],
        document: str,
        version: str,
        parameters: dict[str, list[str]],
        comment: str,
    ) -> str:
        self.turn()
        sent = self.ssm.send_command(
            DocumentName=document,
            DocumentVersion=version,
            Targets=[{"Key": "InstanceIds", "Values": list(ids)}],
            Parameters=parameters,
            Comment=comment,
            TimeoutSeconds=DELIVERY_SECONDS,
            MaxConcurrency="100%",
            MaxErrors="100%",
        )
        return answer(sent).record("Command").text("CommandId")

    def states(self, command_id: str) -> tuple[HostState, ...]:
        """The state of a command on each host that is listed so far."""
        self.turn()
        return self._commands.hosts(command_id)

    def invocation(self, command_id: str, instance: str) -> Invocation | None:
        """The state of a command on a host, with what it printed; None where there is none yet."""
        self.turn()
        return self._commands.invocation(command_id, instance)

    def turn(self) -> None:
        """Wait until the next call may go out."""
        now = self._now()
        if self._next is not None and now < self._next:
            self._sleep_until(self._next)
            now = self._next
        self._next = now + timedelta(seconds=1 / SCRIPTS_A_SECOND)
