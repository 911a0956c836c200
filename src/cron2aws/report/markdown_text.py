"""Text that may hold anything as Markdown and HTML in which it is text and nothing else.

GitHub reads a page three times: as Markdown (CommonMark, tables, bare addresses), as HTML, and
then, outside of code, for @names, #numbers, commits, :emoji: and $formulas$. Escapes keep a text
from the first two alone; what the third looks for is parted by a `<span>`, as it reads the texts
between two tags each for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cron2aws.escapes import printable

_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\\|*_~`[]!"}
_BEGINS = re.compile(r"(\d+(?=[.)])|)([-+=:.)])")
"""What makes a list, an underline or a table's rule where a line begins with it."""

_READ_AGAIN = re.compile(
    r"""[@#$]                         # names and mail, issues, formulas
    | (?<=www)\. | :(?=//|[\w+-]+:)   # addresses, emoji
    | (?<=mailto): | (?<=xmpp):
    | (?<=GH)-(?=\d) | (?<=GHSA)- | (?<=CVE)-
    | [0-9a-f]{7,}                    # commits
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NO_COMMIT = 6
"""So many digits name no commit."""
_BACKTICKS = re.compile("`+")


def shown(text: str) -> str:
    """The text in a paragraph, an item, a cell, a heading or an HTML element: on one line."""
    text = printable(text)
    bare = text.lstrip(" ")
    before = len(text) - len(bare)
    bare = bare.rstrip(" ")
    pieces: list[str] = []
    done = 0
    for found in _READ_AGAIN.finditer(bare):
        pieces += bare[done : found.start()].translate(_SIGNS), _parted(found[0])
        done = found.end()
    pieces.append(bare[done:].translate(_SIGNS))
    begun = _begun("".join(pieces))
    return "&#32;" * before + begun + "&#32;" * (len(text) - before - len(bare))


def html_code(text: str) -> str:
    """The text as code in HTML."""
    return f"<code>{shown(text)}</code>" if text else ""


def code(text: str, *, in_cell: bool = False) -> str:
    r"""The text as code; `in_cell` of a table, where a bare `|` would end the cell.

    There `\|` is `|` even in code, so that a text that has a backslash in front of one is HTML.
    """
    told = printable(text)
    if not told:
        return ""
    if in_cell and "\\|" in told:
        return html_code(text)
    runs = {len(run) for run in _BACKTICKS.findall(told)}
    ends = "`" * next(length for length in range(1, len(told) + 2) if length not in runs)
    # a blank at both ends is taken off, and a backtick at one would lengthen them
    pad = " " if "`" in (told[0], told[-1]) or (told[0] == told[-1] == " " and told.strip()) else ""
    inside = told.replace("|", "\\|") if in_cell else told
    return f"{ends}{pad}{inside}{pad}{ends}"


def block(lines: Iterable[str], kind: str = "") -> str:
    """Lines as a block of code; `kind` colours it."""
    told = [printable(line) for line in lines]
    longest = max((len(run) for line in told for run in _BACKTICKS.findall(line)), default=0)
    ends = "`" * max(3, longest + 1)
    return "\n".join([f"{ends}{kind}", *told, ends]) + "\n"


def _begun(line: str) -> str:
    found = _BEGINS.match(line)
    return f"{found[1]}&#{ord(found[2])};{line[found.end() :]}" if found else line


def _parted(text: str) -> str:
    if len(text) == 1:
        return f"<span>{text}</span>"
    parts = [text[at : at + _NO_COMMIT] for at in range(0, len(text), _NO_COMMIT)]
    return "".join(f"<span>{part}</span>" if n % 2 else part for n, part in enumerate(parts))
