"""How an entry stands to the stacks that are deployed: whose it is, or why it cannot be told.

A task is an id under a target. A mark names a stack; only that stack's own tags say that the line
is its. Where a line that anybody may write is marked in vain, that is told and stops nothing else.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from cron2aws.assess.values import AssessedEntry, Decision, HostAssessment
from cron2aws.crontab.identity import shown_ids
from cron2aws.crontab.mark import Mark
from cron2aws.errors import SafetyError
from cron2aws.plan.stack_states import Doing, Way, foreign, goes, refusal, way
from cron2aws.plan.values import Deployed, Place, Problem, Stray
from cron2aws.task.target import Target

ANOTHER_STACK = "compare the stack's tags with the mark in the crontab: one of them was edited"


def at_home(entry: AssessedEntry, place: Place) -> bool:
    """Whether a commented-out line's mark names this account and region, not others."""
    mark = entry.entry.mark
    return mark is None or (mark.account, mark.region) == (place.account, place.region)


@dataclass(frozen=True, kw_only=True)
class Stacks:
    """What is deployed in one account and region, for the entries of one reading."""

    by_id: Mapping[str, Sequence[Deployed]]
    by_name: Mapping[str, Deployed]
    place: Place
    shown: Mapping[str, str]
    """How each id is shown."""

    @classmethod
    def of(
        cls, deployed: Iterable[Deployed], hosts: Iterable[HostAssessment], place: Place
    ) -> Stacks:
        """Those stacks, by the names that entries know them by."""
        by_id: dict[str, list[Deployed]] = {}
        for stack in deployed:
            by_id.setdefault(stack.id, []).append(stack)
        stacks = [stack for each in by_id.values() for stack in each]
        entries = [entry.id for one in hosts for entry in (*one.entries, *one.left_out)]
        return cls(
            by_id=by_id,
            by_name={stack.stack_name: stack for stack in stacks},
            place=place,
            shown=shown_ids([*entries, *by_id]),
        )

    @property
    def tasks(self) -> tuple[Deployed, ...]:
        """The stacks that are tasks of ours."""
        return tuple(stack for each in self.by_id.values() for stack in each if stack.is_task)

    def of_entry(self, entry: AssessedEntry, target: Target) -> tuple[Deployed, ...]:
        """Those with the entry's id and target."""
        return tuple(each for each in self.by_id.get(entry.id, ()) if each.target == target)


def trouble(
    entry: AssessedEntry, stacks: Stacks, target: Target, *, forgeable: bool
) -> Problem | None:
    """Why nothing can be done with an entry; None where its stack, if it has one, is its own.

    `forgeable`: somebody else than root may have written the line.
    """
    found = stacks.of_entry(entry, target)
    if entry.entry.mark is not None:
        astray = _astray(entry, entry.entry.mark, found, stacks, forgeable=forgeable)
        if astray is not None:
            return astray
    if not found:
        return None
    if len(found) > 1:
        names = ", ".join(each.stack_name for each in found)
        return told(
            entry,
            f"several stacks have the id of this entry: {names}",
            "delete all but one with `cron2aws rollback STACK`, or in CloudFormation",
        )
    return _of_stack(entry, found[0], stacks)


def _of_stack(entry: AssessedEntry, stack: Deployed, stacks: Stacks) -> Problem | None:
    shown = stacks.shown[entry.id]
    if way(stack.status, Doing.MAKE) is Way.REFUSE:
        return _refused(entry, refusal(stack, Doing.MAKE))
    if not stack.is_task:
        return _refused(entry, foreign(stack))
    if not stack.belongs_to(entry.source, entry.entry.user):
        return told(
            entry,
            f"stack {stack.stack_name} has the id of this entry but another source or user",
            ANOTHER_STACK,
        )
    if entry.migrated and goes(stack):
        return told(
            entry,
            f"the line is commented out and stack {stack.stack_name} is in {stack.status}: "
            "the job runs nowhere",
            f"take the line back with `cron2aws rollback {shown}`, then migrate again",
        )
    if entry.migrated and not stack.enabled:
        return told(
            entry,
            f"the line is commented out and stack {stack.stack_name} is disabled: "
            "the job runs nowhere",
            f"`cron2aws enable {shown}`, or take the line back with `cron2aws rollback {shown}`",
        )
    if entry.decision is not Decision.MIGRATE:
        return told(
            entry,
            f"the entry is to be {'kept' if entry.decision is Decision.KEEP else 'reviewed'} "
            f"but has the stack {stack.stack_name}",
            f"`cron2aws rollback {shown}` deletes the stack and takes the line back",
        )
    return None


def _astray(
    entry: AssessedEntry,
    mark: Mark,
    found: Sequence[Deployed],
    stacks: Stacks,
    *,
    forgeable: bool,
) -> Problem | None:
    """What there is to say of a mark that is not of the entry's own task; None where it is."""
    if not at_home(entry, stacks.place):
        return _stray(
            entry,
            f"the line was handed over to account {mark.account}, {mark.region}, not to this one",
            "give the --profile and --region of that place",
        )
    if any(stack.stack_name == mark.stack for stack in found) and mark.id == entry.id:
        return None
    named = stacks.by_name.get(mark.stack)
    is_its = (
        named is not None
        and named.is_task
        and named.id == mark.id == entry.id
        and named.belongs_to(entry.source, entry.entry.user)
    )
    if named is not None and is_its:
        return _stray(
            entry,
            f"the line was handed over to stack {mark.stack}, which runs it on {named.target}",
            f"migrate with {shlex.join(named.target.options)}, or take the line back with "
            f"`cron2aws rollback {named.stack_name}`",
        )
    say = _stray if forgeable else told
    if named is None:
        return say(
            entry,
            f"the line is commented out but its stack {mark.stack} is missing: "
            "the job runs nowhere",
            f"take the line back with `cron2aws rollback {stacks.shown[entry.id]}`, then migrate "
            "again",
        )
    return say(
        entry,
        f"the line is commented out with a mark of stack {mark.stack}, which is another line's: "
        "the job runs nowhere",
        "bring the line back by hand: remove the mark in front of it",
    )


def told(entry: AssessedEntry, what: str, fix: str) -> Problem:
    """A problem with an entry, at its place."""
    return Problem(id=entry.id, what=what, fix=fix, **_place(entry))


def _refused(entry: AssessedEntry, error: SafetyError) -> Problem:
    what = f"{error.what}: {error.why}" if error.why else error.what
    return told(entry, what, error.fix or "")


def _stray(entry: AssessedEntry, what: str, fix: str) -> Stray:
    return Stray(id=entry.id, what=what, fix=fix, **_place(entry))


class _Place(TypedDict):
    host: str
    source: str
    line: int


def _place(entry: AssessedEntry) -> _Place:
    return _Place(host=entry.host, source=entry.source, line=entry.entry.line)
