"""A long text under Fn::Sub in fewer bytes: what it says more than once stands in it by a name.

CloudFormation puts the pieces back when it makes the resource, which therefore gets the same text.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import string
from collections.abc import Iterator

Pieces = dict[str, str]
"""What `${name}` stands for, by name."""

REFERENCE = re.compile(r"\$\{[^}]*\}")
SEAM = "\0"
"""No JSON text has it as it is: neither a reference nor a piece may lie in another piece."""
LONGEST = 1000


def without_repeats(text: str) -> tuple[str, Pieces]:
    """The text with references, and what they stand for: as many as save a byte each.

    The pieces hold no references, since CloudFormation reads a piece only once. Names are single
    letters that the text doesn't use.
    """
    references = REFERENCE.findall(text)
    open_text, pieces = REFERENCE.sub(SEAM, text), Pieces()
    for name in (each for each in string.ascii_letters if f"${{{each}}}" not in references):
        piece = max(_repeats(open_text), key=lambda each: _saved(open_text, each), default="")
        if _saved(open_text, piece) <= 0:
            break
        reference = f"${{{name}}}"
        references = _with_new(open_text, piece, references, reference)
        open_text = open_text.replace(piece, SEAM)
        pieces[name] = piece
    return "".join(_woven(open_text.split(SEAM), references)), pieces


def _repeats(text: str) -> Iterator[str]:
    """What stands in the text twice and could not be longer to its right, shortest first."""
    ends = sorted(text[at : at + LONGEST] for at in range(len(text)))
    found = {
        os.path.commonprefix([one, other]).partition(SEAM)[0]  # noqa: RUF071 (no paths: letters)
        for one, other in itertools.pairwise(ends)
    }
    for each in sorted(found):
        if "$" not in (each[:1], each[-1:]) and f"${each}" not in text:  # `$` and `{` could meet
            yield each


def _saved(text: str, piece: str) -> int:
    """Bytes, as JSON writes them: each place gets `${a}`, and the list `"a":"",`."""
    size = len(json.dumps(piece, ensure_ascii=False).encode()) - 2
    return text.count(piece) * (size - 4) - size - 7 if piece else 0


def _with_new(text: str, piece: str, references: list[str], new: str) -> list[str]:
    """The references in the order in which they will stand."""
    old = iter(references)
    found = re.findall(f"{re.escape(SEAM)}|{re.escape(piece)}", text)
    return [next(old) if each == SEAM else new for each in found]


def _woven(texts: list[str], references: list[str]) -> Iterator[str]:
    for text, reference in itertools.zip_longest(texts, references, fillvalue=""):
        yield text
        yield reference
