"""Commands of Systems Manager, and their states on each host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.session import Session

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


@dataclass(frozen=True, kw_only=True)
class HostState:
    """One host's part of a command; `status` is Run Command's own word, with its details."""

    id: str
    name: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One host's part of a command, with what it wrote: 24,000 and 8,000 characters at most."""

    status: str
    stdout: str
    stderr: str


class Commands:
    """Run Command in our words."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def _ssm(self) -> SSMClient:
        return self._session.client("ssm")  # made where it is called: a command needs few

    def hosts(self, command_id: str) -> tuple[HostState, ...]:
        """The state of a command on each host that is listed so far, by instance id."""
        with translated(f"looking at command {command_id}"):
            pages = self._ssm.get_paginator("list_command_invocations")
            found = [
                _host(row)
                for page in pages.paginate(CommandId=command_id)
                for row in answer(page).records("CommandInvocations")
            ]
        return tuple(sorted(found, key=lambda host: host.id))

    def invocation(self, command_id: str, instance: str) -> Invocation | None:
        """The state of a command on a host, with what it wrote.

        None where Systems Manager does not have it: not yet, or, after 30 days, no longer.
        """
        with translated(f"reading what {instance} printed"):
            try:
                found = self._ssm.get_command_invocation(CommandId=command_id, InstanceId=instance)
            except (
                self._ssm.exceptions.InvocationDoesNotExist,
                self._ssm.exceptions.InvalidCommandId,
            ):
                return None
            said = answer(found)
            said.text("InstanceId")  # else it is no answer of AWS's
            return Invocation(
                status=said.text_or_none("StatusDetails") or "",
                stdout=said.text_or_none("StandardOutputContent") or "",
                stderr=said.text_or_none("StandardErrorContent") or "",
            )

    def output(self, command_id: str, instance: str) -> tuple[str, str] | None:
        """What a host wrote to standard output and error; None as with `invocation`."""
        found = self.invocation(command_id, instance)
        return None if found is None else (found.stdout, found.stderr)


def _host(row: Record) -> HostState:
    return HostState(
        id=row.text("InstanceId"),
        name=row.text_or_none("InstanceName") or "",
        status=row.text("StatusDetails"),
    )
