"""A rollback of a fleet written to a file for `apply`."""

from __future__ import annotations

from collections.abc import Sequence

from cron2aws.app.context import Context
from cron2aws.app.fleet import contents_of, tabs_of
from cron2aws.app.options import RollbackOptions
from cron2aws.app.plan_files import fleet_of
from cron2aws.app.reviewed_files import recorded_files, reread_of, write_document
from cron2aws.app.rollback_files import instances_of, line_of, targets_of
from cron2aws.app.sources import Reading
from cron2aws.app.view import view_of
from cron2aws.assess.values import Assessment
from cron2aws.handover.returning import Return
from cron2aws.plan.recorded import RecordedFile
from cron2aws.plan.recorded_rollback import RecordedReturn, RecordedRollback, stack_back
from cron2aws.report.json_rollback_file import rollback_file_json


def write_fleet_rollback(
    options: RollbackOptions,
    returns: Sequence[Return],
    reading: Reading,
    found: Assessment,
    context: Context,
) -> None:
    """Write a rollback to the file that was asked for, and tell its digest; raises as for a host's.

    `found` is what was read, as it was assessed.
    """
    path = options.plan_file
    if path is None:
        return
    view = view_of(context.clock.now(), advised=options.advised)
    targets = targets_of(returns) if options.without_lines else []
    document = rollback_file_json(
        RecordedRollback(
            made=f"{view.made_at:%Y-%m-%dT%H:%M:%SZ}",
            version=view.version,
            command=view.advised,
            made_on=None,
            fleet=fleet_of(None, reading),
            hosts=tuple(each.host.label for each in reading.hosts),
            unread=found.unread,
            place=context.place,
            reread=reread_of(options.sources),
            without_lines=options.without_lines,
            instances={each.id: each.name for each in instances_of(targets, context)},
            returns=tuple(_recorded(back, found) for back in returns),
            files=files_back(returns, reading),
        )
    )
    write_document(path, document, options.sources.named, context)


def files_back(returns: Sequence[Return], reading: Reading) -> tuple[RecordedFile, ...]:
    """What becomes of the files of these lines, host by host; SafetyError where it cannot be."""
    return tuple(
        file
        for read in reading.hosts
        for file in recorded_files(
            read.host.label,
            tabs_of(read).back(
                back.on[read.host.instance] for back in returns if read.host.instance in back.on
            ),
            contents_of(read),
        )
    )


def _recorded(back: Return, found: Assessment) -> RecordedReturn:
    stack = back.stack
    lines = tuple(
        line_of(back.on[one.host.instance], one)
        for one in found.hosts
        if one.host.instance in back.on
    )
    return RecordedReturn(
        id=back.id,
        host=lines[0].host if lines else stack.host if stack else "",
        source=lines[0].source if lines else stack.source if stack else "",
        rule_name=stack.parameters.get("RuleName", "") if stack else None,
        lines=lines,
        stack=stack_back(stack) if stack else None,
    )
