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
    if way is Switch.DISABLE and changing:
        context.console.note(_nowhere(changing, context))
    if not changing:
        context.console.note(f"Nothing to do: {way}d already.")
        return Switched()
    question = f"{way.capitalize()} {sentence(len(changing), 'task')}?"
    if not agreed(context, question, yes=options.yes):
        return Switched()
    for stack in changing:
        context.stacks.flip(stack, way.parameters)
    return Switched(stacks=tuple(stack.stack_name for stack in changing))


def _nowhere(stacks: Sequence[Deployed], context: Context) -> str:
    """What disabling means for the jobs whose lines are commented out."""
    marked = _marked(context)
    known = [
        stack.id
        for stack in stacks
        if stack.stack_name in marked or stack.parameters.get("LiveFrom")
    ]
    if known:
        ids = " ".join(known)
        return (
            f"note: handed over, so their jobs run nowhere while they are disabled: {ids}; "
            f"`cron2aws rollback {ids}` lets cron run them again"
        )
    return (
        "note: where a line of theirs is commented out, its job runs nowhere while they are "
        "disabled; `cron2aws rollback` lets cron run it again"
    )


def _marked(context: Context) -> set[str]:
    """The stacks that this host's crontabs leave lines to."""
    if context.copies_sources:
        return set()
    reading = read_if_any(Sources(), lambda _: None)
    entries = [
        entry for one in reading.hosts for tab in one.host.tabs for entry in tab.crontab.entries
    ]
    return {entry.mark.stack for entry in entries if entry.mark}


def _changing(way: Switch, deployed: Sequence[Deployed], names: Sequence[str]) -> list[Deployed]:
    return [
        stack
        for stack in chosen(deployed, names)
        # what failed half-way may not have what its parameters say
        if goes_on(stack.status, Doing.CHANGE) is not Way.GO
        or any(stack.parameters.get(name) != value for name, value in way.parameters.items())
    ]
