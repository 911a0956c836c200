"""Whether what a plan in a file rests on still is so, step by step.

Pure: a recorded plan, and what is there now. A step whose stack is already as the plan makes it was
carried out before: the same file again goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from cron2aws.assess.matrix import JobKey
from cron2aws.assess.values import AssessedEntry, Decision
from cron2aws.plan.actions import Action
from cron2aws.plan.make import changes_of
from cron2aws.plan.recorded import RecordedStep, StackBasis
from cron2aws.plan.recording import basis_of, entry_basis, sha256_of
from cron2aws.plan.shared import is_to_come
from cron2aws.plan.spread import RunOn
from cron2aws.plan.stack_states import Doing, Way, goes, way
from cron2aws.plan.tasks import task_of
from cron2aws.plan.values import SETTLED, Deployed, Place, Step
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions, trigger_parameters

OF_LINE = ("RunAs", "CommandShown", "OriginalSchedule", "Source", "TakesOver")
"""Parameters that the line alone decides, besides its triggers and `Command`."""


class Part(StrEnum):
    """What of a plan is carried out."""

    ALL = "all"
    STACKS = "stacks"
    EDITS = "edits"


@dataclass(frozen=True, kw_only=True)
class Now:
    """What is there now."""

    place: Place
    stacks: Mapping[str, Deployed]
    """By name."""

    entries: Mapping[JobKey, tuple[AssessedEntry, ...]] | None
    """By job; None where this is not the plan's host."""

    outputs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What stands already of the stacks that the tasks share."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is to be done of a step.

    With a `why` nothing is, as what it rests on has moved. `waits` is the part of it that is left
    for another time or host, `note` is to be told.
    """

    recorded: RecordedStep
    step: Step | None = None
    why: str = ""
    waits: str = ""
    note: str = ""
    is_early: bool = False
    """Nothing has moved: the stacks come first."""

    left: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By labels, why the lines of hosts of a fleet stay as they are, while the others go on."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is left out, whole or on some hosts, each with the place."""
        place = self.recorded.place
        whole = (f"{place}: {self.why}",) if self.why else ()
        return (*whole, *(f"{place} on {host}: {why}" for host, why in self.left.items()))


def judge(recorded: RecordedStep, now: Now, part: Part) -> Verdict:
    """What can be done of a step, and why not the rest."""
    planned, found = recorded.step, None
    if now.entries is not None:
        found = now.entries.get(planned.job, ())
        if why := entry_moved(recorded, found, now.place):
            return Verdict(recorded=recorded, why=why)
    if why := _has_another(planned, now.stacks.values()):
        return Verdict(recorded=recorded, why=why)
    stack = now.stacks.get(planned.stack_name)
    step = _with_command(recorded, found, stack)
    if step is None:
        waits = "its stack, too, as its command holds a secret, which its host has alone"
        return Verdict(recorded=recorded, waits=waits)
    if stack is not None and (why := _runs_elsewhere(planned, stack)):
        return Verdict(recorded=recorded, why=why)
    done = stack is not None and is_as_planned(stack, step.filled(now.outputs))
    if not done and (why := _stack_moved(recorded, step, stack)):
        return Verdict(recorded=recorded, why=why)
    if part is Part.EDITS and not done:
        why = f"stack {planned.stack_name} is not yet as the plan makes it"
        return Verdict(recorded=recorded, why=why, is_early=True)
    if stack is not None and done:
        step = _already(step)
    elif stack is not None:
        step = _now_an_update(step, stack)
    if found is None:
        waits = "its line" if planned.comment_out and step.comment_out else ""
        return Verdict(recorded=recorded, step=replace(step, comment_out=False), waits=waits)
    return _with_line(recorded, step, stack, found, part)


def _has_another(step: Step, stacks: Iterable[Deployed]) -> str:
    """Why the step would make a second task of its entry."""
    target = Target.of(step.parameters)
    for each in stacks:
        if each.id == step.id and each.stack_name != step.stack_name and each.target == target:
            return f"stack {each.stack_name} was made for the entry meanwhile"
    return ""


def _runs_elsewhere(step: Step, stack: Deployed) -> str:
    """Why a stack that keeps its RunOn would not run where the plan shows it."""
    run_on = stack.parameters.get("RunOn") or RunOn.ALL
    if goes(stack) or "RunOn" in step.parameters or run_on == step.run_on:
        return ""
    return f"stack {stack.stack_name} has RunOn={run_on}, and the plan shows {step.run_on}"


def is_as_planned(stack: Deployed, step: Step) -> bool:
    """Whether a stack stands with all that the step sets."""
    return (
        stack.id == step.id
        and stack.is_task
        and stack.status in SETTLED
        and stack.newer_template is None
        and all(stack.has(name, value) for name, value in step.parameters.items())
        and all(stack.tags.get(name) == value for name, value in step.tags.items())
        and step.protect in (None, stack.is_protected)
    )


def _already(step: Step) -> Step:
    return replace(step, action=Action.NOTHING, template=None, protect=None)


def _now_an_update(step: Step, stack: Deployed) -> Step:
    """The step for a stack that stands: also one that an apply began to make."""
    if step.action is Action.CREATE and goes(stack):
        return replace(step, replaces=True)
    return replace(step, action=Action.UPDATE, changes=changes_of(step, stack))


def _with_command(
    recorded: RecordedStep, found: Sequence[AssessedEntry] | None, stack: Deployed | None
) -> Step | None:
    """The step with its command; None where nobody here knows it."""
    if not recorded.is_hidden:
        return recorded.step
    known = [each.command for each in found or () if each.command is not None]
    if stack is not None:
        known.append(stack.parameters.get("Command", ""))
    for command in known:
        if sha256_of(command) == recorded.command:
            task = recorded.step.task
            parameters = MappingProxyType({**task.parameters, "Command": command})
            return replace(recorded.step, task=replace(task, parameters=parameters))
    return None


