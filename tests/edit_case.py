"""Crontabs with a task each, on a host whose time is played: for edits of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cron2aws.crontab.edit import restore
from cron2aws.crontab.mark import Mark
from cron2aws.handover.edit import Edited, Editor, digest
from cron2aws.handover.history import Has, Kept, Since, TaskFolder, stamp
from cron2aws.handover.record import FileEdit, Way
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.tick import CronDaemon
from tests.played_host import PlayedHost, at, each_minute

JOB = b"* * * * * root caf\xe9\r\n"
ID = "8dc0222b8dc0222b"


def mark(minute: datetime | None) -> str:
    said = stamp(minute) if minute else None
    where = {"account": "123456789012", "region": "eu-west-1", "stack": "s"}
    return Mark(id=ID, minute=said, **where).format()


def marked(before: bytes, minute: datetime | None) -> bytes:
    return mark(minute).encode() + before


def restored(before: bytes, minute: datetime | None) -> bytes:
    del minute
    return restore(before, [ID])


STEPS = {
    Way.OUT: (
        *("read", "create", "sync_folder", "create", "give_attributes"),
        *("hold", "read", "keep", "note", "read", "set_time", "rename", "sync_folder"),
        *("read", "note"),
    ),
    Way.BACK: (
        *("read", "create", "sync_folder", "create", "give_attributes"),
        *("hold", "read", "note", "read", "set_time", "rename", "sync_folder"),
        *("read", "note"),
    ),
}
"""Of one edit, from its first look at the file to what is noted at the end."""


class Steps:
    """Something may happen before or after a step."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.at = 0
        self.act: Callable[[], None] = lambda: None
        self.after = False

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.log.append(name)
        here = len(self.log) == self.at
        if here and not self.after:
            self.act()
        yield
        if here and self.after:
            self.act()


class PlayedDisk(Disk):
    """The machine's disk by the played clock, of which each step is told."""

    def __init__(self, host: PlayedHost, steps: Steps) -> None:
        self.host = host
        self.steps = steps

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in {"create", "give_attributes", "rename", "sync_folder", "read", "set_time"}:
            return found

        def step(*arguments: Any) -> Any:
            with self.steps.step(name):
                result = found(*arguments)
                if name == "rename":
                    self.told_of(arguments[1])
                return result

        return step

    def told_of(self, path: Path) -> None:
        """It is renamed now; a file tells, as a killed process cannot."""
        with self._times(path).open("a") as file:
            file.write(f"{self.host.time.timestamp()}\n")

    def renamed(self, path: Path) -> list[datetime]:
        times = self._times(path)
        text = times.read_text() if times.exists() else ""
        return [datetime.fromtimestamp(float(each), UTC) for each in text.split()]

    def changed_at(self, path: Path) -> float:
        path.lstat()
        return [at(-600), *self.renamed(path)][-1].timestamp()

    def _times(self, path: Path) -> Path:
        return self.host.root / f"renamed-{path.name}"


class Folder(TaskFolder):
    """A task's folder, of which each step is told."""

    steps: Steps

    @contextmanager
    def held(self, wait: Callable[[], bool]) -> Iterator[None]:
        with self.steps.step("hold"):
            holding = super().held(wait)
            holding.__enter__()
        try:
            yield
        finally:
            holding.__exit__(None, None, None)

    def note(self, *since: Since, looked: datetime) -> None:
        with self.steps.step("note"):
            super().note(*since, looked=looked)

    def keep(self, line: Kept) -> None:
        with self.steps.step("keep"):
            super().keep(line)


class Case:
    """At the start cron ran the jobs for an hour, as a runner saw at 09:00; or the tasks did."""

    def __init__(
        self, folder: Path, *names: str, start: float = 20, late: float = 1.3, way: Way = Way.OUT
    ) -> None:
        self.root = folder
        for name in ("etc/cron.d", "state", "played"):
            (folder / name).mkdir(parents=True)
        self.host = PlayedHost(folder / "played", start, each_minute(late))
        self.steps = Steps()
        self.disk = PlayedDisk(self.host, self.steps)
        self.daemon = CronDaemon(self.host, self.host.root)
        self.tabs = [folder / "etc/cron.d" / name for name in names]
        self.tasks: dict[str, TaskFolder] = {}
        for path in self.tabs:
            path.write_bytes(JOB if way is Way.OUT else marked(JOB, at(-600)))
            os.utime(path, (at(-600).timestamp(),) * 2)
            task = Folder(f"t-{path.name}", folder)
            task.steps = Steps()
            has = Has.CRON if way is Way.OUT else Has.TASK
            task.note(Since(minute=at(-3600), has=has), looked=at(1))
            task.steps = self.steps
            self.tasks[path.name] = task

    def editor(self, way: Way = Way.OUT, *, copies: bool = False, **more: Any) -> Editor:
        daemon = None if copies else self.daemon
        backups = self.root / "state/backups"
        return Editor(way, self.host, daemon=daemon, backups=backups, disk=self.disk, **more)

    def edit(self, path: Path, make: Callable[..., bytes] = marked) -> FileEdit:
        return FileEdit(
            path=f"/etc/cron.d/{path.name}",
            location=path,
            sha256=digest(path.read_bytes()),
            ids=frozenset({ID}),
            make=make,
            tasks={ID: self.tasks[path.name]},
        )

    def out(self, **more: Any) -> tuple[Edited, ...]:
        return self.editor(**more).carry_out([self.edit(path) for path in self.tabs])

    def back(self, **more: Any) -> tuple[Edited, ...]:
        edits = [self.edit(path, restored) for path in self.tabs]
        return self.editor(Way.BACK, **more).carry_out(edits)

    def history(self, path: Path) -> list[str]:
        """What was added to it."""
        return [str(line) for line in self.tasks[path.name].history().lines[1:]]

    def beside(self) -> list[str]:
        """What lies in the folder and is no crontab."""
        return sorted(
            {path.name for path in (self.root / "etc/cron.d").iterdir()} - set(self.names)
        )

    @property
    def names(self) -> list[str]:
        return [path.name for path in self.tabs]
