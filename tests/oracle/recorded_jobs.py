"""Jobs that were recorded on real daemons, laid out as a host to run them again."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.reader import read_crontab
from cron2aws.task.command import command_of, script_of
from cron2aws.task.line_identity import key_of, line_identity_of, lines_by_job

DATA = Path(__file__).parents[1] / "data"
RECORDER = """#!/bin/sh
# a job, or the shell of one: keeps what it was given
out=/opt/out/$T
/bin/mkdir "$out" || exit
/bin/cp /proc/$$/environ /proc/$$/cmdline "$out"
/bin/cat >"$out/stdin"
pwd -P >"$out/directory"
umask >"$out/umask"
ulimit -n >"$out/limit"
/usr/bin/id >"$out/ids"
: >"$out/done"
"""
USERS = {
    "alice": (2001, "/bin/bash", "*:19000:0:99999:7:::"),
    "bob": (2002, "/bin/zsh", "*:19000:0:99999:7:::"),
    "carol": (2003, "/usr/sbin/nologin", "*:19000:0:99999:7:::"),
    "dave": (2004, "/bin/sh", "*:19000:0:99999:7:::"),
    "erin": (2005, "/bin/sh", "*:19000:0:99999:7::18000:"),  # an account that has expired
    "frank": (2006, "/bin/sh", "$6$x$y:18000:0:30:7:::"),  # a password that has
    "gina": (2007, "/bin/sh", "!:19000:0:99999:7:::"),
}
"""The users of the recordings: number, shell, what is in /etc/shadow."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One entry, and what its daemon gave it: None where it was not run."""

    id: str
    system: bool
    user: str
    env_lines: tuple[str, ...]
    line: str
    observed: Mapping[str, Any] | None = field(compare=False)

    @property
    def at_start(self) -> str:
        """The line with @reboot as its schedule."""
        return self.line.replace("* * * * *", "@reboot", 1)


def read_cases(name: str) -> list[Case]:
    """Those with a job to record; one tells its parent's number, which is never the same."""
    return [
        Case(
            id=case["id"],
            system=case["tab"].startswith("/etc/"),
            user=case["user"],
            env_lines=tuple(case["env_lines"]),
            line=case["line"],
            observed=case["observed"],
        )
        for case in json.loads((DATA / name).read_text("utf-8"))
        if not case["id"].startswith("mail-") and case["id"] != "bob-sh-vars"
    ]


Record = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Host:
    """A folder that is to be the host."""

    folder: Path

    def lay_out(self) -> None:
        shutil.copytree("/etc", self.folder / "etc", symlinks=True)
        for name in ("home", "opt/out", "scripts", "spool/crontabs"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "opt/out").chmod(0o1777)
        recorder = self.folder / "opt/capture"
        recorder.write_text(RECORDER)
        recorder.chmod(0o755)
        self._users()
        etc = self.folder / "etc"
        (etc / "environment").write_text(
            'FROM_ETC_ENVIRONMENT=yes\nPATH="/env/bin:/usr/bin:/bin"\n'
        )
        (etc / "default/locale").write_text("LANG=en_US.UTF-8\n")
        (etc / "security/limits.d").mkdir(exist_ok=True)
        (etc / "security/limits.d/test.conf").write_text("alice hard nofile 333\n")
        (etc / "crontab").write_text("")
        shutil.rmtree(etc / "cron.d")
        (etc / "cron.d").mkdir()

    def _users(self) -> None:
        texts = {name: (self.folder / "etc" / name).read_text() for name in ("passwd", "group")}
        shadow = (self.folder / "etc/shadow").read_text()
        for name, (number, shell, secret) in USERS.items():
            texts["passwd"] += f"{name}:x:{number}:{number}::/home/{name}:{shell}\n"
            texts["group"] += f"{name}:x:{number}:\n"
            shadow += f"{name}:{secret}\n"
            if name != "dave":
                home = self.folder / "home" / name
                home.mkdir()
                os.chown(home, number, number)
        texts["group"] += "cronextra:x:3000:alice\nsecond:x:3001:alice,bob\n"
        for name, text in texts.items():
            (self.folder / "etc" / name).write_text(text)
        (self.folder / "etc/shadow").write_text(shadow)

    def install(self, cases: Iterable[Case]) -> None:
        """Each in its own file of cron.d, or one behind the other in its user's crontab."""
        for case in cases:
            lines = "".join(f"{line}\n" for line in (*case.env_lines, case.at_start))
            if case.system:
                path = self.folder / "etc/cron.d" / case.id
            else:
                path = self.folder / "spool/crontabs" / case.user
            with path.open("a", encoding="utf-8") as file:
                file.write(lines)
            path.chmod(0o600)

    def write_scripts(self, cases: Iterable[Case], dialect: Dialect) -> None:
        for case in cases:
            data = "".join(f"{line}\n" for line in (*case.env_lines, case.line)).encode()
            crontab = read_crontab(data, dialect, system=case.system, user=case.user)
            (entry,) = crontab.entries
            command = command_of(
                entry,
                dialect,
                entry_id="0123abcd",
                line=line_identity_of(entry, case.id, lines_by_job([entry])[key_of(entry)]),
                system=case.system,
            )
            text = script_of(command, case.id)
            (self.folder / "scripts" / case.id).write_text(text, encoding="utf-8")

    def keep_scripts(self, some: slice) -> set[str]:
        """Remove the others, in the order of their names; returns which are left."""
        scripts = self.folder / "scripts"
        names = sorted(path.name for path in scripts.iterdir() if path.suffix != ".out")
        kept = set(names[some])
        for name in names:
            if name not in kept:
                (scripts / name).unlink()
        return kept

    def run(self, *, wanted: int) -> None:
        """`wanted`: how many jobs the daemon is to run, 0 for no daemon."""
        (self.folder / "wanted").write_text(str(wanted))
        program = Path(__file__).with_name("job_namespace.py")
        subprocess.run(
            ["unshare", "--mount", sys.executable, program, self.folder],
            check=True,
            stderr=subprocess.DEVNULL,  # PAM's words on the expired users
        )

    def forget(self, by: str) -> None:
        shutil.rmtree(self.folder / "opt" / by)
        (self.folder / "opt" / by).mkdir()
        (self.folder / "opt" / by).chmod(0o1777)

    def records(self, by: str) -> dict[str, Record]:
        """What each job got, by the daemon (`daemon`) or by the runner (`out`)."""
        done = sorted((self.folder / "opt" / by).glob("*/done"))
        return {path.parent.name: _read(path.parent) for path in done}


def _read(out: Path) -> Record:
    record = {path.name: path.read_bytes().decode("latin-1") for path in sorted(out.iterdir())}
    record["environ"] = "\0".join(sorted(record["environ"].split("\0")))
    record["argv"] = record.pop("cmdline")
    ids = re.sub(r"\([^)]*\)", "", record.pop("ids"))  # without the names
    return record | {key: value for key, _, value in (word.partition("=") for word in ids.split())}
