"""Sends the reading script to hosts, and fetches a part of each one's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from cron2aws.aws.agents import agents_of, in_parts
from cron2aws.aws.sending import Sender
from cron2aws.preflight.facts import Agent
from cron2aws.task.documents import READ


class Readers:
    """Sends the reading script, and fetches what it printed, at a steady pace."""

    def __init__(self, sender: Sender, script: Callable[[], str]) -> None:
        self._sender = sender
        self._script = script
        self.states = sender.states

    def parts(self, ids: Sequence[str]) -> Iterator[list[str]]:
        """The ids, so many in each part as one call takes."""
        return in_parts(ids)

    def agents(self, ids: Sequence[str]) -> Mapping[str, Agent]:
        """The agents of these instances that Systems Manager knows, online or not."""
        return agents_of(self._sender.ssm, ids, self._sender.turn)

    def send(self, ids: Sequence[str], piece: int) -> str:
        """Let these hosts print a part of their answers, and return the command's id."""
        return self._sender.send(
            ids,
            READ,
            {"piece": str(piece)},
            self._script,
            what="the reading script",
            comment="cron2aws reads crontabs and changes nothing",
        )

    def output(self, command_id: str, instance: str) -> tuple[str, str]:
        """What a host printed, to standard output and error."""
        found = self._sender.invocation(command_id, instance)
        return (found.stdout, found.stderr) if found else ("", "")
