"""The composition root: what a command works on is made here, and handed to the use-cases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from cron2aws.aws.commands import Commands
from cron2aws.aws.instances import Instances, this_instance
from cron2aws.aws.runs import Runs
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stacks import StackCalls, Stacks
from cron2aws.aws.topics import Topics
from cron2aws.cli.state import state_folder
from cron2aws.errors import Bug
from cron2aws.migration.journal import Journal
from cron2aws.plan import Place

if TYPE_CHECKING:
    from cron2aws.migration.interfaces import Clock
    from cron2aws.sandbox import Sandbox


class SystemClock:
    """The machine's time, in UTC; waiting really waits."""

    def now(self) -> datetime:
        """This moment."""
        return datetime.now(UTC)  # noqa: TID251 (the one place that asks the machine)

    def sleep_until(self, moment: datetime) -> None:
        """Return at the moment, at once if it has passed."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            # in short pieces: a suspended machine must not oversleep the moment
            time.sleep(min(left, 1.0))  # noqa: TID251 (the one place that really waits)


class SandboxTime:
    """A sandbox's time: waiting moves it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def now(self) -> datetime:
        """The sandbox's moment."""
        return self._sandbox.now

    def sleep_until(self, moment: datetime) -> None:
        """Move the sandbox's clock there."""
        left = (moment - self.now()).total_seconds()
        if left > 0:
            self._sandbox.clock.sleep(left)


@dataclass(frozen=True, kw_only=True)
class World:
    """AWS, the time and the console, for one run of a command."""

    session: Session
    stacks: Stacks
    topics: Topics
    runs: Runs
    commands: Commands
    instances: Instances
    place: Place
    clock: Clock
    journal: Journal
    here: str | None  # this machine's instance id
    backups: Path
    sandbox: Sandbox | None = None


def console(settings: dict[str, Any]) -> Console:
    """Standard error, where everything but results goes."""
    plain = bool(settings.get("no_color")) or None
    return Console(stderr=True, no_color=plain, highlight=False, soft_wrap=True)


@contextmanager
def open_world(settings: dict[str, Any], *, asks_here: bool = False) -> Iterator[World]:
    """The world that the global options mean, a sandbox's with `--sandbox`."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(_sandbox()) if settings.get("sandbox") else None
        yield world_of(settings, sandbox, asks_here=asks_here)


def world_of(
    settings: dict[str, Any], sandbox: Sandbox | None, *, asks_here: bool = False
) -> World:
    """The world of a sandbox that is open already, or of AWS."""
    clock: Clock = SandboxTime(sandbox) if sandbox else SystemClock()
    session = Session(
        AwsSettings(
            profile=None if sandbox else settings.get("profile"),
            region=sandbox.region if sandbox else settings.get("region"),
            endpoint_url=None if sandbox else settings.get("endpoint_url"),
        )
    )
    return World(
        session=session,
        stacks=Stacks(StackCalls(session, template_text("task.yaml"), _sleep(clock))),
        topics=Topics(StackCalls(session, template_text("topics.yaml"), _sleep(clock))),
        runs=Runs(session),
        commands=Commands(session),
        instances=Instances(session),
        place=Place(account=session.account(), region=session.region),
        clock=clock,
        journal=Journal(
            state_folder() / "journal" / f"{clock.now():%Y%m%dT%H%M%S}.jsonl",
            clock.now,
            say=console(settings).print if settings.get("verbose") else None,
        ),
        backups=state_folder() / "backups" / f"{clock.now():%Y%m%dT%H%M%S}",
        here=this_instance() if asks_here and not sandbox else None,
        sandbox=sandbox,
    )


def _sandbox() -> Sandbox:
    from cron2aws.sandbox import Sandbox as Inside

    return Inside()


def _sleep(clock: Clock) -> Callable[[float], None]:
    return lambda seconds: clock.sleep_until(clock.now() + timedelta(seconds=seconds))


def template_text(name: str) -> str:
    """A template of cfn/."""
    return installed("cfn", name).read_text(encoding="utf-8")


def installed(folder: str, name: str) -> Path:
    """A file that ships beside the code: in the wheel's package, or in an editable checkout."""
    package = Path(__file__).resolve().parent.parent
    for base in (package, package.parent.parent):
        if (base / folder / name).exists():
            return base / folder / name
    raise Bug(what=f"{folder}/{name} is not installed", fix="install cron2aws again")
