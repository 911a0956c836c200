"""How far a command is, on standard error: a live bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from cron2aws.app.several import about
from cron2aws.cli.streams import harmless, listening
from cron2aws.errors import Cron2AwsError
from cron2aws.report.run import progress_text

if TYPE_CHECKING:
    from cron2aws.aws.commands import HostState


LONG = 10.0
"""Seconds after which a person asks how long it takes."""


class StepCount:
    """How many of some like steps are done, and how long the others will take."""

    def __init__(self, total: int, seconds: Callable[[], float]) -> None:
        self._total = total
        self._ended = 0
        self._seconds = seconds
        self._begun = seconds()

    def step(self) -> None:
        """Count one step that has ended."""
        self._ended += 1

    @property
    def so_far(self) -> str:
        """`(12 of 1000, about 3 min left)` once it takes long; empty before, and at the end."""
        gone, left = self._seconds() - self._begun, self._total - self._ended
        if gone < LONG or not self._ended or left <= 0:
            return ""
        return f"({self._ended} of {self._total}, about {about(gone / self._ended * left)} left)"


class Display:
    """The Progress of the use-cases, on a rich console; used as a context manager."""

    def __init__(
        self, console: Console, *, midway: str, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        """`midway`: what can be done where it is interrupted; `seconds`: a clock."""
        # a terminal that has gone must not end a hand-over half-way
        console.file = listening(console.file)
        self._console = console
        self._midway = midway
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self._seconds = seconds
        self._stretch = StepCount(0, seconds)
        self._counting = threading.Lock()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
        if kind is not None and not issubclass(kind, Cron2AwsError):
            for note in getattr(error, "__notes__", ()):
                self.say(note)
            self.say(f"It ended midway: {self._midway}")

    def begin(self, what: str, total: int) -> None:
        """Begin `total` like steps."""
        self._stretch = StepCount(total, self._seconds)
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(harmless(what), total=total)
        if not self._console.is_terminal and total:
            self.say(f"{what}: {total}")

    def done(self, what: str) -> None:
        """Tell that one of these steps is done."""
        self._ended(f"  done: {what}")

    def failed(self, what: str) -> None:
        """Tell that one of these steps has failed; why is told at the end."""
        self._ended(f"  failed: {what}")

    def _ended(self, told: str) -> None:
        with self._counting:
            if self._task is not None:
                self._bar.advance(self._task)
            self._stretch.step()
            far = self._stretch.so_far
        self.say(f"{told} {far}" if far and not self._console.is_terminal else told)

    def say(self, text: str) -> None:
        """Write a line above the bar."""
        # as it is: brackets and `:name:` in a path are no markup
        self._console.print(shown(text), soft_wrap=True)


class HiddenRun:
    """Shows nothing of a run: standard error is no terminal."""

    is_seen = False

    def show(self, stack_name: str, elapsed: timedelta, hosts: Sequence[HostState]) -> None:
        """Show nothing."""


class LiveRun:
    """Shows how a run goes on, in a terminal."""

    is_seen = True

    def __init__(self, update: Callable[[Text], None]) -> None:
        self._update = update

    def show(self, stack_name: str, elapsed: timedelta, hosts: Sequence[HostState]) -> None:
        """Show this in place of what was shown before."""
        # as it is: brackets in a host's name are no markup
        self._update(shown(progress_text(stack_name, elapsed, hosts)))


def shown(text: str) -> Text:
    """A text for rich, without signs that move a terminal's cursor."""
    return Text(harmless(text))
