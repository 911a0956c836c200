"""`rollback --lines-only`: the lines back on this host, and nothing asked of AWS.

A run of a task that finds its line back leaves the job to cron, so this alone makes cron run the
jobs again, whatever becomes of the stacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import HostContext
from cron2aws.app.from_hosts import check_hosts
from cron2aws.app.options import RollbackOptions, ScheduleOptions
from cron2aws.app.rewriting import ROOT, editable
from cron2aws.app.rollback_files import check_rollback_file
from cron2aws.app.sources import check_sandbox, copied, only_host, read_if_any
from cron2aws.assess.values import AssessedEntry, HostAssessment
from cron2aws.crontab.identity import is_meant, shown_ids
from cron2aws.crontab.mark import read_mark
from cron2aws.errors import UsageError
from cron2aws.handover.crontabs import Back
from cron2aws.handover.history import Kept, all_kept
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Taken
from cron2aws.handover.rollback import edited_of
from cron2aws.report.text import quantity

STACKS_STAND = (
    "The stacks stand, and leave the jobs to cron here; a task with --run-on one may run its job "
    "on another host, too. `{}` takes the stacks away."
)


def lines_back(options: RollbackOptions, context: HostContext) -> Taken | None:
    """Say which lines would come back, ask, and put them back; None where nothing was done.

    Raises UsageError, SourceError or SafetyError before anything is changed.
    """
    check_hosts(options.hosts, options.sources.named, options.sources.host)
    if options.hosts.from_hosts:
        raise UsageError(
            what="--lines-only does not go with --from-hosts",
            why="hosts elsewhere are reached through AWS",
            fix="on a host itself it works without AWS",
        )
    check_rollback_file(options)
    if options.dry_run:
        return _lines_back(options, context)
    with alone(context, "rollback", way_back=True):
        return _lines_back(options, context)


def _lines_back(options: RollbackOptions, context: HostContext) -> Taken | None:
    console = context.console
    check_sandbox(options.sources, "rollback --source", copies=context.copies_sources)
    reading = read_if_any(options.sources, console.note)
    only_host(reading, "a rollback")
    with ExitStack() as stack:
        if context.copies_sources:
            reading = stack.enter_context(copied(reading, console.note))
        (found,) = assess_reading(reading, ScheduleOptions(), now=context.clock.now()).hosts
        files = editable(reading.hosts[0], Way.BACK, options.sources, context)
        kept = all_kept(ROOT) if files.here else {}
        coming = lines_of(found, kept, options.tasks)
        if not coming:
            console.note("Nothing to put back.")
            return None
        ids = shown_ids(each.id for each in coming)
        for each in coming:
            console.note(f"{ids[each.id]}: put the line back in {each.source}")
        if options.dry_run:
            return None
        question = f"Put {quantity(len(coming), 'line')} back?"
        if not agreed(context, question, yes=options.acting.yes):
            return None
        with console.progress(midway="the same command again goes on.") as progress:
            edits = files.crontabs.back(coming)
            edited = files.editor.carry_out(edits)
            taken = edited_of(edited, coming, progress, files.crontabs.zone)
        rollback = advice_of(options.sources, context.before).rollback(*ids)
        console.note(STACKS_STAND.format(rollback))
        return taken


def lines_of(
    found: HostAssessment, kept: Mapping[str, Kept], names: Sequence[str]
) -> tuple[Back, ...]:
    """The marked lines that the names mean, all of them without names.

    A line whose mark is gone from its crontab comes back if it is named: `kept` has it, from the
    tasks' folders. UsageError for a name of none.
    """
    marks = {name: read[0] for name, line in kept.items() if (read := read_mark(line.mark))}
    folders = {(mark.id, mark.stack): name for name, mark in marks.items()}
    # a mark with the id of a line elsewhere proves nothing
    marked = [
        entry
        for entry in found.entries
        if (mark := entry.entry.mark) is not None and mark.id == entry.id
    ]
    backs = [_back(entry, folders) for entry in marked]
    there = {entry.id for entry in (*found.entries, *found.left_out)}
    paths = {tab.path for tab in found.host.tabs}
    lost = [
        Back(id=mark.id, source=kept[name].source, rule_name=name, lost=kept[name].line)
        for name, mark in marks.items()
        if mark.id not in there and kept[name].source in paths
    ]
    if not names:
        return tuple(backs)
    return tuple(_named(names, [*backs, *lost]))


def _named(names: Iterable[str], backs: Sequence[Back]) -> list[Back]:
    chosen: dict[str, Back] = {}
    for name in names:
        meant = [back for back in backs if is_meant(name, back.id)]
        if not meant:
            raise UsageError(
                what=f"no line with a mark of {name!r} was read",
                why="without AWS a task is known by the id in its mark",
                fix="give the id, or no name for all lines",
            )
        chosen |= {back.id: back for back in meant}
    return list(chosen.values())


def _back(entry: AssessedEntry, folders: Mapping[tuple[str, str], str]) -> Back:
    mark = entry.entry.mark
    rule_name = folders.get((mark.id, mark.stack)) if mark else None
    return Back(id=entry.id, source=entry.source, rule_name=rule_name)
