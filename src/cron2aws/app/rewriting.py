"""The crontabs of one host that was read, to be edited."""

from __future__ import annotations

from cron2aws.app.context import Context
from cron2aws.handover.crontabs import Rewriting
from cron2aws.hosts.host import ReadHost
from cron2aws.hosts.replace import LocalCrontabs
from cron2aws.hosts.sweep import sweep


def rewriting_of(read: ReadHost, context: Context) -> Rewriting:
    """What edits the host's crontabs; what they held goes to the context's backups first.

    What a killed command left beside them goes now.
    """
    for gone in sweep(file.location.parent for file in read.files if file.location):
        context.console.note(f"note: {gone} was left by a command that was killed: removed")
    store = LocalCrontabs(read.files, backups=context.backups)
    return Rewriting(store, read.host.tabs, read.host.dialect)
