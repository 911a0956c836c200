"""Plan files: a plan written to one, and read from one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from cron2aws.app.carry_out import Ground
from cron2aws.app.context import Context
from cron2aws.app.fleet import contents_of, fleet_hosts
from cron2aws.app.options import (
    ApplyOptions,
    MigrateOptions,
    ScheduleOptions,
    SelectionOptions,
)
from cron2aws.app.reviewed_files import (
    ReviewedFile,
    check_file_option,
    recorded_files,
    reread_of,
    write_document,
)
from cron2aws.app.rewriting import crontabs_of
from cron2aws.app.rollback_files import RollbackFile
from cron2aws.app.shipped import template_text
from cron2aws.app.sources import Reading, only_host
from cron2aws.errors import SafetyError, UsageError
from cron2aws.handover.record import FileEdit
from cron2aws.handover.waves import Waves
from cron2aws.plan.recorded import (
    EditedHost,
    MadeOn,
    Recorded,
    RecordedFile,
    RecordedFleet,
    Reread,
    SharedBasis,
)
from cron2aws.plan.recorded_rollback import RecordedRollback
from cron2aws.plan.recording import by_job, recorded_deletion, recorded_step, shared_state
from cron2aws.plan.shared import Kind, Shared, foundation_name
from cron2aws.plan.values import Plan
from cron2aws.report.json_plan_file import plan_file_json
from cron2aws.report.plan_file import read_plan_file
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.foundation import target_stack_name
from cron2aws.task.target import Target

TEMPLATES = ("task.json", "task-own-roles.json", "foundation.yaml", "target.yaml")
MOST_BYTES = 100_000_000
"""A plan of ten thousand entries has half of it."""


@dataclass(frozen=True, kw_only=True)
class PlanFile(ReviewedFile):
    """A plan file that was read."""

    recorded: Recorded

    @property
    def schedule(self) -> ScheduleOptions:
        """How schedules are converted."""
        read = self.recorded.reread
        return ScheduleOptions(
            trigger=TriggerKind(read.trigger) if read.trigger else None,
            since=date.fromisoformat(read.since) if read.since else None,
            prefer_rate=read.prefer_rate,
        )

    @property
    def selection(self) -> SelectionOptions:
        """What was allowed of the entries."""
        read = self.recorded.reread
        return SelectionOptions(allow_secret=read.allow_secret, quiet_guards=read.quiet_guards)


def load(options: ApplyOptions) -> PlanFile | RollbackFile:
    """The plan in the file that is named, of `migrate` or of a rollback.

    UsageError where it cannot be read; SafetyError where it is none, was edited, or has not that
    digest.
    """
    path, digest = options.plan, options.digest
    try:
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            what=f"cannot read {path}",
            why=error.strerror or str(error),
            fix="name a file that `migrate --dry-run --plan-file` has written",
        ) from error
    if len(data) > MOST_BYTES:
        raise SafetyError(
            what=f"{path} is no plan file",
            why=f"it has more than {MOST_BYTES // 1_000_000} MB",
            fix="name a file that `migrate --dry-run --plan-file` has written",
        )
    recorded, found = read_plan_file(data.decode("utf-8", "replace"), str(path))
    if digest is not None and found != digest.lower():
        # of two plans with the same first digits, which anybody can make, one was reviewed
        short = " (all 64 digits count)" if found.startswith(digest.lower()) else ""
        raise SafetyError(
            what=f"{path} is not the plan that was reviewed",
            why=f"its digest is {found}, not {digest}{short}",
            fix="get the file that was reviewed, or have this one reviewed",
        )
    if isinstance(recorded, RecordedRollback):
        return RollbackFile(recorded=recorded, digest=found, name=str(path))
    return PlanFile(recorded=recorded, digest=found, name=str(path))


def check_plan_file(options: MigrateOptions) -> None:
    """UsageError where no plan can be written to the file that is named, or none is named."""
    file = options.file
    if file.plan_file is None:
        if file.with_secrets:
            raise UsageError(
                what="--with-secrets belongs to --plan-file",
                why="nothing else would have them",
                fix="name the file, or leave --with-secrets out",
            )
        return
    dry_run = options.hand_over.dry_run
    check_file_option(file.plan_file, dry_run=dry_run, named=options.sources.named)


def write(options: MigrateOptions, plan: Plan, ground: Ground, context: Context) -> None:
    """Write a plan to the file that was asked for, and tell its digest.

    UsageError where it cannot be written, SafetyError where its lines could not be edited.
    """
    path = options.file.plan_file
    if path is None:
        return
    document = plan_file_json(_recorded(options, plan, ground, context))
    write_document(path, document, options.sources.named, context)


def _recorded(options: MigrateOptions, plan: Plan, ground: Ground, context: Context) -> Recorded:
    entries, view = by_job(plan.found.entries), ground.view
    stacks = {each.stack_name: each for each in ground.deployed}
    shares = any(step.parameters.get("SendRoleArn") for step in plan.work)
    return Recorded(
        made=f"{view.made_at:%Y-%m-%dT%H:%M:%SZ}",
        version=view.version,
        command=view.advised,
        made_on=None if ground.fleet else MadeOn(machine=context.machine(), instance=context.here),
        fleet=fleet_of(ground.fleet.waves, ground.reading) if ground.fleet else None,
        hosts=plan.hosts,
        place=plan.place,
        target=plan.target,
        instances={each.id: each.name for each in ground.tagged},
        templates=templates(),
        reread=_reread(options),
        comment_out=options.hand_over.comment_out,
        rehearse=options.hand_over.rehearse,
        shared=_shared(ground.common.shared, plan.target) if shares else (),
        setup=plan.setup,
        steps=tuple(
            recorded_step(
                step,
                entries[step.job],
                stacks.get(step.stack_name),
                plan.place,
                with_secrets=options.file.with_secrets,
            )
            for step in plan.work
        ),
        files=tuple(
            each.file for each in edits_of(plan, ground.reading, of_fleet=bool(ground.fleet))
        ),
        deletions=tuple(map(recorded_deletion, plan.deletions)),
        problems=plan.problems,
        unread=plan.found.unread,
    )


@dataclass(frozen=True, kw_only=True)
class EditedFile:
    """What becomes of a crontab, and the ids of the entries whose lines are marked in it."""

    file: RecordedFile
    ids: frozenset[str]


def edits_of(plan: Plan, reading: Reading, *, of_fleet: bool) -> Iterator[EditedFile]:
    """What becomes of the files of a plan's lines, host by host.

    SafetyError where one cannot be edited so, UsageError for files of several hosts.
    """
    steps = [step for step in plan.work if step.comment_out]
    if not steps:
        return
    if of_fleet:
        for one in fleet_hosts(plan, reading):
            yield from _edited(one.label, one.edits(plan, steps), one.contents)
        return
    host = only_host(reading, "--comment-out")
    edits = crontabs_of(host, here=False).out(steps, plan.place)
    yield from _edited(host.host.label, edits, contents_of(host))


def _edited(
    label: str, edits: Iterable[FileEdit], contents: Mapping[str, bytes]
) -> Iterator[EditedFile]:
    for each in edits:
        (file,) = recorded_files(label, [each], contents)
        yield EditedFile(file=file, ids=each.ids)


def templates() -> Mapping[str, str]:
    """The digests of this program's templates."""
    return {name: hashlib.sha256(template_text(name).encode()).hexdigest() for name in TEMPLATES}


