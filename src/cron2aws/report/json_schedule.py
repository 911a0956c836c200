"""Schedules, their conversion and their findings as JSON: the part that documents share."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cron2aws.findings import Finding
from cron2aws.schedule.conversion import Conversion
from cron2aws.schedule.proof import Proof
from cron2aws.schedule.trigger import Trigger


def conversion_json(conversion: Conversion | None) -> dict[str, Any]:
    """`verdict`, `triggers`, `proof` and `clock_changes`; None for what the daemon rejects."""
    if conversion is None:
        return {"verdict": "invalid", "triggers": [], "proof": {}, "clock_changes": []}
    return {
        "verdict": conversion.verdict,
        "triggers": [trigger_json(trigger) for trigger in conversion.triggers],
        "proof": proof_json(conversion.proof),
        "clock_changes": [asdict(change) for change in conversion.clock_changes],
    }


def trigger_json(trigger: Trigger) -> dict[str, Any]:
    """An expression, its zone, and its guard or null."""
    guard = trigger.guard
    return {
        "expression": trigger.expression,
        "timezone": trigger.timezone,
        "guard": {"days_of_month": list(guard.days_of_month), "timezone": guard.timezone}
        if guard
        else None,
    }


def proof_json(proof: Proof | None) -> dict[str, Any]:
    """How it was proved; empty where there is nothing to prove."""
    if proof is None:
        return {}
    return {
        "method": proof.method,
        "days_checked": proof.days_checked,
        "croniter": proof.croniter,
    }


def finding_json(finding: Finding) -> dict[str, str]:
    """A finding with its catalogue row."""
    kind = finding.kind
    return {
        "code": finding.code,
        "level": kind.level.value,
        "title": kind.title,
        "detail": finding.detail,
        "help": kind.help,
    }
