"""`cron2aws.explain/1`, `-aws/1` and `-finding/1`: an object for each expression, or code."""

from __future__ import annotations

from typing import Any, assert_never

from cron2aws.findings import FindingKind
from cron2aws.report.document import Answer
from cron2aws.report.json_schedule import conversion_json, finding_json
from cron2aws.schedule.explanation import Explained, FromAws

EXPLAIN, EXPLAIN_AWS = "cron2aws.explain/1", "cron2aws.explain-aws/1"
EXPLAIN_FINDING = "cron2aws.explain-finding/1"


def answer_json(each: Answer) -> dict[str, Any]:
    """`cron2aws.explain/1`, `-aws/1` with `--from-aws`, or of a code `-finding/1`."""
    match each:
        case Explained():
            return _explained(each)
        case FromAws():
            return _from_aws(each)
        case FindingKind():
            return _finding(each)
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


def _finding(each: FindingKind) -> dict[str, Any]:
    """One object of `explain CODE -o json`."""
    return {
        "schema": EXPLAIN_FINDING,
        "code": each.code,
        "level": each.level.value,
        "title": each.title,
        "means": each.means,
        "help": each.help,
        "documented": each.documented,
    }
