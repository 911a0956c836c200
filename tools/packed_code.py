"""A function's program in few bytes, with the names and lines that the readable template has.

Names stay as they are, since compressed they cost little: who unpacks a deployed function reads
the program of cfn/task.yaml, and a traceback has its lines.
"""

from __future__ import annotations

import bz2
import re
from base64 import b85decode, b85encode

from tools.pack_python import CannotPackError

_TEXT = re.compile(
    r"^(\w*PACKED)='([^']*)'\n(\w+)=bz2\.decompress\(b85decode\(\1\)\)\.decode\(\)$", re.MULTILINE
)
"""A text that is compressed already: twice would cost more than once."""
_WRAPPED = re.compile(r"b85decode\('([^']*)'\)")


def packed_code(code: str, name: str) -> str:
    """A program that runs `code`, which tracebacks call `name`."""
    text = with_plain_texts(code)
    packed = b85encode(bz2.compress(text.encode())).decode()
    return (
        f"# cron2aws: cfn/functions/{name}, packed: see SOURCE\n"
        "import base64,bz2\n"
        f"SOURCE=bz2.decompress(base64.b85decode('{packed}')).decode()\n"
        f"exec(compile(SOURCE,'{name}','exec'))\n"
    )


def unpacked(wrapped: str) -> str:
    """The program in what `packed_code` made."""
    found = _WRAPPED.search(wrapped)
    if found is None:
        raise CannotPackError("there is no packed program in this text")
    return bz2.decompress(b85decode(found[1])).decode()


def with_plain_texts(code: str) -> str:
    """The program with the texts that it would unpack, each on as many lines as before."""
    return _TEXT.sub(_plain, code)


def _plain(found: re.Match[str]) -> str:
    text = bz2.decompress(b85decode(found[2])).decode()
    return f"\n{found[3]}={text!r}"
