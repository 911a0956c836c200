"""What one field may hold, daemon by daemon; each row fails where two daemons are mixed up."""

from __future__ import annotations

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.schedule.bounds import DAY_OF_MONTH, DAY_OF_WEEK, MINUTE, MONTH, Field
from cron2aws.schedule.days import members
from cron2aws.schedule.fields import (
    CRONIE_1_4,
    CRONIE_1_5,
    CRONIE_1_7,
    DEBIAN,
    FieldError,
    Grammar,
    read_field,
)

EVERY = list(range(60))
ALL = (DEBIAN, CRONIE_1_4, CRONIE_1_5, CRONIE_1_7)


def read(word: str, field: Field, grammar: Grammar) -> list[int] | str:
    """The values, or `no`; `random` where the daemon draws one."""
    try:
        values = read_field(word, field, grammar)
    except FieldError:
        return "no"
    return "random" if values.random else list(members(values.bits))


@pytest.mark.parametrize(
    ("word", "field", "debian", "cronie_1_4", "cronie_1_5", "cronie_1_7"),
    [
        ("5", MINUTE, [5], [5], [5], [5]),
        ("5,1,5", MINUTE, [1, 5], [1, 5], [1, 5], [1, 5]),
        ("5:30", MINUTE, [5], "no", "no", "no"),
        ("5x", MINUTE, "no", "no", "no", "no"),
        ("*5", MINUTE, EVERY, EVERY, EVERY, "no"),
        ("*/20:5", MINUTE, [0, 20, 40], "no", "no", "no"),
        ("*/60", MINUTE, [0], [0], "no", [0]),
        ("*/59", MINUTE, [0, 59], [0, 59], [0, 59], [0, 59]),
        ("22-2", MINUTE, [], "no", "no", []),
        ("5-64/30", MINUTE, "no", [5, 35], "no", [5, 35]),
        ("60-5", MINUTE, "no", "no", "no", []),
        ("5/10", MINUTE, "no", "no", "no", "no"),
        ("*/0", MINUTE, "no", "no", "no", "no"),
        ("*/4294967295", MINUTE, "no", "no", "no", "no"),  # -1 in 32 bits
        ("4294967301", MINUTE, [5], [5], [5], [5]),
        ("99999999999999999999", MINUTE, "no", "no", "no", "no"),
        ("0~59", MINUTE, [0], "no", "no", "random"),
        ("~", MINUTE, "no", "no", "no", "random"),
        ("~10", MINUTE, "no", "no", "no", "random"),
        ("50~", MINUTE, [50], "no", "no", "random"),
        ("10~5", MINUTE, [10], "no", "no", "no"),
        ("0~60", MINUTE, [0], "no", "no", "no"),
        ("0~9/2", MINUTE, [0], "no", "no", "no"),
        ("0", DAY_OF_MONTH, "no", "no", "no", "no"),
        ("32", DAY_OF_MONTH, "no", "no", "no", "no"),
        ("1-31/10", DAY_OF_MONTH, [1, 11, 21, 31], *[[1, 11, 21, 31]] * 3),
        ("JAN-mar", MONTH, [1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]),
        ("january", MONTH, "no", "no", "no", "no"),
        ("mon", MONTH, "no", "no", "no", "no"),
        ("mon/2", DAY_OF_WEEK, "no", "no", "no", "no"),
        ("1-7/3", DAY_OF_WEEK, [1, 4, 7], [1, 4, 7], [1, 4, 7], [1, 4, 7]),
        ("sat-sun", DAY_OF_WEEK, [], "no", "no", []),
        ("*/8", DAY_OF_WEEK, [0], [0], "no", [0]),
        ("", MINUTE, "no", "no", "no", "no"),
        ("5,", MINUTE, "no", "no", "no", "no"),
        ("5-", MINUTE, "no", "no", "no", "no"),
        ("\u0665", MINUTE, "no", "no", "no", "no"),  # an Arabic five
        ("5\u0665", MINUTE, [5], "no", "no", "no"),
    ],
)
def test_daemons_differ_where_measured(  # noqa: PLR0917 (a row of the table)
    word: str,
    field: Field,
    debian: object,
    cronie_1_4: object,
    cronie_1_5: object,
    cronie_1_7: object,
) -> None:
    assert [read(word, field, grammar) for grammar in ALL] == [
        debian,
        cronie_1_4,
        cronie_1_5,
        cronie_1_7,
    ]


@pytest.mark.parametrize(
    ("word", "field", "why"),
    [
        ("61", MINUTE, "61 is not 0-59"),
        ("x", MONTH, "'x' is not 1-12 or jan-dec"),
        ("", MINUTE, "a value is missing"),
        ("?", MINUTE, "'?' is not 0-59"),
        ("0/15", MINUTE, "a step needs a range: `*/n` or `0-59/n`"),
        ("*/0", MINUTE, "a step must be at least 1"),
        ("*/60", MINUTE, "the step 60 is larger than 59"),
        ("22-2", MINUTE, "the range 22-2 runs backwards (0-59)"),
        ("5:30", MINUTE, "':30' cannot follow a whole value"),
    ],
)
def test_the_message_names_value_and_bounds(word: str, field: Field, why: str) -> None:
    with pytest.raises(FieldError) as wrong:
        read_field(word, field, CRONIE_1_5)
    assert str(wrong.value) == why


def test_random_ranges_say_which_way_they_run() -> None:
    with pytest.raises(FieldError) as wrong:
        read_field("9~5", MINUTE, CRONIE_1_7)
    assert str(wrong.value) == "the random range 9~5 runs backwards"


def test_a_daemon_and_its_grammar_have_one_name() -> None:
    assert {"debian", "debian-13", "cronie", "cronie-1.4", "cronie-1.7"} < set(DIALECTS)
    assert all(daemon.grammar.name == name for name, daemon in DIALECTS.items())
