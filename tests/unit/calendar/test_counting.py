"""Counts that are kept digit by digit are those of counting one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cron2aws.calendar.counting import Counts

MINUTES = 20
added = st.lists(st.tuples(st.integers(0, 2**MINUTES - 1), st.integers(0, 70)), max_size=6)


def one_by_one(rows: list[tuple[int, int]]) -> list[int]:
    return [sum(times for bits, times in rows if bits >> n & 1) for n in range(MINUTES)]


@given(added, st.integers(0, 2**MINUTES - 1))
def test_counts(rows: list[tuple[int, int]], among: int) -> None:
    counts, expected = Counts(), one_by_one(rows)
    for bits, times in rows:
        counts.add(bits, times)
    assert counts.first_counts(MINUTES) == expected
    assert counts.first_counts(7) == expected[:7]
    there = [n for n in range(MINUTES) if among >> n & 1]
    most = max((expected[n] for n in there), default=0)
    found = counts.most(among)
    assert found[0] == most
    if there:
        assert found[1] == sum(1 << n for n in there if expected[n] == most)


def test_nothing_is_most_of_nothing() -> None:
    assert Counts().most(0) == (0, 0)
    assert Counts().first_counts(0) == []
    assert Counts().first_counts(3) == [0, 0, 0]