def fleet_of(waves: Waves | None, reading: Reading) -> RecordedFleet:
    """The hosts that were read, and in which waves they are edited."""
    return RecordedFleet(
        waves=waves.text if waves else None,
        hosts=tuple(
            EditedHost(
                label=each.host.label,
                instance=each.host.instance,
                timezone=each.host.timezone,
                dialect=each.host.dialect.name,
                crontabs={tab.path: tab.sha256 for tab in each.host.tabs},
            )
            for each in reading.hosts
        ),
    )


def _shared(shared: Shared, target: Target) -> tuple[SharedBasis, ...]:
    of_target = shared.target
    return (
        SharedBasis(
            kind=Kind.FOUNDATION,
            stack_name=foundation_name(shared),
            state=shared_state(shared.foundation),
        ),
        SharedBasis(
            kind=Kind.TARGET,
            stack_name=of_target.stack_name if of_target else target_stack_name(target),
            state=shared_state(of_target),
        ),
    )


def _reread(options: MigrateOptions) -> Reread:
    schedule, selection = options.schedule, options.selection
    return replace(
        reread_of(options.sources),
        trigger=schedule.trigger.value if schedule.trigger else None,
        since=schedule.since.isoformat() if schedule.since else None,
        prefer_rate=schedule.prefer_rate,
        quiet_guards=selection.quiet_guards,
        allow_secret=selection.allow_secret,
    )
