"""`cron2aws.history/1`: runs of the past."""

from __future__ import annotations

from typing import Any

from cron2aws.plan.parts import Part
from cron2aws.plan.past import PastRun
from cron2aws.report.document import History
from cron2aws.report.json_object import target_json

HISTORY = "cron2aws.history/1"


def history_json(history: History) -> dict[str, Any]:
    """`cron2aws.history/1`; times are ISO 8601, in the task's zone."""
    shows = history.shows_output
    return {"schema": HISTORY, "runs": [_run(run, shows_output=shows) for run in history.runs]}


def _run(run: PastRun, *, shows_output: bool) -> dict[str, Any]:
    ended = run.execution.ended
    return {
        "id": run.stack.id,
        "stack": run.stack.stack_name,
        "target": target_json(run.stack.target),
        "schedule": run.stack.schedule,
        "run": run.execution.name,
        "execution": run.execution.arn,
        "by_hand": run.by_hand,
        "scheduled": run.scheduled.isoformat() if run.scheduled else None,
        "started": run.started.isoformat(),
        "ended": ended.astimezone(run.zone).isoformat() if ended else None,
        "seconds": run.took.total_seconds() if run.took else None,
        "outcome": run.ending.value,
        "why": run.why or None,
        "hosts": [_part(part, shows_output=shows_output) for part in run.parts],
        "about": (
            {"transitions": run.used.transitions, "dollars": round(run.used.dollars, 9)}
            if run.used
            else None
        ),
    }


def _part(part: Part, *, shows_output: bool) -> dict[str, Any]:
    wrote = part.printed
    return {
        "instance": part.instance,
        "name": part.name or None,
        "outcome": part.outcome or None,
        "exit": part.exit,
        "seconds": part.seconds,
        **({"printed": vars(wrote) if wrote else None} if shows_output else {}),
    }
