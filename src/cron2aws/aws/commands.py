"""Commands of Systems Manager: how one stands on its hosts."""

from __future__ import annotations

from dataclasses import dataclass

from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.session import Session


@dataclass(frozen=True, kw_only=True)
class HostState:
    """One host's part of a command; `status` is Run Command's own word, with its details."""

    id: str
    name: str
    status: str


class Commands:
    """Run Command in our words."""

    def __init__(self, session: Session) -> None:
        self._ssm = session.client("ssm")

    def hosts(self, command_id: str) -> tuple[HostState, ...]:
        """How a command stands on each host that is listed so far, by instance id."""
        with translated(f"looking at command {command_id}"):
            pages = self._ssm.get_paginator("list_command_invocations")
            found = [
                _host(row)
                for page in pages.paginate(CommandId=command_id)
                for row in answer(page).records("CommandInvocations")
            ]
        return tuple(sorted(found, key=lambda host: host.id))


def _host(row: Record) -> HostState:
    return HostState(
        id=row.text("InstanceId"),
        name=row.text_or_none("InstanceName") or "",
        status=row.text("StatusDetails"),
    )
