"""Whether a stack is still what was checked, and what a failure in between means for the jobs."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol, TypeVar

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.plan.values import Deployed

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
    if stack.is_protected is not now.is_protected:
        raise SafetyError(
            what=f"stack {stack.stack_name} is no longer as it was checked",
            why="its termination protection was changed: a rollback is about to take it away, or "
            "somebody set it",
            fix=_ANEW,
        )
    if changed:  # their values may hold secrets
        raise SafetyError(
            what=f"stack {stack.stack_name} is no longer as it was checked",
            why=f"somebody changed {', '.join(changed)}",
            fix=_ANEW,
        )
    return now


class Lines(StrEnum):
    """How the line of a task stands where a command ends early."""

    UNTOUCHED = "untouched"
    STILL_MARKED = "still marked"
    MARKED = "marked"
    BACK = "back"
    NONE = "none"
    NOWHERE = "nowhere"


_MEANS = {
    Lines.UNTOUCHED: "the line of {} was not touched: cron runs its job, as before",
    Lines.STILL_MARKED: "the line of {} is still marked: the task runs its job, as before",
    Lines.MARKED: "the line of {} is marked: {}the task runs its job",
    Lines.BACK: "the line of {} is back: {}cron runs its job",
    Lines.NOWHERE: "the line of {} is marked: {}no task runs its job: it runs nowhere",
    Lines.NONE: "no line of {} was marked here, so none was changed",
}
AGAIN = "then the same command again goes on"


def meaning(error: Error, name: str, lines: Lines, *, since: str = "", again: str = AGAIN) -> Error:
    """The same error, whose hint also says what it means for the task's job, and what goes on.

    `name` is what the task is called, `since` the minute of the edit, as `minute_told` has it.
    """
    stands = _MEANS[lines].format(name, f"from {since} on " if since else "")
    words = (error.fix, f"{stands}, and nothing runs twice", again)
    fix = "; ".join(each for each in words if each)
    more = type(error)(error.what, why=error.why, fix=fix)
    return more.with_traceback(error.__traceback__)
