"""Hosts for the runner's ledger: real shells in a tree of their own, killed at an exact step.

A stand-in on PATH stands in front of the program at whose call a delivery is killed. It does so
before or after the real one has done its work, so that no kill depends on the time. The job is one
of a command by hand: it appends who runs it to a file, whose length is the number of runs.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from cron2aws.task.whole import whole
from tests.shells import SHELLS, executable

TASK, RUN, KEEP = "web-backup", "2027-03-14T03-00Z", 100_000
PLACES = ("var/lib", "run")
NUMBERS = itertools.count()
PATIENCE = 60
"""Seconds after which a test is hopeless."""

STAND_IN = """\
#!/bin/sh
words=$*
if [ {name} = sleep ]; then
    # nothing is waited for; a watcher whose runner is gone would stay for as long as its limit
    [ "$1" = .01 ] || [ -e "/proc/$RUNNER" ] || kill -9 $PPID
    set -- .02
fi
case $KILL in
    "{name} "*) ;;
    *) exec {real} "$@" ;;
esac
case "{name} $words >$(readlink "/proc/$$/fd/1")" in
    $KILL) ;;
    *) exec {real} "$@" ;;
esac
[ "$WHEN" = before ] || {real} "$@"
kill -9 $WHOM
"""
"""KILL is a pattern for the call's words and where it writes to; it begins with the program."""

PLATTER = """\
#!{python} -IS
import os, sys
# What a disk has for certain: a file's bytes as of its fsync, a folder's names as of its own.
platter = {platter!r}
for path in sys.argv[1:]:
    try:
        number = os.stat(path).st_ino
    except OSError:
        continue
    if os.path.isdir(path):
        names = [(name, os.stat(os.path.join(path, name)).st_ino) for name in os.listdir(path)]
        text = "".join(f"{{number}} {{name}}\\n" for name, number in names).encode()
    else:
        text = open(path, "rb").read()
    with open(f"{{platter}}/{{number}}", "wb") as file:
        file.write(text)
"""

OTHER_BOOT = b"00000000-0000-4000-8000-000000000000"
"""What a claim of before the power cut has: only whether it is this boot's is ever asked."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a delivery has told."""

    code: int
    line: str
    stdout: str
    stderr: str

    @property
    def facts(self) -> dict[str, str]:
        """The first line's keys; empty where there is none, as of a runner that was killed."""
        head, mark, rest = self.line.partition("[cron2aws] ")
        keys, _, reason = rest.partition(" reason=") if mark and not head else ("", "", "")
        found = dict(each.split("=", 1) for each in keys.split())
        return found | ({"reason": reason} if reason else {})

    @property
    def outcome(self) -> str:
        """The first line's word; `again` where it is an earlier run's report."""
        return "again" if "again" in self.facts else self.facts.get("outcome", "")

    @property
    def told(self) -> tuple[str, str, str]:
        """All of it, without the mark of a report that is told again."""
        return self.line.replace("again=1 ", ""), self.stdout, self.stderr


@dataclass(frozen=True, kw_only=True)
class Kill:
    """Where a delivery is killed: at the call of a program, before or after it has done its work.

    `call` is a pattern of sh for the words of the call and what its output goes to. `group`: the
    whole process group, as the agent does it, or the runner alone.
    """

    call: str
    when: str = "before"
    group: bool = True

    def __str__(self) -> str:
        return f"{self.when} {self.call}, {'group' if self.group else 'runner'}"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A runner at work. `left` ends when no process of it is left, its job's included."""

    process: subprocess.Popen[bytes]
    left: int
    """The reading end of a pipe whose other end every process of it has open."""

    def report(self) -> Report:
        """What it told; it has ended, by itself or killed."""
        code = self.process.wait(PATIENCE)
        stdout, stderr = map(_written, (self.process.stdout, self.process.stderr))
        line, _, rest = stdout.partition("\n")
        return Report(code=code, line=line, stdout=rest, stderr=stderr)

    def settle(self) -> None:
        """Wait until nothing of it is left."""
        if not select.select([self.left], [], [], PATIENCE)[0]:
            self.end()
            raise TimeoutError
        os.close(self.left)

    def end(self) -> None:
        """Kill all that is left: the power is cut."""
        mark = Path(f"/proc/self/fd/{self.left}").readlink()
        while holders := list(_holders(mark)):  # one may just be starting another
            for each in holders:
                os.kill(each, signal.SIGKILL)
            self.process.poll()
        os.close(self.left)


