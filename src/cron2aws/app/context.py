"""What a use-case works on: AWS, the time, and the person at the terminal."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cron2aws.app.interrupts import INTERRUPTS
from cron2aws.handover.interfaces import Clock, Progress
from cron2aws.hosts.machine import this_machine
from cron2aws.plan.values import Place
from cron2aws.report.document import Document
from cron2aws.task.target import Target

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.checkup import Checkup
    from cron2aws.aws.commands import Commands, HostState
    from cron2aws.aws.concurrency import Account
    from cron2aws.aws.editing import Editors
    from cron2aws.aws.foundation import SharedStacks
    from cron2aws.aws.instances import Instances
    from cron2aws.aws.past_runs import PastRuns
    from cron2aws.aws.rates import CallRate
    from cron2aws.aws.reading import Readers
    from cron2aws.aws.runs import Runs
    from cron2aws.aws.simulation import Simulation
    from cron2aws.aws.skew import Ahead
    from cron2aws.aws.stacks import Stacks


class RunDisplay(Protocol):
    """Where a run that goes on is shown, if anybody sees it."""

    @property
    def is_seen(self) -> bool:
        """Whether anybody sees it: else AWS need not be asked for what is shown."""

    def show(self, stack_name: str, elapsed: timedelta, hosts: Sequence[HostState]) -> None:
        """Show how the run stands, so long after its start."""


class Console(Protocol):
    """The person at the terminal; a reader that has gone never ends a use-case."""

    def note(self, text: str) -> None:
        """Say something that is not a result, on a line of its own."""

    def show(self, document: Document) -> None:
        """Show a result, in the format and the place that were asked for.

        UsageError where it cannot be written there.
        """

    @property
    def shows_tables(self) -> bool:
        """Whether results are text for a person at the terminal, not data and not in a file."""

    def confirmed(self, question: str) -> bool:
        """Ask, and return whether the answer is yes; UsageError where nobody can answer."""

    def progress(self, *, midway: str) -> AbstractContextManager[Progress]:
        """What shows how far a change is; `midway` is told where it is interrupted."""

    def watching(self, stack_name: str) -> AbstractContextManager[RunDisplay]:
        """What shows a run that goes on."""


class StandIns(Protocol):
    """The hosts of a sandbox."""

    def add(self, name: str, target: Target) -> None:
        """Let a host of this name be one of the target's."""


PlaceOf = Callable[["str | None"], Place]
"""What tells the account and region that are meant; without an account AWS is asked for it."""


@dataclass(frozen=True, kw_only=True)
class HostContext:
    """This host, the time and the console: what is done without AWS."""

    clock: Clock
    console: Console
    backups: Path
    state: Path
    """The state folder: where the lock of one command at a time is."""

    held: Callable[[], AbstractContextManager[object]] = INTERRUPTS.held
    """What runs meanwhile is not ended by a signal, which is raised afterwards."""

    before: tuple[str, ...] = ()
    """The options that say which AWS is meant, as given: for commands that are advised."""

    copies_sources: bool = False
    """Copies of the crontabs are edited, never the crontabs themselves (`--sandbox`)."""

    machine: Callable[[], str] = this_machine
    """What tells this machine from others."""


@dataclass(frozen=True, kw_only=True)
class Context(HostContext):
    """AWS, the time and the console, for one run of a command."""

    stacks: Stacks
    shared: SharedStacks
    account: Account
    checkup: Checkup
    simulation: Simulation
    runs: Runs
    past: PastRuns
    commands: Commands
    instances: Instances
    readers: Readers
    editors: Editors
    place: Place
    rate_of: Callable[[str], CallRate | None] = lambda _: None
    """How often AWS lets this account call an action; None where nothing is known."""

    ahead: Callable[[], Ahead | None] = lambda: None
    """How far this host's clock is ahead of AWS's; None where AWS has not told its time."""

    throttled: Callable[[], Mapping[str, int]] = dict
    """How often AWS asked for a pause until now, by operation."""

    here: str | None = None
    """This machine's instance id."""

    new_name: Callable[[], str] = lambda: uuid.uuid4().hex[:6]
    """What tells two runs of one second apart; AWS gives a name only once."""

    stand_ins: StandIns | None = None
    """The hosts of a sandbox in this process, None for an AWS elsewhere."""

    one_at_a_time: bool = False
    """AWS takes one call at a time: it is in this process."""

    @property
    def is_sandbox(self) -> bool:
        """Whether the hosts are stand-ins for those that were read."""
        return self.stand_ins is not None
