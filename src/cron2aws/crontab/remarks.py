"""Findings about a file and its lines that the daemon itself would not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.environment import read_minutes
from cron2aws.crontab.items import Item, Variable
from cron2aws.crontab.job import JobLine
from cron2aws.crontab.text import NUL, byte_length
from cron2aws.findings import Finding

_NOT_UTF_8 = re.compile("[\udc80-\udcff]")
_BYTE_ORDER_MARK = "\ufeff"
_SHOWN = 3


def file_remarks(
    items: tuple[Item, ...], text: str, dialect: Dialect, reasons: tuple[str, ...]
) -> tuple[Finding, ...]:
    """The findings about a file, first of all why the daemon ignores it."""
    found: list[Finding] = []
    if reasons:
        found.append(Finding(code="C101", detail=_ignored(dialect, reasons)))
    found += _byte_remarks(text)
    for item in items:
        if isinstance(item, Variable):
            found += _variable_remarks(item, dialect)
    return tuple(found)


def _ignored(dialect: Dialect, reasons: tuple[str, ...]) -> str:
    more = len(reasons) - _SHOWN
    tail = f"; and {more} more" if more > 0 else ""
    return f"{dialect.title} runs no line of it: {'; '.join(reasons[:_SHOWN])}{tail}"


def _byte_remarks(text: str) -> Iterator[Finding]:
    returns = text.count("\r\n")
    if returns:
        detail = f"{returns} of {text.count(chr(10))} lines end with a carriage return"
        yield Finding(code="C110", detail=detail)
    strange = _NOT_UTF_8.search(text)
    if strange:
        detail = f"first in line {_line_of(text, strange.start())}"
        yield Finding(code="C118", detail=detail)
    if NUL in text:
        detail = f"first in line {_line_of(text, text.index(NUL))}"
        yield Finding(code="C119", detail=detail)
    if text.startswith(_BYTE_ORDER_MARK):
        yield Finding(code="C142", detail="line 1 begins with a byte-order mark")


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _variable_remarks(variable: Variable, dialect: Dialect) -> Iterator[Finding]:
    rules, where = dialect.environment, f"line {variable.line}"
    if variable.name in rules.protected:
        detail = f"{where}: `{variable.name}` is always the name of the user"
        yield Finding(code="C115", detail=detail)
    elif variable.name == "CRON_TZ" and not rules.cron_tz:
        yield Finding(code="C111", detail=f"{where}: `CRON_TZ={variable.value}`")
    elif variable.name == "TZ":
        yield Finding(code="C112", detail=f"{where}: `TZ={variable.value}`")
    elif variable.name == "RANDOM_DELAY" and rules.random_delay:
        if read_minutes(variable.value) is None:
            yield Finding(code="C114", detail=f"{where}: `{variable.value}` is not 0 to 1440")
    elif variable.name in {"RANDOM_DELAY", "START_HOURS_RANGE"}:
        yield Finding(code="C116", detail=f"{where}: `{variable.name}`, to {dialect.title}")
    if byte_length(variable.text.strip()) > rules.max_bytes:
        detail = f"{where}: `{variable.name}` is cut after {rules.max_bytes} bytes of the line"
        yield Finding(code="C117", detail=detail)


def line_remarks(job: JobLine, delay: int | None, dialect: Dialect) -> tuple[Finding, ...]:
    """The findings about one entry; `delay` is RANDOM_DELAY in minutes, None if it is not valid."""
    found: tuple[Finding, ...] = ()
    if not job.known_user:
        detail = f"`{job.user}`: {dialect.title} keeps the line, and fails at each run"
        found += (Finding(code="C109", detail=detail),)
    if delay:
        found += (Finding(code="C113", detail=f"RANDOM_DELAY is {delay} minutes"),)
    return found


def note_remarks(line: int, unknown: tuple[str, ...]) -> tuple[Finding, ...]:
    """What is told about words of a `# cron2aws:` note that mean nothing."""
    detail = f"line {line}: `{' '.join(unknown)}`"
    return (Finding(code="C143", detail=detail),) if unknown else ()
