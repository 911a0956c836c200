"""What a run costs, and how late its end is told: pure calculation, for jobs of every length.

docs/explanation/what-a-run-costs.md has the tables, which tools/run_costs.py makes with these
figures; `history` works out from them what the runs of a task took.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from statistics import fmean


@dataclass(frozen=True, kw_only=True)
class PollTimes:
    """How the end of a job is waited for, in seconds.

    A Retry is its first wait, its growth and its longest wait.
    """

    watch: float = 45
    """WatchSeconds: how long a call looks again and again, until `early`."""
    early: float = 300
    """From then on a call looks once (EARLY_SECONDS of cfn/functions/wait.py)."""
    soon: tuple[float, float, float] = (1, 1.3, 15)
    """The Retry of calls before `early`."""
    later: tuple[float, float, float] = (15, 1.048, 300)
    """That of calls afterwards."""


CHOSEN = PollTimes()


@dataclass(frozen=True, kw_only=True)
class RunEffort:
    """What one run uses, and how late its end is told; seconds of both functions."""

    late: float
    transitions: int
    seconds: float
    calls: int


# --- prices


@dataclass(frozen=True, kw_only=True)
class Price:
    """US dollars in us-east-1, without free tiers."""

    what: str
    dollars: float
    each: str
    source: str


TRANSITION = Price(
    what="Step Functions, a state transition; each retry is one",
    dollars=0.025 / 1000,
    each="$0.025 per 1,000",
    source="aws.amazon.com/step-functions/pricing, stored copy",
)
ARM64 = Price(
    what="Lambda, a second with 128 MB on arm64",
    dollars=0.0000133334 / 8,
    each="$0.0000133334 per GB-s",
    source="cloudchipr.com/blog/aws-lambda-pricing (2024)",
)
X86_64 = Price(
    what="Lambda, a second with 128 MB on x86_64",
    dollars=0.0000166667 / 8,
    each="$0.0000166667 per GB-s",
    source="cloudchipr.com/blog/aws-lambda-pricing (2024)",
)
CALL = Price(
    what="Lambda, a call",
    dollars=0.2e-6,
    each="$0.20 per million",
    source="cloudchipr.com/blog/aws-lambda-pricing (2024)",
)
START = Price(
    what="EventBridge Scheduler, a start",
    dollars=1e-6,
    each="$1.00 per million",
    source="cloudburn.io/blog/amazon-eventbridge-pricing (2026-03)",
)
MESSAGE = Price(
    what="SNS, a message published",
    dollars=0.5e-6,
    each="$0.50 per million",
    source="factualminds.com/blog/amazon-sns-pricing-publishes-fanout-protocols (2026-06)",
)
LOGGED = Price(
    what="CloudWatch Logs, what a call leaves: 1,000 bytes",
    dollars=0.5e-6,
    each="$0.50 per GB",
    source="c3x.dev/blog/cloudwatch-logs-cost-optimization (2026-06)",
)
READ_ON = "2026-11-28"
"""When the pages were read."""

PRICES = (TRANSITION, ARM64, X86_64, CALL, START, MESSAGE, LOGGED)
ALARMS_A_MONTH = 0.40
"""US dollars: the four alarms of the foundation, once for an account and region."""
# --- a run

ASKING, CALLING, LOADING, SENDING, TELLING = 0.1, 0.05, 0.8, 0.5, 0.3
"""Seconds: a question to Systems Manager, the call of a function, its loading (each run finds both
cold), SendCommand with what comes before, and the report with both outputs."""
STATES = 3
"""Send, WaitForHosts, TellSuccess."""


def pause(age: float) -> float:
    """Seconds between two looks of one call, at this age of the run (cfn/functions/wait.py)."""
    return min(3.0, 1 + age / 150)


def run(job: float, numbers: PollTimes = CHOSEN, *, first: float = 0.5) -> RunEffort:
    """The run of a job that ends so many seconds after sending.

    `first` is the part of a second after which the first look comes.
    """
    now, used = CALLING, CALLING
    waits = {name: _waits(*retry) for name, retry in vars(numbers).items() if name in RETRIES}
    for calls in itertools.count(1):
        begun, watch = now, numbers.watch if now < numbers.early else 0
        if calls == 1 and watch:
            now += first
        while True:
            now += ASKING
            if now - ASKING >= job:
                used += now - begun + TELLING + SENDING + 2 * LOADING
                late = now + TELLING - job
                return RunEffort(
                    late=late, transitions=STATES + calls - 1, seconds=used, calls=calls + 1
                )
            next_look = now + pause(now)
            if next_look > begun + watch:
                break
            now = next_look
        used += now - begun + CALLING
        now += CALLING + next(waits["soon" if now < numbers.early else "later"])
    raise AssertionError


RETRIES = ("soon", "later")


def _waits(first: float, growth: float, most: float) -> Iterator[float]:
    for number in itertools.count():
        yield min(most, first * growth ** min(number, 1000))


def cost(used: RunEffort, *, second: Price = ARM64, start: float = START.dollars) -> float:
    """The cost of one run, in US dollars."""
    return (
        used.transitions * TRANSITION.dollars
        + used.seconds * second.dollars
        + used.calls * (CALL.dollars + LOGGED.dollars)
        + start
        + MESSAGE.dollars
    )


def jobs_around(job: float, *, longest: float = math.inf) -> Iterator[tuple[float, float]]:
    """200 jobs up to a tenth shorter or longer, each with a random part of a second of its own."""
    for each in range(200):
        yield min(longest, job * (0.9 + 0.2 * each / 199)), each * 0.618_034 % 1


@lru_cache(maxsize=64)
def mean_of(job: float) -> tuple[float, float]:
    """State transitions and US dollars of a run that is told, the mean for jobs of about a length.

    As docs/explanation/what-a-run-costs.md has them: a single length may end just after a look.
    """
    runs = [run(length, first=first) for length, first in jobs_around(job)]
    return fmean(each.transitions for each in runs), fmean(map(cost, runs))


class StatePath(StrEnum):
    """Which states an execution went through (cfn/task.yaml)."""

    TOLD = "told"
    """Send, WaitForHosts, TellSuccess."""
    SILENT = "silent"
    """Send, WaitForHosts, Done: nobody was told."""
    REPORTED = "reported"
    """Send, WaitForHosts, ReadReport, Judge, TellFailure, Failed."""
    NOT_DUE = "not due"
    """Send, Done."""
    NOT_SENT = "not sent"
    """Send, and the states that make a message of its error."""


_WITHOUT_A_LOOK = {StatePath.NOT_DUE: 2, StatePath.NOT_SENT: 9}
_MORE_STATES = {StatePath.TOLD: 0, StatePath.SILENT: 0, StatePath.REPORTED: 3}


@dataclass(frozen=True, kw_only=True)
class RunUse:
    """About what an execution used: state transitions, and US dollars in us-east-1."""

    transitions: int
    dollars: float


def run_use(
    seconds: float, way: StatePath, parameters: Mapping[str, str], *, by_hand: bool
) -> RunUse:
    """What an execution of so many seconds used, from its start to its end.

    Worked out, not asked: the history of an execution is a call for each. What AWS itself repeats
    is not in it, nor are subscribers. `parameters` are those of cfn/task.yaml.
    """
    if way in _WITHOUT_A_LOOK:
        found = RunEffort(
            late=0, transitions=_WITHOUT_A_LOOK[way], seconds=LOADING + SENDING, calls=1
        )
    else:
        numbers = replace(CHOSEN, watch=_number(parameters.get("WatchSeconds")))
        job = seconds - 2 * LOADING - SENDING - TELLING
        found = run(max(0.0, job - pause(max(0.0, job)) / 2), numbers)
        more = _MORE_STATES[way]
        found = replace(
            found,
            transitions=found.transitions + more,
            calls=found.calls + (way is StatePath.REPORTED),
            seconds=found.seconds + (LOADING if way is StatePath.REPORTED else 0),
        )
    if parameters.get("RunOn") == "one" and not by_hand:  # an execution before it starts this one
        found = replace(
            found,
            transitions=found.transitions + _WITHOUT_A_LOOK[StatePath.NOT_DUE],
            seconds=found.seconds + LOADING + SENDING,
            calls=found.calls + 1,
        )
    return RunUse(
        transitions=found.transitions,
        dollars=cost(
            found,
            second=X86_64 if parameters.get("Architecture") == "x86_64" else ARM64,
            start=0 if by_hand or parameters.get("Trigger") == "rule" else START.dollars,
        )
        - (MESSAGE.dollars if way in {StatePath.SILENT, StatePath.NOT_DUE} else 0),
    )


def _number(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else CHOSEN.watch
