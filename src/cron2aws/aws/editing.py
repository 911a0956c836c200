"""Sends the edit script to hosts, each with its patch, and reads the answers."""

from __future__ import annotations

from collections.abc import Callable

from cron2aws.aws.commands import Invocation
from cron2aws.aws.sending import Sender
from cron2aws.task.documents import EDIT


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
            comment="cron2aws looks whether crontabs can be edited"
            if check
            else "cron2aws edits crontabs",
        )

    def answer(self, command_id: str, instance: str) -> Invocation | None:
        """The state of the command there; None where there is nothing of it yet."""
        return self._sender.invocation(command_id, instance)
