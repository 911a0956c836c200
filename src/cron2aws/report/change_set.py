"""CloudFormation's change sets, for the person who is about to say yes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cron2aws.escapes import printable
from cron2aws.plan.actions import ResourceChange

_REPLACED = {"True": "replaced", "False": "changed in place"}


def change_set_lines(
    stack_name: str,
    others: int,
    changes: Iterable[ResourceChange],
    names: Mapping[str, str],
) -> Iterator[str]:
    """What becomes of one stack's resources, and of `others` that are changed alike.

    `names` are what replaced resources will be called, where that is known.
    """
    alike = f"; of {others} more the same" if others else ""
    yield f"CloudFormation's change set of {stack_name}{alike}:"
    told = [f"  {_named(each)}: {_told(each, names)}" for each in changes]
    yield from told or ["  no changes"]


def _named(change: ResourceChange) -> str:
    return printable(f"{change.logical} ({change.type})")


def _told(change: ResourceChange, names: Mapping[str, str]) -> str:
    match change.action:
        case "Add":
            return "added"
        case "Remove":
            return "removed"
        case "Modify":
            done = _REPLACED.get(change.replacement, "perhaps replaced")
            name = names.get(change.logical) if change.may_replace else None
            return printable(f"{done} by {name}" if name else done)
        case other:
            return printable(other)
