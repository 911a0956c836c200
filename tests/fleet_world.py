"""A world whose hosts are edited through a stand-in for Run Command: the local editor, beside each.

The real way is the script's: tests/functional/test_edit_script.py holds both to the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cron2aws.errors import SafetyError
from cron2aws.handover.edit import Edited, Editor
from cron2aws.handover.fleet import Ended, ReadTabs
from cron2aws.handover.history import TaskFolder
from cron2aws.handover.record import FileEdit, Way
from cron2aws.hosts.tick import CronDaemon
from cron2aws.plan.values import Deployed
from tests.calling import command
from tests.host_tree import OneHost
from tests.two_hosts import World, make_world
from tests.two_hosts_commands import NoticedDisk

TAGS = {"role": "web"}
FROM_HOSTS = ("--from-hosts", "--tag", "role=web")


@dataclass(kw_only=True)
class TreeEditing:
    """Edits each tree; those that are `broken` refuse, and `order` is who was asked."""

    way: Way
    world: World
    broken: Mapping[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def carry_out(
        self,
        edits: Mapping[str, Sequence[FileEdit]],
        hosts: Sequence[ReadTabs],
        ended: Ended,
        *,
        check: bool = False,
    ) -> None:
        assert [each.id for each in hosts] == list(edits)
        by_id = {host.id: host for host in self.world.hosts}
        for id_, of in edits.items():
            ended(id_, self._of(by_id[id_], of, check=check))

    def _of(self, host: OneHost, edits: Sequence[FileEdit], *, check: bool) -> tuple[Edited, ...]:
        if check:
            return tuple(Edited(edit=each) for each in edits)
        self.order.append(host.name)
        if self.broken.get(host.name) == "^C":
            raise KeyboardInterrupt
        if host.name in self.broken:
            refused = SafetyError(what=f"{host.name} refuses", why=self.broken[host.name])
            return tuple(Edited(edit=each, error=refused) for each in edits)
        editor = Editor(
            self.way,
            self.world,
            daemon=CronDaemon(self.world, host.root),
            backups=self.world.folder / "backups",
            disk=NoticedDisk(self.world),
        )
        return editor.carry_out([_of_tree(each, host.root) for each in edits])


def _of_tree(edit: FileEdit, root: Path) -> FileEdit:
    tasks = {id_: TaskFolder(each.path.name, root) for id_, each in edit.tasks.items()}
    return replace(edit, location=root / edit.path.lstrip("/"), tasks=tasks)


@dataclass(kw_only=True)
class FleetWorld:
    """The world with what its commands may be met by."""

    world: World
    broken: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    @property
    def marked(self) -> list[str]:
        """The names of the hosts whose line is handed over."""
        return [host.name for host in self.world.hosts if host.is_marked]

    @property
    def task(self) -> Deployed:
        """The stack of the one task."""
        (found,) = [each for each in self.world.stacks() if each.is_task]
        return found

    def id_of(self, name: str) -> str:
        return next(host.id for host in self.world.hosts if host.name == name)

    def switch(self, name: str, *, managed: bool) -> None:
        """A host has an agent, or not."""
        (found,) = [each for each in self.world.sandbox.hosts if each.name == name]
        self.world.sandbox.add_host(replace(found, managed=managed))

    def command(self, name: str, *more: str) -> int:
        """`cron2aws NAME --from-hosts --tag role=web`: the exit code."""

        def editing(way: Way) -> TreeEditing:
            return TreeEditing(way=way, world=self.world, broken=self.broken, order=self.order)

        context = replace(self.world.context, editing=editing)
        return command(context, name, *FROM_HOSTS, *more)


@contextmanager
def fleet(folder: Path, *texts: str) -> Iterator[FleetWorld]:
    """Hosts of one target, web-1 and so on, with these crontabs; PATH is to be `path_of`."""
    hosts = [(str(number), TAGS, text) for number, text in enumerate(texts, start=1)]
    with make_world(folder, *hosts).open() as world:
        yield FleetWorld(world=world)
