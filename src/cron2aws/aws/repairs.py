"""Brings stacks out of operations that go on, failed updates and failed deletions.

The ways are the same for tasks, the foundation and targets; each is told by the names of
resources.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from cron2aws.aws.stack_calls import StackCalls
from cron2aws.errors import AwsError
from cron2aws.plan.leftovers import Resource, is_for_others, left_behind
from cron2aws.plan.stack_states import Doing, OwnStack, Way, refusal, way

Tell = Callable[[str], None]
SKIPS = 5  # what is skipped may uncover what failed behind it
_CANCELLED = "cancelled"  # such resources did not fail, and cannot be skipped

Stack = TypeVar("Stack", bound=OwnStack)


def readied(
    calls: StackCalls,
    look: Callable[[], Stack | None],
    doing: Doing,
    tell: Tell,
    vanished: Callable[[], Exception],
) -> Stack | None:
    """The stack in a state in which it can be worked on, after waiting and repairs.

    None where it is gone, or must be made anew. Raises SafetyError where its state has another way
    out, AwsError where a repair failed, and `vanished` where it should be there.
    """
    told = False
    while True:
        now = look()
        match way(now.status if now else None, doing):
            case Way.GO:
                return now
            case Way.REFUSE if now is not None:
                raise refusal(now, doing)
            case Way.REFUSE:
                raise vanished()
            case Way.REPLACE | Way.NEW | Way.DONE:
                return None
            case Way.WAIT if now is not None:
                if not told:
                    tell(f"{now.stack_name}: waiting for the end of {now.status}")
                told = True
                calls.settled(now.stack_id)
            case Way.CONTINUE if now is not None:
                continued(calls, now, tell)
            case Way.ROLL_BACK if now is not None:
                rolled_back(calls, now)


def continued(calls: StackCalls, stack: OwnStack, tell: Tell) -> None:
    """From UPDATE_ROLLBACK_FAILED to UPDATE_ROLLBACK_COMPLETE: plainly, then past what fails.

    AwsError where that does not get there either.
    """
    tell(f"{stack.stack_name}: an update failed, and so did the way back; the way back goes on")
    found = calls.continue_rollback(stack.stack_id)
    for _ in range(SKIPS):
        if found is None or found.status != "UPDATE_ROLLBACK_FAILED":
            return
        failed = _standing(calls, stack, "UPDATE_FAILED")
        skipped = [each for each in failed if _CANCELLED not in (each.reason or "").lower()]
        if not skipped:
            break
        found = calls.continue_rollback(stack.stack_id, skip=[each.logical for each in skipped])
        for each in skipped:
            tell(
                f"{stack.stack_name}: {each.named} could not be taken back and was skipped: "
                "compare it with the template before the next update"
            )
    if found is not None and found.status == "UPDATE_ROLLBACK_FAILED":
        failed = _standing(calls, stack, "UPDATE_FAILED")
        raise AwsError(
            what=f"stack {stack.stack_name} cannot be taken back to what it was",
            why=_names(failed),
            fix=f"mend the cause and run the same command again, or `{stack.ended_by}` deletes it",
        )


def rolled_back(calls: StackCalls, stack: OwnStack) -> None:
    """From UPDATE_FAILED to what it was before; AwsError where it stays."""
    found = calls.roll_back(stack.stack_id)
    if found is not None and found.status == "UPDATE_FAILED":
        raise calls.failure(found)


def deleted(calls: StackCalls, stack: OwnStack, tell: Tell, *, may_retain: bool) -> None:
    """Delete it: again where that failed, and then without what refuses, each told by name.

    AwsError where it still stands.
    """
    found = calls.remove(stack.stack_id)
    if found is not None and found.status == "DELETE_FAILED":
        found = calls.remove(stack.stack_id)
    if found is None:
        return
    if found.status != "DELETE_FAILED":
        raise calls.failure(found)
    refusing = _standing(calls, stack, "DELETE_FAILED")
    if not refusing or not may_retain or any(is_for_others(each) for each in refusing):
        raise _undeleted(stack, refusing, may_retain=may_retain)
    found = calls.remove(stack.stack_id, retain=[each.logical for each in refusing])
    if found is not None:
        raise calls.failure(found)
    for each in refusing:
        tell(left_behind(stack.stack_name, each))


def _undeleted(stack: OwnStack, refusing: list[Resource], *, may_retain: bool) -> AwsError:
    if any(is_for_others(each) for each in refusing):
        fix = "with the permission to delete them, or after a while, the same command goes on"
    elif may_retain:
        fix = "look at it in CloudFormation, then run the same command again"
    else:
        fix = f"`{stack.ended_by}` leaves them behind and says what to do about each"
    return AwsError(
        what=f"stack {stack.stack_name} cannot be deleted", why=_names(refusing), fix=fix
    )


def _names(resources: list[Resource]) -> str:
    return ", ".join(each.named for each in resources) or "AWS names no resource"


def _standing(calls: StackCalls, stack: OwnStack, status: str) -> list[Resource]:
    return [each for each in calls.resources(stack.stack_id) if each.status == status]
