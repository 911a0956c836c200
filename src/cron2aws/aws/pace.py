"""Calls to AWS at the pace that AWS allows: a call waits rather than being refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from cron2aws.aws.rates import CallRate, rate_of

WAITING = 100
"""More calls of one action never wait at once."""


class Pace:
    """Keeps each action within our share of its bucket (rates.py), whichever thread calls."""

    def __init__(
        self, region: str, now: Callable[[], datetime], sleep_until: Callable[[datetime], None]
    ) -> None:
        """`sleep_until` returns at the moment, at once if it has passed."""
        self._region = region
        self._now = now
        self._sleep_until = sleep_until
        self._lock = threading.Lock()
        self._full: dict[str, datetime] = {}
        """When each bucket is full again, if nobody asks any more."""

    def wait(self, action: str) -> None:
        """Return when the action may be called, at once where nothing limits it."""
        rate = rate_of(action, self._region)
        if rate is not None:
            self._sleep_until(self._turn(action, rate.ours))

    def _turn(self, action: str, rate: CallRate) -> datetime:
        a_call = timedelta(seconds=1 / rate.per_second)
        with self._lock:
            now = self._now()
            # a clock that was set back must not hold up what it counted ahead
            latest = now + a_call * (rate.burst + WAITING)
            full = min(max(self._full.get(action, now), now), latest)
            self._full[action] = full + a_call
            return full - a_call * (rate.burst - 1)
