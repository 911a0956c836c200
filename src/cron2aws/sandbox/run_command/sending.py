"""Run Command without hosts: commands are taken, sent to stand-in hosts, and cancelled."""

from __future__ import annotations

import re
import shlex
import threading
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from cron2aws.sandbox.run_command.agent import execute
from cron2aws.sandbox.run_command.commands import TERMINAL, Command, Invocation
from cron2aws.sandbox.run_command.hosts import (
    Outcome,
    RunWithShell,
    Scripted,
    StandInHost,
    StatusDetails,
)
from cron2aws.sandbox.run_command.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from cron2aws.sandbox.time.clock import Clock


class RunCommand:
    """The commands of a sandbox and the hosts they go to."""

    def __init__(self, clock: Clock, *, lag_seconds: float, ramp: bool = False) -> None:
        self.clock = clock
        self.ramp = ramp
        self.lag = timedelta(seconds=lag_seconds)
        self.hosts: dict[str, StandInHost] = {}
        self.tags_of: Callable[[StandInHost], Mapping[str, str]] = lambda host: host.tags
        self.commands: dict[str, Command] = {}
        self._sent: dict[str, int] = {}
        self._lock = threading.RLock()

    def targets(self, wanted: Iterable[Mapping[str, object]]) -> list[StandInHost]:
        """The managed hosts that every target names; a target is a key and a list of values."""
        conditions = list(wanted)
        return [
            host
            for host in self.hosts.values()
            if host.managed and all(self._matches(host, condition) for condition in conditions)
        ]

    def _matches(self, host: StandInHost, condition: Mapping[str, object]) -> bool:
        key, values = str(condition.get("Key", "")), condition.get("Values", ())
        wanted = [str(each) for each in values] if isinstance(values, list | tuple) else []
        if key.startswith("tag:"):
            return self.tags_of(host).get(key[4:]) in wanted
        return key.lower() == "instanceids" and host.instance_id in wanted

    def send(self, command: Command) -> Command:
        """Take a command; from here on its state is a function of the clock."""
        hosts = (
            [self.hosts[each] for each in command.instance_ids]
            if command.instance_ids
            else self.targets(command.targets)
        )
        with self._lock:
            self.commands[command.command_id] = command
        queue = Queue(command, len(hosts), ramp=self.ramp)
        for host in hosts:
            command.invocations.append(self._invocation(command, host, queue))
        return command

    def cancel(self, command: Command, instance_ids: Sequence[str]) -> None:
        """What has not ended ends now."""
        now = self.clock.now()
        chosen = [i for i in command.invocations if not instance_ids or _id(i) in instance_ids]
        for invocation in chosen:
            if invocation.details(now) not in TERMINAL:
                invocation.cancelled = now
        if not instance_ids:
            command.cancelled = now

    def _invocation(self, command: Command, host: StandInHost, queue: Queue) -> Invocation:
        if isinstance(host.behaviour, RunWithShell) and host.online:
            return self._run(command, host, host.behaviour.through)
        outcome = self._outcome(command, host)
        return queue.place(host, outcome)

    def _outcome(self, command: Command, host: StandInHost) -> Outcome:
        with self._lock:
            number = self._sent.get(host.instance_id, 0)
            self._sent[host.instance_id] = number + 1
        if isinstance(host.behaviour, Scripted):
            outcome = host.behaviour.at(number)
        else:
            outcome = Outcome(stdout=_echo(command.script, self.clock.now()))
        if not host.online and outcome.started:
            return Outcome(details=StatusDetails.DELIVERY_TIMED_OUT)
        return outcome

    def _run(self, command: Command, host: StandInHost, through: Sequence[str]) -> Invocation:
        now = self.clock.now()
        invocation = Invocation(host=host, requested=now, starts=now)

        def work() -> None:
            limit = command.execution_timeout
            outcome = execute(command.script, timeout=limit, root=host.root, through=through)
            seconds = outcome.seconds if self.clock.virtual else 0
            invocation.outcome = outcome
            invocation.ends = self.clock.now() + timedelta(seconds=seconds)

        if self.clock.virtual:
            work()  # virtual time must not run ahead of a real shell
        else:
            threading.Thread(target=work, daemon=True).start()
        return invocation


def new_id() -> str:
    """A command's id."""
    return str(uuid.uuid4())


def _id(invocation: Invocation) -> str:
    return invocation.host.instance_id


def _echo(script: str, now: datetime) -> str:
    """Says what would run: of a script of ours the job alone, as only the last lines are told.

    A stand-in has no crontab to look at; all else is as ready there as can be.
    """
    if "\nprobe=1\n" in script:
        clock = int(now.timestamp())
        return f"[cron2aws] exit=- seconds=0 outcome=ready line=unknown clock={clock}\n"
    job = re.search(r"\njob\(\) \{\nprintf '%s\\n' (.*?)\n\}\n", script, re.DOTALL)
    return (
        "[cron2aws] exit=0 seconds=0 outcome=ran\n"
        "not run: the sandbox only shows commands (--run-commands runs them); the job is\n"
        f"{shlex.split(job[1])[0] if job else script}\n"
    )
