from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.text import (
    Line,
    byte_length,
    cut_bytes,
    decode_bytes,
    encode_text,
    lines,
    skip_blanks,
)


@given(st.binary())
def test_bytes_come_back(data: bytes) -> None:
    assert encode_text(decode_bytes(data)) == data


@given(st.binary())
def test_lines_are_the_text(data: bytes) -> None:
    text = decode_bytes(data)
    read = list(lines(text))
    assert "".join(line.text + "\n" * line.ended for line in read) == text
    assert [line.number for line in read] == list(range(1, len(read) + 1))
    assert all(text.startswith(line.text, line.start) for line in read)
    assert all(line.ended for line in read[:-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n", [("", True)]),
        ("a", [("a", False)]),
        ("a\n", [("a", True)]),
        ("a\n\nb", [("a", True), ("", True), ("b", False)]),
        ("a\r\nb\n", [("a\r", True), ("b", True)]),
        ("a\x0bb\x0cc\x85d\u2028e\n", [("a\x0bb\x0cc\x85d\u2028e", True)]),
    ],
)
def test_a_line_ends_at_a_newline_only(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [(line.text, line.ended) for line in lines(text)] == expected


def test_a_line_knows_where_it_stands() -> None:
    assert list(lines("ab\nc"))[1] == Line(2, 3, "c", ended=False)


@pytest.mark.parametrize(("text", "bytes_"), [("abc", 3), ("ä", 2), ("\udcff", 1), ("€", 3)])
def test_the_daemon_counts_bytes(text: str, bytes_: int) -> None:
    assert byte_length(text) == bytes_


@pytest.mark.parametrize(
    ("text", "limit", "cut"), [("abc", 3, "abc"), ("abc", 2, "ab"), ("aä", 2, "a\udcc3")]
)
def test_a_buffer_is_cut_between_bytes(text: str, limit: int, cut: str) -> None:
    assert cut_bytes(text, limit) == cut


@pytest.mark.parametrize(
    ("line", "start", "found"), [(" \t x", 0, 3), ("x", 0, 0), ("x  ", 1, 3), ("\x0cx", 0, 0)]
)
def test_blanks_are_blanks_and_tabs(line: str, start: int, found: int) -> None:
    assert skip_blanks(line, start) == found
