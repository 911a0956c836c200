"""`apply` of a rollback of a fleet that was reviewed: its hosts are read once more, and edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from cron2aws.app.advice import advice_of
from cron2aws.app.alone import alone
from cron2aws.app.applicable import (
    check_account,
    check_known,
    check_same_file,
    part_of,
    refuse,
    sees,
)
from cron2aws.app.apply_rollback import AppliedRollback, came_of
from cron2aws.app.apply_rollback_showing import show
from cron2aws.app.ask import agreed
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.fleet_back import described_on_hosts, kept_by, take_fleet_back
from cron2aws.app.fleet_back_files import files_back
from cron2aws.app.fleet_reading import Away, read_again
from cron2aws.app.options import ApplyOptions, FromHosts, ScheduleOptions
from cron2aws.app.returns import lost_back
from cron2aws.app.rollback_files import RollbackFile, instances_of
from cron2aws.app.sources import Reading
from cron2aws.assess.values import Assessment, Unread
from cron2aws.crontab.text import decode_bytes
from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover.crontabs import Back
from cron2aws.handover.returning import Return
from cron2aws.plan.moved import Part
from cron2aws.plan.moved_rollback import ReturnVerdict
from cron2aws.plan.moved_rollback_hosts import FleetNow, judge_return_on_hosts
from cron2aws.plan.recorded import RecordedFleet
from cron2aws.plan.recording import sha256_of
from cron2aws.plan.stack_states import goes
from cron2aws.plan.values import NOTHING_FOUND, Deployed
from cron2aws.report.text import quantity
from cron2aws.task.target import Target

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.instances import Instance


@dataclass(frozen=True, kw_only=True)
class _Hosts:
    """The hosts of the rollback as they are now; none where they are not read."""

    are_read: bool
    fleet: RecordedFleet
    deployed: Sequence[Deployed]
    reading: Reading
    found: Assessment = NOTHING_FOUND
    away: Away = field(default_factory=Away)

    def id_of(self, label: str) -> str:
        """The instance of a host of the plan."""
        return next(each.instance for each in self.fleet.hosts if each.label == label)


def apply_fleet_back(
    options: ApplyOptions, file: RollbackFile, fleet: RecordedFleet, context: Context
) -> AppliedRollback:
    """Show what the rollback comes to now, ask, and take the tasks back, on all hosts.

    Raises UsageError, SourceError, SafetyError or AwsError before anything is changed.
    """
    part, recorded = part_of(options), file.recorded
    check_account(recorded.place, context.place)
    are_read = sees(recorded, part, context)
    with alone(context, "apply", way_back=True):
        deployed = context.stacks.deployed()
        if are_read:
            hosts = _read(file, fleet, deployed, context)
        else:
            nothing = Reading(hosts=())
            hosts = _Hosts(are_read=False, fleet=fleet, deployed=deployed, reading=nothing)
        return _apply(options, part, file, hosts, context)


def _asked(file: RollbackFile, fleet: RecordedFleet) -> FromHosts:
    ids = [*(each.instance for each in fleet.hosts), *(each.id for each in file.recorded.unread)]
    return FromHosts(from_hosts=True, instance_ids=tuple(ids))


def _read(
    file: RollbackFile, fleet: RecordedFleet, deployed: Sequence[Deployed], context: Context
) -> _Hosts:
    reading, away = read_again(fleet, _asked(file, fleet), file.sources.host, context)
    found = assess_reading(reading, ScheduleOptions(), now=context.clock.now(), deployed=deployed)
    return _Hosts(
        are_read=True, fleet=fleet, deployed=deployed, reading=reading, found=found, away=away
    )


def _apply(
    options: ApplyOptions,
    part: Part,
    file: RollbackFile,
    hosts: _Hosts,
    context: Context,
) -> AppliedRollback:
    recorded = file.recorded
    entries = {one.host.label: one.entries for one in hosts.found.hosts}
    lost = _lost(file, hosts)
    now = FleetNow(
        stacks={each.stack_name: each for each in hosts.deployed},
        entries=entries if hosts.are_read else None,
        lost={
            label: {rule: sha256_of(decode_bytes(line.lost or b"")) for rule, line in its.items()}
            for label, its in lost.items()
        },
        away=hosts.away.reasons,
        ended=hosts.away.ended,
    )
    verdicts = [judge_return_on_hosts(each, now, part) for each in recorded.returns]
    if not hosts.are_read:
        verdicts = [_if_answered(each, hosts, context) for each in verdicts]
    moved = [each for each in verdicts if each.reasons]
    if options.all_or_nothing and moved:
        refuse(moved, len(verdicts), recorded.command)
    if recorded.without_lines:
        targets = [each.stack.target for each in recorded.returns if each.stack]
        check_known(recorded.instances, instances_of(targets, context), recorded.command)
    doing = [each for each in verdicts if not each.is_idle]
    tagged = context.instances.of_targets({each.stack.target for each in doing if each.stack})
    returns = [_return(each, file, hosts, lost, tagged) for each in doing]
    _check_files(file, returns, hosts)
    show(file, verdicts, returns, part, context, describe=described_on_hosts)
    edited = {id_ for back in returns for id_ in back.on}
    where = f" on {quantity(len(edited), 'host')}" if edited else ""
    question = f"Roll {quantity(len(returns), 'task')} back{where}?"
    if not returns or not agreed(context, question, yes=options.acting.yes):
        return AppliedRollback(taken=None, exit_code=SafetyError.exit_code if moved else 0)
    advice = advice_of(file.sources, context.before, _asked(file, hosts.fleet))
    parallel = options.acting.parallel
    taken = take_fleet_back(returns, hosts.reading, advice, context, parallel=parallel)
    return came_of(taken, moved, context)


def _if_answered(verdict: ReturnVerdict, hosts: _Hosts, context: Context) -> ReturnVerdict:
    """Where no host is read, a stack goes whose lines the hosts themselves say to be back.

    One that does not run, or has the tags no more, is not asked, and may have a mark of the stack.
    """
    recorded, stack = verdict.recorded, verdict.stack
    if not recorded.lines or stack is None:
        return verdict
    try:
        running = {each.id for each in context.instances.with_tag(stack.target)
                   if each.state == "running"}  # fmt: skip
    except AwsError as refused:
        silent = f"{refused.what}: {refused.why}"
    else:
        lacking = [each.host for each in recorded.lines if hosts.id_of(each.host) not in running]
        if not lacking:
            return verdict
        silent = f"{lacking[0]} does not run with the tags {stack.target}"
    waits = f"its stack, as nobody says whether its line is back ({silent})"
    return ReturnVerdict(recorded=recorded, waits=waits)


def _lost(file: RollbackFile, hosts: _Hosts) -> Mapping[str, Mapping[str, Back]]:
    """By hosts' labels and tasks' folders: lines that a host keeps and has no trace of."""
    kept = kept_by(hosts.reading)
    return {
        one.host.label: {
            rule: line
            for each in file.recorded.returns
            if (rule := each.rule_name)
            and (line := lost_back(each.id, rule, one, partial(kept, one.host.label)))
        }
        for one in hosts.found.hosts
    }


def _return(
    verdict: ReturnVerdict,
    file: RollbackFile,
    hosts: _Hosts,
    lost: Mapping[str, Mapping[str, Back]],
    tagged: Mapping[Target, Sequence[Instance]],
) -> Return:
    recorded, stack = verdict.recorded, verdict.stack
    back = Back(id=recorded.id, source=recorded.source, rule_name=recorded.rule_name)
    gone = {line.host for line in recorded.lines if line.is_lost}
    # each host of its target was read, or must say that it does not need the task
    read = {each.host.instance for each in hosts.reading.hosts}
    read |= {each.id for each in hosts.reading.unread if each.cron is Unread.NO_CRONTAB}
    its = tagged[stack.target] if stack else ()
    unread = {each.id: each.name for each in its if each.id not in read}
    unread |= {hosts.id_of(label): label for label in verdict.left}
    # who vouched that no line is left was told of hosts that were not read, and of no others
    vouched = file.recorded.without_lines and hosts.are_read and not verdict.left
    alone_ = stack is None or goes(stack) or vouched
    return Return(
        id=recorded.id,
        stack=stack,
        line=None,
        on={
            hosts.id_of(label): lost[label][recorded.rule_name or ""] if label in gone else back
            for label in verdict.on
        },
        seen=hosts.are_read,
        elsewhere=not alone_,
        stays=verdict.stack_stays,
        unread={} if alone_ else unread,
    )


def _check_files(file: RollbackFile, returns: Sequence[Return], hosts: _Hosts) -> None:
    """SafetyError where a file that is as it was would not become what the plan says."""
    recorded = file.recorded
    planned = {(each.host, each.path): each for each in recorded.files}
    for edited in files_back(returns, hosts.reading):
        was = planned.get((edited.host, edited.path))
        all_ = {
            each.id
            for each in recorded.returns
            for line in each.lines
            if (line.host, line.source) == (edited.host, edited.path)
        }
        id_ = hosts.id_of(edited.host)
        coming = {
            back.id for back in returns if id_ in back.on and back.on[id_].source == edited.path
        }
        # where the file is another, each of its lines is judged by itself
        if was is None or (coming == all_ and was.before == edited.before):
            check_same_file(was, edited, recorded.command)
