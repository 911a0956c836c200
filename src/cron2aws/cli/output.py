"""Results to standard output or to the report file; everything else goes to standard error."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cron2aws.cli.report_file import write_report

if TYPE_CHECKING:
    from cron2aws.report.text import Style

WIDE = 1_000  # a pipe has no width: a row stays a line, for grep; files have scroll bars


def emit(report: str | dict[str, Any], given: dict[str, Any]) -> None:
    """Write a report, a document as JSON, where the options say."""
    chunks = [report] if isinstance(report, str) else _json(report)
    if given["report_file"]:
        named = [Path(name) for name in given.get("source") or () if name != "-"]
        write_report(Path(given["report_file"]), chunks, sources=named)
    elif isinstance(report, str):
        click.echo(report, nl=False)
    else:
        sys.stdout.writelines(chunks)
        sys.stdout.flush()


def _json(document: dict[str, Any]) -> Iterator[str]:
    """The document with each element of its lists on a line of its own.

    A list may be an iterator: ten thousand entries with their scripts are never held as text.
    """
    before = "{"
    for name, value in document.items():
        yield f"{before}{json.dumps(name)}: "
        if isinstance(value, list | Iterator):
            yield from _elements(value)
        else:
            yield json.dumps(value)
        before = ",\n "
    yield "}\n"


def _elements(values: Iterable[Any]) -> Iterator[str]:
    before = "["
    for value in values:
        yield f"{before}\n  {json.dumps(value)}"
        before = ","
    yield "[]" if before == "[" else "]"


def style_of(settings: dict[str, Any], given: dict[str, Any]) -> Style:
    """Width and colours of where the report goes: NO_COLOR, TERM=dumb and pipes are honoured."""
    from cron2aws.report.text import Style

    in_terminal = sys.stdout.isatty() and not given["report_file"]
    plain = settings.get("no_color") or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    width = shutil.get_terminal_size((WIDE, 50)).columns if in_terminal else WIDE
    return Style(width=width, color=in_terminal and not plain)
