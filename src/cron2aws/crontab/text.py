"""Bytes of a crontab as text and back, without loss, and where its lines stand.

A daemon reads bytes and knows one line end, the newline; nothing else (CR, form feed, U+2028)
ends a line.  Bytes that are not UTF-8 become lone surrogates, so every file survives the way
there and back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cron2aws.schedule.fields import BLANKS

SPACES = " \t\n\v\f\r"
"""What C's `isspace` holds for a space in the daemons' locale: the environment lines' blanks."""

NUL = "\0"
"""Ends a string in C: what follows it on the line is read as one more line."""


def decode_bytes(data: bytes) -> str:
    """Bytes as UTF-8, with a lone surrogate for each that is not."""
    return data.decode("utf-8", "surrogateescape")


def encode_text(text: str) -> bytes:
    """The very bytes that `decode_bytes` was given."""
    return text.encode("utf-8", "surrogateescape")


def byte_length(text: str) -> int:
    """The length in bytes, as the daemon counts it."""
    return len(text) if text.isascii() else len(encode_text(text))


def cut_bytes(text: str, limit: int) -> str:
    """The first `limit` bytes, as the daemon's buffer keeps them."""
    if byte_length(text) <= limit:
        return text
    return decode_bytes(encode_text(text)[:limit])


def skip_blanks(line: str, position: int) -> int:
    """The offset of the first character from `position` on that is neither blank nor tab."""
    end = len(line)
    while position < end and line[position] in BLANKS:
        position += 1
    return position


class Line(NamedTuple):
    """One line of a file: `text` without its newline; `ended` is false if it has none."""

    number: int
    start: int
    text: str
    ended: bool


def lines(text: str) -> Iterator[Line]:
    r"""Every line, numbered from 1; what follows the last newline counts if there is any."""
    start = 0
    pieces = text.split("\n")
    last = len(pieces)
    for number, piece in enumerate(pieces, 1):
        if number < last or piece:
            yield Line(number, start, piece, ended=number < last)
        start += len(piece) + 1
