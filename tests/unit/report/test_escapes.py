"""What a terminal would not show is shown, and two texts that differ look different."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.escapes import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("/opt/x --all", "/opt/x --all"),
        ("root\tcd", "root\\x09cd"),
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
        ("\\\t", "\\\\\\x09"),
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
    assert read_back(printable(text)) == text
