"""What a terminal would not show is shown; two texts that differ look different, but for tabs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.escapes import inert, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("/opt/x --all", "/opt/x --all"),
        ("root\tcd", "root cd"),
        ("17 *\t* * *\troot\tcd /", "17 * * * * root cd /"),
        ("root\\tcd", "root\\tcd"),
        ("x\r", "x\\x0d"),
        ("a\x1b[2J", "a\\x1b[2J"),
        ("a\xa0b", "a\\xa0b"),
        ("\udcff", "\\udcff"),
        ("\U000e0001", "\\U000e0001"),
        ("Zürich 東京", "Zürich 東京"),
        ("date +\\%F", "date +\\%F"),
        ("printf 'a\\nb\\\\n'", "printf 'a\\nb\\\\n'"),
        ("\\x09", "\\\\x09"),
        ("\\\t", "\\ "),
        ("\\\r", "\\\\\\x0d"),
        ("\t\t", "  "),
        ("\\\\x09", "\\\\\\\\x09"),
        ("\\x0", "\\x0"),
        ("a\0b", "a\\x00b"),
    ],
)
def test_how_a_text_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


def read_back(shown: str) -> str:
    def sign(found: re.Match[str]) -> str:
        slashes, code = found.groups()
        half = "\\" * (len(slashes) // 2)
        return half + (chr(int(code[1:], 16)) if len(slashes) % 2 else code)

    return re.sub(r"(\\+)(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})", sign, shown)


@given(st.text("\\\t\r\nxu09af \udcff\0", max_size=12))
def test_it_can_be_read_back(text: str) -> None:
    assert printable(text).isprintable()
    assert read_back(printable(text)) == text.replace("\t", " ")


@given(st.text("\\\t\r x", max_size=12))
def test_what_was_made_printable_in_parts_is_printable(text: str) -> None:
    assert inert(text).isprintable()
    assert inert(printable(text)) == printable(text)


def test_a_tab_is_a_blank_in_talk_too() -> None:
    assert inert("root\tcd\r") == "root cd\\x0d"
