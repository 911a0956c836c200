"""Runs of neighbours, written as ranges."""

from __future__ import annotations

import pytest

from cron2aws.schedule.ranges import ranges, runs


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], []),
        ([7], [(7,)]),
        ([1, 2, 3], [(1, 2, 3)]),
        ([1, 3], [(1,), (3,)]),
        ([0, 1, 5, 7, 8, 9], [(0, 1), (5,), (7, 8, 9)]),
    ],
)
def test_a_run_ends_where_a_number_is_left_out(
    values: list[int], found: list[tuple[int, ...]]
) -> None:
    assert runs(values) == found


@pytest.mark.parametrize(
    ("values", "by_three", "by_two"),
    [
        ([], [], []),
        ([7], ["7"], ["7"]),
        ([5, 6], ["5", "6"], ["5-6"]),
        ([5, 6, 7], ["5-7"], ["5-7"]),
        ([1, 2, 4, 5, 6, 31], ["1", "2", "4-6", "31"], ["1-2", "4-6", "31"]),
        ([2, 2, 3, 4], ["2", "2-4"], ["2", "2-4"]),  # nothing is dropped
    ],
)
def test_two_neighbours_stay_a_list_unless_asked_otherwise(
    values: list[int], by_three: list[str], by_two: list[str]
) -> None:
    assert ranges(values) == by_three
    assert ranges(values, shortest=2) == by_two
