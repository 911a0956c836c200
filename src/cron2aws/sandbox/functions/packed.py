"""Programs that unpack themselves, unpacked once.

To unpack one takes a fifth of a second, and each stack loads its own. What comes out depends on
the text alone, so that it is remembered by the text.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType

_PACKED = re.compile(
    r"""(
    \#\ [^\n]*,\ packed:\ see\ SOURCE\n
    import\ bz2\n
    n=0\n
    for\ c\ in\ b'[^'\\\n]*':n=[-+*nc0-9()>]*\n
    SOURCE=bz2\.decompress\(n\.to_bytes\([0-9]+\)\)\n
    )exec\(compile\(SOURCE,'([^'\\\n]*)','exec'\)\)\n""",
    re.VERBOSE,
)
"""The form in which this project's templates have their functions, and nothing beside it."""


def program(text: str, path: str) -> CodeType:
    """What runs when `text` does: of a program that unpacks itself what is in it, else itself.

    Tracebacks call it what Lambda's would.
    """
    return _unpacked(text) or compile(text, path, "exec", dont_inherit=True)


@functools.lru_cache(maxsize=16)
def _unpacked(text: str) -> CodeType | None:
    found = _PACKED.fullmatch(text)
    if found is None:
        return None
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102 (it can do nothing but unpack)
    return compile(names["SOURCE"], found[2], "exec", dont_inherit=True)
