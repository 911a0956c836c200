"""What becomes of the foundation and of a target, for the person who is about to say yes."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.escapes import printable
from cron2aws.plan.actions import Action
from cron2aws.plan.shared import SetupStep, is_to_come
from cron2aws.report.text import value_shown

_OF_TAGS = ("Tag", "TargetId")
"""How the parameters begin that say which target it is: `makes` says it already."""


def setup_lines(step: SetupStep) -> Iterator[str]:
    """The stack, what it is for, and the parameters that it gets or that change."""
    yield f"{step.action} {step.stack_name}: {printable(step.makes)}"
    for told in details(step):
        yield f"  {told}"


def details(step: SetupStep) -> Iterator[str]:
    """What is set where the stack is made, and what changes where it is updated."""
    if step.action is Action.UPDATE:
        for change in step.changes:
            before = value_shown(change.name, change.before or "") or "(none)"
            after = value_shown(change.name, change.after)
            yield printable(f"{change.name}: {before} -> {after}")
        if not step.changes:
            yield "to the template of this release"
        return
    for name, value in step.parameters.items():
        told = name.startswith(_OF_TAGS) or name.endswith("RoleArn")
        if value and not is_to_come(value) and not told:
            yield printable(f"{name}: {value_shown(name, value)}")
