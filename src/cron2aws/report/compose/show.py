"""One entry, whole, as a report."""

from __future__ import annotations

from cron2aws.report.compose.plan import plan_cards
from cron2aws.report.compose.scan import scan_cards
from cron2aws.report.document import OneEntry, Review
from cron2aws.report.model import Report


def entry_report(document: OneEntry) -> Report:
    """One entry with all that is known of it; with a plan, also what becomes of it on AWS.

    Where several hosts have it, each has its own line.
    """
    shown = document.of
    cards = plan_cards(shown) if isinstance(shown, Review) else scan_cards(shown)
    first = cards.cards[0]
    return Report(title=f"{first.id} {first.place}", parts=(cards,))
