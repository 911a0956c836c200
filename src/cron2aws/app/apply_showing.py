"""What `apply` shows before it asks: what the plan comes to now, and what is left out or waits."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from cron2aws.app.carry_out import Ground
from cron2aws.app.context import Context
from cron2aws.app.plan_files import PlanFile
from cron2aws.plan.moved import Verdict
from cron2aws.plan.moved_deletions import DeletionVerdict
from cron2aws.plan.values import Plan, Problem
from cron2aws.report.document import Review
from cron2aws.report.document import TargetInstance as ReportedInstance

NAMED = 5
"""How many places a note names."""


def show(
    file: PlanFile,
    plan: Plan,
    verdicts: Sequence[Verdict | DeletionVerdict],
    ground: Ground,
    context: Context,
) -> None:
    """Show the plan as a report, and what it does not tell as notes."""
    console, recorded = context.console, file.recorded
    console.note(
        f"{file.name}: made {recorded.made} by cron2aws {recorded.version}, digest {file.digest}"
    )
    tagged = tuple(
        ReportedInstance(id=each.id, name=each.name, state=each.state) for each in ground.tagged
    )
    console.show(Review(plan=plan, view=ground.view, instances=tagged, checks=ground.checks))
    # whoever applies it has seen the file's report, or only its digest
    for problem in recorded.problems:
        told = f"{problem.host}: {problem.place}: {problem.what}"
        console.note(f"not in the plan, and left as it is: {told}")
    for each in verdicts:
        if each.note:
            console.note(f"note: {each.recorded.place}: {each.note}")
    for line in _left(verdicts):
        console.note(line)
    if not console.shows_tables:
        for problem in plan.problems:
            console.note(f"{problem.place}: {problem.what}")
    waiting = [each for each in verdicts if each.waits]
    for each in waiting:
        name = each.recorded.stack_name
        console.note(f"waits: {name} ({each.recorded.place}): {each.waits}")
    if waiting:
        words = ["cron2aws", *context.before, "apply", file.name, "--digest", file.digest]
        where = f"On {', '.join(recorded.hosts)}, where the crontabs are, this"
        where = "Without --stacks-only this" if recorded.fleet else where
        console.note(f"{where} does the rest: {shlex.join(words)}")


def _left(verdicts: Sequence[Verdict | DeletionVerdict]) -> Iterator[str]:
    """The lines of hosts of a fleet that stay as they are: those of one reason together."""
    places: dict[tuple[str, str], list[str]] = {}
    for each in verdicts:
        for host, why in each.left.items():
            places.setdefault((host, why), []).append(each.recorded.place)
    for (host, why), lines in sorted(places.items()):
        more = len(lines) - NAMED
        named = ", ".join(lines[:NAMED]) + (f" and {more} more" if more > 0 else "")
        yield f"left out on {host}, where cron goes on: {named}: {why}"


def problem_of(verdict: Verdict, file: PlanFile) -> Problem:
    """A step that is left out."""
    what = f"left out, as it has moved: {verdict.why}"
    fix = f"plan anew: `{file.recorded.command}`"
    if verdict.is_early:
        what = f"left out: {verdict.why}"
        fix = f"first `cron2aws apply {shlex.quote(file.name)} --stacks-only`"
    step = verdict.recorded.step
    host, source, line = step.hosts[0], step.source, step.line
    return Problem(id=step.id, what=what, fix=fix, host=host, source=source, line=line)


def problem_of_deletion(verdict: DeletionVerdict, file: PlanFile) -> Problem:
    """A deletion that is left out."""
    gone = verdict.recorded
    return Problem(
        id=gone.id,
        what=f"the deletion of {gone.stack_name} is left out, as it has moved: {verdict.why}",
        fix=f"plan anew: `{file.recorded.command}`",
        host=gone.host,
        source=gone.source,
        line=0,
    )
