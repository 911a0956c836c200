"""The formats of reports, by the name that `--output` takes: one module and one row each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from cron2aws.report.document import Document
from cron2aws.report.json_format import Json
from cron2aws.report.table_format import Table
from cron2aws.report.text import Style


class Format(Protocol):
    """One way of writing every document."""

    @property
    def is_for_eyes(self) -> bool:
        """Whether it is text for a person at a terminal, secrets masked."""

    def write(self, document: Document, style: Style) -> Iterator[str]:
        """The document in pieces, a newline at its end; `style` says where it goes."""


FORMATS: Mapping[str, Format] = MappingProxyType({"table": Table(), "json": Json()})
DEFAULT = "table"
