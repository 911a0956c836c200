"""An account under load: functions take time and places, and what is asked too often is refused.

Nothing of it is in force until `enforced` is set: then a call of a function takes one of the
account's concurrent executions for as long as the function works, and what is above the quota is
refused with 429, TooManyRequestsException; every call of AWS takes from its bucket (aws/rates.py).
"""

from __future__ import annotations

import random
import threading
import types
from collections import Counter, defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cron2aws.aws.rates import CALLS_PER_EXECUTION, LIMITS, CallRate
from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.rates.bucket import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from cron2aws.sandbox.time.clock import Clock

CALLING, LOADING, ASKING = 0.05, 0.8, 0.1
"""Seconds, assumed: the call of a function, its loading where it is cold, a call of AWS by it."""
DEFAULT_CONCURRENCY = 1000
"""Functions at once: the default of "Lambda quotas"."""
ABOVE = "TooManyRequestsException"
WARM = 300
"""Seconds that a loaded function is kept after its last call, assumed."""


class Load:
    """What is taken of one account's quotas."""

    def __init__(self, clock: Clock, concurrency: int, region: str) -> None:
        self.enforced = False
        self.concurrency = concurrency
        self.refused: Counter[str] = Counter()
        """How often each operation was refused."""
        self.most = 0
        """The most functions that ran at once."""
        self._clock = clock
        self._at_work = 0
        self._warm: dict[str, list[datetime]] = defaultdict(list)
        self._buckets = {
            (each.service, each.operation): (
                each.code,
                Bucket(each.of(region)),
            )
            for each in LIMITS
        }
        calls = CALLS_PER_EXECUTION * concurrency
        self._calls = Bucket(CallRate(burst=calls, per_second=calls))
        self._inside = threading.local()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, function: str) -> Iterator[None]:
        """One of the concurrent executions, for a call of that function."""
        if not self.enforced:
            yield
            return
        cold = self._take(function)
        self._inside.function = True
        try:
            self._clock.sleep(CALLING + (LOADING if cold else 0), in_execution=True)
            yield
        finally:
            self._inside.function = False
            with self._lock:
                self._at_work -= 1
                self._warm[function].append(self._clock.now())

    def _take(self, function: str) -> bool:
        """Whether it has to be loaded."""
        now = self._clock.now()
        with self._lock:
            if self._at_work >= self.concurrency or not self._calls.take(now):
                self.refused["Invoke"] += 1
                raise _error(ABOVE)
            self._at_work += 1
            self.most = max(self.most, self._at_work)
            kept = [since for since in self._warm[function] if _seconds(since, now) < WARM]
            self._warm[function] = kept[:-1]
            return not kept

    def random_module(self) -> types.ModuleType:
        """`random` by which retries are spread: as late as can be while nothing is enforced."""
        copy: Foreign = types.ModuleType("random")
        thrown = random.Random(0)  # noqa: S311 (nothing secret)
        copy.uniform = lambda least, most: thrown.uniform(least, most) if self.enforced else most
        return copy  # type: ignore[no-any-return]

    def answering(self, answer: Callable[[Foreign], Foreign]) -> Callable[[Foreign], Foreign]:
        """BaseResponse.call_action: every call of AWS, whoever makes it."""

        def answered(request: Foreign) -> Foreign:
            if not self.enforced:
                return answer(request)
            if getattr(self._inside, "function", False):
                self._clock.sleep(ASKING, in_execution=True)
            operation = str(request._get_action())
            code, bucket = self._buckets.get((request.boto3_service_name, operation), ("", None))
            with self._lock:
                taken = bucket is None or bucket.take(self._clock.now())
                self.refused[operation] += not taken
            if taken:
                return answer(request)
            from moto.core.responses import ActionResult

            status, headers, body = request.serialized(ActionResult(_error(code)))
            return status, {**headers, "status": str(status)}, body

        return answered


def _seconds(since: datetime, now: datetime) -> float:
    return (now - since).total_seconds()


def _error(code: str) -> Exception:
    from moto.core.exceptions import ServiceException

    # of an error from a module of moto's it wants to know the service
    refusal = type(code, (ServiceException,), {"__module__": __name__})
    made: Exception = refusal(code, "Rate exceeded")
    return made
