"""Whether what a rollback in a file rests on still is so, task by task.

Pure. What was reached already is done: a line that is back, a stack that is gone. A marked line
whose stack somebody deleted comes back all the same, as nothing runs its job. What is otherwise
than reviewed is left out whole, so that no stack goes while a line is still left to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from cron2aws.assess.values import AssessedEntry
from cron2aws.crontab.mark import read_mark
from cron2aws.plan.moved import Part
from cron2aws.plan.recorded_rollback import LIVE_FROM, LineBack, RecordedReturn, StackBack
from cron2aws.plan.recording import basis_of, digest_of, sha256_of
from cron2aws.plan.values import Deployed


@dataclass(frozen=True, kw_only=True)
class BackNow:
    """What is there now."""

    stacks: Mapping[str, Deployed]
    """By name."""

    entries: Sequence[AssessedEntry] | None
    """None where this is not the plan's host."""

    lost: Mapping[str, str]
    """By the names of their tasks' folders: digests of the lines that this host keeps of tasks
    whose crontab has no trace of them."""


@dataclass(frozen=True, kw_only=True)
class ReturnVerdict:
    """What is to be done of a return: its line comes back, its stack goes.

    With a `why` nothing is, as what it rests on has moved. `waits` is the part of it that is left
    for another time or host, `note` is to be told.
    """

    recorded: RecordedReturn
    brings_line: bool = False
    stack: Deployed | None = None
    stack_stays: bool = False
    """The line alone comes back."""

    why: str = ""
    waits: str = ""
    note: str = ""
    on: frozenset[str] = frozenset()
    """Of a fleet: the labels of the hosts on which its line comes back."""

    left: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By labels, why the lines of hosts of a fleet stay marked, so that the stack stays, too."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is left out, whole or on some hosts, each with the place."""
        place = self.recorded.place
        whole = (f"{place}: {self.why}",) if self.why else ()
        return (*whole, *(f"{place} on {host}: {why}" for host, why in self.left.items()))

    @property
    def is_idle(self) -> bool:
        """Whether nothing is to be done."""
        return not self.brings_line and (self.stack is None or self.stack_stays)


class LineState(StrEnum):
    """How a line stands."""

    NONE = "none"
    MARKED = "marked"
    BACK = "back"
    UNSEEN = "unseen"


def judge_return(recorded: RecordedReturn, now: BackNow, part: Part) -> ReturnVerdict:
    """What can be done of a return, and why not the rest."""
    planned = recorded.stack
    stack = now.stacks.get(planned.stack_name) if planned else None
    why = stack_moved(recorded, stack)
    line, line_why = line_state(recorded, now)
    if why := why or line_why:
        return ReturnVerdict(recorded=recorded, why=why)
    gone = "its stack is gone already" if planned and stack is None else ""
    match line:
        case LineState.UNSEEN:
            return unseen(recorded, stack, part)
        case LineState.MARKED if part is Part.STACKS:
            waits = "its line, and with it its stack" if stack else "its line"
            return ReturnVerdict(recorded=recorded, waits=waits)
        case LineState.MARKED:
            stays = part is Part.EDITS
            return ReturnVerdict(
                recorded=recorded,
                brings_line=True,
                stack=stack,
                stack_stays=stays,
                waits="its stack" if stays and stack else "",
                note=gone,
            )
        case _:
            if part is Part.EDITS:
                return ReturnVerdict(recorded=recorded, waits="its stack" if stack else "")
            return ReturnVerdict(recorded=recorded, stack=stack)


def unseen(recorded: RecordedReturn, stack: Deployed | None, part: Part) -> ReturnVerdict:
    """Elsewhere: the hosts are asked whether a line is left to the stack; a line waits."""
    if recorded.line is None or (part is Part.STACKS and stack is not None):
        return ReturnVerdict(recorded=recorded, stack=stack)
    if part is Part.STACKS:
        return ReturnVerdict(recorded=recorded)
    waits = "its line, and with it its stack" if stack else "its line"
    return ReturnVerdict(recorded=recorded, waits=waits)


