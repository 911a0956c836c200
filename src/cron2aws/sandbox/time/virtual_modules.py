"""Stand-ins for modules that know the time: what a function in the sandbox imports, or moto."""

from __future__ import annotations

import datetime as real_datetime
import functools
import os
import random
import threading
import time
import types
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from cron2aws.sandbox.time.clock import Clock


def _like(module: types.ModuleType) -> types.ModuleType:
    """A module of the same names."""
    copy = types.ModuleType(module.__name__)
    vars(copy).update(vars(module))
    return copy


def os_module(environment: dict[str, str]) -> types.ModuleType:
    """`os` with these environment variables and no others."""
    copy: Any = _like(os)
    copy.environ = environment
    copy.getenv = environment.get
    return copy  # type: ignore[no-any-return]


def time_module(clock: Clock) -> types.ModuleType:
    """`time` of the sandbox: it can be asked, and slept on."""
    copy: Any = _like(time)
    copy.time = lambda: clock.now().timestamp()
    copy.time_ns = lambda: int(clock.now().timestamp() * 1_000_000_000)
    copy.sleep = functools.partial(clock.sleep, in_execution=True)
    copy.monotonic = copy.perf_counter = copy.time
    return copy  # type: ignore[no-any-return]


def random_module() -> types.ModuleType:
    """`random` that throws the same each time: what a sandbox shows can be shown again."""
    copy: Any = _like(random)
    copy.random = random.Random(0).random  # noqa: S311 (nothing secret)
    return copy  # type: ignore[no-any-return]


def threading_module(clock: Clock) -> types.ModuleType:
    """`threading` whose `Event` is waited for on the sandbox's clock."""
    copy: Any = _like(threading)
    copy.Event = clock.event
    return copy  # type: ignore[no-any-return]


def datetime_module(clock: Clock) -> types.ModuleType:
    """`datetime` whose `now`, `utcnow` and `today` are the sandbox's, in a host that keeps UTC."""
    copy: Any = _like(real_datetime)
    copy.datetime = _datetime_class(clock)
    return copy  # type: ignore[no-any-return]


def _datetime_class(clock: Clock) -> type[real_datetime.datetime]:
    class AnyDatetime(type):
        """Every real datetime counts as one of ours: boto3 makes real ones."""

        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, real_datetime.datetime)

    class SandboxDatetime(real_datetime.datetime, metaclass=AnyDatetime):
        """A datetime that takes the present from the sandbox."""

        @classmethod
        def now(cls, tz: real_datetime.tzinfo | None = None) -> Self:
            moment = clock.now().astimezone(tz or real_datetime.UTC)
            moment = moment if tz else moment.replace(tzinfo=None)
            return cls.fromisoformat(moment.isoformat()).replace(tzinfo=moment.tzinfo)

        @classmethod
        def utcnow(cls) -> Self:
            return cls.now()

        @classmethod
        def today(cls) -> Self:
            return cls.now()

    return SandboxDatetime
