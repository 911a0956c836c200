"""A world whose hosts are edited by the real script, sent through the sandbox's Run Command.

Where the script sleeps, the world's time goes on meanwhile, and where it renames a file the world
is told, so that the file has changed at the script's own time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from cron2aws.app.context import Context
from cron2aws.aws.commands import Invocation
from cron2aws.aws.editing import Editors, SentEdit
from cron2aws.plan.values import Deployed
from tests.calling import command
from tests.host_tree import DATE, OneHost
from tests.shells import executable
from tests.two_hosts import World, make_world

TAGS = {"role": "web"}
FROM_HOSTS = ("--from-hosts", "--tag", "role=web")
ASK = """\
#!/bin/sh
exec 8>{folder}/asking && flock 8
echo {seconds} >{folder}/asks
read -r _ <{folder}/answers
"""
SLEEP = ASK.format(folder="{folder}", seconds='"$1"')
MOVE = '#!/bin/sh\n/usr/bin/mv "$@" || exit\n' + ASK.partition("\n")[2].format(
    folder="{folder}", seconds=0
)


class Passing:
    """Lets the world's time go on for whoever sleeps in a host's shell."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._thread = threading.Thread(target=self._serve, daemon=True)
        for name in ("asks", "answers"):
            os.mkfifo(world.folder / name)
        date = DATE.replace("'+%s '*)", "+%s*)")
        real = "/usr/bin/date"
        for name, text in (("sleep", SLEEP), ("mv", MOVE), ("date", date)):
            text_here = text.format(folder=world.folder, real=real)
            executable(world.folder / "bin" / name, text_here)

    @contextmanager
    def on(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            (self._world.folder / "asks").write_text("end\n")
            self._thread.join()

    def _serve(self) -> None:
        while (asked := (self._world.folder / "asks").read_text().strip()) != "end":
            for _ in range(int(float(asked))):
                self._world.clock.advance(1)
                self._world.now()
            self._world.look()
            (self._world.folder / "answers").write_text("\n")


@dataclass(kw_only=True)
class Meddling:
    """The real script on the way to hosts, and what befalls some of them: `befalls` by names."""

    editors: Editors
    world: World
    befalls: dict[str, str | Callable[[], None]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    """The hosts that were sent an edit."""
    silent: set[str] = field(default_factory=set)
    """Those of whose edit no end is told, as the host starts anew."""

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        (host,) = [each for each in self.world.hosts if each.id == instance]
        if check:
            return self.editors.send(instance, patch, check=True)
        self.order.append(host.name)
        befalls = self.befalls.get(host.name)
        if befalls == "^C":
            raise KeyboardInterrupt
        if befalls == "changes":
            host.tab.write_text(f"{host.text}# meanwhile\n")
        if callable(befalls):
            befalls()
        return self.editors.send(instance, patch)

    def sent_since(self, moment: datetime) -> Sequence[SentEdit]:
        return self.editors.sent_since(moment)

    def answer(self, command_id: str, instance: str) -> Invocation | None:
        said = self.editors.answer(command_id, instance)
        (host,) = [each for each in self.world.hosts if each.id == instance]
        if said and host.name in self.silent and host.name in self.order:
            return replace(said, status="InProgress", stdout="", stderr="")
        return said


@dataclass(kw_only=True)
class FleetWorld:
    """The world with what its commands may be met by."""

    world: World
    befalls: dict[str, str | Callable[[], None]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)

    @property
    def marked(self) -> list[str]:
        """The names of the hosts whose line is handed over."""
        return [host.name for host in self.world.hosts if host.is_marked]

    @property
    def task(self) -> Deployed:
        """The stack of the one task."""
        (found,) = [each for each in self.world.stacks() if each.is_task]
        return found

    def host(self, name: str) -> OneHost:
        return next(host for host in self.world.hosts if host.name == name)

    def switch(self, name: str, *, managed: bool) -> None:
        """A host has an agent, or not."""
        (found,) = [each for each in self.world.sandbox.hosts if each.name == name]
        self.world.sandbox.add_host(replace(found, managed=managed))

    @property
    def meddled(self) -> Context:
        """What commands work on, with what may befall them."""
        meddling = Meddling(
            editors=self.world.context.editors,
            world=self.world,
            befalls=self.befalls,
            order=self.order,
            silent=self.silent,
        )
        return replace(self.world.context, editors=meddling)  # type: ignore[arg-type]

    def command(self, name: str, *more: str) -> int:
        """`cron2aws NAME --from-hosts --tag role=web`: the exit code."""
        return command(self.meddled, name, *FROM_HOSTS, *more)


@contextmanager
def fleet(folder: Path, *texts: str) -> Iterator[FleetWorld]:
    """Hosts of one target, web-1 and so on, with these crontabs; PATH is to be `path_of`."""
    hosts = [(str(number), TAGS, text) for number, text in enumerate(texts, start=1)]
    with make_world(folder, *hosts).open() as world, Passing(world).on():
        yield FleetWorld(world=world)
