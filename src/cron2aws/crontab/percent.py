r"""The daemons' `%` rule: where the command ends and what its standard input is.

    raw command = command [ "%" standard-input ]

The first `%` not behind a backslash ends the command, even inside quotes (crontab(5)).  `\%` is
a percent sign on both sides; in the standard input every other `%` is a newline, and a last one
is added, but not behind a last line of nothing but backslashes.  Whether `\\` becomes `\` in the
command is the dialect's; everywhere it is a pair, so that the `%` in `\\%` ends the command.
"""

from __future__ import annotations

import re

_COMMAND = re.compile(r"(?:[^\\%]|\\.|\\$)*", re.DOTALL)
_PAIR = re.compile(r"\\([\\%])")
_ESCAPED_PERCENT = re.compile(r"\\(?:\\|%)")
_INPUT_PERCENT = re.compile(r"\\?%")


def split_command(raw: str, *, unescapes_backslash: bool) -> tuple[str, str | None]:
    """The command that the shell gets, and its standard input, None without a `%`."""
    if "%" not in raw and not (unescapes_backslash and "\\\\" in raw):
        return raw, None
    match = _COMMAND.match(raw)
    end = match.end() if match else 0
    command = _unescape(raw[:end], unescapes_backslash=unescapes_backslash)
    return command, _standard_input(raw[end + 1 :]) if end < len(raw) else None


def _unescape(command: str, *, unescapes_backslash: bool) -> str:
    if unescapes_backslash:
        return _PAIR.sub(r"\1", command)
    return _ESCAPED_PERCENT.sub(lambda pair: pair[0] if pair[0] == "\\\\" else "%", command)


def _standard_input(rest: str) -> str:
    text = _INPUT_PERCENT.sub(lambda percent: "%" if len(percent[0]) > 1 else "\n", rest)
    # do_command.c asks for a newline behind each character that is neither that nor a backslash
    asked = text.rstrip("\\")
    return text if not asked or asked.endswith("\n") else text + "\n"
