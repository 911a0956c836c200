"""The machine's time: the one place that asks for it, and the one that really waits."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's time, in UTC; waiting really waits."""

    def now(self) -> datetime:
        """The time now."""
        return datetime.now(UTC)  # noqa: TID251 (the one place that asks the machine)

    def sleep_until(self, moment: datetime) -> None:
        """Wait until then; return at once if it has passed."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            # in short pieces: a suspended machine must not oversleep the moment
            time.sleep(min(left, 1.0))  # noqa: TID251 (the one place that really waits)


SYSTEM_CLOCK = SystemClock()
"""It has no state: one is enough."""