def _with_line(
    recorded: RecordedStep,
    step: Step,
    stack: Deployed | None,
    found: Sequence[AssessedEntry],
    part: Part,
) -> Verdict:
    planned = recorded.step
    first = next((each for each in found if not each.migrated), found[0])
    line, marked = first.entry.line, first.migrated
    was = next((each.line for each in recorded.entries if each.host == first.host), line)
    note = f"it stands on line {line} now, and is the same" if line != was else ""
    waits = "its line" if planned.comment_out and not marked and part is Part.STACKS else ""
    step = replace(
        step,
        line=line,
        comment_out=planned.comment_out and not marked and not waits,
        handed_over=marked,
    )
    marks = [each.entry.mark for each in found]
    minutes = [mark.minute for mark in marks if mark and mark.minute]
    if planned.comment_out and marked and minutes and part is not Part.STACKS and stack:
        step = _finished(step, stack, max(minutes))
    return Verdict(recorded=recorded, step=step, waits=waits, note=note)


def _finished(step: Step, stack: Deployed, minute: str) -> Step:
    """The LiveFrom that a hand-over did not come to set: its minute, which the last mark has.

    With RunOn=one a host without the line would run it beside one that may have it still.
    """
    may_run = step.run_on is RunOn.ONE and step.not_known
    if stack.needs_no_line or step.run_on is RunOn.MARKED or may_run:
        return step
    parameters = MappingProxyType({**step.task.parameters, "LiveFrom": minute})
    step = replace(step, task=replace(step.task, parameters=parameters))
    return replace(step, action=Action.UPDATE, changes=changes_of(step, stack))


def entry_moved(recorded: RecordedStep, found: Sequence[AssessedEntry], place: Place) -> str:
    """Why the entry is no more what the step rests on; empty where it is."""
    if not found:
        return "the line is gone, or its user or command is another"
    if why := _marks_moved(recorded, found, place):
        return why
    for each in found:
        if not each.migrated and each.decision is not Decision.MIGRATE:
            return f"the entry is to be {_BE[each.decision]} now"
    was, now = recorded.entries, [entry_basis(each) for each in found]
    if sorted((each.host, each.sha256) for each in now) == sorted(
        (each.host, each.sha256) for each in was
    ):
        made = all(_makes(each, recorded) for each in found)
        return "" if made else "what the line becomes here runs something else, or at other times"
    if {each.host for each in now} != {each.host for each in was}:
        return "other hosts have the line"
    if sorted(each.text for each in now) != sorted(each.text for each in was):
        return "the line is another"
    return "what is around the line is another (notes, variables, like lines, the zone)"


def _makes(entry: AssessedEntry, recorded: RecordedStep) -> bool:
    """Whether the step's task is what the line becomes, whatever the file says of the line."""
    triggers = entry.conversion.triggers
    if not triggers or sha256_of(entry.command or "") != recorded.command:
        return False
    planned = recorded.step.parameters
    made = task_of(entry, entry.host, Target.of(planned), TaskOptions()).parameters
    told = {name: made[name] for name in OF_LINE}
    wanted = {**trigger_parameters(triggers, entry.kind), **told}
    return wanted.items() <= planned.items()


_BE = {Decision.KEEP: "kept", Decision.REVIEW: "reviewed"}


def _marks_moved(recorded: RecordedStep, found: Sequence[AssessedEntry], place: Place) -> str:
    planned, marks = recorded.step, [each.entry.mark for each in found]
    ours = (planned.id, place.account, place.region, planned.stack_name)
    for mark in marks:
        if mark and (mark.id, mark.account, mark.region, mark.stack) != ours:
            return f"the line has the mark of {mark.account}/{mark.region}/{mark.stack}"
    was = {each.host for each in recorded.entries if not each.is_marked}
    active = {each.host for each in found if not each.migrated}
    if (was & {each.host for each in found}) - active - recorded.edited:
        return "the line was commented out since"
    had = {each.host for each in recorded.entries}
    return "the line is active again" if (active & had) - was else ""


def _stack_moved(recorded: RecordedStep, step: Step, stack: Deployed | None) -> str:
    """Why the step's stack, which is not as planned, is no more what the step rests on."""
    basis, name = recorded.stack, step.stack_name
    if stack is None:
        return f"stack {name} was deleted" if basis else ""
    begun = stack.status not in SETTLED and _has_all_that_is_known(stack, step)
    if stack.id == step.id and (begun or (basis is None and goes(stack))):
        return ""  # an apply that was interrupted made it so
    if basis is None:
        return f"stack {name} was made meanwhile, and not as the plan makes it"
    return _differs(basis, stack)


def _differs(was: StackBasis, stack: Deployed) -> str:
    """Why an update would meet another stack than the one that was reviewed.

    Changed and changed back is no reason, nor an update that failed: the step makes it as planned.
    """
    now, name = basis_of(stack), stack.stack_name
    hidden = None in (now.template, was.template)
    reasons = (
        (now.stack_id != was.stack_id, f"stack {name} was deleted and made anew"),
        (now.parameters != was.parameters, f"stack {name} has other parameters"),
        (now.tags != was.tags, f"stack {name} has other tags"),
        (now.template != was.template and not hidden, f"stack {name} has another template"),
        (way(stack.status, Doing.MAKE) is Way.REFUSE, f"stack {name} is in {stack.status}"),
    )
    return next((why for is_so, why in reasons if is_so), "")


def _has_all_that_is_known(stack: Deployed, step: Step) -> bool:
    return all(
        is_to_come(value) or stack.has(name, value) for name, value in step.parameters.items()
    )
