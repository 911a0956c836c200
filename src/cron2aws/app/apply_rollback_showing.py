"""What `apply` of a rollback tells before it asks: what is done now, left out, or waits."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

from cron2aws.app.context import Context
from cron2aws.app.rollback_files import RollbackFile
from cron2aws.crontab.identity import shown_ids
from cron2aws.handover.returning import Return
from cron2aws.plan.moved import Part
from cron2aws.plan.moved_rollback import ReturnVerdict
from cron2aws.report.text import quantity


def show(
    file: RollbackFile,
    verdicts: Sequence[ReturnVerdict],
    returns: Sequence[Return],
    part: Part,
    context: Context,
    *,
    describe: Callable[[Return], str],
) -> None:
    """Tell what the rollback comes to now; `describe` tells what is done of one task."""
    note, recorded = context.console.note, file.recorded
    note(f"{file.name}: made {recorded.made} by cron2aws {recorded.version}, digest {file.digest}")
    ids = shown_ids(each.id for each in recorded.returns)
    for back in returns:
        note(f"{ids[back.id]}: {describe(back)}")
    for each in verdicts:
        name = f"{ids[each.recorded.id]} ({each.recorded.place})"
        if each.note:
            note(f"note: {name}: {each.note}")
        for host, why in each.left.items():
            note(f"{name}: left out on {host}, whose line stays marked: {why}")
        if each.why:
            note(f"{name}: left out, as it has moved: {each.why}")
    waiting = [each for each in verdicts if each.waits]
    for each in waiting:
        note(f"waits: {each.recorded.stack_name} ({each.recorded.place}): {each.waits}")
    if waiting:
        words = ["cron2aws", *context.before, "apply", file.name, "--digest", file.digest]
        where = f"On {', '.join(recorded.hosts)}, where the crontabs are, this"
        if recorded.fleet:
            where = "Without --stacks-only this"
        if part is Part.EDITS:
            where, words = "Anywhere this", [*words, "--stacks-only"]
        note(f"{where} does the rest: {shlex.join(words)}")
    done = [each for each in verdicts if each.is_idle and not each.why and not each.waits]
    if done:
        note(f"Taken back already: {quantity(len(done), 'task')}.")
    if not returns and not waiting:
        note("Nothing to roll back.")