def line_state(recorded: RecordedReturn, now: BackNow) -> tuple[LineState, str]:
    """How its line stands, and why it is none that may come back."""
    planned = recorded.line
    if now.entries is None:
        return LineState.UNSEEN, ""
    if planned is None:
        return LineState.NONE, _handed_over(recorded, now.entries, now)
    here = [each for each in now.entries if each.source == planned.source]
    marks = ((each.text, each.entry.mark) for each in here)
    marked = [text for text, mark in marks if mark is not None and mark.id == recorded.id]
    if marked:
        return LineState.MARKED, _mark_moved(planned, marked)
    if any(not each.migrated and sha256_of(each.text) == planned.sha256_after for each in here):
        return LineState.BACK, ""
    if any(each.id == recorded.id for each in here):
        return LineState.BACK, "the line is another"
    if planned.is_lost:
        kept = now.lost.get(recorded.rule_name or "")
        why = "" if kept == planned.sha256_after else "this host keeps another line, or none"
        return LineState.MARKED, why
    return LineState.NONE, "the line is gone"


def _mark_moved(planned: LineBack, marked: Sequence[str]) -> str:
    """Why a line that is marked is no more the one that was reviewed."""
    if planned.is_lost:
        return "the line has a mark again"
    if len(marked) > 1:
        return f"{len(marked)} lines have its mark"
    if sha256_of(marked[0]) == planned.sha256_before:
        return ""
    read = read_mark(marked[0])
    same = read is not None and sha256_of(marked[0][read[1] :]) == planned.sha256_after
    return "the line was handed over anew since" if same else "the line is another"


def _handed_over(recorded: RecordedReturn, entries: Sequence[AssessedEntry], now: BackNow) -> str:
    """Why a stack whose line was not marked would be missed now."""
    name, folder = recorded.stack_name, recorded.rule_name
    marks = [each.entry.mark for each in entries]
    if any(mark is not None and mark.stack == name for mark in marks):
        return "the line was commented out since"
    return "the line was commented out since, and its mark is gone" if folder in now.lost else ""


def stack_moved(recorded: RecordedReturn, stack: Deployed | None) -> str:
    """Why the stack is no more the one that was reviewed.

    What a rollback does to it before it goes is no reason: that it is disabled, that it leaves
    hosts without the line alone, that it is protected no more.
    """
    was = recorded.stack
    if was is None or stack is None:
        return ""
    now, name = basis_of(stack), stack.stack_name
    hidden = None in (now.template, was.basis.template)
    shown = (stack.target, stack.schedule, stack.parameters.get("CommandShown", ""))
    folder = stack.parameters.get("RuleName", "")
    reasons = (
        (now.stack_id != was.basis.stack_id, f"stack {name} was deleted and made anew"),
        (stack.id != recorded.id, f"stack {name} is of another task"),
        (not _has_parameters(was, stack), f"stack {name} has other parameters"),
        (now.tags != was.basis.tags, f"stack {name} has other tags"),
        (
            now.template != was.basis.template and not hidden,
            f"stack {name} has another template",
        ),
        (stack.is_protected and not was.is_protected, f"stack {name} was protected since"),
        (
            shown != (was.target, was.schedule, was.command) or folder != recorded.rule_name,
            f"stack {name} is of another job than the plan shows",
        ),
    )
    return next((why for is_so, why in reasons if is_so), "")


def _has_parameters(was: StackBack, stack: Deployed) -> bool:
    now = dict(stack.parameters)
    if not now.get(LIVE_FROM) and LIVE_FROM in now:
        now[LIVE_FROM] = was.live_from
    if not stack.enabled and "Enabled" in now:
        now["Enabled"] = str(was.enabled).lower()
    same = (now.get(LIVE_FROM, ""), now.get("Enabled") == "true") == (was.live_from, was.enabled)
    return same and digest_of(now) == was.basis.parameters
