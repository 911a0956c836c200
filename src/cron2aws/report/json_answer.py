"""`cron2aws.explain/1` and `cron2aws.explain-aws/1`: an object for each expression."""

from __future__ import annotations

from typing import Any, assert_never

from cron2aws.report.json_schedule import conversion_json, finding_json
from cron2aws.schedule.explanation import Explained, FromAws

EXPLAIN, EXPLAIN_AWS = "cron2aws.explain/1", "cron2aws.explain-aws/1"


def answer_json(each: Explained | FromAws) -> dict[str, Any]:
    """`cron2aws.explain/1`, or `cron2aws.explain-aws/1` with `--from-aws`."""
    match each:
        case Explained():
            return _explained(each)
        case FromAws():
            return _from_aws(each)
        case _:
            assert_never(each)


def _explained(each: Explained) -> dict[str, Any]:
    """One object of `explain -o json`."""
    return {
        "schema": EXPLAIN,
        "expression": each.expression,
        "dialect": each.setting.grammar.name,
        "dialect_from": each.setting.dialect_from,
        "timezone": each.setting.timezone,
        "trigger": each.setting.kind.value,
        **conversion_json(each.conversion),
        "next": [run.isoformat() for run in each.next_runs],
        "meaning": each.meaning,
        "findings": [finding_json(finding) for finding in each.findings],
    }


def _from_aws(each: FromAws) -> dict[str, Any]:
    """One object of `explain --from-aws -o json`."""
    return {
        "schema": EXPLAIN_AWS,
        "expression": each.expression,
        "timezone": each.timezone,
        "verdict": each.verdict,
        "next": [run.isoformat() for run in each.next_runs],
        "meaning": each.meaning,
        "why": each.why,
    }
