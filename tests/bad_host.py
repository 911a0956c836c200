"""A host of its own for one run of the runner: namespaces of mounts and processes, for root.

What the runner leaves behind ends with the run, and nothing of the machine is changed: /etc, /home,
/run, /tmp, /var/lib and /dev/shm are the run's own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.task.command import Job, habits_of, render
from cron2aws.task.whole import whole
from tests.bad_host_rows import ByHand, Row
from tests.shells import SHELLS
from tests.surroundings import cannot

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NAMESPACES = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
OF_THE_MACHINE = (
    "passwd", "group", "nsswitch.conf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "login.defs",
    "pam.d", "security", "alternatives", "environment", "default", "localtime",
)  # fmt: skip
"""What a host's programs need of /etc; of shadow nothing is copied."""
HOST = """\
set -e
mount -t proc proc /proc
mount --all --fstab "$2/mounts"
set +e
without() { # PROGRAM...: all others are there, as links
  for folder in bin sbin; do
    mkdir /mnt/less-$folder
    mount -t tmpfs none /mnt/less-$folder
    ln -s /mnt/$folder/* /mnt/less-$folder
    for each; do rm -f /mnt/less-$folder/$each; done
  done
  mount --bind /mnt/less-bin /usr/bin
  mount --bind /mnt/less-sbin /usr/sbin
}
stand_in() { # PROGRAM, its text from the input: it comes first
  { echo '#!/bin/sh'; cat; } >/mnt/first/$1
  chmod 755 /mnt/first/$1
}
script() {
  cd /usr/bin || exit
  env -i PATH="/mnt/first:$PATH" AWS_SSM_INSTANCE_ID=i-0abc $shell /mnt/script </dev/null
}
left() { /mnt/bin/find /run /tmp /var/lib /dev/shm -name 'cron2aws.*' >>/mnt/left; }
"""
"""Read by the namespaces' first process, in front of a case's own lines. Its arguments: the folder
that `made` gives, and the run's."""
EMPTY = ("/run", "/tmp", "/var/lib", "/dev/shm")
MOUNTS = """\
{etc}/etc /etc none bind
{etc}/home /home none bind
{folder} /mnt none bind
/usr/bin /mnt/bin none bind
/usr/sbin /mnt/sbin none bind
""" + "".join(f"cron2aws-tests {place} tmpfs mode=1777\n" for place in EMPTY)
"""All by one process. It leaves out what is mounted already, so the new ones have a name."""
ENTRIES = {"alice": 3001, "bob": 3002, "carl": 3003, "dora": 3004}
"""alice has a home, bob's is a file, carl's is closed to carl, dora's account has expired."""
LONG = 10_000
"""Of an output from this length on only the end is compared."""


@cache
def why_not() -> str | None:
    """Why there can be no such host here."""
    if os.geteuid() != 0:
        return "not root"
    for program in SHELLS.values():
        if not Path(program.split()[0]).exists():
            return f"there is no {program}"
    ran = subprocess.run([*NAMESPACES, "mount", "-t", "proc", "none", "/proc"], check=False)
    return "unshare --mount --pid does not work" if ran.returncode else None


def made(folder: Path) -> Path:
    """A host's /etc and /home in this folder, with the users of ENTRIES."""
    if reason := why_not():
        cannot(f"NOT CHECKED ON BAD HOSTS: {reason}")
    for name in OF_THE_MACHINE:
        there, here = Path("/etc", name), folder / "etc" / name
        here.parent.mkdir(parents=True, exist_ok=True)
        if there.is_dir():
            shutil.copytree(there, here, symlinks=True)
        elif there.exists():
            shutil.copy2(there, here)
    for name in ("passwd", "group", "shadow"):
        with (folder / "etc" / name).open("a", encoding="utf-8") as file:
            for user, number in ENTRIES.items():
                expires = "1" if user == "dora" else ""
                lines = {
                    "passwd": f"{user}:x:{number}:{number}::/home/{user}:/bin/sh\n",
                    "group": f"{user}:x:{number}:\n",
                    "shadow": f"{user}:*:20000:0:99999:7::{expires}:\n",
                }
                file.write(lines[name])
    (folder / "home/alice").mkdir(parents=True)
    (folder / "home/bob").touch()
    (folder / "home/carl").mkdir(mode=0o700)
    os.chown(folder / "home/alice", 3001, 3001)
    for each in (folder, *folder.parents):
        if each.is_relative_to(tempfile.gettempdir()) and each != Path(tempfile.gettempdir()):
            each.chmod(each.stat().st_mode | 0o111)
    return folder


@dataclass(frozen=True, kw_only=True)
class Told:
    """What Run Command is told."""

    code: int
    first: str
    """The first line, without what differs from run to run."""
    out: bytes
    err: bytes
    left: str
    """Files that the runner left."""


@dataclass(frozen=True, kw_only=True)
class BadHost:
    """One run: `folder` is its own, and new; `etc` is that of `made`."""

    etc: Path
    folder: Path
    shell: str = "dash"

    def check(self, row: Row) -> None:
        """What is told of this row's job on this row's host is what the row says."""
        job = Job(user=row.user, command=row.command, stdin=row.stdin, environment=row.env)
        text = render(job, habits_of(DIALECTS[row.dialect]), title="cron2aws 0123abcd: test")
        minute = int(self.folder.stat().st_mtime) // 60 * 60
        told = self.run(
            row.command if isinstance(row, ByHand) else text,
            facts={"run": "r1", "due": str(minute)} | row.facts,
            before=row.before,
            script=row.script,
        )
        assert re.fullmatch(row.pattern, told.first), (told.first, row.first)
        ends = told.out[-len(row.out) :], told.err[-len(row.err) :]
        if len(told.out) < LONG:
            ends = told.out, told.err
        assert (*ends, told.code, told.left) == (row.out, row.err, row.code, "")

    def run(
        self,
        command: str,
        facts: dict[str, str] | None = None,
        before: str = "",
        script: str = "script; code=$?",
    ) -> Told:
        """`before`: the host's own trouble; `script`: how the agent runs what it got."""
        facts = {"task": "0123abcd", "limit": "60", "keep": "86400", "by": "x"} | (facts or {})
        text = whole(command, facts).encode("utf-8", "surrogateescape")
        self.folder.chmod(0o755)
        (self.folder / "script").write_bytes(text)
        for name in ("bin", "sbin", "first"):
            (self.folder / name).mkdir(exist_ok=True)
        mounts = MOUNTS.format(etc=_in_fstab(self.etc), folder=_in_fstab(self.folder))
        (self.folder / "mounts").write_text(mounts, encoding="utf-8")
        program = f"shell='{SHELLS[self.shell]}'\n{HOST}{before}\n{script}\nleft\nexit $code\n"
        ran = subprocess.run(
            [*NAMESPACES, "/bin/sh", "-c", program, "sh", self.etc, self.folder],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": PATH},
            timeout=60,
            check=False,
        )
        first, _, rest = ran.stdout.partition(b"\n")
        left = self.folder / "left"
        return Told(
            code=ran.returncode,
            first=_same(first.decode("utf-8", "replace")),
            out=rest,
            err=re.sub(rb"^sh: \d+:", b"sh: N:", ran.stderr),
            left=left.read_text() if left.exists() else "the host was not made",
        )


def _in_fstab(path: Path) -> str:
    return str(path).replace("\\", r"\134").replace(" ", r"\040").replace("\t", r"\011")


def _same(first: str) -> str:
    first = re.sub(r" (seconds|started)=\S+", "", first.removeprefix("[cron2aws] "))
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "STAMP", first)
