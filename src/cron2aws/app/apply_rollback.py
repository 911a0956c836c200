"""`apply` of a rollback that was reviewed: what has moved since is left out, and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.applicable import (
    check_account,
    check_known,
    check_no_edits,
    check_same_file,
    made_here,
    part_of,
    refuse,
)
from cron2aws.app.apply_rollback_showing import show
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.homes import host_of
from cron2aws.app.options import THIS_HOST, ApplyOptions, ScheduleOptions
from cron2aws.app.returns import lost_back
from cron2aws.app.rewriting import Editable, editable
from cron2aws.app.rollback import described
from cron2aws.app.rollback_files import RollbackFile, edited_files, instances_of
from cron2aws.app.sources import Reading, check_sandbox, copied, only_host, read_if_any
from cron2aws.app.taking_back import asking, take_back
from cron2aws.assess.values import HostAssessment
from cron2aws.crontab.text import decode_bytes
from cron2aws.errors import AwsError, PartlyApplied, SafetyError
from cron2aws.handover.crontabs import Back
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return, Taken
from cron2aws.plan.moved import Part
from cron2aws.plan.moved_rollback import BackNow, ReturnVerdict, judge_return
from cron2aws.plan.recording import sha256_of
from cron2aws.plan.values import Deployed
from cron2aws.report.text import quantity
from cron2aws.task.task import TAG_SOURCE, tag_value


@dataclass(frozen=True, kw_only=True)
class AppliedRollback:
    """What was taken back; None where nothing was to do, or nothing was allowed."""

    taken: Taken | None
    exit_code: int


@dataclass(frozen=True, kw_only=True)
class _Here:
    """The crontabs of the rollback where this is its machine; elsewhere a host without any."""

    is_here: bool
    reading: Reading
    found: HostAssessment
    files: Editable
    lost: dict[str, Back]
    """By the names of the tasks' folders: lines that this host keeps and has no trace of."""

    deployed: Sequence[Deployed]


def apply_rollback(options: ApplyOptions, file: RollbackFile, context: Context) -> AppliedRollback:
    """Show what the rollback comes to now, ask, and take the tasks back.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    part, recorded = part_of(options), file.recorded
    check_account(recorded.place, context.place)
    is_here = made_here(recorded.made_on, context)
    if not is_here:
        check_no_edits(part, file)
        context = replace(context, here=None)
    with (
        alone(context, "apply", way_back=True),
        _looked(file, context, is_here=is_here) as here,
    ):
        return _apply(options, part, file, here, context)


@contextmanager
def _looked(file: RollbackFile, context: Context, *, is_here: bool) -> Iterator[_Here]:
    """The crontabs as they are now; a sandbox's copies are there until the end."""
    sources = file.sources if is_here else THIS_HOST
    with ExitStack() as stack:
        if is_here:
            check_sandbox(sources, "rollback --source", copies=context.copies_sources)
            reading = read_if_any(sources, context.console.note)
            only_host(reading, "a rollback")
            if context.copies_sources:
                reading = stack.enter_context(copied(reading, context.console.note))
        else:
            empty = host_of((), sources)
            reading = Reading(hosts=(empty.read(label=empty.facts.name),))
        deployed = context.stacks.deployed()
        now = context.clock.now()
        (found,) = assess_reading(reading, ScheduleOptions(), now=now, deployed=deployed).hosts
        files = editable(reading.hosts[0], Way.BACK, sources, context)
        returns = file.recorded.returns if is_here else ()
        names = [(each.id, each.rule_name) for each in returns if each.rule_name]
        yield _Here(
            is_here=is_here,
            reading=reading,
            found=found,
            files=files,
            lost={
                name: line
                for entry_id, name in names
                if (line := lost_back(entry_id, name, found, files.kept))
            },
            deployed=deployed,
        )


