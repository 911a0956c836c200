"""Signals to the command, to the runners, or to both, at a moment."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.counted.host import Command, Host, parent

STOPPED = 70.0
"""Seconds for which SIGSTOP holds: more than a minute."""
KINDS = ("KILL", "TERM", "HUP", "INT", "STOP")
WHOM = ("command", "command", "runner", "both")


@dataclass(frozen=True, kw_only=True)
class Blow:
    """A signal `after` so many seconds of the command."""

    kind: str
    whom: str
    after: float

    def __str__(self) -> str:
        return f"{self.kind} {self.whom}"


def some_blow(chance: random.Random, longest: float) -> Blow:
    return Blow(
        kind=chance.choice(KINDS), whom=chance.choice(WHOM), after=chance.uniform(0.2, longest)
    )


def strike(blow: Blow, host: Host, command: Command, say: Callable[[str], None]) -> str:
    """Wait for the moment and send it; the step in which the command was, empty where it had ended.

    A runner is struck as soon as one is there.
    """
    number = signal.Signals[f"SIG{blow.kind}"]
    left = blow.after - (time.monotonic() - command.began)
    if command.wait(max(left, 0)) is not None:
        return ""
    runners = _runners(host, command) if blow.whom != "command" else []
    at = step(command)
    for pid in runners:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    if blow.whom != "runner":
        command.signal(number)
    if blow.kind == "STOP":
        say(f"stopped for {STOPPED:.0f} s: {blow.whom}")
        time.sleep(STOPPED)  # noqa: TID251
        for pid in runners:
            # nsenter stops with what it waits for
            for each in (pid, parent(pid)):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGCONT)
        if blow.whom != "runner":
            command.signal(signal.SIGCONT)
    return at


def _runners(host: Host, command: Command) -> list[int]:
    while command.wait(0) is None:
        if found := host.runners():
            return found
        time.sleep(0.05)  # noqa: TID251
    return []


def step(command: Command) -> str:
    """What the command was at, by the last line that it has said."""
    return step_of(command.words)


def step_of(words: str) -> str:
    for start, name in STEPS:
        if re.search(start, words, re.MULTILINE):
            return name
    return "planning" if words.strip() else "starting"


STEPS = (
    (r"^(Done|Not done|Nothing|error)", "ended"),
    (r"^letting hosts", "LiveFrom"),
    (r"^deleting", "deleting"),
    (r"^rewrote", "rewriting"),
    (r"^looking at the hosts", "probe and quiet part"),
    (r"^deploying", "deploying"),
    (r": put the line back", "quiet part"),
)


class LateDaemon:
    """Stops the host's cron over the beginning of some minutes, for up to half a minute."""

    def __init__(
        self, host: Host, share: float, chance: random.Random, say: Callable[[str], None]
    ) -> None:
        self._host = host
        self._share = share
        self._chance = chance
        self._say = say

    def work(self, stop: threading.Event) -> None:
        while not stop.wait(57 - time.time() % 60 if time.time() % 60 < 57 else 60):  # noqa: TID251
            pid = self._host.daemon
            if pid is None or self._chance.random() >= self._share:
                stop.wait(4)
                continue
            until = self._chance.uniform(1, 30)
            os.kill(pid, signal.SIGSTOP)
            stop.wait(3 + until)
            os.kill(pid, signal.SIGCONT)
            self._say(f"cron woke {until:.0f} s late")
