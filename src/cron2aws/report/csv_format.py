"""A report's entries as CSV (RFC 4180), one row each; of a report without entries its first table.

A task that is deleted has a row, too.

What a spreadsheet would work out has an apostrophe in front, as OWASP advises ("CSV Injection"):
a `=`, `+`, `-` or `@`, also a full-width one, where it begins a cell, or follows a `;`, at which
the spreadsheets of many countries begin a cell; blanks and quotes may stand between. Tabs are
blanks already, line ends escapes. Of several apostrophes there the first is the added one, so that
a program can take it off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from cron2aws.escapes import printable
from cron2aws.report.model import Card, Cards, Grid, Report

COLUMNS = (
    *("host", "source", "line", "id", "user", "schedule", "command", "becomes"),
    *("verdict", "decision", "why", "findings", "on hosts"),
)
_WORKED_OUT = re.compile("(^|;)(?=[ \"']*[=+\\-@\uff1d\uff0b\uff0d\uff20])")


def csv_rows(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The rows, each with CR LF at its end."""
    return map(_row, rows)


def csv_of(report: Report) -> Iterator[str]:
    """The rows, each with CR LF at its end; below names of columns."""
    for part in report.parts:
        if isinstance(part, Cards):
            return csv_rows([COLUMNS, *map(_entry, part.cards), *report.deleted])
    for part in report.parts:
        if isinstance(part, Grid):
            return csv_rows([part.columns, *_cells(part)])
    return iter(())


def _entry(card: Card) -> tuple[str, ...]:
    return (
        *(card.host, card.source, str(card.line), card.full_id, card.user, card.schedule),
        *(card.command, "; ".join(card.becomes), card.verdict.text, card.decision.text),
        *(card.why, " ".join(card.codes), card.on_hosts),
    )


def _cells(grid: Grid) -> Iterator[tuple[str, ...]]:
    for row in grid.rows:
        # an eye looks for a sign where nothing is, a program does not
        yield tuple("; ".join(said.text for said in cell if said.text != "-") for cell in row)


def _row(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(_harmless, cells))
    return out.getvalue()


def _harmless(text: str) -> str:
    return _WORKED_OUT.sub(r"\1'", printable(text))
