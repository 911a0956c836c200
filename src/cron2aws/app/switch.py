"""`enable` and `disable`: a stack update each, so that template and truth never part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.context import Context
from cron2aws.app.marks import Marks, marks_here, missing_here
from cron2aws.app.options import SwitchOptions
from cron2aws.app.tasks import chosen
from cron2aws.crontab.mark import Mark
from cron2aws.plan.stack_states import Doing, Way
from cron2aws.plan.stack_states import way as goes_on
from cron2aws.plan.values import Deployed
from cron2aws.report.text import quantity


class Switch(StrEnum):
    """Whether schedules are enabled or disabled."""

    ENABLE = "enable"
    DISABLE = "disable"

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters that the stacks get."""
        return _PARAMETERS[self]


_PARAMETERS: Mapping[Switch, Mapping[str, str]] = MappingProxyType(
    {
        Switch.ENABLE: MappingProxyType({"Enabled": "true"}),
        Switch.DISABLE: MappingProxyType({"Enabled": "false"}),
    }
)


@dataclass(frozen=True, kw_only=True)
class Switched:
    """The names of the stacks that were changed."""

    stacks: tuple[str, ...] = ()


def switch(
    way: Switch, options: SwitchOptions, context: Context, *, marks: Marks = marks_here
) -> Switched:
    """Ask, and let the schedules of the tasks fire, or not.

    UsageError for a name of no task, SafetyError where a mark here tells of it.
    """
    with alone(context, way):
        return _switch(way, options, context, marks)


def _switch(way: Switch, options: SwitchOptions, context: Context, marks: Marks) -> Switched:
    changing = _changing(way, options.tasks, context, marks)
    for stack in changing:
        context.console.note(f"{way} {stack.stack_name}")
    if way is Switch.DISABLE and changing:
        context.console.note(_nowhere(changing, marks(context)))
    if not changing:
        context.console.note(f"Nothing to do: {way}d already.")
        return Switched()
    question = f"{way.capitalize()} {quantity(len(changing), 'task')}?"
    if not agreed(context, question, yes=options.yes):
        return Switched()
    for stack in changing:
        context.stacks.flip(stack, way.parameters)
    return Switched(stacks=tuple(stack.stack_name for stack in changing))


def _nowhere(stacks: Sequence[Deployed], marks: Sequence[Mark]) -> str:
    """What disabling means for the jobs whose lines are commented out."""
    marked = {mark.stack for mark in marks}
    known = [
        stack.id
        for stack in stacks
        if stack.stack_name in marked or stack.parameters.get("LiveFrom")
    ]
    ids = " ".join(known or (stack.id for stack in stacks))
    if known:
        return (
            f"note: handed over, so their jobs run nowhere while they are disabled: {ids}; "
            f"on their host, `cron2aws rollback {ids}` lets cron run them again"
        )
    return (
        "note: where a line of theirs is commented out, its job runs nowhere while they are "
        f"disabled; there, `cron2aws rollback {ids}` lets cron run it again"
    )


def _changing(way: Switch, names: Sequence[str], context: Context, marks: Marks) -> list[Deployed]:
    deployed = context.stacks.deployed()
    return [
        stack
        for stack in chosen(deployed, names, missing=missing_here(context, marks))
        # what failed half-way may not have what its parameters say
        if goes_on(stack.status, Doing.CHANGE) is not Way.GO
        or any(stack.parameters.get(name) != value for name, value in way.parameters.items())
    ]
