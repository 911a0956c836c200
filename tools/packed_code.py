"""A function's program in few bytes, with the names and lines that the readable template has.

Names stay as they are, since compressed they cost little: who unpacks a deployed function reads
the program of cfn/task.yaml, and a traceback has its lines.
"""

from __future__ import annotations

import bz2
import re
from base64 import b85decode

from tools.pack_python import CannotPackError

_TEXT = re.compile(
    r"^(\w*PACKED)='([^']*)'\n(\w+)=bz2\.decompress\(b85decode\(\1\)\)\.decode\(\)$", re.MULTILINE
)
"""A text that is compressed already: twice would cost more than once."""
_DIGITS = sorted({*range(32, 127)} - set(b"\"'\\"))
"""What stands for itself in a string of JSON and of Python: a number of base 92, 2 % shorter than
one of base 85."""
_WRAPPED = re.compile(r"^for c in b'([^']*)':.*\n.*to_bytes\((\d+)\)", re.MULTILINE)


def packed_code(code: str, name: str) -> str:
    """A program that runs `code`, which tracebacks call `name`."""
    packed = bz2.compress(with_plain_texts(code).encode())
    return (
        f"# cfn/functions/{name}, packed: see SOURCE\n"
        "import bz2\n"
        "n=0\n"
        f"for c in b'{_number(packed)}':n=n*92+c-32-(c>34)-(c>39)-(c>92)\n"
        f"SOURCE=bz2.decompress(n.to_bytes({len(packed)}))\n"
        f"exec(compile(SOURCE,'{name}','exec'))\n"
    )


def unpacked(wrapped: str) -> str:
    """The program in what `packed_code` made."""
    found = _WRAPPED.search(wrapped)
    if found is None:
        raise CannotPackError("there is no packed program in this text")
    number = 0
    for digit in found[1].encode():
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return bz2.decompress(number.to_bytes(int(found[2]))).decode()


def with_plain_texts(code: str) -> str:
    """The program with the texts that it would unpack, each on as many lines as before."""
    return _TEXT.sub(_plain, code)


def _number(data: bytes) -> str:
    left, digits = int.from_bytes(data), bytearray()
    while left:
        left, digit = divmod(left, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return digits[::-1].decode()


def _plain(found: re.Match[str]) -> str:
    text = bz2.decompress(b85decode(found[2])).decode()
    return f"\n{found[3]}={text!r}"
