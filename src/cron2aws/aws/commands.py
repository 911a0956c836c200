"""Commands of Systems Manager: how one stands on its hosts."""

from __future__ import annotations

from dataclasses import dataclass

from cron2aws.aws.session import Session, translated


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
            raws = [
                raw
                for page in pages.paginate(CommandId=command_id)
                for raw in page["CommandInvocations"]
            ]
        found = [
            HostState(
                id=raw["InstanceId"], name=raw.get("InstanceName", ""), status=raw["StatusDetails"]
            )
            for raw in raws
        ]
        return tuple(sorted(found, key=lambda host: host.id))
