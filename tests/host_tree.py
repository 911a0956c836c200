"""A host that is a tree of files, with a daemon that only its files tell of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cron2aws.hosts.host import ReadHost
from cron2aws.hosts.local import read_host
from tests.shells import MACHINES_PATH, RUNUSER, executable

TAB = "etc/crontab"
LINE = "* * * * * root echo ran >>ran\n"
HAS_LINE = f"# of the host\n{LINE}"
HAS_NONE = "# of the host\n17 3 1 1 * root echo other\n"
SLEPT = 5000
"""How often a daemon has slept at the start, once a minute."""
DATE = """\
#!/bin/sh
case $1 in '+%s '*) set -- -d "@$(cat {folder}/clock)" "$@" ;; esac
exec {real} "$@"
"""
GETENT = """\
#!/bin/sh
# of the host in whose folder the agent has started this
exec grep "^$2:" "etc/$1"
"""
STAT = """\
#!/bin/sh
# `changed` has lines `SECONDS PATH`; whoever runs this is root here
said=$({real} "$@") || {{ code=$?; printf '%s\\n' "$said"; exit $code; }}
case $* in
    *%Z*)
        for path do :; done
        while read -r seconds known; do
            [ "$path" != "$known" ] || said="$seconds${{said#"${{said%%[!0-9]*}}"}}"
        done <{folder}/changed
        ;;
    *'%a %u %h'*) set -- $said; said="$1 0 $3" ;;
esac
printf '%s\\n' "$said"
"""


@dataclass(frozen=True, kw_only=True)
class OneHost:
    """A host: an instance, its tags, and its files below `root`."""

    id: str
    name: str
    root: Path
    tags: Mapping[str, str]

    @property
    def tab(self) -> Path:
        return self.root / TAB

    @property
    def text(self) -> str:
        return self.tab.read_text()

    @property
    def is_marked(self) -> bool:
        return self.tab.exists() and "# cron2aws:" in self.text

    def lay_out(self, text: str) -> None:
        for name in ("etc/cron.d", "var/spool/cron/crontabs"):
            (self.root / name).mkdir(parents=True)
        self.tab.write_text(text)
        self.tab.chmod(0o644)
        self.put_machine("root")

    def put_machine(self, *users: str) -> None:
        """All but the crontabs; each user is whoever runs this."""
        for name in ("home", "var/lib", "dev/shm", "run"):
            (self.root / name).mkdir(parents=True)
        (self.root / "run/crond.pid").write_text("417\n")
        rest = f"x:{os.getuid()}:{os.getgid()}::{self.root}/home:/bin/sh"
        for name, content in (
            ("hostname", self.name),
            ("debian_version", "12.0"),
            ("passwd", "\n".join(f"{user}:{rest}" for user in users)),
            ("shadow", "\n".join(f"{user}:*:19000:0:99999:7:::" for user in users)),
        ):
            (self.root / "etc" / name).write_text(f"{content}\n")
        (self.root / "home/ran").touch()
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        began = int((uptime - SLEPT * 60) * 100)
        for number, parent, comm in ((1, 0, "systemd"), (417, 1, "cron")):
            where = self.root / f"proc/{number}"
            where.mkdir(parents=True)
            fields = ["S", str(parent), *["0"] * 17, str(began)]
            (where / "comm").write_text(f"{comm}\n")
            (where / "stat").write_text(f"{number} ({comm}) {' '.join(fields)}\n")
            (where / "cmdline").write_text("/usr/sbin/cron\0-f\0")
        self.wake(0)

    def wake(self, times: int) -> None:
        """Its daemon has woken so often since the start."""
        for number, parent in ((1, 0), (417, 1)):
            status = self.root / f"proc/{number}/status"
            slept = f"voluntary_ctxt_switches:\t{SLEPT + times}\n"
            new = status.with_name("new")
            new.write_text(f"Name:\tcron\nState:\tS (sleeping)\nPPid:\t{parent}\n{slept}")
            new.rename(status)

    def read(self) -> ReadHost:
        return read_host(self.root, dialect="debian", timezone="UTC").read(label=self.name)

    @property
    def watched(self) -> Iterable[Path]:
        """The files and folders whose changes are told at the world's time."""
        return self.tab, self.tab.parent

    def cron_runs(self) -> list[str]:
        """What a daemon that reads the files now runs."""
        return ["cron"] * self.by_cron()

    def task_runs(self) -> list[str]:
        """What tasks have run since the beginning."""
        return ["task"] * self.by_task()

    def by_cron(self) -> int:
        """How often a daemon that reads the files now runs the job."""
        if not self.tab.exists():
            return 0
        entries = [entry for tab in self.read().host.tabs for entry in tab.crontab.entries]
        active = [entry for entry in entries if not entry.mark]
        return sum("ran >>ran" in entry.raw_command for entry in active)

    def by_task(self) -> int:
        """How often tasks have run the job."""
        return len((self.root / "home/ran").read_text().split())


def put_tools(folder: Path) -> None:
    """What the agent's PATH begins with: stand-ins for what tells time, and what becomes a user."""
    tools = folder / "bin"
    tools.mkdir()
    for name, text in (("date", DATE), ("stat", STAT)):
        executable(tools / name, text.format(real=f"/usr/bin/{name}", folder=folder))
    executable(tools / "getent", GETENT)
    executable(tools / "runuser", RUNUSER)


def path_of(folder: Path) -> str:
    """The agent's PATH."""
    return f"{folder}/bin:{MACHINES_PATH}"
