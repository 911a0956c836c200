"""The reading script on hosts: which of them Systems Manager reaches, and a piece of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.sending import AT_A_TIME, Sender

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

    def __init__(self, sender: Sender, script: Callable[[], str]) -> None:
        self._sender = sender
        self._script = script
        self.states = sender.states

    def parts(self, ids: Sequence[str]) -> Iterator[list[str]]:
        """The ids, so many in each part as one call takes."""
        for at in range(0, len(ids), AT_A_TIME):
            yield list(ids[at : at + AT_A_TIME])

    def managed(self, ids: Sequence[str]) -> Mapping[str, Managed]:
        """Those of the instances that Systems Manager knows, online or not."""
        found: dict[str, Managed] = {}
        with translated("asking Systems Manager which hosts it reaches"):
            for part in self.parts(ids):
                self._sender.turn()
                pages = self._sender.ssm.get_paginator("describe_instance_information").paginate(
                    Filters=[{"Key": "InstanceIds", "Values": part}],
                    PaginationConfig={"PageSize": AT_A_TIME},
                )
                for page in pages:
                    rows = answer(page).records("InstanceInformationList")
                    found |= {each.id: each for each in map(_managed, rows)}
        return found

    def send(self, ids: Sequence[str], piece: int) -> str:
        """Let these hosts, one part of them, print a piece; the command's id."""
        return self._sender.send(
            ids,
            self._script().replace(_FIRST, f"\npiece={piece}\n", 1),
            what="the reading script",
            comment="cron2aws reads crontabs and changes nothing",
            seconds=EXECUTION_SECONDS,
        )

    def output(self, command_id: str, instance: str) -> tuple[str, str]:
        """What a host printed, to standard output and error."""
        found = self._sender.invocation(command_id, instance)
        return (found.stdout, found.stderr) if found else ("", "")


def _managed(row: Record) -> Managed:
    return Managed(
        id=row.text("InstanceId"),
        name=row.text_or_none("ComputerName") or "",
        ping=row.text_or_none("PingStatus") or "",
        platform=row.text_or_none("PlatformType") or "",
    )
