"""Whether a plan file can be applied at all: what makes `apply` refuse the whole of it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from cron2aws import __version__
from cron2aws.app.options import ApplyOptions
from cron2aws.app.plan_files import PlanFile, edits_of, templates
from cron2aws.errors import SafetyError, UsageError
from cron2aws.handover.preflight import Named
from cron2aws.hosts.host import ReadHost
from cron2aws.plan.moved import Part, Verdict
from cron2aws.plan.moved_deletions import DeletionVerdict
from cron2aws.plan.recorded import Recorded
from cron2aws.plan.values import Place, Plan
from cron2aws.report.text import sentence

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


def check_place(recorded: Recorded, place: Place) -> None:
    """SafetyError where it is a plan for another account or region, or of other templates."""
    if recorded.place != place:
        raise SafetyError(
            what=f"the plan is for {recorded.place}",
            why=f"this is {place}",
            fix="give the --profile and --region of that place",
        )
    if dict(recorded.templates) != dict(templates()):
        raise SafetyError(
            what="the plan was made with other templates",
            why=f"cron2aws {recorded.version} made it, this is {__version__}",
            fix=f"apply it with that release, or plan anew: `{recorded.command}`",
        )


def check_no_edits(part: Part, file: PlanFile) -> None:
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
    more = [each for each in tagged if each.id not in recorded.instances]
    if more:
        names = [f"{each.name} ({each.id})" for each in more[:NAMED]]
        raise SafetyError(
            what=f"{sentence(len(more), 'instance')} more with {recorded.target} than reviewed",
            why=", ".join(names) + (" ..." if len(more) > NAMED else ""),
            fix=f"plan anew: `{recorded.command}`",
        )


def refuse(moved: Sequence[Verdict | DeletionVerdict], recorded: Recorded) -> None:
    """SafetyError for steps that have moved."""
    total = len(recorded.steps) + len(recorded.deletions)
    more = f"; and {len(moved) - NAMED} more" if len(moved) > NAMED else ""
    raise SafetyError(
        what=f"{sentence(len(moved), 'step')} of {total} cannot be done as planned",
        why="; ".join(f"{each.recorded.place}: {each.why}" for each in moved[:NAMED]) + more,
        fix=f"plan anew: `{recorded.command}`; without --all-or-nothing the others are done",
    )


def check_files(recorded: Recorded, plan: Plan, host: ReadHost) -> None:
    """SafetyError where a file that is as it was would not become what the plan says."""
    planned = {each.path: each for each in recorded.files}
    steps = [each.step for each in recorded.steps if each.step.comment_out]
    for file in edits_of(host, plan.work, plan.place):
        was = planned.get(file.path)
        whole = {step.id for step in steps if step.source == file.path}
        is_whole = whole == {step.id for step in plan.edits[file.path]}
        if was is None or (is_whole and was.before == file.before and was.after != file.after):
            raise SafetyError(
                what=f"{file.path} would not become what the plan says",
                why="the digest of the file with its marks is another",
                fix=f"plan anew: `{recorded.command}`",
            )
