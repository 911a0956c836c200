"""`enable` and `disable`: a stack update each, so that template and truth never part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.context import Context
from cron2aws.app.options import Sources, SwitchOptions
from cron2aws.app.sources import read_if_any
from cron2aws.app.tasks import chosen
from cron2aws.plan.stack_states import Doing, Way
from cron2aws.plan.stack_states import way as goes_on
from cron2aws.plan.values import Deployed
from cron2aws.report.text import sentence


class Switch(StrEnum):
    """Which way."""

    ENABLE = "enable"
    DISABLE = "disable"

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the stacks get."""
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


def switch(way: Switch, options: SwitchOptions, context: Context) -> Switched:
    """Ask, and let the schedules of the tasks fire, or not; UsageError for a name of no task."""
    with alone(context, way):
        return _switch(way, options, context)


def _switch(way: Switch, options: SwitchOptions, context: Context) -> Switched:
    changing = _changing(way, context.stacks.deployed(), options.tasks)
    for stack in changing:
        context.console.note(f"{way} {stack.stack_name}")
    if way is Switch.DISABLE:
        for stack in _handed_over(changing, context):
            context.console.note(
                f"note: the line of {stack.stack_name} is commented out: while the task is "
                "disabled its job runs nowhere; to let cron run it again, "
                f"`cron2aws rollback {stack.id}`"
            )
    if not changing:
        context.console.note(f"Nothing to do: {way}d already.")
        return Switched()
    question = f"{way.capitalize()} {sentence(len(changing), 'task')}?"
    if not agreed(context, question, yes=options.yes):
        return Switched()
    for stack in changing:
        context.stacks.update(stack, way.parameters)
    return Switched(stacks=tuple(stack.stack_name for stack in changing))


def _handed_over(stacks: Sequence[Deployed], context: Context) -> list[Deployed]:
    """Those of which it is known that cron runs the job no longer, here or elsewhere."""
    marked: set[str] = set()
    if not context.copies_sources:
        for each in read_if_any(Sources(), lambda _: None).hosts:
            marks = [entry.mark for tab in each.host.tabs for entry in tab.crontab.entries]
            marked |= {mark.stack for mark in marks if mark}
    return [
        stack for stack in stacks if stack.stack_name in marked or stack.parameters.get("LiveFrom")
    ]


def _changing(way: Switch, deployed: Sequence[Deployed], names: Sequence[str]) -> list[Deployed]:
    return [
        stack
        for stack in chosen(deployed, names)
        # what failed half-way may not have what its parameters say
        if goes_on(stack.status, Doing.CHANGE) is not Way.GO
        or any(stack.parameters.get(name) != value for name, value in way.parameters.items())
    ]
