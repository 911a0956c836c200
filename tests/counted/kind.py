"""What a host is besides its crontabs: its daemon, how late that is, and how its clock goes."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DEBIANS, FEDORAS = "/var/spool/cron/crontabs", "/var/spool/cron"
LATE = ("sleep", "read")
"""How a daemon may be late: it wakes late, or waits for its disk before it reads (late.c)."""
_FEDORA = 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=41\nPRETTY_NAME="Fedora Linux 41"\n'
_CRONIE = "Package: cronie\nStatus: install ok installed\nVersion: 1.7.2-4\n\n"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Debian's cron, in time, by a clock that is right, unless it is said.

    `cronie` is the folder in which cronie 1.7.2 was built, for its `spool`. The host's clock is so
    many seconds `ahead`. The daemon is `late` in a `share` of the minutes.
    """

    cronie: Path | None = None
    spool: str = DEBIANS
    ahead: int = 0
    late: str = ""
    share: float = 0
    seed: int = 0

    def put(self, folder: Path) -> None:
        """Into the folder of a host's own files: `mnt/daemon`, and what it needs."""
        program = "/usr/sbin/cron -f -L 15"
        if self.cronie:
            shutil.copy(self.cronie / "src/crond", folder / "mnt/crond")
            shutil.copy("/etc/pam.d/cron", folder / "etc/pam.d/crond")
            program = "/mnt/crond -n"
            if self.spool == FEDORAS:
                (folder / "etc/os-release").unlink()
                (folder / "etc/os-release").write_text(_FEDORA)
                (folder / "etc/debian_version").unlink()
            else:
                (folder / "var/lib/dpkg").mkdir()
                (folder / "var/lib/dpkg/status").write_text(_CRONIE)
        if self.late:
            numbers = {"SHARE": round(self.share * 100), "SEED": self.seed}
            _compile("late", folder, WHERE=self.late.upper(), **numbers)
            program = f"env LD_PRELOAD=/mnt/late.so {program}"
        if self.ahead:
            _compile("clock", folder, AHEAD=self.ahead)
            (folder / "etc/ld.so.preload").write_text("/mnt/clock.so\n")
        (folder / "mnt/daemon").write_text(f"#!/bin/sh\nexec {program}\n")
        (folder / "mnt/daemon").chmod(0o755)


def _compile(name: str, folder: Path, **given: object) -> None:
    defined = [f"-D{key}={value}" for key, value in given.items()]
    made = folder / f"mnt/{name}.so"
    source = str(HERE / f"{name}.c")
    command = ["gcc", "-O1", "-Wall", "-shared", "-fPIC", *defined, "-o", str(made), source]
    subprocess.run([*command, "-ldl"], check=True)
