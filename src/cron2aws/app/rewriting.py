"""Edits the crontabs of one host that was read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from cron2aws.app.context import HostContext
from cron2aws.app.options import Sources
from cron2aws.app.sources import of_this_host
from cron2aws.app.zones import resolve_zone
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.edit import Editor
from cron2aws.handover.history import Kept, TaskFolder
from cron2aws.handover.record import Way
from cron2aws.hosts.host import ReadHost
from cron2aws.hosts.sweep import sweep
from cron2aws.hosts.tick import CronDaemon

ROOT = Path("/")


@dataclass(frozen=True, kw_only=True)
class Editable:
    """The crontabs of a host and what edits them, one way; `here`: they are this host's own."""

    editor: Editor
    crontabs: Crontabs
    here: bool

    def kept(self, rule_name: str) -> Kept | None:
        """What this host keeps of the line of a task; None where nothing is, or may be read."""
        if not self.here or not rule_name:
            return None
        try:
            return TaskFolder(rule_name, ROOT).kept()
        except OSError:
            return None

    def forget(self, rule_name: str) -> None:
        """Throw away what is kept of the line of a task that is gone."""
        if self.here and rule_name:
            with suppress(OSError):
                TaskFolder(rule_name, ROOT).forget()


def editable(read: ReadHost, way: Way, sources: Sources, context: HostContext) -> Editable:
    """The host's crontabs; what they held goes to the context's backups first.

    What a killed command left beside them goes now. Files that no daemon reads here (copies, trees)
    have no history and no minute.
    """
    for gone in sweep(file.location.parent for file in read.files if file.location):
        context.console.note(f"note: {gone} was left by a command that was killed: removed")
    is_local = not read.host.instance
    here = is_local and not context.copies_sources and of_this_host(sources.named)
    crontabs = crontabs_of(read, here=here)
    return Editable(
        editor=Editor(
            way,
            context.clock,
            daemon=CronDaemon(context.clock) if here else None,
            backups=context.backups,
            held=context.held,
            zone=crontabs.zone,
        ),
        crontabs=crontabs,
        here=here,
    )


def crontabs_of(read: ReadHost, *, here: bool) -> Crontabs:
    """The host's crontabs; `here` where its own daemon reads them."""
    return Crontabs(
        dialect=read.host.dialect,
        tabs={tab.path: tab for tab in read.host.tabs},
        locations={file.path: file.location for file in read.files if file.location},
        root=ROOT if here else None,
        zone=zone_of(read.host.timezone),
    )


def zone_of(name: str) -> tzinfo:
    """The zone of this name; UTC where this machine does not know it."""
    try:
        return resolve_zone(name)
    except LookupError:
        return UTC
