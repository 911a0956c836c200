"""Stand-in hosts: what a sandbox has in place of EC2 instances with the SSM agent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


BEGAN = "{began}"


class StatusDetails(StrEnum):
    """How one host's part of a command can stand; SSM's own words."""

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    DELAYED = "Delayed"
    SUCCESS = "Success"
    DELIVERY_TIMED_OUT = "DeliveryTimedOut"
    EXECUTION_TIMED_OUT = "ExecutionTimedOut"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    UNDELIVERABLE = "Undeliverable"
    TERMINATED = "Terminated"
    INVALID_PLATFORM = "InvalidPlatform"
    ACCESS_DENIED = "AccessDenied"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happens to one command on one host.

    `pickup_seconds` pass until the agent starts it, `seconds` until it ends. Where `details` is
    None, they follow from the exit code as the agent judges it. `shown_pending_as` is what the
    listing says before the start (`Delayed` for a busy service). BEGAN in the output stands for
    when it began, as a runner tells it.
    """

    exit_code: int = 0
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    pickup_seconds: float = 1.0
    details: StatusDetails | None = None
    shown_pending_as: StatusDetails = StatusDetails.PENDING

    @property
    def started(self) -> bool:
        """Whether the host ever began with it."""
        return self.details not in _NEVER_STARTED


_NEVER_STARTED = (
    StatusDetails.DELIVERY_TIMED_OUT,
    StatusDetails.UNDELIVERABLE,
    StatusDetails.TERMINATED,
    StatusDetails.INVALID_PLATFORM,
    StatusDetails.ACCESS_DENIED,
)


def job_outcome(
    exit_code: int = 0, stdout: str = "", stderr: str = "", seconds: float = 0.0
) -> Outcome:
    """A job as its runner reports it: the first line tells the true exit code, and more."""
    out, err = (len(each.encode("utf-8", "replace")) for each in (stdout, stderr))
    head = f"exit={exit_code} seconds={int(seconds)} outcome=ran out={out} err={err}"
    agent_sees = 1 if exit_code in _AGENT_ACTS_ON else exit_code
    return reported(head, stdout, stderr, exit_code=agent_sees, seconds=seconds)


def reported(
    facts: str, stdout: str = "", stderr: str = "", *, exit_code: int = 0, seconds: float = 0.0
) -> Outcome:
    """What a runner's first line says (`exit=- seconds=0 outcome=not-here`), then both outputs."""
    text = f"[cron2aws] {facts}\n{stdout}"
    return Outcome(exit_code=exit_code, stdout=text, stderr=stderr, seconds=seconds)


_AGENT_ACTS_ON = (137, 168, 169, 194)


@dataclass(frozen=True, kw_only=True)
class Echo:
    """The command is not run: its output says what would have been run."""


@dataclass(frozen=True, kw_only=True)
class RunWithShell:
    """The command is really run by `sh`, as the user who runs the sandbox.

    This is as dangerous as it sounds: a crontab's jobs delete, mail and restart things. `through`
    is a command that runs another one elsewhere, as `docker exec -i web` does in a container: it is
    given `sh` and what that is to do, and the script on its standard input.
    """

    through: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scripted:
    """One outcome a command, in order; the last one stays."""

    outcomes: tuple[Outcome, ...]

    def at(self, number: int) -> Outcome:
        """What happens to the command of that number, counted from 0."""
        return self.outcomes[min(number, len(self.outcomes) - 1)]


Behaviour = Echo | RunWithShell | Scripted


@dataclass(frozen=True, kw_only=True)
class StandInHost:
    """An EC2 instance with an SSM agent that isn't there.

    `managed=False` is an instance without an agent: EC2 knows it and its tags, Run Command doesn't.
    """

    instance_id: str
    name: str
    tags: Mapping[str, str] = field(default_factory=dict)
    root: Path | None = None
    online: bool = True
    managed: bool = True
    agent: str = "3.3.2299.0"
    behaviour: Behaviour = Echo()


def stand_in(
    name: str,
    *,
    tags: Mapping[str, str] | None = None,
    root: Path | None = None,
    behaviour: Behaviour | None = None,
    nth: int = 1,
) -> StandInHost:
    """A host of that name; its instance id is made from the name, so that it is always the same.

    `nth`: which of several hosts that have the one name, each an instance of its own.
    """
    seed = name.encode("utf-8", "surrogateescape") + (b"\0%d" % nth if nth > 1 else b"")
    digest = hashlib.sha256(seed).hexdigest()
    return StandInHost(
        instance_id=f"i-{digest[:17]}",
        name=name,
        # as EC2 could have it: a control character is in no answer of AWS's
        tags={"Name": "".join(c if c.isprintable() else "?" for c in name), **(tags or {})},
        root=root,
        behaviour=behaviour or Echo(),
    )
