"""Every document as JSON: the field names of docs/reference/json.md, secrets verbatim."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

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
from cron2aws.report.json_object import object_of
from cron2aws.report.json_scan import scan_json
from cron2aws.report.text import Style

if TYPE_CHECKING:
    from cron2aws.calendar.values import Calendar


class Json:
    """`--output json`."""

    is_for_eyes = False

    def write(self, document: Document, style: Style) -> Iterator[str]:
        """One object; answers are one object a line."""
        match document:
            case OneEntry():
                return self.write(document.of, style)
            case Survey():
                return object_of(scan_json(document))
            case _:
                return _of_others(document)


def _of_others(
    document: Calendar | Review | Tasks | Answers | History | Examined,
) -> Iterator[str]:
    """What they hold takes as long to be imported as hundreds of lines to be judged."""
    from cron2aws.calendar.values import Calendar  # noqa: PLC0415
    from cron2aws.report.json_answer import answer_json  # noqa: PLC0415
    from cron2aws.report.json_calendar import calendar_json  # noqa: PLC0415
    from cron2aws.report.json_doctor import doctor_json  # noqa: PLC0415
    from cron2aws.report.json_history import history_json  # noqa: PLC0415
    from cron2aws.report.json_plan import plan_json  # noqa: PLC0415
    from cron2aws.report.json_status import status_json  # noqa: PLC0415

    match document:
        case Calendar():
            return object_of(calendar_json(document))
        case Review():
            return object_of(plan_json(document))
        case Tasks():
            return object_of(status_json(document))
        case History():
            return object_of(history_json(document))
        case Examined():
            return object_of(doctor_json(document))
        case Answers():
            return (f"{json.dumps(answer_json(each))}\n" for each in document.answers)
        case _:
            assert_never(document)
