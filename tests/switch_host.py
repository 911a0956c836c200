"""Hosts for the runner's switch: crontabs, a history and a clock, laid out in a folder.

A ctime cannot be set, nor can the clock: `stat` and `date` are stand-ins that the rows tell what to
say, functions in front of the runner. All else is the machine's, or busybox's own where that is the
shell.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.text import decode_bytes
from cron2aws.task.command import Job, habits_of, render
from cron2aws.task.line_identity import LineIdentity, SameJobLines
from cron2aws.task.whole import whole
from tests.shells import JOB, Ended, Host, ended

TOOLS = ("awk", "cat", "date", "find", "ln", "mkdir", "mv", "rm", "stat", "sync", "touch", "tr")
"""That the switch calls, and busybox has."""

TOLD = """\
# functions, which cost no process; the runner calls both in subshells
stat() {{
    # what was changed when is the test's to say: lines `SECONDS PATH`
    case $2 in
        %Z*)
            while read -r seconds path; do
                [ "$path" != "$3" ] || told=$seconds
            done <{folder}/changed
            [ -z "$told" ] || set -- "$1" "$told${{2#%Z}}" "$3"
            ;;
    esac
    exec {stat} "$@"
}}
date() {{
    case $1 in
        '+%s '*)
            read -r now stamp <{folder}/clock
            if [ "$stamp" ]; then echo "$now $stamp"; exit; fi
            set -- -d "@$now" "$@"
            ;;
    esac
    exec {date} "$@"
}}
told=
"""
RUN, KEEP = "2027-03-14T03-00Z", "9000000"
MINUTE = "%Y-%m-%dT%H:%MZ"


def iso(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):{MINUTE}}"


@dataclass(frozen=True, kw_only=True)
class Tabs:
    """A host's crontabs, below `host.folder`, and the task whose line is looked for."""

    host: Host
    task: str = "web-backup"

    @property
    def history(self) -> Path:
        return self.host.folder / "var/lib/cron2aws" / self.task / "history"

    def lines(self) -> list[str]:
        return self.history.read_text().splitlines() if self.history.exists() else []

    def lay_out(self, *, lives: str = "cron") -> None:
        self.host.lay_out()
        for name in ("etc/cron.d", "var/spool/cron/crontabs", "proc/1", "proc/417"):
            (self.host.folder / name).mkdir(parents=True, exist_ok=True)
        (self.host.folder / "proc/1/comm").write_text("systemd\n")
        (self.host.folder / "proc/417/comm").write_text(f"{lives}\n")
        if self.host.shell == "busybox":
            for name in TOOLS:
                self.host.links(name, "/bin/busybox")

    def fake(self) -> None:
        """Clock and times of change are told from now on."""
        real = {
            name: f"/bin/busybox {name}" if self.host.shell == "busybox" else shutil.which(name)
            for name in ("stat", "date")
        }
        (self.host.folder / "told").write_text(TOLD.format(folder=self.host.folder, **real))

    def clear(self) -> None:
        for path in ("etc/crontab", "etc/cron.d", "var/spool/cron", "var/lib/cron2aws", "run"):
            where = self.host.folder / path
            if where.is_dir():
                shutil.rmtree(where)
            else:
                where.unlink(missing_ok=True)
        for path in ("etc/cron.d", "var/spool/cron/crontabs", "run"):
            (self.host.folder / path).mkdir(parents=True)

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            where = self.host.folder / path
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(content)

    def write_history(self, lines: Iterable[tuple[int, str]], looked: int | None) -> None:
        """`lines`: seconds since 1970, and who."""
        text = "".join(f"from {iso(since)} {who}\n" for since, who in lines)
        if text or looked is not None:
            self.history.parent.mkdir(parents=True, exist_ok=True)
            self.history.write_text(text)
        if looked is not None:
            os.utime(self.history, (looked, looked))

    def tell(self, clock: int, changed: Mapping[str, int]) -> None:
        """The time, and when paths were changed last."""
        stamp = f"{datetime.fromtimestamp(clock, UTC):%Y-%m-%dT%H:%M:%S%z}"
        (self.host.folder / "clock").write_text(f"{clock} {stamp}\n")
        lines = (f"{seconds} {self.host.folder / path}\n" for path, seconds in changed.items())
        (self.host.folder / "changed").write_text("".join(lines))

    def pass_time(self) -> None:
        """Each `sleep` of a second moves the clock, and takes none; the watcher's moves nothing."""
        clock, real = self.host.folder / "clock", shutil.which("sleep")
        step = f"read -r now stamp <{clock}; echo $((now + 1)) $stamp >{clock}; exit"
        step = f"[ $1 != 1 ] || [ /proc/self/fd/1 -ef /dev/null ] || {{ {step}; }}"
        self.host.stand_in("sleep", f"#!/bin/sh\n{step}\nexec {real} .01\n")

    def clock(self) -> int:
        return int((self.host.folder / "clock").read_text().split()[0])

    def looked(self) -> int:
        return int(self.history.stat().st_mtime)

    def deliver(self, command: str, *, due: int | None, **facts: str) -> Ended:
        return ended(self.host.start(self.text(command, due=due, **facts)))

    def text(self, command: str, *, due: int | None, **facts: str) -> str:
        given = {
            "task": self.task,
            "run": RUN,
            "by": RUN,
            "due": "" if due is None else str(due),
            "keep": KEEP,
            "limit": "60",
            "root": str(self.host.folder),
            **facts,
        }
        told = self.host.folder / "told"
        return f". {told}\n" * told.exists() + whole(command, given)


def command_for(
    line: LineIdentity,
    *,
    user: str = "root",
    system: bool = True,
    dialect: str = "debian",
    job: str = "echo ran",
) -> str:
    """Of a task whose job prints `ran`, or does something else."""
    what: Job = replace(JOB, user=user, command=job, system=system, line=line)
    return render(what, habits_of(DIALECTS[dialect]), title="cron2aws 0123456789abcdef: x")


def line_for(
    tab: str,
    command: bytes,
    schedule: str,
    siblings: Iterable[str] = (),
    marker: bytes = b"",
) -> LineIdentity:
    schedules: dict[str, int] = {}
    for each in (schedule, *siblings):
        schedules[each] = schedules.get(each, 0) + 1
    group = SameJobLines(schedules=schedules, total=sum(schedules.values()))
    return LineIdentity(
        tab=f"/{tab}",
        command=decode_bytes(command),
        schedule=schedule,
        siblings=group.without(schedule),
        marker=decode_bytes(marker),
    )
