"""The manual page: nothing of the help texts is missing, and none of their signs means anything."""

from __future__ import annotations

import click
import pytest

from cron2aws.cli.main import COMMANDS, cli
from tools.man_page import PAGE, filled, page, plain, text


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="ascii") == page(), "`make docs` writes it anew"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_stands_below_its_command(name: str) -> None:
    parts = page().split("\n.SS ")
    (section,) = [part for part in parts if part.startswith(f"{name}\n")]
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    for param in command.params:
        if isinstance(param, click.Option):
            assert all(plain(option) in section for option in param.opts)


def test_the_options_of_all_commands_stand_once() -> None:
    assert page().count(plain("--endpoint-url U")) == 1


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("a-b", r"a\-b"),
        ("C:\\x", r"C:\ex"),
        ("the host's", r"the host\(aqs"),
        ("`--yes` or not", r"\fB\-\-yes\fP or not"),
        ("a ` alone", r"a \(ga alone"),
        ("^C ~", r"\(haC \(ti"),
        ("é", r"\[u00E9]"),
    ],
)
def test_a_sign_is_shown_as_it_is(said: str, made: str) -> None:
    assert text(said) == made


def test_no_line_begins_with_a_request() -> None:
    words = " ".join([".so", "'br", *["word"] * 14, ".de", "x"])
    lines = list(filled(text(words)))
    assert len(lines) == 2
    assert not [line for line in lines if line.startswith((".", "'"))]


def test_a_sentence_begins_a_line() -> None:
    assert list(filled("One is so. Two, e.g. this, is (so). \\fBx\\fP is.")) == [
        "One is so.", "Two, e.g. this, is (so).", "\\fBx\\fP is.",
    ]  # fmt: skip
