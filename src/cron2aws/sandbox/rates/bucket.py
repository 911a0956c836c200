"""What is left of a rate that AWS allows (aws/rates.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from cron2aws.aws.rates import CallRate


class Bucket:
    """Full at first; time is the caller's."""

    def __init__(self, rate: CallRate) -> None:
        self._rate = rate
        self._left: float = rate.burst
        self._at: datetime | None = None

    def take(self, now: datetime) -> bool:
        """Whether one more call is taken at that moment."""
        if self._at is not None and now > self._at:
            gone = (now - self._at).total_seconds()
            self._left = min(self._rate.burst, self._left + gone * self._rate.per_second)
        self._at = max(self._at or now, now)
        # a millisecond is the least that a sandbox's clock knows
        if self._left < 1 - 1e-6:
            return False
        self._left -= 1
        return True
