"""What tables are made of: counted nouns, ranges of days, harmless characters."""

from __future__ import annotations

import pytest

from cron2aws.escapes import printable
from cron2aws.report.text import Style, compact_days, quantity, where


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (0, ("task",), "0 tasks"),
        (1, ("task",), "1 task"),
        (2, ("task",), "2 tasks"),
        (1, ("entry", "entries"), "1 entry"),
        (0, ("entry", "entries"), "0 entries"),
        (3, ("entry", "entries"), "3 entries"),
        (9950, ("job",), "9,950 jobs"),
    ],
)
def test_a_count_and_its_noun(count: int, words: tuple[str, ...], said: str) -> None:
    assert quantity(count, *words) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("7", "7"),
        ("1,2", "1,2"),  # a pair is no range
        ("1,2,3", "1-3"),
        ("1,3,4", "1,3,4"),
        ("30,31,29", "29-31"),
        ("1,2,3,5,7,8,9,10,31", "1-3,5,7-10,31"),
        ((1, 2, 3, 31), "1-3,31"),
        ((), ""),
    ],
)
def test_days_of_a_month(days: str | tuple[int, ...], said: str) -> None:
    assert compact_days(days) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("売上日報", "売上日報"),
        ("a\tb", "a b"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\udcfc", r"\udcfc"),  # a byte that is no UTF-8
        ("\u202etxt.exe", r"\u202etxt.exe"),  # would be read from right to left
        ("\r\n", r"\x0d\x0a"),
        ("\\", "\\"),
    ],
)
def test_no_character_moves_a_cursor(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("/etc/crontab", 17), "/etc/crontab:17"),
        (("/etc/crontab", None), "/etc/crontab"),
        (("/etc/crontab", 17, "web-1"), "web-1: /etc/crontab:17"),
        (("/etc/crontab", None, "web-1"), "web-1: /etc/crontab"),
    ],
)
def test_a_place(place: tuple[str, int | None] | tuple[str, int | None, str], said: str) -> None:
    assert where(*place) == said


def test_a_style_is_wide_and_has_no_colours() -> None:
    assert Style() == Style(width=120, color=False)
