"""Scripts that go to hosts through Run Command, at a steady pace, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cron2aws.aws.commands import Commands, HostState, Invocation
from cron2aws.aws.failures import translated
from cron2aws.aws.records import answer
from cron2aws.aws.session import Session

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

DOCUMENT = "AWS-RunShellScript"
AT_A_TIME = 50
"""Instance ids that one SendCommand takes, and one filter."""

A_SECOND = 5
"""Calls that are made at most, of all kinds: Systems Manager publishes no rate for them."""

DELIVERY_SECONDS = 60


class Sender:
    """One for all scripts of a command: what it counts is what goes out."""

    def __init__(
        self,
        session: Session,
        now: Callable[[], datetime],
        sleep_until: Callable[[datetime], None],
    ) -> None:
        self._session = session
        self._commands = Commands(session)
        self._now = now
        self._sleep_until = sleep_until
        self._next: datetime | None = None

    @property
    def ssm(self) -> SSMClient:
        """Made where it is called: a command needs few."""
        return self._session.client("ssm")

    def send(
        self, ids: Sequence[str], script: str, *, what: str, comment: str, seconds: int
    ) -> str:
        """Let these hosts, AT_A_TIME at most, run a script for so long; the command's id."""
        self.turn()
        hosts = ids[0] if len(ids) == 1 else f"{len(ids)} hosts"
        with translated(f"sending {what} to {hosts}"):
            sent = self.ssm.send_command(
                DocumentName=DOCUMENT,
                Targets=[{"Key": "InstanceIds", "Values": list(ids)}],
                Parameters={"commands": [script], "executionTimeout": [str(seconds)]},
                Comment=comment,
                TimeoutSeconds=DELIVERY_SECONDS,
                MaxConcurrency="100%",
                MaxErrors="100%",
            )
            return answer(sent).record("Command").text("CommandId")

    def states(self, command_id: str) -> tuple[HostState, ...]:
        """How a command stands on each host that is listed so far."""
        self.turn()
        return self._commands.hosts(command_id)

    def invocation(self, command_id: str, instance: str) -> Invocation | None:
        """How it stands on a host, and what it printed; None where there is nothing of it yet."""
        self.turn()
        return self._commands.invocation(command_id, instance)

    def turn(self) -> None:
        """Wait until the next call may go out."""
        now = self._now()
        if self._next is not None and now < self._next:
            self._sleep_until(self._next)
            now = self._next
        self._next = now + timedelta(seconds=1 / A_SECOND)
