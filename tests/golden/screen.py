"""A terminal that isn't there: what a person sees at the end, in one text, with what was typed.

A bar that comes and goes leaves nothing behind, as on a real screen.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO


class Screen(io.StringIO):
    """Standard output and standard error at once, as a terminal shows them."""

    def __init__(self, *, is_terminal: bool = True) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def shown(self) -> str:
        """What stands on the screen: written over, taken away and moved as a terminal does."""
        lines, row, column = [""], 0, 0
        for piece in _PIECES.findall(self.getvalue()):
            if piece == "\n":
                row, column = row + 1, 0
                lines += [""] * (row + 1 - len(lines))
            elif piece == "\r":
                column = 0
            elif up := re.fullmatch(r"\x1b\[(\d*)A", piece):
                row -= int(up[1] or 1)
            elif piece == "\x1b[2K":
                lines[row] = ""
            elif not piece.startswith("\x1b"):
                before = lines[row].ljust(column)
                lines[row] = before[:column] + piece + before[column + len(piece) :]
                column += len(piece)
        return "\n".join(lines)


_PIECES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\n|\r|[^\x1b\n\r]+")


class Keyboard(io.StringIO):
    """Standard input: the lines are typed as they are asked for, and seen on the screen."""

    def __init__(self, screen: Screen, typed: Sequence[str], *, is_terminal: bool) -> None:
        super().__init__()
        self._screen = screen
        self._typed = list(typed)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        del size
        if not self._typed:
            return ""  # ^D
        line = f"{self._typed.pop(0)}\n"
        self._screen.write(line)
        return line

    def left(self) -> list[str]:
        """What nobody asked for."""
        return self._typed


class Piped(io.TextIOWrapper):
    """Standard input that is no terminal."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8", errors="surrogateescape")


@contextmanager
def seen_by(screen: Screen, keyboard: TextIO) -> Iterator[None]:
    """Whatever reads and writes in here does it there."""
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = keyboard, screen, screen
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


SHOWING = ("FORCE_COLOR", "CLICOLOR_FORCE", "COLORTERM", "TTY_COMPATIBLE", "LINES")


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """The process's environment with these variables, and none of AWS's or of how to show."""
    before = dict(os.environ)
    for name in before:
        if name in SHOWING or name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
