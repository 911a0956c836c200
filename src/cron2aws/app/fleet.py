"""A fleet: hosts of one target that are read, and whose lines are edited, through Run Command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cron2aws.app.context import Context
from cron2aws.app.from_hosts import read_hosts, unknown
from cron2aws.app.options import FleetOptions, FromHosts, MigrateOptions
from cron2aws.app.rewriting import ROOT, zone_of
from cron2aws.app.sources import Reading
from cron2aws.assess.matrix import JobKey, job_key
from cron2aws.assess.values import HostAssessment, UnreadHost
from cron2aws.errors import SafetyError, UsageError
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.fleet_rows import FleetHost
from cron2aws.handover.waves import USUAL, Waves
from cron2aws.hosts.host import ReadHost
from cron2aws.plan.values import Plan, Step

EXAMPLE = "for example `cron2aws migrate --from-hosts --tag Name=web --dry-run`"
NAMED = 5
"""How many hosts a message names."""


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Hosts that are edited in waves; `unread` ones of the target stay as they are."""

    waves: Waves
    unread: tuple[UnreadHost, ...]


def check_fleet(options: MigrateOptions) -> None:
    """UsageError where the options contradict each other."""
    asked, named = options.fleet, options.sources.named
    if asked.from_hosts and named:
        raise UsageError(
            what="--from-hosts takes no SOURCE", why="it reads the hosts themselves", fix=EXAMPLE
        )
    if not asked.from_hosts and (asked.wave is not None or asked.allow_offline):
        option = "--wave" if asked.wave is not None else "--allow-offline"
        raise UsageError(
            what=f"{option} needs --from-hosts",
            why="without it lines are edited on this host alone",
            fix=EXAMPLE,
        )
    waves_of(asked)


def waves_of(asked: FleetOptions) -> Waves:
    """UsageError for a text that means none."""
    return Waves.read(USUAL if asked.wave is None else asked.wave)


def read_fleet(options: MigrateOptions, context: Context) -> tuple[Reading, Fleet]:
    """The target's hosts; raises as `read_hosts` does."""
    asked = FromHosts(from_hosts=True, target=options.target)
    reading = read_hosts(asked, options.sources.host, context)
    return reading, Fleet(waves=waves_of(options.fleet), unread=reading.unread)


def check_all_read(fleet: Fleet, asked: FleetOptions) -> None:
    """Refuse to go on past hosts of which nobody knows what cron runs there."""
    lacking = unknown(fleet.unread)
    if not lacking or asked.allow_offline:
        return
    more = len(lacking) - NAMED
    raise SafetyError(
        what=f"{len(lacking)} of the target's hosts could not be read, and nothing was changed",
        why="; ".join(f"{each.label}: {each.why}" for each in lacking[:NAMED])
        + (f"; and {more} others" if more > 0 else ""),
        fix="see to them, or say --allow-offline: then they stay as they are, and the others are "
        "handed over",
    )


def fleet_hosts(plan: Plan, reading: Reading) -> tuple[FleetHost, ...]:
    """The hosts with the lines that the plan has for them, in the order of the reading."""
    files = {each.host.label: each for each in reading.hosts}
    moving = {step.job: step for step in plan.work if step.comment_out}
    return tuple(
        FleetHost(
            id=one.host.instance,
            label=one.host.label,
            crontabs=tabs_of(files[one.host.label]),
            contents=contents_of(files[one.host.label]),
            lines=_lines(one, moving),
        )
        for one in plan.found.hosts
    )


def _lines(one: HostAssessment, moving: Mapping[JobKey, Step]) -> Mapping[str, int]:
    """The lines of a host that are marked, by the ids of their steps."""
    return {
        step.id: each.entry.line
        for each in one.entries
        if (step := moving.get(job_key(each)))
        and not each.migrated
        and one.host.label not in step.left_on
    }


def tabs_of(read: ReadHost) -> Crontabs:
    """The crontabs of a host elsewhere: paths are its own, and so are the tasks' folders."""
    return Crontabs(
        dialect=read.host.dialect,
        tabs={tab.path: tab for tab in read.host.tabs},
        locations={file.path: Path(file.path) for file in read.files},
        root=ROOT,
        zone=zone_of(read.host.timezone),
    )


def contents_of(read: ReadHost) -> Mapping[str, bytes]:
    """The bytes of its crontabs, by path."""
    return {file.path: file.data for file in read.files}
