"""Which documents are reports, and what builds each."""

from __future__ import annotations

from typing import assert_never

from cron2aws.calendar.values import Calendar
from cron2aws.report.compose.calendar import calendar_report
from cron2aws.report.compose.doctor import doctor_report
from cron2aws.report.compose.explain import answers_report
from cron2aws.report.compose.history import history_report
from cron2aws.report.compose.plan import plan_report
from cron2aws.report.compose.scan import scan_report
from cron2aws.report.compose.show import entry_report
from cron2aws.report.compose.status import status_report
from cron2aws.report.document import (
    Answers,
    Document,
    Examined,
    History,
    OneEntry,
    Review,
    Survey,
    Tasks,
)
from cron2aws.report.model import Report


def report_of(document: Document) -> Report:
    """The report in a document: the same for every face."""
    match document:
        case Survey():
            return scan_report(document)
        case Review():
            return plan_report(document)
        case OneEntry():
            return entry_report(document)
        case Calendar():
            return calendar_report(document)
        case Answers():
            return answers_report(document)
        case Tasks():
            return status_report(document)
        case History():
            return history_report(document)
        case Examined():
            return doctor_report(document)
        case _:
            assert_never(document)
