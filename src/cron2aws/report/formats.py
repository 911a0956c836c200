"""The formats of reports, by the name that `--output` takes: one face and one row each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from cron2aws.calendar.values import Calendar
from cron2aws.report.document import Document, OneEntry
from cron2aws.report.json_format import Json
from cron2aws.report.text import Style


class Format(Protocol):
    """One way of writing every document."""

    @property
    def is_for_eyes(self) -> bool:
        """Whether people read it in a terminal: then secrets are masked."""

    def write(self, document: Document, style: Style) -> Iterator[str]:
        """The document, piece by piece, with a newline at its end; `style` says where it goes."""


# What builds reports takes as long to be imported as hundreds of lines to be judged, and rich as
# long again: each face is imported when it is used, and JSON goes without.


class Table:
    """`--output table`: text for a terminal."""

    is_for_eyes = True

    def write(self, document: Document, style: Style) -> Iterator[str]:
        """The document as wide as `style` says."""
        from cron2aws.report.reports import report_of  # noqa: PLC0415
        from cron2aws.report.terminal import terminal_of  # noqa: PLC0415

        everything = style.everything or isinstance(document, OneEntry)
        return terminal_of(report_of(document), style, everything=everything)


class Markdown:
    """`--output markdown`: for a pull request."""

    is_for_eyes = False

    def write(self, document: Document, style: Style) -> Iterator[str]:  # noqa: ARG002
        """The whole document."""
        from cron2aws.report.markdown import markdown_of  # noqa: PLC0415
        from cron2aws.report.reports import report_of  # noqa: PLC0415

        return markdown_of(report_of(document))


class Html:
    """`--output html`: one file for a browser."""

    is_for_eyes = False

    def write(self, document: Document, style: Style) -> Iterator[str]:  # noqa: ARG002
        """The whole page."""
        from cron2aws.report.html import html_of  # noqa: PLC0415
        from cron2aws.report.reports import report_of  # noqa: PLC0415

        return html_of(report_of(document))


class Csv:
    """`--output csv`: a row an entry, for a spreadsheet."""

    is_for_eyes = False

    def write(self, document: Document, style: Style) -> Iterator[str]:  # noqa: ARG002
        """The entries, or a calendar's starts; of a document without either its first table."""
        from cron2aws.report.csv_format import csv_of, csv_rows  # noqa: PLC0415

        if isinstance(document, Calendar):
            from cron2aws.report.csv_calendar import calendar_rows  # noqa: PLC0415

            return csv_rows(calendar_rows(document))
        from cron2aws.report.reports import report_of  # noqa: PLC0415

        return csv_of(report_of(document))


FORMATS: Mapping[str, Format] = MappingProxyType(
    {"table": Table(), "markdown": Markdown(), "html": Html(), "json": Json(), "csv": Csv()}
)
DEFAULT = "table"
