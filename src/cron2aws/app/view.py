"""What a report of crontabs has besides the assessment, such as when it was made."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import cron2aws
from cron2aws.app.zones import resolve_zone
from cron2aws.errors import SourceError
from cron2aws.report.document import View

if TYPE_CHECKING:
    from cron2aws.report.compose.since import LastReview

FIX = "give a report that `cron2aws scan -o json` wrote"


def view_of(moment: datetime, *, advised: str, compare: Path | None = None) -> View:
    """The view of a report; SourceError for an older report that cannot be read, or is none."""
    return View(
        made_at=moment,
        version=cron2aws.__version__,
        resolve_zone=resolve_zone,
        advised=advised,
        last_review=_last_review(compare) if compare else None,
    )


def _last_review(path: Path) -> LastReview:
    from cron2aws.report.compose.since import last_review  # noqa: PLC0415 (few reports are compared)

    try:
        text = path.read_text(encoding="utf-8")
        return last_review(path.name, json.loads(text))
    except OSError as error:
        why = error.strerror or str(error)
        raise SourceError(what=f"cannot read {path}", why=why, fix=FIX) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"it is not a report of a scan ({error})"
        raise SourceError(what=f"cannot compare with {path}", why=why, fix=FIX) from error
