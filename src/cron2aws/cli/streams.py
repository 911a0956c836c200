"""The one way out: messages to standard error, results to standard output.

Two rules hold here for all commands. Nothing raw reaches a terminal: whatever is not printable,
from a crontab, a file name, the command line or AWS, is shown as an escape. And output never
decides what happens: what cannot be written, because nobody reads it any more, is left out.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
import sys
from collections.abc import Iterable
from typing import IO, TextIO, cast

from cron2aws.errors import UsageError
from cron2aws.escapes import inert

GONE = frozenset({errno.EPIPE, errno.EIO, errno.EBADF, errno.ENXIO})
"""A reader that has left, a terminal that was closed, a descriptor that nobody opened."""


def harmless(text: str) -> str:
    """`text` with its lines, but without what would move the cursor of a terminal."""
    return "\n".join(inert(line) for line in text.split("\n"))


def say(text: str) -> None:
    """Say something that is not a result, on lines of its own."""
    listener = Listener(sys.stderr)
    listener.write(f"{harmless(text)}\n")
    listener.flush()


def tell(pieces: Iterable[str]) -> None:
    """Write a result; a reader that has seen enough (`| head`) is no failure.

    UsageError where it cannot be written for another reason, such as a full disk.
    """
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except OSError as refused:
        discard_output(sys.stdout)
        if refused.errno not in GONE:
            raise unwritable(refused) from refused


def unwritable(refused: OSError) -> UsageError:
    """The error for output that cannot be written: as a rule its disk is full."""
    return UsageError(what="the output cannot be written", why=os.strerror(refused.errno or 0))


class Listener(io.TextIOBase):
    """A stream to somebody who may have gone: it raises nothing, even in a thread of rich's."""

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream: rich draws with what it has."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write what can be written."""
        if self._stream is not None:
            # ValueError: the stream itself was closed
            with contextlib.suppress(OSError, ValueError):
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush what can be flushed."""
        if self._stream is not None:
            with contextlib.suppress(OSError, ValueError):
                self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person may be there."""
        return is_terminal(self._stream)


def listening(stream: IO[str] | None) -> TextIO:
    """The stream as a Listener, as rich's types have it."""
    return cast("TextIO", Listener(stream))


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a stream is open, and a terminal."""
    with contextlib.suppress(OSError, ValueError):
        return stream is not None and stream.isatty()
    return False


def open_all() -> None:
    """Make sure that the three standard streams are open, and can write every character.

    The number of one that is closed would be given to the next file that is opened: a crontab, or
    a history. A character without a form in the locale is shown as its code point, never an error.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    for descriptor in (1, 2):
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            _to_nowhere(descriptor)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    escape_what_the_locale_lacks()


def escape_what_the_locale_lacks() -> None:
    """A character that a stream cannot encode is shown by its code point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def flush_all() -> None:
    """Flush both outputs; for a reader that has gone Python would exit with 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            discard_output(stream)


def discard_output(stream: TextIO) -> None:
    """Send what a stream still holds, and all that is written to it, nowhere."""
    with contextlib.suppress(OSError, ValueError):  # no descriptor: nothing flushes it at the end
        _to_nowhere(stream.fileno())


def _to_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
