r"""Text as words of a POSIX shell script that stays printable UTF-8.

    word      = safe characters / quoted / coded
    quoted    = "'" text "'"                        a quote inside is '\''
    coded     = "$(printf '" format "')"            bytes that cannot be shown are \ooo

A script travels through a stack parameter, JSON and a function's environment, which carry no
control bytes and nothing but UTF-8. `{{` never stands in it: CloudFormation resolves
`{{resolve:...}}` and Run Command `{{ssm:...}}` wherever they see it.
"""

from __future__ import annotations

import re

_SAFE_WORD = re.compile(r"[A-Za-z0-9_./:@%+,][A-Za-z0-9_./:=@%+,-]*", re.ASCII)
_TWO_BRACES = re.compile(r"\{(?=\{)")
_SPECIAL = {"%": "%%", "\\": "\\\\", "'": "'\\''"}


def word(text: str) -> str:
    """One word of a script that the shell reads as exactly this text (NUL has no form)."""
    if _SAFE_WORD.fullmatch(text):
        return text
    if is_printable(text):
        return quoted(text)
    return f'"$(printf {printf_format(text)})"'


def quoted(text: str) -> str:
    """In single quotes; two braces get an empty pair of quotes between them."""
    text = text.replace("'", "'\\''")
    if "{{" in text:
        text = _TWO_BRACES.sub("{''", text)
    return f"'{text}'"


def printf_format(text: str) -> str:
    r"""The quoted format that makes `printf` write this text: `\ooo` for what cannot be shown."""
    format_ = "".join(map(_coded, text))
    if format_.startswith("-"):  # dash's printf takes it for an option
        format_ = "\\055" + format_[1:]
    return "'" + _TWO_BRACES.sub("{''", format_) + "'"


def is_printable(text: str) -> bool:
    """Whether a reader sees all of the text: newlines and tabs count, invisible signs do not."""
    return text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable()


def shown(text: str) -> str:
    """For a comment: on one line, `?` for what cannot be shown, never two braces."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else "?" for sign in text)
    return _TWO_BRACES.sub("{ ", text) if "{{" in text else text


def _coded(sign: str) -> str:
    if sign in _SPECIAL:
        return _SPECIAL[sign]
    if is_printable(sign):
        return sign
    return "".join(f"\\{byte:03o}" for byte in sign.encode("utf-8", "surrogateescape"))
