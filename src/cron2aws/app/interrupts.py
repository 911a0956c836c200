"""^C, SIGTERM and SIGHUP: each is answered at once, and none stops what makes things safe."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(KeyboardInterrupt):
    """A signal that ends the command; as ^C to whoever catches that."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number

    @property
    def exit_code(self) -> int:
        """What a shell expects: 130 for ^C, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + self.number


class Interrupts:
    """Turns signals into `Ended`, in the main thread, outside of what is held."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """`say` must not fail: it is called in the middle of anything."""
        self._say = say
        self._depth = 0
        self._pending: int | None = None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Handle the signals meanwhile; one that was ignored before (nohup) stays ignored."""
        before = {}
        for number in ENDINGS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, self._handle)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What runs meanwhile is carried out whole; then the first signal that came is raised."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            number = self._pending
            if self._depth == 0 and number is not None:
                self._pending = None
                raise Ended(number)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self._depth:
            self._pending = self._pending or number
            self._say("cron2aws: interrupted; what is being made safe is finished first")
            return
        self._say("cron2aws: interrupted; ending")
        raise Ended(number)
