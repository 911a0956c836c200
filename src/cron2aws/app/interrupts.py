"""^C, SIGTERM and SIGHUP: each gets an answer at once, and none stops what makes things safe."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_HELD = "finishing first what makes things safe"


class Ended(KeyboardInterrupt):
    """A signal that ends the command; whoever catches ^C catches it as well."""


class Interrupts:
    """Turns the first signal into `Ended`, in the main thread, outside of what is held.

    Further ones are answered only: what the first one has set going must come to its end.
    """

    def __init__(self) -> None:
        self.came: int | None = None
        """The number of the first signal that came."""

        self._depth = 0
        self._raised = False

    @property
    def exit_code(self) -> int | None:
        """What a shell expects: 130 for ^C, 143 for SIGTERM, 129 for SIGHUP; else None."""
        return None if self.came is None else 128 + self.came

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Handle the signals meanwhile; one that was ignored before (nohup) stays ignored."""
        before = {}
        for number in _ENDINGS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, self._handle)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What runs meanwhile is carried out whole; then a signal that came is raised."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self._raise()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del frame
        again = self.came is not None
        self.came = self.came or number
        if self._depth:
            _say(f"interrupted: {_HELD}")
        else:
            _say(f"still ending: {_HELD}" if again else "interrupted")
        self._raise()

    def _raise(self) -> None:
        if self.came is None or self._depth or self._raised:
            return
        self._raised = True
        raise Ended(signal.Signals(self.came).name)


INTERRUPTS = Interrupts()
"""Signals are the process's, so there is one."""


def _say(text: str) -> None:
    """A line on standard error: not by way of a stream, which may be in the middle of another."""
    with contextlib.suppress(OSError):
        os.write(2, f"cron2aws: {text}\n".encode())
