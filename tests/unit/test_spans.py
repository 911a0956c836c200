"""Lengths of time, as they are typed and as they are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.spans import seconds_of, span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("0", 0),
        ("90s", 90),
        ("90 s", 90),
        (" 90s ", 90),
        ("15m", 900),
        ("15min", 900),
        ("15 minutes", 900),
        ("1h", 3_600),
        ("1H", 3_600),
        ("1h30m", 5_400),
        ("1 h 30 min", 5_400),
        ("1h5s", 3_605),
        ("2d", 172_800),
        ("1 day 1 hour 1 minute 1 second", 90_061),
        ("007s", 7),
        ("100m", 6_000),
    ],
)
def test_what_people_write(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("soon", "'soon' is not a number"),
        ("h", "'h' is not a number"),
        ("5y", "'y' is not a unit of time"),
        ("5mon", "'mon' is not a unit of time"),
        ("1.5h", "there are no fractions"),
        ("1,5h", "there are no fractions"),
        ("1h.", "there are no fractions"),
        ("-5m", "it is negative"),
        ("1h30", "'30' has no unit of its own"),
        ("90 5s", "'90' has no unit of its own"),
        ("30m1h", "the larger unit comes first, each one once"),
        ("1h1h", "the larger unit comes first, each one once"),
        ("1234567890s", "1234567890 is too large"),
        ("\u0665s", "'\u0665s' is not a number"),  # a digit elsewhere
        ("5s!", "'!' is not a number"),
    ],
)
def test_what_is_no_length_of_time(text: str, why: str) -> None:
    with pytest.raises(ValueError) as wrong:  # noqa: PT011 (the text is what is looked at)
        seconds_of(text)
    assert str(wrong.value) == why


@given(st.integers(min_value=0, max_value=10**8))
def test_what_is_shown_can_be_typed(seconds: int) -> None:
    assert seconds_of(span(timedelta(seconds=seconds))) == seconds


@given(st.text(alphabet="0159 hmsd.-x", max_size=12))
def test_any_text_is_one_or_is_refused_with_a_reason(text: str) -> None:
    try:
        assert seconds_of(text) >= 0
    except ValueError as wrong:
        assert str(wrong)  # noqa: PT017
