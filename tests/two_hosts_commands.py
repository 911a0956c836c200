"""`migrate --comment-out` and `rollback` on one of a world's hosts, with the real editor there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cron2aws.app.assessing import assess_reading
from cron2aws.app.options import ScheduleOptions
from cron2aws.app.probing import probe_of
from cron2aws.app.returns import returns_of
from cron2aws.app.sources import Reading
from cron2aws.assess.values import Assessment
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.deploy import Deployer
from cron2aws.handover.edit import Editor
from cron2aws.handover.edits_over import EditsOver
from cron2aws.handover.history import TaskFolder
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import Wanted
from cron2aws.handover.migrate import Migration, Outcome
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Taken
from cron2aws.handover.rollback import Rollback
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.host import ReadHost
from cron2aws.hosts.tick import CronDaemon
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.host_tree import OneHost
from tests.two_hosts import World


class NoticedDisk(Disk):
    """The machine's own, but for when files were changed."""

    def __init__(self, world: World) -> None:
        self._world = world

    def changed_at(self, path: Path) -> float:
        return self._world.changed_at(path)


def migrate(world: World, host: OneHost, target: Target, run_on: str) -> Outcome:
    """`migrate --comment-out` there."""
    context, read = world.context, host.read()
    deployed = world.stacks()
    found = _found(world, read, [each for each in deployed if each.target == target])
    options = TaskOptions(run_on=run_on)
    wish = Wish(target=target, options=options, comment_out=True)
    return Migration(
        context.stacks,
        Deployer(context.stacks, world.progress, parallel=1),
        probe_of(context, world.progress, 1),
        _editor(world, host, Way.OUT),
        world.progress,
        parallel=1,
    ).carry_out(
        make_plan(found, deployed, wish, context.place),
        _crontabs(host, read),
        Wanted(tagged=context.instances.with_tag(target), here=host.id),
        ready=lambda: None,
    )


def rollback(world: World, host: OneHost) -> Taken:
    """`rollback` there; a target's hosts are asked where there are others."""
    context, read = world.context, host.read()
    deployed = world.stacks()
    (found,) = _found(world, read, deployed).hosts
    returns = returns_of(
        found,
        deployed,
        (),
        context.place,
        world.progress.say,
        kept=lambda name: TaskFolder(name, host.root).kept(),
    )
    asked = [
        replace(each, elsewhere=_tagged(world, each.stack) != {host.id}) if each.stack else each
        for each in returns
    ]
    return Rollback(
        context.stacks,
        Leaving(context.stacks, context.runs, world, world.progress),
        probe_of(context, world.progress, 1),
        _editor(world, host, Way.BACK),
        world.progress,
        edits=EditsOver(context.editors, context.instances.of_targets, world, world.progress),
        parallel=1,
    ).take_back(asked, _crontabs(host, read))


def _tagged(world: World, stack: Deployed) -> set[str]:
    return {each.id for each in world.context.instances.with_tag(stack.target)}


def _found(world: World, read: ReadHost, deployed: Sequence[Deployed]) -> Assessment:
    reading = Reading(hosts=(read,))
    return assess_reading(reading, ScheduleOptions(), now=world.now(), deployed=deployed)


def _editor(world: World, host: OneHost, way: Way) -> Editor:
    return Editor(
        way,
        world,
        daemon=CronDaemon(world, host.root),
        backups=world.folder / "backups",
        disk=NoticedDisk(world),
    )


def _crontabs(host: OneHost, read: ReadHost) -> Crontabs:
    return Crontabs(
        dialect=DIALECTS["debian"],
        tabs={tab.path: tab for tab in read.host.tabs},
        locations={file.path: file.location for file in read.files if file.location},
        root=host.root,
    )
