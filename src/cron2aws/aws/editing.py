"""Sends the edit script to hosts, each with its patch, and reads the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cron2aws.aws.commands import Invocation
from cron2aws.aws.failures import translated
from cron2aws.aws.records import answer
from cron2aws.aws.sending import SHELL, Sender
from cron2aws.task.documents import EDIT

EDITS = "cron2aws edits crontabs"
"""What a command that edits says it is for, by whichever document its script goes out."""


@dataclass(frozen=True, kw_only=True)
class SentEdit:
    """An edit that was sent to a host; `status` are the details of how it stands."""

    instance: str
    at: datetime
    status: str


class Editors:
    """Sends the edit script."""

    def __init__(self, sender: Sender, script: Callable[[], str]) -> None:
        self._sender = sender
        self._script = script

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        """Let a host apply a patch (base64), or only look whether it could; the command's id."""
        return self._sender.send(
            [instance],
            EDIT,
            {"patch": patch, "act": "check" if check else "edit"},
            self._script,
            what="the edit script",
            comment="cron2aws looks whether crontabs can be edited" if check else EDITS,
        )

    def answer(self, command_id: str, instance: str) -> Invocation | None:
        """The state of the command there; None where there is nothing of it yet."""
        return self._sender.invocation(command_id, instance)

    def sent_since(self, moment: datetime) -> tuple[SentEdit, ...]:
        """The edits that anybody has sent since then, host by host.

        Without its document the script goes out as a shell's, as do all runs of tasks.
        """
        names = (EDIT.name,) if self._sender.has_documents else (EDIT.name, SHELL)
        with translated("looking for edits that are under way"):
            return tuple(each for name in names for each in self._listed(name, moment))

    def _listed(self, document: str, moment: datetime) -> Iterator[SentEdit]:
        pages = self._sender.ssm.get_paginator("list_command_invocations").paginate(
            Filters=[
                {"key": "InvokedAfter", "value": f"{moment:%Y-%m-%dT%H:%M:%SZ}"},
                {"key": "DocumentName", "value": document},
            ]
        )
        self._sender.turn()
        for page in pages:
            for row in answer(page).records("CommandInvocations"):
                sent = SentEdit(
                    instance=row.text("InstanceId"),
                    at=row.moment("RequestedDateTime"),
                    status=row.text("StatusDetails"),
                )
                if row.text("Comment") == EDITS and sent.at >= moment:
                    yield sent
            self._sender.turn()
