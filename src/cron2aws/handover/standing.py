"""Whether a stack is still what was checked, and what a failure in between means for the jobs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.plan.values import Deployed

NAMED = 5
"""How many tasks a message names."""
_ANEW = "nothing was edited; run the same command again: it plans anew"

Error = TypeVar("Error", bound=Cron2AwsError)


class Asked(Protocol):
    """Whoever can be asked for a stack (aws/stacks.py)."""

    def get(self, stack_id: str) -> Deployed | None:
        """The stack with this ARN; None where there is none of ours."""


def still_stands(stacks: Asked, stack: Deployed) -> Deployed:
    """Ask for the stack again, right before its line is edited; the stack as it is now.

    `stack` is how it was last seen or left, `Enabled` with it.  Raises SafetyError where it is
    gone, was made anew or changed, or is in a state in which it may not run; AwsError where AWS
    does not answer.  A schedule that was disabled past CloudFormation is not seen.
    """
    now = stacks.get(stack.stack_id)
    if now is None or now.id != stack.id:
        raise SafetyError(
            what=f"stack {stack.stack_name} is not the one that was checked",
            why="it was deleted or made anew meanwhile",
            fix=_ANEW,
        )
    if way(now.status, Doing.RUN) is not Way.GO:
        raise SafetyError(
            what=f"stack {stack.stack_name} is in {now.status}",
            why="somebody works on it, or an update failed",
            fix=_ANEW,
        )
    changed = [
        name
        for name in sorted({*stack.parameters, *now.parameters})
        if stack.parameters.get(name) != now.parameters.get(name)
    ]
    if changed:  # their values may hold secrets
        raise SafetyError(
            what=f"stack {stack.stack_name} is no longer as it was checked",
            why=f"somebody changed {', '.join(changed)}",
            fix=_ANEW,
        )
    return now


class Lines(StrEnum):
    """How the lines of tasks stand where a command ends early."""

    UNTOUCHED = "untouched"
    MARKED = "marked"
    BACK = "back"
    NOWHERE = "nowhere"


_MEANS = {
    Lines.UNTOUCHED: "were not touched: cron runs their jobs",
    Lines.MARKED: "are still marked: the tasks run their jobs",
    Lines.BACK: "are back: cron runs their jobs",
    Lines.NOWHERE: "are marked and have no task that runs: their jobs run nowhere",
}


def meaning(error: Error, names: Sequence[str], lines: Lines, command: str) -> Error:
    """The same error, whose hint also says what it means for these tasks, and what goes on.

    `names` are what the tasks are called, `command` is what the user types next.
    """
    first = f"{error.fix}; " if error.fix else ""
    told = f"the lines of {_some(names)} {_MEANS[lines]}, and nothing runs twice"
    more = type(error)(error.what, why=error.why, fix=f"{first}{told}; then `{command}` goes on")
    return more.with_traceback(error.__traceback__)


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
