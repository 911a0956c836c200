"""Files of rollbacks: one that is planned, written to a file for `apply`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cron2aws.app.context import Context
from cron2aws.app.options import (
    RollbackOptions,
)
from cron2aws.app.reviewed_files import (
    ReviewedFile,
    check_file_option,
    recorded_files,
    reread_of,
    write_document,
)
from cron2aws.app.rewriting import Editable
from cron2aws.app.view import view_of
from cron2aws.assess.values import HostAssessment
from cron2aws.crontab.text import decode_bytes
from cron2aws.errors import UsageError
from cron2aws.handover.crontabs import Back
from cron2aws.handover.returning import Return
from cron2aws.hosts.host import ReadHost
from cron2aws.plan.recorded import MadeOn, RecordedFile
from cron2aws.plan.recorded_rollback import (
    LineBack,
    RecordedReturn,
    RecordedRollback,
    line_back,
    lost_line,
    stack_back,
)
from cron2aws.report.json_rollback_file import rollback_file_json
from cron2aws.task.target import Target

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.instances import Instance


@dataclass(frozen=True, kw_only=True)
class RollbackFile(ReviewedFile):
    """A rollback that was read from a file."""

    recorded: RecordedRollback


def check_rollback_file(options: RollbackOptions) -> None:
    """UsageError where no plan can be written to the file that is named."""
    if options.plan_file is None:
        return
    check_file_option(options.plan_file, dry_run=options.dry_run, named=options.sources.named)
    if options.lines_only:
        raise UsageError(
            what="--plan-file and --lines-only contradict each other",
            why="a plan names the stacks as well, and those are asked of AWS",
            fix="leave --lines-only out; `apply --edits-only` puts the lines back alone",
        )


def check_no_report(is_asked: bool, file: RollbackFile) -> None:
    """UsageError where a report of a rollback is asked for."""
    if is_asked:
        raise UsageError(
            what=f"{file.name} is the plan of a rollback, which has no report",
            why="the file itself is what is reviewed",
            fix="leave --output, --report-file and --all out",
        )


def write_rollback(
    options: RollbackOptions,
    returns: Sequence[Return],
    context: Context,
    *,
    found: HostAssessment,
    read: ReadHost,
    files: Editable,
) -> None:
    """Write a rollback to the file that was asked for, and tell its digest.

    UsageError where it cannot be written, SafetyError where its lines could not be put back,
    AwsError where AWS does not say which hosts need not be asked.
    """
    path = options.plan_file
    if path is None:
        return
    coming = [back.line for back in returns if back.line]
    view = view_of(context.clock.now(), advised=options.advised)
    document = rollback_file_json(
        RecordedRollback(
            made=f"{view.made_at:%Y-%m-%dT%H:%M:%SZ}",
            version=view.version,
            command=view.advised,
            made_on=MadeOn(machine=context.machine(), instance=context.here),
            hosts=(found.host.label,),
            place=context.place,
            reread=reread_of(options.sources),
            without_lines=options.without_lines,
            instances=(
                {each.id: each.name for each in instances_of(targets_of(returns), context)}
                if options.without_lines
                else {}
            ),
            returns=tuple(_recorded(back, found) for back in returns),
            files=edited_files(coming, read, files),
        )
    )
    write_document(path, document, options.sources.named, context)


def edited_files(
    coming: Sequence[Back], read: ReadHost, files: Editable
) -> tuple[RecordedFile, ...]:
    """What becomes of the files of these lines; SafetyError where it cannot be."""
    data = {file.path: file.data for file in read.files}
    return recorded_files(read.host.label, files.crontabs.back(coming), data)


def instances_of(targets: Sequence[Target], context: Context) -> Sequence[Instance]:
    """The instances that have the tags of a target."""
    found: Mapping[str, Instance] = {
        each.id: each for target in targets for each in context.instances.with_tag(target)
    }
    return list(found.values())


def targets_of(returns: Sequence[Return]) -> list[Target]:
    """Those of their stacks."""
    return list(dict.fromkeys(back.stack.target for back in returns if back.stack))


def _recorded(back: Return, found: HostAssessment) -> RecordedReturn:
    stack, line = back.stack, back.line
    where = found.host.label if line or stack is None else stack.host
    return RecordedReturn(
        id=back.id,
        host=where,
        source=line.source if line else stack.source if stack else "",
        rule_name=stack.parameters.get("RuleName", "") if stack else None,
        lines=(line_of(line, found),) if line else (),
        stack=stack_back(stack) if stack else None,
    )


def line_of(line: Back, found: HostAssessment) -> LineBack:
    """What becomes of a line of a host, as it was read."""
    if line.lost is not None:
        return lost_line(found.host.label, line.source, decode_bytes(line.lost))
    entry = next(
        each
        for each in found.entries
        if each.id == line.id and each.source == line.source and each.migrated
    )
    return line_back(entry)
