"""`cron2aws.doctor/1`: the checks of preflight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cron2aws.preflight.values import Check
from cron2aws.report.document import Examined
from cron2aws.report.json_object import target_json

DOCTOR = "cron2aws.doctor/1"


def doctor_json(examined: Examined) -> dict[str, Any]:
    """`cron2aws.doctor/1`."""
    return {
        "schema": DOCTOR,
        "account": examined.place.account,
        "region": examined.place.region,
        "target": target_json(examined.target),
        "entries": examined.entries,
        "checks": checks_json(examined.checks),
    }


def checks_json(checks: Iterable[Check]) -> list[dict[str, Any]]:
    """Each check, in their order."""
    return [
        {
            "id": each.id,
            "title": each.title,
            "outcome": each.outcome.value,
            "seen": each.seen,
            "why": each.why,
            "fix": each.fix or None,
            "permission": each.permission,
        }
        for each in checks
    ]