def _written(pipe: IO[bytes] | None) -> str:
    """What is in a pipe that may still be open elsewhere: a report fits into one."""
    assert pipe
    with pipe:
        os.set_blocking(pipe.fileno(), False)
        return (pipe.read() or b"").decode()


def _holders(mark: Path) -> Iterator[int]:
    for each in Path("/proc").iterdir():
        if not each.name.isdigit() or int(each.name) == os.getpid():
            continue
        try:
            found = [name.readlink() for name in (each / "fd").iterdir()]
        except OSError:
            continue
        if mark in found:
            yield int(each.name)


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host's tree, with its ledger and its clock."""

    shell: str
    folder: Path
    due: int
    before: list[str] = field(default_factory=list)
    """What stands in front of the shell: a namespace, say."""

    @property
    def root(self) -> Path:
        """What the runner takes for `/`."""
        return self.folder / "root"

    @property
    def gate(self) -> Path:
        """A job goes on while this is there."""
        return self.folder / "gate"

    @property
    def runs(self) -> list[str]:
        """Who has run the job, in order."""
        count = self.folder / "count"
        return count.read_text().split() if count.exists() else []

    def ledger(self, place: str = "var/lib", run: str = RUN) -> Path:
        """A run's claim; its other files have a suffix."""
        return self.root / place / "cron2aws" / TASK / run

    def has(self, suffix: str = "", run: str = RUN) -> bool:
        """Whether a file of a run is in any place."""
        return any(
            self.ledger(place, run).with_name(run + suffix).exists()
            for place in PLACES
            if (self.root / place).is_dir()
        )

    def script(self, by: str, *, run: str = RUN, job: str = "", **facts: str) -> Path:
        """The whole text of a delivery, as a file."""
        given = {
            "task": TASK, "run": run, "by": by, "due": str(self.due), "limit": "60",
            "keep": str(KEEP), "root": str(self.root), **facts,
        }  # fmt: skip
        text = (
            f"echo {by} >>{self.folder}/count; echo told; echo wrong >&2; {job}\n"
            f"while [ -e {self.gate} ]; do {shutil.which('sleep')} .02; done; exit 3"
        )
        path = self.folder / f"script-{next(NUMBERS)}"  # a shell reads while it runs
        path.write_text(whole(text, given), encoding="utf-8")
        return path

    def deliver(
        self, by: str = "first", kill: Kill | None = None, *, job: str = "", **facts: str
    ) -> Delivery:
        """Start the runner as the agent does, in a process group of its own."""
        script = self.script(by, job=job, **facts)
        whom = '"-$RUNNER"' if kill and kill.group else '"$RUNNER"'
        own = f"{self.folder}/bin"
        if kill:
            own = f"{self._killing(kill.call.split()[0])}:{own}"
        environment = {
            "PATH": f"{own}:{os.defpath}:/usr/sbin:/sbin",
            "KILL": kill.call if kill else "",
            "WHEN": kill.when if kill else "",
        }
        reader, low = os.pipe()
        writer = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 50)  # the runner has 3 to 8 for itself
        os.close(low)
        process = subprocess.Popen(
            [
                "/bin/sh", "-c",
                f'export RUNNER=$$; export WHOM={whom}; exec "$@"', "sh",
                *self.before, *SHELLS[self.shell].split(), str(script),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            pass_fds=[writer],
            start_new_session=True,
        )  # fmt: skip
        os.close(writer)
        return Delivery(process=process, left=reader)

    def _killing(self, program: str) -> Path:
        """A folder with a stand-in for this one, which each delivery sees that is killed there."""
        place = self.folder / "killing" / program
        if not place.exists():
            place.mkdir(parents=True)
            own = self.folder / "bin" / program
            real = str(own) if program == "sync" and own.exists() else str(shutil.which(program))
            _stand_in(place / program, real)
        return place

    def tell(self, by: str = "first", **facts: str) -> Report:
        """A delivery, from its start to its end."""
        delivery = self.deliver(by, None, **facts)
        report = delivery.report()
        delivery.settle()
        return report

    def tell_all(self, *steps: str | Path) -> list[Report]:
        """Scripts of deliveries, and commands, one after the other; mounts are nobody else's."""
        driver = self.folder / "driver"
        lines = [
            f"code=0; {SHELLS[self.shell]} {step} >{step}.out 2>{step}.err || code=$?\n"
            f"echo $code >{step}.code"
            if isinstance(step, Path)
            else step
            for step in steps
        ]
        driver.write_text("\n".join(["set -e", f"cd {self.root}", *lines, ""]))
        subprocess.run(
            ["unshare", "--mount", "sh", str(driver)],
            env={"PATH": f"{self.folder}/bin:{os.defpath}:/usr/sbin:/sbin"},
            stdin=subprocess.DEVNULL,
            check=True,
        )
        return [_report_in(step) for step in steps if isinstance(step, Path)]

    def keep_a_platter(self) -> Path:
        """From here on, `sync` notes what the disk has for certain: all that is there, at first."""
        platter = self.folder / "platter"
        platter.mkdir()
        text = PLATTER.format(python=sys.executable, platter=str(platter))
        executable(self.folder / "keep", text)
        (self.folder / "bin/sync").symlink_to(self.folder / "keep")
        lib = self.root / "var/lib"
        subprocess.run([self.folder / "keep", lib, *lib.rglob("*")], check=True)
        return platter

    def after_power_cut(self, platter: Path, disk: str, folder: Path) -> Host:
        """The same host, started anew in another folder, with what its disk has.

        `synced`: what was synced, and nothing else. `names`: all names, but a file's bytes only if
        they were synced, else it is empty. `all`: as if the disk had been quick.
        """
        made = make(self.shell, folder)
        old, new = self.root / "var/lib", made.root / "var/lib"
        if disk == "synced":
            for path, content in _survivors(platter, old, Path()):
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                (new / path).write_bytes(content)
        else:
            shutil.copytree(old, new, dirs_exist_ok=True)
        for path in [each for each in old.rglob("*") if disk == "names" and each.is_file()]:
            (new / path.relative_to(old)).write_bytes(_synced(platter, path))
        boot = Path("/proc/sys/kernel/random/boot_id").read_bytes().strip()
        for path in [each for each in new.rglob("*") if each.is_file()]:
            path.write_bytes(path.read_bytes().replace(boot, OTHER_BOOT))
        return replace(made, due=self.due)


def _report_in(script: Path) -> Report:
    code, out, err = (Path(f"{script}.{each}").read_text() for each in ("code", "out", "err"))
    line, _, rest = out.partition("\n")
    return Report(code=int(code), line=line, stdout=rest, stderr=err)


def _synced(platter: Path, path: Path) -> bytes:
    kept = platter / str(path.stat().st_ino)
    return kept.read_bytes() if kept.exists() else b""


def _survivors(platter: Path, folder: Path, at: Path) -> Iterator[tuple[Path, bytes]]:
    for line in _synced(platter, folder).decode().splitlines():
        number, _, name = line.partition(" ")
        if (folder / name).is_dir():
            yield from _survivors(platter, folder / name, at / name)
        elif (platter / number).exists():
            yield at / name, (platter / number).read_bytes()
        else:
            yield at / name, b""


def _stand_in(path: Path, real: str) -> None:
    executable(path, STAND_IN.format(name=path.name, real=real))


def now() -> int:
    """Seconds since 1970, as the host's own clock has them."""
    return int(time.time())  # noqa: TID251 (what `date` says there)


def make(shell: str, folder: Path, *, before: list[str] | None = None) -> Host:
    """A new host: it has /var/lib and /run, and its minute was half a minute ago."""
    for each in ("bin", "root/var/lib", "root/run", "root/dev/shm"):
        (folder / each).mkdir(parents=True)
    _stand_in(folder / "bin/sleep", str(shutil.which("sleep")))
    return Host(shell=shell, folder=folder, due=now() - 30, before=before or [])
