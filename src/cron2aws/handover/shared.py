"""Whether a task's roles and queue are those that its foundation and its target have now."""

from __future__ import annotations

from enum import StrEnum

from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Deployed
from cron2aws.task.foundation import FROM_FOUNDATION, FROM_TARGET, SharedStack


class Ties(StrEnum):
    """How a task stands to what it shares."""

    WHOLE = "whole"
    MISSING = "missing"
    OTHERS = "others"


def ties(stack: Deployed, shared: Shared) -> Ties:
    """How it stands; whole as well where its roles are its own, or where AWS shows no outputs."""
    if not stack.shares_roles:
        return Ties.WHOLE
    differs = False
    for part, names in ((shared.foundation, FROM_FOUNDATION), (shared.target, FROM_TARGET)):
        if part is None or not _stands(part):
            return Ties.MISSING
        if part.outputs:
            differs |= any(part.outputs.get(name) != stack.parameters.get(name) for name in names)
    return Ties.OTHERS if differs else Ties.WHOLE


def _stands(part: SharedStack) -> bool:
    """Whether it came up once: outputs are hidden while something goes on in it."""
    return bool(part.outputs) or part.status.startswith("UPDATE_")
