"""Plan files: a plan written to one, and read from one."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cron2aws.app.carry_out import Ground
from cron2aws.app.context import Context
from cron2aws.app.options import (
    ApplyOptions,
    CrontabFormat,
    HostOptions,
    MigrateOptions,
    ScheduleOptions,
    SelectionOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.report_file import write_report
from cron2aws.app.rewriting import crontabs_of
from cron2aws.app.rollback_files import RollbackFile
from cron2aws.app.shipped import template_text
from cron2aws.app.sources import of_this_host, only_host
from cron2aws.errors import SafetyError, UsageError
from cron2aws.hosts.host import ReadHost
from cron2aws.hosts.source_kind import STANDARD_INPUT
from cron2aws.plan.recorded import (
    MadeOn,
    Recorded,
    RecordedFile,
    Reread,
    SharedBasis,
    by_job,
    job_of,
    recorded_deletion,
    recorded_step,
    shared_state,
)
from cron2aws.plan.recorded_rollback import RecordedRollback
from cron2aws.plan.shared import Kind, Shared, foundation_name
from cron2aws.plan.values import Place, Plan, Step
from cron2aws.report.json_object import object_of
from cron2aws.report.json_plan_file import plan_file_json
from cron2aws.report.plan_file import read_plan_file
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.foundation import target_stack_name
from cron2aws.task.target import Target

TEMPLATES = ("task.json", "task-own-roles.json", "foundation.yaml", "target.yaml")
MOST_BYTES = 100_000_000
"""A plan of ten thousand entries has half of it."""


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    """A plan file that was read."""

    recorded: Recorded
    digest: str
    name: str

    @property
    def sources(self) -> Sources:
        """The crontabs, and how they are read."""
        read = self.recorded.reread
        return Sources(
            named=read.named,
            host=HostOptions(dialect=read.dialect, timezone=read.timezone),
            source=SourceOptions(
                format_of=CrontabFormat(read.format_of) if read.format_of else None, user=read.user
            ),
        )

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

    @property
    def asks_here(self) -> bool:
        """Whether it is a plan for the crontabs of the machine that it was made on."""
        return of_this_host(self.recorded.reread.named)


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
    if not options.hand_over.dry_run:
        raise UsageError(
            what="--plan-file goes with --dry-run",
            why="a plan that is carried out at once is not reviewed",
            fix=f"add --dry-run; then `cron2aws apply {file.plan_file}` carries it out",
        )
    if STANDARD_INPUT in options.sources.named:
        raise UsageError(
            what="--plan-file takes no standard input as a SOURCE",
            why="`apply` reads the crontabs once more, and it is gone then",
            fix="name the file",
        )


def write(options: MigrateOptions, plan: Plan, ground: Ground, context: Context) -> None:
    """Write a plan to the file that was asked for, and tell its digest.

    UsageError where it cannot be written, SafetyError where its lines could not be edited.
    """
    path = options.file.plan_file
    if path is None:
        return
    recorded = _recorded(options, plan, ground, context)
    document = plan_file_json(recorded)
    sources = [Path(name) for name in options.sources.named]
    write_report(path, object_of(document), sources=sources)
    digest = document["digest"]
    apply = shlex.join(["cron2aws", *context.before, "apply", str(path), "--digest", digest])
    context.console.note(f"The plan is in {path}. This does exactly it: {apply}")


def _recorded(options: MigrateOptions, plan: Plan, ground: Ground, context: Context) -> Recorded:
    entries, view = by_job(plan.found.entries), ground.view
    stacks = {each.stack_name: each for each in ground.deployed}
    shares = any(step.parameters.get("SendRoleArn") for step in plan.work)
    files: tuple[RecordedFile, ...] = ()
    if plan.edits:
        files = edits_of(only_host(ground.reading, "--comment-out"), plan.work, plan.place)
    return Recorded(
        made=f"{view.made_at:%Y-%m-%dT%H:%M:%SZ}",
        version=view.version,
        command=view.advised,
        made_on=MadeOn(machine=context.machine(), instance=context.here),
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
                entries[job_of(step)],
                stacks.get(step.stack_name),
                plan.place,
                with_secrets=options.file.with_secrets,
            )
            for step in plan.work
        ),
        files=files,
        deletions=tuple(map(recorded_deletion, plan.deletions)),
        problems=plan.problems,
    )


def edits_of(host: ReadHost, steps: Sequence[Step], place: Place) -> tuple[RecordedFile, ...]:
    """What becomes of the files of these steps' lines; SafetyError where it cannot be."""
    data = {file.path: file.data for file in host.files}
    crontabs = crontabs_of(host, here=False)
    marked = [step for step in steps if step.comment_out]
    return tuple(
        RecordedFile(
            path=each.path,
            before=each.sha256,
            after=hashlib.sha256(each.make(data[each.path], None)).hexdigest(),
        )
        for each in crontabs.out(marked, place)
    )


def templates() -> Mapping[str, str]:
    """The digests of this program's templates."""
    return {name: hashlib.sha256(template_text(name).encode()).hexdigest() for name in TEMPLATES}


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
    sources, schedule, selection = options.sources, options.schedule, options.selection
    how = sources.source.format_of
    return Reread(
        # wherever `apply` is typed; no link is followed, as a link is a source of its own
        named=tuple(str(Path(name).absolute()) for name in sources.named),
        dialect=sources.host.dialect,
        timezone=sources.host.timezone,
        format_of=how.value if how else None,
        user=sources.source.user,
        trigger=schedule.trigger.value if schedule.trigger else None,
        since=schedule.since.isoformat() if schedule.since else None,
        prefer_rate=schedule.prefer_rate,
        quiet_guards=selection.quiet_guards,
        allow_secret=selection.allow_secret,
    )
