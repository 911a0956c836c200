"""How far this host's clock is ahead of AWS's, by the Date of every answer (RFC 9110, 6.6.1)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_SECOND = timedelta(seconds=1)
_NARROW = 3.0  # seconds: a later answer counts for more than one that is narrower still


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """Seconds that this host's clock is ahead of AWS's, between `least` and `most`."""

    least: float
    most: float

    @property
    def seconds(self) -> float:
        """The likeliest value; below 0 where this host's clock is behind."""
        return (self.least + self.most) / 2

    def is_surely_beyond(self, seconds: float) -> bool:
        """Whether it is off by more than that, either way, however long the answer took."""
        return self.least > seconds or self.most < -seconds


class Skew:
    """Looks at the answers of AWS as they come, from any thread."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """`now` tells this host's time in UTC."""
        self._now = now
        self._at = threading.local()
        self._best: Ahead | None = None

    @property
    def ahead(self) -> Ahead | None:
        """How far it is ahead by the answers up to now; None before the first one with a Date."""
        return self._best

    def sent(self) -> None:
        """Note that this thread sends a request now."""
        self._at.sent = self._now()

    def came(self, headers: Mapping[str, str]) -> None:
        """Note that its answer has come. AWS wrote the Date, cut to whole seconds, in between."""
        sent: datetime | None = getattr(self._at, "sent", None)
        text = next((value for name, value in headers.items() if name.lower() == "date"), "")
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return
        if sent is None or date.tzinfo is None:
            return
        least = (sent - (date + _SECOND)).total_seconds()
        most = (self._now() - date).total_seconds()
        best = self._best
        if best is None or most - least <= max(_NARROW, best.most - best.least):
            self._best = Ahead(least=least, most=most)
