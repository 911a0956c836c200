"""Asking hosts for their crontabs piece by piece, all of them side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cron2aws.aws.command_states import ENDS, RUNNING
from cron2aws.hosts.host_answer import (
    MOST_PIECES,
    AnswerPart,
    DamagedAnswer,
    HostAnswer,
    HostRefused,
    joined_parts,
    read_part,
    unpack,
)

if TYPE_CHECKING:  # a scan of files goes without them
    from cron2aws.app.context import Context
    from cron2aws.handover.interfaces import Progress

LOOK_AGAIN = timedelta(seconds=2)
PATIENCE = timedelta(minutes=5)
"""A command has ended by then: it is delivered within a minute, and runs two at most."""

UNSEEN = timedelta(seconds=30)
"""By then a command that was sent is listed for each of its hosts."""

TRIES = 3


@dataclass(kw_only=True)
class Asked:
    """A host on the way to being read."""

    id: str
    label: str
    pieces: list[AnswerPart] = field(default_factory=list)
    tries: int = 1

    @property
    def next(self) -> int:
        """The piece that it is asked for."""
        return len(self.pieces) + 1


@dataclass(kw_only=True)
class _Sent:
    """A command that was sent to some hosts, and those whose part has not ended."""

    hosts: dict[str, Asked]
    at: datetime


class Fetch:
    """Asks hosts piece by piece, all of them side by side."""

    def __init__(self, context: Context, reasons: dict[str, str]) -> None:
        self.brought: dict[str, HostAnswer] = {}
        self._readers = context.readers
        self._clock = context.clock
        self._reasons = reasons
        self._queue: list[Asked] = []
        self._sent: dict[str, _Sent] = {}

    def all(self, asked: Iterable[Asked], progress: Progress) -> None:
        """Return when each has been read, or has its reason."""
        self._queue, left = list(asked), {each.id: each.label for each in asked}
        while self._queue or self._sent:
            self._send()
            for command in list(self._sent):
                self._look(command)
            for each in [each for each in left if each in self.brought or each in self._reasons]:
                if each in self._reasons:
                    progress.say(f"  not read: {left.pop(each)}: {self._reasons[each]}")
                else:
                    progress.done(left.pop(each))
            if self._sent and not self._queue:
                self._clock.sleep_until(self._clock.now() + LOOK_AGAIN)

    def _send(self) -> None:
        by_piece: dict[int, list[Asked]] = {}
        for each in self._queue:
            by_piece.setdefault(each.next, []).append(each)
        self._queue = []
        for piece, hosts in by_piece.items():
            for part in self._readers.parts([each.id for each in hosts]):
                command = self._readers.send(part, piece)
                those = {each.id: each for each in hosts if each.id in part}
                self._sent[command] = _Sent(hosts=those, at=self._clock.now())

    def _look(self, command: str) -> None:
        sent = self._sent[command]
        states = {each.id: each.status for each in self._readers.states(command)}
        passed = self._clock.now() - sent.at
        for host in list(sent.hosts.values()):
            status = states.get(host.id)
            if status is not None and status not in RUNNING:
                self._take(host, status, command)
            elif passed > PATIENCE:
                self._reasons[host.id] = "it did not end the command within five minutes"
            elif status is None and passed > UNSEEN:
                self._reasons[host.id] = "Systems Manager did not send it the command"
            else:
                continue
            del sent.hosts[host.id]
        if not sent.hosts:
            del self._sent[command]

    def _take(self, host: Asked, status: str, command: str) -> None:
        """A part of a command has ended."""
        if status in ENDS:
            late = status == "ExecutionTimedOut"
            why = "reading took longer than two minutes" if late else ENDS[status]
            self._reasons[host.id] = why
            return
        out, err = self._readers.output(command, host.id)
        try:
            self._add(host, read_part(out))
        except DamagedAnswer as torn:
            self._again(host, f"{torn} ({TRIES} times)")
        except HostRefused as failed:
            said = "" if status == "Success" else f" ({(err.strip() or status).splitlines()[-1]})"
            self._reasons[host.id] = f"{failed}{said[:200]}"

    def _add(self, host: Asked, piece: AnswerPart) -> None:
        if piece.of > MOST_PIECES:
            why = f"what it has of cron takes {piece.of} pieces; {MOST_PIECES} are read at most"
            raise HostRefused(why)
        host.pieces.append(piece)
        if piece.sha256 != host.pieces[0].sha256:
            raise DamagedAnswer
        if len(host.pieces) < piece.of:
            self._queue.append(host)
        else:
            self.brought[host.id] = unpack(joined_parts(host.pieces))
            host.pieces.clear()

    def _again(self, host: Asked, why: str) -> None:
        if host.tries == TRIES:
            self._reasons[host.id] = why
            return
        host.tries += 1
        host.pieces.clear()
        self._queue.append(host)