def _apply(
    options: ApplyOptions, part: Part, file: RollbackFile, here: _Here, context: Context
) -> AppliedRollback:
    recorded = file.recorded
    now = BackNow(
        stacks={each.stack_name: each for each in here.deployed},
        entries=here.found.entries if here.is_here else None,
        lost={name: sha256_of(decode_bytes(each.lost or b"")) for name, each in here.lost.items()},
    )
    verdicts = [judge_return(each, now, part) for each in recorded.returns]
    if not here.is_here:
        verdicts = [_if_answered(each, file, context) for each in verdicts]
    moved = [each for each in verdicts if each.reasons]
    if options.all_or_nothing and moved:
        refuse(moved, len(verdicts), recorded.command)
    returns = [_return(each, here) for each in verdicts if not each.is_idle]
    if recorded.without_lines:
        targets = [each.stack.target for each in recorded.returns if each.stack]
        check_known(recorded.instances, instances_of(targets, context), recorded.command)
    # elsewhere nobody can tell that no line is left to a stack, so that its hosts are asked
    if not (recorded.without_lines and here.is_here):
        returns = list(asking(returns, here.files, context))
    _check_files(file, returns, here)
    show(file, verdicts, returns, part, context, describe=described)
    trouble = SafetyError.exit_code if moved else 0
    question = f"Roll {quantity(len(returns), 'task')} back?"
    if not returns or not agreed(context, question, yes=options.acting.yes):
        return AppliedRollback(taken=None, exit_code=trouble)
    advice = advice_of(file.sources if here.is_here else THIS_HOST, context.before)
    taken = take_back(returns, here.files, advice, context, parallel=options.acting.parallel)
    return came_of(taken, moved, context)


def came_of(taken: Taken, moved: Sequence[ReturnVerdict], context: Context) -> AppliedRollback:
    """The end of an apply that has left these tasks out, whole or on some hosts."""
    if moved:
        where = ", whole or on some hosts" if any(each.left for each in moved) else ""
        context.console.note(f"{quantity(len(moved), 'task')} left out{where}: see above.")
    is_partly = taken.failed or (moved and taken.done)
    trouble = SafetyError.exit_code if moved else 0
    return AppliedRollback(taken=taken, exit_code=PartlyApplied.exit_code if is_partly else trouble)


def _if_answered(verdict: ReturnVerdict, file: RollbackFile, context: Context) -> ReturnVerdict:
    """Elsewhere a stack goes whose line its host, as all that may have one, says to be back.

    A host that does not run is not asked, and would be left with a mark of no task.
    """
    recorded, stack = verdict.recorded, verdict.stack
    if recorded.line is None or stack is None:
        return verdict
    try:
        tagged = context.instances.with_tag(stack.target)
    except AwsError as refused:
        silent = f"{refused.what}: {refused.why}"
    else:
        made_on = file.recorded.made_on
        own = made_on.instance if made_on else None
        stopped = [f"{each.name} ({each.id})" for each in tagged if each.state != "running"]
        if stopped:
            silent = f"{stopped[0]} does not run"
        elif not tagged or (own and own not in {each.id for each in tagged}):
            silent = f"{own or recorded.host} has not the tags {stack.target}"
        else:
            return verdict
    waits = f"its stack, as nobody says whether its line is back ({silent})"
    return ReturnVerdict(recorded=recorded, waits=waits)


def _return(verdict: ReturnVerdict, here: _Here) -> Return:
    recorded, stack = verdict.recorded, verdict.stack
    read = {tag_value(tab.path) for tab in here.found.host.tabs}
    line = None
    if recorded.line is not None and verdict.brings_line:
        kept = here.lost.get(recorded.rule_name or "")
        line = Back(
            id=recorded.id,
            source=recorded.line.source,
            rule_name=recorded.rule_name,
            lost=kept.lost if kept and recorded.line.is_lost else None,
        )
    seen = recorded.line is not None or (stack is not None and stack.tags.get(TAG_SOURCE) in read)
    return Return(
        id=recorded.id,
        stack=stack,
        line=line,
        seen=seen and here.is_here,
        stays=verdict.stack_stays,
    )


def _check_files(file: RollbackFile, returns: Sequence[Return], here: _Here) -> None:
    """SafetyError where a file that is as it was would not become what the plan says."""
    recorded = file.recorded
    planned = {each.path: each for each in recorded.files}
    coming = [back.line for back in returns if back.line]
    for path, was in planned.items():
        lines = [each for each in coming if each.source == path]
        ids = {each.id for each in recorded.returns if each.line and each.source == path}
        if ids != {each.id for each in lines}:
            continue
        # where the file is another, each of its lines is judged by itself
        if was.before == here.files.crontabs.tabs[path].sha256:
            (edited,) = edited_files(lines, here.reading.hosts[0], here.files)
            check_same_file(was, edited, recorded.command)
