"""Every document as text for people, secrets masked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from rich.console import RenderableType

from cron2aws.assess.values import Assessment
from cron2aws.plan.values import Plan
from cron2aws.report.document import Answers, Document, Tasks
from cron2aws.report.tables.explain import answers_parts
from cron2aws.report.tables.plan import plan_parts
from cron2aws.report.tables.scan import scan_parts
from cron2aws.report.tables.status import status_parts
from cron2aws.report.text import Style, text_of


class Table:
    """`--output table`."""

    is_for_eyes = True

    def write(self, document: Document, style: Style) -> Iterator[str]:
        """The document as tables, as wide as `style` says."""
        yield text_of(*parts_of(document), style=style)


def parts_of(document: Document) -> Iterator[RenderableType]:
    """What a person reads of a document: tables and paragraphs, an empty one for an empty line."""
    match document:
        case Assessment():
            return scan_parts(document)
        case Plan():
            return plan_parts(document)
        case Tasks():
            return status_parts(document)
        case Answers():
            return answers_parts(document)
        case _:
            assert_never(document)
