r"""Text that may hold anything, made harmless for a terminal, and no two texts alike.

What is not printable becomes `\x1b`, `\udcff`, `\U0001f600`; backslashes in front of that, or of
what only looks like it, are doubled. All others stay as they are, so that `\n` is what it says.
A tab alone is a blank: crontabs part their columns by it, and neither cron nor a shell outside of
quotes tells the two apart; `\t` would be what a command may say itself.
"""

from __future__ import annotations

import re

_LOOKS_ESCAPED = re.compile(r"\\+(?=x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|\0)")


def printable(text: str) -> str:
    """`text` for people: bytes that are not UTF-8 and control characters as escapes."""
    if text.isprintable() and "\\" not in text:
        return text  # nearly all there is
    text = text.replace("\t", " ")
    strange = [sign for sign in text if not sign.isprintable()]
    # each stands as NUL while backslashes are looked at
    plain = "".join(sign if sign.isprintable() else "\0" for sign in text)
    doubled = _LOOKS_ESCAPED.sub(lambda found: found[0] * 2, plain).split("\0")
    return doubled[0] + "".join(map("".join, zip(map(_escape, strange), doubled[1:], strict=True)))


def inert(text: str) -> str:
    """`text` in which nothing moves a terminal: for what was made `printable` in parts before.

    Backslashes stay, so that nothing is escaped twice.
    """
    if text.isprintable():
        return text
    text = text.replace("\t", " ")
    return "".join(sign if sign.isprintable() else _escape(sign) for sign in text)


def _escape(sign: str) -> str:
    code = ord(sign)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
