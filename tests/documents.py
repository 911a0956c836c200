"""What was found and what is planned, as documents: seen at one moment, by one release."""

from __future__ import annotations

from datetime import UTC, datetime

from cron2aws.app.zones import resolve_zone
from cron2aws.assess.values import Assessment
from cron2aws.plan.values import Plan
from cron2aws.report.document import Document, Review, Survey, TargetInstance, View

MOMENT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
WEB_1 = TargetInstance(id="i-0123456789abcdef0", name="web-1", state="running")


def view(advised: str = "cron2aws migrate --tag KEY=VALUE --dry-run") -> View:
    return View(made_at=MOMENT, version="1.2.3", resolve_zone=resolve_zone, advised=advised)


def document(value: Document | Assessment | Plan) -> Document:
    """What was found as a survey, a plan as a review of one instance."""
    match value:
        case Assessment():
            return Survey(found=value, view=view())
        case Plan():
            advised = view(f"cron2aws migrate {' '.join(value.target.options)}")
            return Review(plan=value, view=advised, instances=(WEB_1,))
        case _:
            return value
