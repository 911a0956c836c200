"""Whether AWS may have done what a call asks for, though the call has failed.

The SDK tries a call again by itself, and raises what came of its last attempt: a refusal there says
nothing of an attempt before it whose answer was lost. So each attempt is looked at.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

import botocore.exceptions

_NEVER_SENT = (
    botocore.exceptions.ConnectTimeoutError,
    botocore.exceptions.EndpointConnectionError,  # no address, or nobody takes the connection
    botocore.exceptions.ProxyConnectionError,
)
_REFUSALS = range(400, 500)
"""Statuses with which a service says no before it does anything; 429 and throttling among them."""


class Attempts:
    """Those of each thread, by operation, of which nobody knows what came of them."""

    def __init__(self) -> None:
        self._of = threading.local()

    def begin(self, operation: str) -> None:
        """What comes from now on belongs to a new call."""
        self._open[operation] = 0

    def sent(self, operation: str) -> None:
        """An attempt goes out: until it is known to be refused, it may be carried out."""
        self._open[operation] += 1

    def came(self, operation: str, answer: Mapping[str, object] | None, error: object) -> None:
        """What came of the last one: an answer, or an error before there was one."""
        status = answer.get("status_code") if answer else None
        if status in _REFUSALS or isinstance(error, _NEVER_SENT):
            self._open[operation] -= 1

    def may_be_done(self, operation: str) -> bool:
        """Whether one of the call's attempts may have been carried out."""
        return self._open[operation] > 0

    @property
    def _open(self) -> Counter[str]:
        found: Counter[str] | None = getattr(self._of, "open", None)
        if found is None:
            found = self._of.open = Counter()
        return found
