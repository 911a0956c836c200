"""The sandbox's time: the real clock, or one that jumps where everybody waits.

A job of 48 hours must take a second to try out. So nothing in a sandbox sleeps: a Wait state or a
retry asks the clock, and the virtual clock moves to the earliest moment that anybody waits for as
soon as no execution has anything left to do before it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


class Clock(Protocol):
    """What the sandbox asks for the time; every moment is UTC."""

    virtual: bool

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...

    def sleep(
        self, seconds: float, *, in_execution: bool = False, woken: threading.Event | None = None
    ) -> None:
        """Return when `seconds` have gone by on this clock, or (real time only) when woken."""
        ...

    def event(self) -> threading.Event:
        """Set by work that is waited for, at most for seconds of this clock."""
        ...

    def tick(self) -> None:
        """A moment goes by, so that what is started next is seen to be later."""
        ...

    def working(self) -> AbstractContextManager[None]:
        """An execution goes on inside: time stands still but for the waits it does itself."""
        ...


def _whole_millisecond(moment: datetime) -> datetime:
    """AWS's times have milliseconds: what a function is told and what a list says are the same."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class RealClock:
    """The machine's clock."""

    virtual = False

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return _whole_millisecond(datetime.now(UTC))  # noqa: TID251 (time comes from here)

    def sleep(
        self,
        seconds: float,
        *,
        in_execution: bool = False,  # noqa: ARG002 (nobody else waits for us)
        woken: threading.Event | None = None,
    ) -> None:
        """Really wait."""
        (woken or threading.Event()).wait(max(seconds, 0))

    def event(self) -> threading.Event:
        """It is really waited for."""
        return threading.Event()

    def tick(self) -> None:
        """Nothing: real time passes by itself."""

    @contextmanager
    def working(self) -> Iterator[None]:
        """Nothing: real time passes by itself."""
        yield


class VirtualClock:
    """Stands still while anything works and jumps to the next deadline when all wait.

    An execution waits in threads that moto chooses, so waits are counted, not threads: time moves
    when at least as many executions' waits are open as there are executions. (A machine with
    parallel branches may so be moved on by one of them while another still works.)
    """

    virtual = True

    def __init__(self, start: datetime) -> None:
        self._now = _whole_millisecond(start.astimezone(UTC))
        self._lock = threading.RLock()
        self._waiting: set[_Waiting] = set()
        self._executions = 0
        self._waiting_executions = 0

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time go by at once, also over moments that others wait for."""
        with self._lock:
            self._go_to(self._after(seconds))

    def tick(self) -> None:
        """A millisecond goes by: executions are listed by their start."""
        self.advance(0.001)

    def sleep(
        self,
        seconds: float,
        *,
        in_execution: bool = False,
        woken: threading.Event | None = None,  # noqa: ARG002 (it is over at once anyway)
    ) -> None:
        """Wait on this clock: instantly, once no execution has anything to do before."""
        with self._lock:
            me = self._waits_until(self._after(seconds))
            self._waiting_executions += in_execution
            self._go_on()
            try:
                while self._now < me.deadline:
                    me.woken.wait()
            finally:
                self._waiting.remove(me)
                self._waiting_executions -= in_execution
                self._go_on()

    def event(self) -> threading.Event:
        """Waited for on this clock, which stands still until somebody does."""
        return _Awaited(self)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Time stands still while the execution inside is not waiting."""
        with self._lock:
            self._executions += 1
        try:
            yield
        finally:
            with self._lock:
                self._executions -= 1
                self._go_on()

    def _after(self, seconds: float) -> datetime:
        return _whole_millisecond(self._now + timedelta(seconds=max(seconds, 0)))

    def _waits_until(self, deadline: datetime) -> _Waiting:
        me = _Waiting(deadline, threading.Condition(self._lock))
        self._waiting.add(me)
        return me

    def _go_on(self) -> None:
        """To the first deadline, if all executions wait."""
        if self._waiting and self._waiting_executions >= self._executions:
            self._go_to(min(each.deadline for each in self._waiting))

    def _go_to(self, moment: datetime) -> None:
        """Only those are woken whose time has come: with hundreds of executions, that counts."""
        if moment <= self._now:
            return
        self._now = moment
        for each in self._waiting:
            if each.deadline <= moment:
                each.woken.notify()


@dataclass(frozen=True, eq=False)
class _Waiting:
    """Who waits, each with a condition of its own over the clock's one lock."""

    deadline: datetime
    woken: threading.Condition


class _Awaited(threading.Event):
    """The end of a task's work; `wait` must be called once.

    Work that is given up goes on by itself, as on AWS, and counts as an execution for as long.
    """

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock
        self._waiter: _Waiting | None = None
        with clock._lock:
            self._hold()

    def set(self) -> None:
        """Wake who waits; time need not wait for this work any longer."""
        super().set()
        with self._clock._lock:
            self._let_go()
            if self._waiter:
                self._waiter.woken.notify()

    def wait(self, timeout: float | None = None) -> bool:
        """Whether the work has ended before the clock has gone on by `timeout` seconds."""
        clock = self._clock
        with clock._lock:
            me = self._waiter = clock._waits_until(clock._after(timeout or 0))
            self._let_go()
            while not self.is_set() and clock._now < me.deadline:
                me.woken.wait()
            clock._waiting.remove(me)
            self._waiter = None
            if not self.is_set():
                self._hold()
            return self.is_set()

    def _hold(self) -> None:
        self._held = True
        self._clock._executions += 1

    def _let_go(self) -> None:
        self._clock._executions -= self._held
        self._held = False
        self._clock._go_on()
