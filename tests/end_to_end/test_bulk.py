"""Many entries at once, in virtual time: calls, time and what stands.

The figures for 1,000 entries, which take minutes each, are made by `python -m tests.bulk 1000`.
"""

from __future__ import annotations

import pytest

from tests.bulk import STACK_SECONDS, Wanted, bound, measured

pytestmark = pytest.mark.long

ENTRIES = 120
ONCE = STACK_SECONDS
"""The canary, which is alone."""
LATE = 1.25
"""Looks come each five seconds, and some stack is always the last."""


def test_no_call_is_refused_and_it_takes_no_longer_than_the_stacks_do() -> None:
    wanted = Wanted(entries=ENTRIES)
    it = measured(wanted)
    assert (it.codes, it.stand, it.refused.total()) == ((0,), ENTRIES, 0)
    assert it.changing == ENTRIES
    assert it.seconds < LATE * bound(wanted) + ONCE
    # a round each five seconds, whatever number is in flight
    assert it.calls["DescribeStacks"] < it.seconds / 5 * 2


def test_one_in_ten_that_fails_is_told_and_the_same_command_mends_it() -> None:
    it = measured(Wanted(entries=ENTRIES, failing=10), again=True)
    failed = ENTRIES // 10
    assert (it.codes, it.stand) == ((6, 0), ENTRIES)
    assert f"Done: {ENTRIES - failed} tasks." in it.said
    assert f"Not done: {failed} steps." in it.said
    assert it.said.count("Invalid Schedule Expression cron(x)") >= failed
    # those that never came up are deleted, and made
    assert it.changing == ENTRIES + 2 * failed


def test_what_is_throttled_is_made_all_the_same_and_told() -> None:
    wanted = Wanted(entries=ENTRIES, scarce=True)
    it = measured(wanted)
    assert (it.codes, it.stand) == ((0,), ENTRIES)
    assert it.refused["CreateStack"] > 0
    assert f"note: AWS asked for a pause {it.refused.total()} times: " in it.said
    assert it.changing <= 1.2 * ENTRIES


def test_it_is_interrupted_three_times_and_goes_on() -> None:
    it = measured(Wanted(entries=ENTRIES, interrupted=(30, 60, 90)))
    assert (it.codes, it.stand) == ((130, 130, 130, 0), ENTRIES)
    # those in flight came to their end: none is made twice
    assert it.changing == ENTRIES
    assert it.said.count("were not begun.") == 3
