"""Numbers as people and crontabs write them: runs of neighbours as ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

SHORTEST = 3
"""Two neighbours are a list: `5,6` is no longer than `5-6`, and needs no thought."""


def runs(values: Iterable[int]) -> list[tuple[int, ...]]:
    """The ascending values, split where one does not follow on the one before it."""
    found: list[list[int]] = []
    for value in values:
        if found and value == found[-1][-1] + 1:
            found[-1].append(value)
        else:
            found.append([value])
    return [tuple(run) for run in found]


def is_range(values: Sequence[int]) -> bool:
    """Whether the ascending values are a single run, and long enough to be written as one."""
    return len(values) >= SHORTEST and len(runs(values)) == 1


def ranges(values: Iterable[int], *, shortest: int = SHORTEST) -> list[str]:
    """The ascending values one by one, but runs of at least `shortest` as `first-last`."""
    written: list[str] = []
    for run in runs(values):
        if len(run) >= shortest:
            written.append(f"{run[0]}-{run[-1]}")
        else:
            written += map(str, run)
    return written
