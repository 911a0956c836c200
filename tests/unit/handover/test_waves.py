"""In which steps the hosts of a fleet are edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.errors import UsageError
from cron2aws.handover.waves import USUAL, Waves

PARTS = st.one_of(st.integers(1, 60).map(str), st.integers(1, 100).map(lambda share: f"{share}%"))


@pytest.mark.parametrize(
    ("text", "hosts", "sizes"),
    [
        (USUAL, 0, []),
        (USUAL, 1, [1]),
        (USUAL, 3, [1, 1, 1]),
        (USUAL, 30, [1, 3, 26]),
        (USUAL, 500, [1, 50, 449]),
        ("rest", 7, [7]),
        ("100%", 7, [7]),
        ("2", 7, [2, 2, 2, 1]),
        ("1, 34%", 9, [1, 4, 4]),
        ("5,rest", 3, [3]),
    ],
)
def test_sizes(text: str, hosts: int, sizes: list[int]) -> None:
    assert [len(wave) for wave in Waves.read(text).split(range(hosts))] == sizes


@given(st.lists(PARTS, min_size=1, max_size=5), st.booleans(), st.lists(st.integers()))
def test_each_host_has_one_turn(parts: list[str], rest: bool, hosts: list[int]) -> None:
    waves = Waves.read(",".join([*parts, *["rest"] * rest])).split(hosts)
    assert [host for wave in waves for host in wave] == hosts
    assert all(waves)


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "1,,2", "0%", "101%", "rest,1", "rest,rest", "10 %", "1.5", "½", "all"]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="--wave"):
        Waves.read(text)
