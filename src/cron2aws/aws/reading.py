"""The reading script on hosts: which of them Systems Manager reaches, and a piece of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cron2aws.aws.commands import Commands, HostState
from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.session import Session

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

DOCUMENT = "AWS-RunShellScript"
AT_A_TIME = 50
"""Instance ids that one SendCommand takes, and one filter."""

A_SECOND = 5
"""Calls that are made at most, of all kinds: Systems Manager publishes no rate for them."""

DELIVERY_SECONDS = 60
EXECUTION_SECONDS = 120
_FIRST = "\npiece=1\n"


@dataclass(frozen=True, kw_only=True)
class Managed:
    """An instance as Systems Manager knows it; `ping` and `platform` are its own words."""

    id: str
    name: str
    ping: str
    platform: str

    @property
    def online(self) -> bool:
        """Whether its agent has been heard of in the last minutes."""
        return self.ping == "Online"


class Readers:
    """Sends the reading script, and fetches what it printed, at a steady pace."""

    def __init__(
        self,
        session: Session,
        script: Callable[[], str],
        now: Callable[[], datetime],
        sleep_until: Callable[[datetime], None],
    ) -> None:
        self._session = session
        self._commands = Commands(session)
        self._script = script
        self._now = now
        self._sleep_until = sleep_until
        self._next: datetime | None = None

    @property
    def _ssm(self) -> SSMClient:
        return self._session.client("ssm")  # made where it is called: a command needs few

    def parts(self, ids: Sequence[str]) -> Iterator[list[str]]:
        """The ids, so many in each part as one call takes."""
        for at in range(0, len(ids), AT_A_TIME):
            yield list(ids[at : at + AT_A_TIME])

    def managed(self, ids: Sequence[str]) -> Mapping[str, Managed]:
        """Those of the instances that Systems Manager knows, online or not."""
        found: dict[str, Managed] = {}
        with translated("asking Systems Manager which hosts it reaches"):
            for part in self.parts(ids):
                self._turn()
                pages = self._ssm.get_paginator("describe_instance_information").paginate(
                    Filters=[{"Key": "InstanceIds", "Values": part}],
                    PaginationConfig={"PageSize": AT_A_TIME},
                )
                for page in pages:
                    rows = answer(page).records("InstanceInformationList")
                    found |= {each.id: each for each in map(_managed, rows)}
        return found

    def send(self, ids: Sequence[str], piece: int) -> str:
        """Let these hosts, one part of them, print a piece; the command's id."""
        self._turn()
        with translated(f"sending the reading script to {len(ids)} hosts"):
            sent = self._ssm.send_command(
                DocumentName=DOCUMENT,
                Targets=[{"Key": "InstanceIds", "Values": list(ids)}],
                Parameters={
                    "commands": [self._script().replace(_FIRST, f"\npiece={piece}\n", 1)],
                    "executionTimeout": [str(EXECUTION_SECONDS)],
                },
                Comment="cron2aws reads crontabs and changes nothing",
                TimeoutSeconds=DELIVERY_SECONDS,
                MaxConcurrency="100%",
                MaxErrors="100%",
            )
            return answer(sent).record("Command").text("CommandId")

    def states(self, command_id: str) -> tuple[HostState, ...]:
        """How a command stands on each host that is listed so far."""
        self._turn()
        return self._commands.hosts(command_id)

    def output(self, command_id: str, instance: str) -> tuple[str, str]:
        """What a host printed, to standard output and error."""
        self._turn()
        return self._commands.output(command_id, instance) or ("", "")

    def _turn(self) -> None:
        """Wait until the next call may go out."""
        now = self._now()
        if self._next is not None and now < self._next:
            self._sleep_until(self._next)
            now = self._next
        self._next = now + timedelta(seconds=1 / A_SECOND)


def _managed(row: Record) -> Managed:
    return Managed(
        id=row.text("InstanceId"),
        name=row.text_or_none("ComputerName") or "",
        ping=row.text_or_none("PingStatus") or "",
        platform=row.text_or_none("PlatformType") or "",
    )
