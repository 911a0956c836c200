"""Every document as tables and paragraphs for people, secrets masked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from rich.console import RenderableType

from cron2aws.assess.values import Assessment
from cron2aws.calendar.values import Calendar
from cron2aws.plan.values import Plan
from cron2aws.report.document import Answers, Document, History, Tasks
from cron2aws.report.tables.calendar import calendar_parts
from cron2aws.report.tables.explain import answers_parts
from cron2aws.report.tables.history import history_parts
from cron2aws.report.tables.plan import plan_parts
from cron2aws.report.tables.scan import scan_parts
from cron2aws.report.tables.status import status_parts


def parts_of(document: Document) -> Iterator[RenderableType]:
    """What a person reads of a document: tables and paragraphs, an empty one for an empty line."""
    match document:
        case Assessment():
            return scan_parts(document)
        case Calendar():
            return calendar_parts(document)
        case Plan():
            return plan_parts(document)
        case Tasks():
            return status_parts(document)
        case Answers():
            return answers_parts(document)
        case History():
            return history_parts(document)
        case _:
            assert_never(document)
