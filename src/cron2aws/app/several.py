"""Asks AWS several questions at a time, where no answer depends on another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from cron2aws.app.context import Context
from cron2aws.spans import span

AT_ONCE = 8
"""What AWS takes a second at most (aws/rates.py), at a tenth of a second and more for an answer."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def answers(context: Context, ask: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
    """The answers in the order of the items; the first that fails ends it, as does a signal."""
    if context.one_at_a_time or len(items) < 2:
        return [ask(item) for item in items]
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        try:
            return list(pool.map(ask, items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def say_how_long(context: Context, action: str, calls: int) -> None:
    """Tell the person at the terminal if AWS's rate makes them wait."""
    rate = context.rate_of(action)
    seconds = rate.ours.seconds_for(calls) if rate and not context.one_at_a_time else 0
    if rate and seconds >= 10:
        context.console.note(
            f"asking for the runs of {calls} tasks takes about {about(seconds)}: AWS lets an "
            f"account ask {rate.per_second:g} times a second"
        )


def about(seconds: float) -> str:
    """A length of time in whole minutes: nobody waits for their seconds."""
    return span(timedelta(seconds=seconds if seconds < 100 else round(seconds / 60) * 60))
