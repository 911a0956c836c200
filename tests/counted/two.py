"""Two commands at once on one host, at ten distances, counted as in rounds.py."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.counted.rounds import BACK, OUT, Rounds, pause

DISTANCES = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds between the beginnings of the two."""
PAIRS = ((OUT, OUT), (OUT, BACK), (BACK, OUT))


Meeting = tuple[Sequence[str], Sequence[str], float]


def meetings(number: int, of: int, skip: int = 0) -> Sequence[Meeting]:
    """Those of host NUMBER: all of them, but the first so many, are spread over the hosts."""
    every = [(one, two, seconds) for one, two in PAIRS for seconds in DISTANCES]
    return every[skip:][number::of]


def let_meet(
    rounds: Rounds,
    wanted: Sequence[Meeting],
    chance: random.Random,
    goes_on: Callable[[], bool],
) -> None:
    """Each pair from its own beginning: nothing handed over, or everything."""
    for one, two, seconds in wanted:
        if not goes_on():
            return
        if one is BACK:
            rounds.to_its_end(OUT)
            pause(chance.uniform(5, 70))
        first = rounds.start(one)
        pause(seconds)
        second = rounds.start(two)
        met = f"beside {two[0]} after {seconds:g} s"
        rounds.ended(one[0], first, met, "two at once")
        rounds.ended(two[0], second, f"as second after {seconds:g} s", "two at once")
        pause(chance.uniform(5, 70))
        rounds.to_its_end(BACK)
        rounds.check_bytes()
