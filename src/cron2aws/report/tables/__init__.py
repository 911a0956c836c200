"""Every document as text for people, secrets masked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from cron2aws.assess.values import Assessment
from cron2aws.plan.values import Plan
from cron2aws.report.document import Answers, Document, Tasks
from cron2aws.report.tables.explain import answers_table
from cron2aws.report.tables.plan import plan_table
from cron2aws.report.tables.scan import scan_table
from cron2aws.report.tables.status import status_table
from cron2aws.report.text import Style


class Table:
    """`--output table`."""

    is_for_eyes = True

    def write(self, document: Document, style: Style) -> Iterator[str]:
        """The document as tables, as wide as `style` says."""
        match document:
            case Assessment():
                yield scan_table(document, style)
            case Plan():
                yield plan_table(document, style)
            case Tasks():
                yield status_table(document, style)
            case Answers():
                yield answers_table(document, style)
            case _:
                assert_never(document)
