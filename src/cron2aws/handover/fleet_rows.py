"""The hosts of a fleet as a hand-over goes on: what is known of each, and what keeps its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from cron2aws.errors import Cron2AwsError
from cron2aws.handover.came import HostCame
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.edit import Edited
from cron2aws.handover.looks import LINES, UNKNOWN, HostLook, Looks, Wanted, check_looks
from cron2aws.handover.record import FileEdit
from cron2aws.plan.values import Deployed, Plan, Step

NAMED = 3
"""How many reasons a host's row has."""

Ended = Callable[[str, tuple[Edited, ...]], None]
"""Called with a host's id, as soon as all is known of its edits."""


Before = Callable[[str], None]
"""Raises where a host, by its id, is not to be edited now."""


class FleetEditing(Protocol):
    """Edits crontabs of hosts one way, of all hosts side by side."""

    def carry_out(
        self,
        edits: Mapping[str, Sequence[FileEdit]],
        hosts: Sequence[ReadTabs],
        ended: Ended,
        *,
        check: bool = False,
        before: Before = lambda _: None,
    ) -> None:
        """Edit the files of each of these hosts, by its instance id; what fails is told there.

        With `check` nothing is edited: where there is an error, an edit would be refused. `before`
        is called with a host's id right before its edit is sent; where it raises, none is.
        """


class ReadTabs(Protocol):
    """A host as it was read."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def crontabs(self) -> Crontabs: ...  # noqa: D102
    @property
    def contents(self) -> Mapping[str, bytes]:
        """The bytes of its crontabs, by path."""


@dataclass(frozen=True, kw_only=True)
class FleetHost:
    """A host as it was read; `lines` are the lines to be marked, by the ids of their steps."""

    id: str
    label: str
    crontabs: Crontabs
    contents: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def edits(self, plan: Plan, steps: Iterable[Step]) -> tuple[FileEdit, ...]:
        """Those that mark the lines of these steps, where this host has them."""
        here = [
            replace(step, line=self.lines[step.task.id])
            for step in steps
            if step.task.id in self.lines
        ]
        return self.crontabs.out(here, plan.place)


@dataclass(kw_only=True)
class Row:
    """What is known of a host by now: its lines, of which some moved, and why others did not."""

    host: FleetHost
    steps: dict[str, Step] = field(default_factory=dict)
    """Those to be moved, by their ids."""
    moved: set[str] = field(default_factory=set)
    minutes: dict[str, datetime | None] = field(default_factory=dict)
    amiss: set[str] = field(default_factory=set)
    """Those that moved, and of which the probe then found something wrong."""
    unknown: dict[str, Cron2AwsError] = field(default_factory=dict)
    """Those of which nobody knows whether they moved, and why."""
    why: list[str] = field(default_factory=list)
    do: list[str] = field(default_factory=list)
    """What helps."""
    untried: bool = False

    def came(self) -> HostCame:
        """The same, as an outcome has it."""
        more = len(self.why) - NAMED
        why = "; ".join(self.why[:NAMED]) + (f"; and {more} more" if more > 0 else "")
        return HostCame(
            label=self.host.label,
            minutes=self.minutes,
            left=len(self.host.lines.keys() - self.moved - self.amiss - self.unknown.keys()),
            amiss=len(self.amiss),
            unknown=len(self.unknown),
            why=why,
            do="; ".join(self.do[:NAMED]),
            untried=self.untried,
        )

    def told(self, why: str, do: str | None = None) -> None:
        """Note a reason once, and what helps."""
        if why not in self.why:
            self.why.append(why)
        if do and do not in self.do:
            self.do.append(do)

    def failed(self, error: Cron2AwsError) -> None:
        """The same of an error."""
        self.told(words(error), error.fix)


def leave(step: Step, wave: Sequence[Row], error: Cron2AwsError) -> None:
    """Its lines stay as they are, and the stack is no longer what was looked at."""
    for row in wave:
        if row.steps.pop(step.task.id, None):
            row.failed(error)


def answers(stack: Deployed, looks: Looks, wanted: Wanted) -> Mapping[str, HostLook]:
    """What each host said, by its id; SafetyError where nobody may have the task now."""
    found = looks[stack.stack_name]
    if isinstance(found, Cron2AwsError):
        raise found
    run_on = stack.parameters.get("RunOn", "all")
    if run_on == "one":  # it may choose any of them
        check_looks(found, wanted, run_on, "cron")
    return {each.id: each for each in found}


def note_ready(step: Step, found: Mapping[str, HostLook], rows: Sequence[Row]) -> None:
    """Note the step at the hosts that can take over its line, and at the others why not."""
    for row in rows:
        if step.task.id not in row.host.lines:
            continue
        why = _unready(found.get(row.host.id))
        if why:
            row.told(why)
        else:
            row.steps[step.task.id] = step


def _unready(look: HostLook | None) -> str:
    """Why a host cannot take over a line of its own; empty where it can."""
    if look is None:
        return "it did not answer the probe"
    if look.trouble:
        return look.trouble
    return "" if look.line in {"cron", UNKNOWN} else f"the probe finds the line {LINES[look.line]}"


def moved(host: str, said: tuple[HostLook, ...] | Cron2AwsError) -> tuple[str, str]:
    """How a host has the line now, and why it does not run the job; empty where it does."""
    if isinstance(said, Cron2AwsError):
        return UNKNOWN, words(said)
    look = next((each for each in said if each.id == host), None)
    if look is None:
        return UNKNOWN, "it did not answer the probe"
    if look.trouble:
        return look.line, look.trouble
    is_its = look.line in {"task", UNKNOWN}
    return look.line, "" if is_its else f"the probe finds the line {LINES[look.line]}"


def words(error: Cron2AwsError) -> str:
    """An error in a row: what and why."""
    return f"{error.what}: {error.why}" if error.why else error.what
