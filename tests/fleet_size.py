"""`python -m tests.fleet_size HOSTS ENTRIES`: what a large fleet takes, in rows for the docs.

The commands, the functions and the reading script are real. Probes and edits are answered for the
hosts as their scripts would: ready, and done in the next minute. Time is virtual, a stack takes
60 s, and every call takes from its bucket (aws/rates.py).
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import re
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cron2aws.cli.main import call
from cron2aws.sandbox import run_command
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Outcome, RunWithShell, StandInHost
from cron2aws.sandbox.time.clock import VirtualClock
from tests import bulk
from tests.calling import opened

TAG = ("--tag", "role=web")
FROM_HOSTS = ("--from-hosts", *TAG)
LACKING, LATER = 10, 25
"""Each so-many-th host lacks the last entry, or has the first one an hour later."""

PATCH = re.compile(r"^patch='([A-Za-z0-9+/=]+)'$", re.MULTILINE)
PIECE = re.compile(r"^piece=.*$", re.MULTILINE)
RUN_COMMAND: Any = run_command
EXECUTE: Callable[..., Outcome] = RUN_COMMAND.execute


def lay_out(folder: Path, hosts: int, entries: int) -> list[StandInHost]:
    made = []
    for number in range(1, hosts + 1):
        root = folder / f"web-{number:03}"
        for each in ("etc/cron.d", "var/spool/cron/crontabs", "proc", "run"):
            (root / each).mkdir(parents=True)
        lines = [
            f"{n % 60} {(n + (n == 0 and number % LATER == 0)) % 24} * * * root /opt/job-{n}\n"
            for n in range(entries - (number % LACKING == 0))
        ]
        for name, text in (
            ("crontab", "".join(lines)),
            ("hostname", f"{root.name}\n"),
            ("debian_version", "12.0\n"),
            ("os-release", 'ID=debian\nVERSION_ID="12"\n'),
            ("timezone", "UTC\n"),
            ("passwd", "root:x:0:0:root:/root:/bin/bash\n"),
        ):
            (root / "etc" / name).write_text(text)
        made.append(
            StandInHost(
                instance_id=f"i-{number:>017}",
                name=root.name,
                tags={"Name": root.name, "role": "web"},
                root=root,
                behaviour=RunWithShell(),
            )
        )
    return made


class Played:
    """The hosts' answers: the reading script runs once on each, the others are answered."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._read: dict[tuple[Path | None, str], Outcome] = {}

    def __call__(self, script: str, *, timeout: float, root: Path | None, **more: Any) -> Outcome:
        now = self._now()
        if "\nprobe=1\n" in script:
            head = "[cron2aws] exit=- seconds=0 outcome=ready line=unknown"
            return Outcome(stdout=f"{head} clock={int(now.timestamp())}\n", seconds=1)
        if patch := PATCH.search(script):
            text = gzip.decompress(base64.b64decode(patch[1])).decode()
            check = "\nact=check\n" in script
            if root and not check:
                _make(text, now, root)
                self._read = {key: each for key, each in self._read.items() if key[0] != root}
            return _edited(text, now, check=check)
        if (piece := PIECE.search(script)) is None:
            message = "a script that nobody plays"
            raise AssertionError(message)
        key = (root, piece[0])
        if key not in self._read:
            self._read[key] = EXECUTE(script, timeout=timeout, root=root, **more)
        return self._read[key]


def _make(text: str, now: datetime, root: Path) -> None:
    """The edit itself, but for what a host keeps of it."""
    path, old, made = root, b"", b""
    for kind, *words in (line.split() for line in text.splitlines()):
        if kind == "file":
            path, made = root / words[1].lstrip("/"), b""
            old = path.read_bytes()
        elif kind == "keep":
            made += old[int(words[0]) - 1 :][: int(words[1])]
        elif kind == "mark":
            made += f" # cron2aws:{words[0]}@{now:%Y-%m-%dT%H:%MZ} {words[1]} | ".encode()
        elif kind == "end":
            path.write_bytes(made)


def _edited(text: str, now: datetime, *, check: bool) -> Outcome:
    files = [line.split() for line in text.splitlines() if line.startswith("file ")]
    if check:
        said = "".join(f"[cron2aws] edit=ready file={each[2]}\n" for each in files)
        return Outcome(stdout=said, seconds=1)
    begins = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    counts = f"{begins + timedelta(minutes=1):%Y-%m-%dT%H:%MZ}"
    said = "".join(
        f"[cron2aws] edit=done file={each[2]} minute={counts} sha256={each[4]}\n" for each in files
    )
    return Outcome(stdout=said, seconds=(begins - now).total_seconds() + 6)


