"""Whether a plan file can be applied at all: what makes `apply` refuse the whole of it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Protocol

from cron2aws import __version__
from cron2aws.app.context import Context
from cron2aws.app.options import ApplyOptions
from cron2aws.app.plan_files import PlanFile, edits_of, templates
from cron2aws.app.rollback_files import RollbackFile
from cron2aws.app.sources import Reading
from cron2aws.errors import SafetyError, UsageError
from cron2aws.handover.preflight import Named
from cron2aws.plan.moved import Part
from cron2aws.plan.recorded import MadeOn, Recorded, RecordedFile, Reviewed
from cron2aws.plan.values import Place, Plan
from cron2aws.report.text import quantity

NAMED = 5
"""How many instances or steps a message names."""


def part_of(options: ApplyOptions) -> Part:
    """What of the plan is asked for; UsageError where that is nothing."""
    if options.stacks_only and options.edits_only:
        raise UsageError(
            what="--stacks-only and --edits-only contradict each other",
            why="each leaves out what the other does",
            fix="leave one of them out, or both",
        )
    if options.stacks_only:
        return Part.STACKS
    return Part.EDITS if options.edits_only else Part.ALL


def made_here(made_on: MadeOn | None, context: Context) -> bool:
    """Whether this is the machine on which a plan was made, whose lines it edits."""
    if made_on is None:
        return False
    known = made_on.instance is not None and context.here is not None
    same = made_on.instance == context.here or not known
    return made_on.machine == context.machine() and same


def sees(recorded: Reviewed, part: Part, context: Context) -> bool:
    """Whether the plan's lines are read: a fleet's from anywhere, but for stacks alone."""
    if recorded.fleet is not None:
        return part is not Part.STACKS
    return made_here(recorded.made_on, context)


def check_account(planned: Place, place: Place) -> None:
    """SafetyError where it is a plan for another account or region."""
    if planned != place:
        raise SafetyError(
            what=f"the plan is for {planned}",
            why=f"this is {place}",
            fix="give the --profile and --region of that place",
        )


def check_place(recorded: Recorded, place: Place) -> None:
    """SafetyError where it is a plan for another account or region, or of other templates."""
    check_account(recorded.place, place)
    if dict(recorded.templates) != dict(templates()):
        raise SafetyError(
            what="the plan was made with other templates",
            why=f"cron2aws {recorded.version} made it, this is {__version__}",
            fix=f"apply it with that release, or plan anew: `{recorded.command}`",
        )


def check_no_edits(part: Part, file: PlanFile | RollbackFile) -> None:
    """Elsewhere than on the plan's machine: SafetyError where lines are asked for."""
    if part is Part.EDITS:
        raise SafetyError(
            what=f"the lines of {file.name} cannot be edited here",
            why=f"they stand on {', '.join(file.recorded.hosts)}, where the plan was made",
            fix="run the same command there",
        )


def check_all_made(part: Part, file: PlanFile) -> None:
    """While stacks that the tasks share are missing: SafetyError where lines are asked for."""
    if part is Part.EDITS:
        raise SafetyError(
            what="the stacks that the plan's tasks share are not all made yet",
            why="a task without them runs nothing",
            fix=f"first `cron2aws apply {shlex.quote(file.name)} --stacks-only`",
        )


def check_instances(recorded: Recorded, tagged: Sequence[Named]) -> None:
    """SafetyError where tasks would run on hosts that nobody reviewed."""
    _check_no_more(recorded.instances, tagged, f"{recorded.target}", recorded.command)


def check_known(known: Mapping[str, str], tagged: Sequence[Named], again: str) -> None:
    """SafetyError where a host that nobody reviewed may leave its line to a stack, unasked."""
    _check_no_more(known, tagged, "the tasks' tags", again)


def _check_no_more(
    known: Mapping[str, str], tagged: Sequence[Named], tags: str, again: str
) -> None:
    more = [each for each in tagged if each.id not in known]
    if more:
        names = [f"{each.name} ({each.id})" for each in more[:NAMED]]
        raise SafetyError(
            what=f"{quantity(len(more), 'instance')} more with {tags} than reviewed",
            why=", ".join(names) + (" ..." if len(more) > NAMED else ""),
            fix=f"plan anew: `{again}`",
        )


class Moved(Protocol):
    """What was judged to have moved."""

    @property
    def reasons(self) -> Sequence[str]:
        """Why it is left out, whole or in part, each with the place."""


def refuse(moved: Sequence[Moved], total: int, again: str) -> None:
    """SafetyError for steps that have moved, of so many; `again` plans anew."""
    reasons = [reason for each in moved for reason in each.reasons]
    more = f"; and {len(reasons) - NAMED} more" if len(reasons) > NAMED else ""
    raise SafetyError(
        what=f"{quantity(len(moved), 'step')} of {total} cannot be done as planned",
        why="; ".join(reasons[:NAMED]) + more,
        fix=f"plan anew: `{again}`; without --all-or-nothing the others are done",
    )


def check_files(recorded: Recorded, plan: Plan, reading: Reading) -> None:
    """SafetyError where a file that is as it was would not become what the plan says."""
    planned = {(each.host, each.path): each for each in recorded.files}
    for edited in edits_of(plan, reading, of_fleet=recorded.fleet is not None):
        file = edited.file
        was = planned.get((file.host, file.path))
        whole = {
            each.step.id
            for each in recorded.steps
            if each.step.source == file.path and file.host in each.edited
        }
        if was is None or (edited.ids == whole and was.before == file.before):
            check_same_file(was, file, recorded.command)


def check_same_file(was: RecordedFile | None, now: RecordedFile, again: str) -> None:
    """SafetyError where a file would become something else than the plan says."""
    if was is None or was.after != now.after:
        raise SafetyError(
            what=f"{now.path} would not become what the plan says",
            why="the digest of the file after the edit is another",
            fix=f"plan anew: `{again}`",
        )
