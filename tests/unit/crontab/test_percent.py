from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.percent import split_command


@pytest.mark.parametrize(
    ("raw", "debian", "cronie"),
    [
        ("true", ("true", None), ("true", None)),
        ("", ("", None), ("", None)),
        ("cat%", ("cat", ""), ("cat", "")),
        ("cat%x", ("cat", "x\n"), ("cat", "x\n")),
        ("cat%x%", ("cat", "x\n"), ("cat", "x\n")),
        ("cat%a%b", ("cat", "a\nb\n"), ("cat", "a\nb\n")),
        ("cat % a ", ("cat ", " a \n"), ("cat ", " a \n")),
        ("echo '50%' x", ("echo '50", "' x\n"), ("echo '50", "' x\n")),
        (r"date +\%F", ("date +%F", None), ("date +%F", None)),
        (r"a\\b", (r"a" + "\\b", None), (r"a\\b", None)),
        (r"a\\%b", ("a\\", "b\n"), (r"a\\", "b\n")),
        (r"a\\\%b", (r"a\%b", None), (r"a\\%b", None)),
        (r"a\nb\$\"", (r"a\nb\$\"", None), (r"a\nb\$\"", None)),
        ("a\\", ("a\\", None), ("a\\", None)),
        ("a\\\\%\\", ("a\\", "\\"), ("a\\\\", "\\")),
        # no newline behind a last line of backslashes: seen on 3.0pl1-162 and -197
        ("a%\\\\", ("a", "\\\\"), ("a", "\\\\")),
        ("a%x%\\\\", ("a", "x\n\\\\"), ("a", "x\n\\\\")),
        ("a%x%y%\\", ("a", "x\ny\n\\"), ("a", "x\ny\n\\")),
        ("a%x% \\", ("a", "x\n \\\n"), ("a", "x\n \\\n")),
        ("a%x%\\ ", ("a", "x\n\\ \n"), ("a", "x\n\\ \n")),
        ("a%x\\", ("a", "x\\\n"), ("a", "x\\\n")),
        ("a%x%\\%", ("a", "x\n%\n"), ("a", "x\n%\n")),
        ("a%x%\\\\%", ("a", "x\n\\%\n"), ("a", "x\n\\%\n")),
        (r"cat%a\%b%c", ("cat", "a%b\nc\n"), ("cat", "a%b\nc\n")),
        (r"cat%a\\%b", ("cat", "a\\%b\n"), ("cat", "a\\%b\n")),
        (r"cat%a\nb\\c", ("cat", r"a\nb\\c" + "\n"), ("cat", r"a\nb\\c" + "\n")),
        (r"\%\%%%", ("%%", "\n"), ("%%", "\n")),
    ],
)
def test_the_rule(raw: str, debian: tuple[str, str | None], cronie: tuple[str, str | None]) -> None:
    assert split_command(raw, unescapes_backslash=True) == debian
    assert split_command(raw, unescapes_backslash=False) == cronie


def as_the_daemon_walks(raw: str, *, debian: bool) -> tuple[str, bool]:
    """The daemon's own walk through the command, one character at a time."""
    command, i = "", 0
    while i < len(raw):
        pair = raw[i : i + 2]
        if raw[i] == "%":
            return command, True
        if pair in {"\\%", "\\\\"}:
            command += "%" if pair == "\\%" else "\\" if debian else pair
            i += 2
        else:
            command += raw[i]
            i += 1
    return command, False


def as_the_daemon_writes(text: str) -> str:
    """The daemon's own walk through what stands behind the first `%`: what the job can read."""
    out, escaped, wants_newline = "", False, False
    for character in text:
        if escaped:
            out += "" if character == "%" else "\\"
            written = character
        else:
            written = "\n" if character == "%" else character
        escaped = written == "\\"
        if not escaped:
            out += written
            wants_newline = written != "\n"
    return out + "\\" * escaped + "\n" * wants_newline


@given(st.text(alphabet="\\%a \n"), st.booleans())
def test_the_rule_is_the_walk(raw: str, debian: bool) -> None:
    command, stdin = split_command(raw, unescapes_backslash=debian)
    assert (command, stdin is not None) == as_the_daemon_walks(raw, debian=debian)


@given(st.text(alphabet="\\%a \n"))
def test_the_input_is_what_the_daemon_writes(text: str) -> None:
    _, stdin = split_command("x%" + text, unescapes_backslash=True)
    assert stdin == as_the_daemon_writes(text)


def test_a_long_command_is_no_burden() -> None:
    raw = "\\" * 100_001 + "x%" + "%" * 100_000
    command, stdin = split_command(raw, unescapes_backslash=False)
    assert (len(command), stdin) == (100_002, "\n" * 100_000)
