"""What tables are made of: counted nouns, ranges of days, harmless characters, widths."""

from __future__ import annotations

import pytest
from rich.table import Table
from rich.text import Text

from cron2aws.escapes import printable
from cron2aws.report.layout import table, text_of
from cron2aws.report.text import Style, compact_days, sentence, where


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (0, ("task",), "0 tasks"),
        (1, ("task",), "1 task"),
        (2, ("task",), "2 tasks"),
        (1, ("entry", "entries"), "1 entry"),
        (0, ("entry", "entries"), "0 entries"),
        (3, ("entry", "entries"), "3 entries"),
    ],
)
def test_a_count_and_its_noun(count: int, words: tuple[str, ...], said: str) -> None:
    assert sentence(count, *words) == said


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
        ("a\tb", r"a\x09b"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\udcfc", r"\udcfc"),  # a byte that is no UTF-8
        ("\u202etxt.exe", r"\u202etxt.exe"),  # would be read from right to left
        ("\r\n", r"\x0d\x0a"),
        ("\\", "\\"),
    ],
)
def test_no_character_moves_a_cursor(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_end_without_blanks() -> None:
    assert text_of(Text("a  "), "", Text("b "), style=Style(width=20)) == "a\n\nb\n"


def test_markup_and_emoji_are_text() -> None:
    assert text_of("[bold]x[/bold] :smile:", style=Style(width=40)) == "[bold]x[/bold] :smile:\n"


def test_a_text_has_no_colours_but_its_own() -> None:
    text = "No 3 tasks in 'eu-west-1': see https://example.com/x and /etc/crontab, None"
    assert text_of(text, style=Style(width=100, color=True)) == f"{text}\n"


@pytest.mark.parametrize("color", [False, True])
def test_what_the_environment_says_of_terminals_changes_nothing(
    color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Text("word " * 30, style="red"), made_of("x" * 150)
    before = text_of(*parts, style=Style(width=100, color=color))
    for name, value in {"TERM": "dumb", "FORCE_COLOR": "1", "COLUMNS": "40"}.items():
        monkeypatch.setenv(name, value)
    assert text_of(*parts, style=Style(width=100, color=color)) == before
    assert ("x" * 100 in before, "\x1b[31m" in before) == (True, color)


def made_of(text: str) -> Table:
    made = table("what")
    made.add_row(text)
    return made


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


@pytest.mark.parametrize(
    ("column", "shown"),
    [("name", "name\nlong-n\name\n"), ("name!", "name\nlong-n\n")],
)
def test_a_column_that_is_not_wrapped_is_cut(column: str, shown: str) -> None:
    made = table(column)
    made.add_row("long-name")
    assert text_of(made, style=Style(width=6)) == shown


def test_a_style_is_wide_and_has_no_colours() -> None:
    assert Style() == Style(width=120, color=False)
