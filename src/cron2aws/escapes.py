"""Text that may hold anything, made harmless for a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` for people: bytes that are not UTF-8 and control characters as escapes."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )
