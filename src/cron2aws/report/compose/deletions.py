"""The tasks that a plan deletes, as their lines are gone."""

from __future__ import annotations

from cron2aws.plan.prune import once_deleted
from cron2aws.plan.values import Deployed, Plan
from cron2aws.report.model import Grid, StyledText, Tone
from cron2aws.task.task import TAG_USER


def deletions(plan: Plan) -> Grid:
    """The tasks that go, and what becomes of their jobs."""
    return Grid(
        "Deleted, as their lines are gone",
        ("stack", "line was in", "user", "schedule", "command", "then"),
        tuple(
            (
                (StyledText(stack.stack_name, code=True),),
                (StyledText(stack.source, code=True),),
                (StyledText(stack.tags.get(TAG_USER, ""), code=True),),
                (StyledText(stack.schedule, code=True),),
                (StyledText(stack.parameters.get("CommandShown", ""), code=True),),
                (StyledText(once_deleted(stack), Tone.BAD if stack.enabled else Tone.PLAIN),),
            )
            for stack in plan.deletions
        ),
    )


def rows(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """The deleted tasks as rows with the columns of entries (csv_format.py)."""
    return tuple(map(_row, plan.deletions))


def _row(stack: Deployed) -> tuple[str, ...]:
    user, command = stack.tags.get(TAG_USER, ""), stack.parameters.get("CommandShown", "")
    return (
        *(stack.host, stack.source, "", stack.id, user, stack.schedule),
        *(command, "", "", "delete", f"its line is gone; {once_deleted(stack)}", "", ""),
    )