class Cloud(bulk.Cloud):
    """Counts the command's own calls apart from the functions'."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox, bulk.Wanted(entries=0))
        self.own: Counter[str] = Counter()

    def _count(self, client: object, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        self.own[operation] += threading.get_ident() == self.main
        return super()._count(client, operation, given)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What one command took; `calls` by operation: its own, and those of all together."""

    name: str
    code: int
    seconds: float
    real: float
    own: Counter[str]
    calls: Counter[str]
    refused: Counter[str]
    megabytes: int
    printed: str

    def row(self) -> str:
        calls = ", ".join(f"{name} {number:,}" for name, number in self.own.most_common(7))
        others = self.calls.total() - self.own.total()
        refused = ", ".join(f"{name} {number:,}" for name, number in self.refused.items()) or "0"
        return (
            f"| {self.name} | {self.code} | {self.seconds:,.0f} | {calls} | {others:,} | "
            f"{refused} | {self.megabytes} |"
        )


@contextlib.contextmanager
def fleet(folder: Path, hosts: int, entries: int) -> Iterator[Callable[..., Taken]]:
    """What runs a command over such a fleet."""
    clock = VirtualClock(datetime(2027, 3, 14, 3, 0, 20, tzinfo=UTC))
    with (
        contextlib.chdir(folder),
        bulk._state(str(folder)),
        Sandbox(lay_out(folder, hosts, entries), clock=clock) as sandbox,
    ):
        RUN_COMMAND.execute = Played(clock.now)
        call(["setup", *TAG, "--yes"], opened(sandbox))

        def taken(name: str, words: Sequence[str]) -> Taken:
            cloud, printed = Cloud(sandbox), io.StringIO()
            with (
                cloud.installed(),
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
            ):
                sandbox.load.enforced = True
                sandbox.load.refused.clear()
                begun, real = sandbox.now, time.monotonic()
                code = call(list(words), cloud.context())
                sandbox.load.enforced = False
            return Taken(
                name=name,
                code=code,
                seconds=(sandbox.now - begun).total_seconds(),
                real=time.monotonic() - real,
                own=cloud.own,
                calls=cloud.calls,
                refused=+sandbox.load.refused,
                megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                printed=printed.getvalue(),
            )

        try:
            yield taken
        finally:
            RUN_COMMAND.execute = EXECUTE


def commands(folder: Path) -> dict[str, Sequence[str]]:
    """What is measured, by what the docs call it."""
    scan = ("scan", *FROM_HOSTS)
    html = ("-o", "html", "--report-file", str(folder / "report.html"))
    out = ("migrate", *FROM_HOSTS, "--parallel", "20")
    plan = str(folder / "report.plan.json")
    return {
        "`scan`": scan,
        "`scan -o json`": (*scan, "-o", "json", "--report-file", str(folder / "report.json")),
        "`scan -o html`": (*scan, *html),
        "`migrate --dry-run`": (*out, "--dry-run"),
        "`migrate --comment-out`": (*out, "--comment-out", "--yes"),
        "`status`": ("status", *FROM_HOSTS),
        "`rollback`": ("rollback", *FROM_HOSTS, "--parallel", "20", "--yes"),
        "`migrate --plan-file`": (*out, "--comment-out", "--dry-run", "--plan-file", plan),
        "`apply`": ("apply", plan, "--yes", "--parallel", "20"),
    }


def main(hosts: int, entries: int, names: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with fleet(folder, hosts, entries) as taken:
            for number, (what, words) in enumerate(commands(folder).items()):
                if names and str(number) not in names:
                    continue
                found = taken(what, words)
                print(found.row())  # noqa: T201
                lines, longest = found.printed.split("\n"), max(map(len, found.printed.split("\n")))
                sizes = {each.name: each.stat().st_size for each in folder.glob("report.*")}
                sys.stderr.write(
                    f"{what}: {len(lines)} lines, {longest} columns, {found.real:.0f} s real, "
                    f"{sizes} {found.calls}\n"
                )
                if found.code:
                    sys.stderr.write(found.printed[-3000:])
                sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
