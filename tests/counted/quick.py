"""Many blows in little time: a tree of files, and an AWS whose clock need not be waited for.

Nobody's cron reads the tree: a job whose line is active is cron's. After each command a minute is
fired, and the real runner says with the real files whether it is the task's. The edit has neither a
daemon to wait for nor a history, as for any copy; rounds.py has both.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, stand_in
from cron2aws.sandbox.server import SandboxServer
from cron2aws.sandbox.time.clock import VirtualClock
from tests.counted.count import MINUTE, Wrong
from tests.counted.kills import step_of
from tests.counted.rounds import AGAIN, Step, Story, now, pause
from tests.counted.truth import Stated, stated_of

LONGEST = 12.0
"""Seconds of a command within which it is struck."""
KINDS = ("KILL", "KILL", "TERM", "HUP", "INT")
JOBS = ("q1", "q2", "q3", "q4")
FILES = {
    "etc/crontab": "# system\n* * * * * root {job} q1\n*/2 * * * * root {job} q1\n@reboot root x\n",
    "etc/cron.d/app": "SHELL=/bin/sh\n* * * * * root {job} q2\n* * * * * root {job} q3\n",
    "var/spool/cron/crontabs/root": "* * * * * {job} q4\n",
    "etc/hostname": "web\n",
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/debian_version": "12.0\n",
}
DATE = """#!/bin/sh
case $1 in '+%s '*) set -- -d "@$(cat {folder}/clock)" "$@" ;; esac
exec /bin/date "$@"
"""
LINE = re.compile(r"^(\S+(?: \S+){4}) (?:root )?\S+ (q\d)$", re.MULTILINE)


class NotedClock(VirtualClock):
    """The sandbox's time, where the runner's `date` finds it."""

    def __init__(self, start: datetime, folder: Path) -> None:
        super().__init__(start)
        self._file = folder / "clock"
        self._noted = 0

    def now(self) -> datetime:
        moment = super().now()
        seconds = int(moment.timestamp())
        if seconds != self._noted:
            new = self._file.with_suffix(f".{time.monotonic_ns()}")
            new.write_text(str(seconds))
            new.rename(self._file)
            self._noted = seconds
        return moment


class Quick:
    """One tree, one sandbox in this process, and commands in processes of their own."""

    def __init__(self, folder: Path, code: Path, seed: int, say: Callable[[str], None]) -> None:
        self.story = Story(name=folder.name)
        self._folder = folder
        self._tree = folder / "web"
        self._code = code
        self._chance = random.Random(seed)
        self._say = say
        self._number = 0
        self._before: dict[str, bytes] = {}

    def work(self, blows: int, end: datetime) -> Story:
        self._make_files()
        os.environ["PATH"] = f"{self._folder / 'bin'}:{os.environ['PATH']}"
        # by the runner's clock every edit was made long ago
        clock = NotedClock(now() + timedelta(days=1), self._folder)
        host = stand_in("web", root=self._tree, behaviour=RunWithShell())
        with Sandbox([host], clock=clock) as self._aws, SandboxServer(self._aws, 0) as server:
            self._url = server.url
            while self._struck < blows and now() < end:
                self._round()
        return self.story

    @property
    def _struck(self) -> int:
        return sum(bool(step.blow) for step in self.story.steps)

    def _make_files(self) -> None:
        for name, text in FILES.items():
            path = self._tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.format(job=self._folder / "job"))
            path.chmod(0o600 if name.startswith("var") else 0o644)
        for name, text in (
            ("job", f"#!/bin/sh\necho $1 >>{self._folder}/ran\n"),
            ("bin/date", DATE.format(folder=self._folder)),
        ):
            path = self._folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)
        (self._folder / "ran").touch()
        self._before = self._bytes()

    def _bytes(self) -> dict[str, bytes]:
        names = [name for name in FILES if name.count("cron")]
        return {name: (self._tree / name).read_bytes() for name in names}

    def _round(self) -> None:
        out = ("migrate", str(self._tree), "--tag", "Name=web", "--comment-out", "--yes")
        back = ("rollback", "--source", str(self._tree), "--yes")
        for _ in range(self._chance.randint(3, 9)):
            # from every state: nothing there, half of it, all of it
            if self._chance.random() < 0.3:
                self._to_its_end(out)
            self._struck_once(self._chance.choice((out, out, back)))
        self._to_its_end(back)
        if self._bytes() == self._before:
            self.story.bytes_back += 1
        else:
            self.story.bytes_not_back += 1
            self._trouble(f"the bytes are not back after command {self._number}")

    def _struck_once(self, arguments: Sequence[str]) -> None:
        self._command(arguments, self._chance.choice(KINDS), self._chance.uniform(0.3, LONGEST))

    def _to_its_end(self, arguments: Sequence[str]) -> None:
        for _ in range(AGAIN):
            if self._command(arguments) == 0:
                return
        self._trouble(f"{arguments[0]} does not come to its end: {self._number}")

    def _run(self, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "CRON2AWS_STATE": str(self._folder / "state"),
            "PYTHONPATH": str(self._code / "src"),
            "AWS_DEFAULT_REGION": "us-east-1",
            **dict.fromkeys(keys, "sandbox"),
        }
        with log.open("wb") as file:
            return subprocess.Popen(
                [sys.executable, "-m", "cron2aws", "--endpoint-url", self._url, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=environment,
            )

    def _command(self, arguments: Sequence[str], kind: str = "", after: float = 0) -> int:
        self._number += 1
        log = self._folder / f"command-{self._number:03}-{arguments[0]}.log"
        began = time.monotonic()
        running = self._run(arguments, log)
        blow = ""
        if kind:
            pause(after)
            if running.poll() is None:
                running.send_signal(signal.Signals[f"SIG{kind}"])
                blow = f"{kind} command"
        code = running.wait()
        said = log.read_text(errors="replace").splitlines()
        if any(line.startswith("Traceback") for line in said):
            self._trouble(f"a traceback: {log}")
        stated = self._status() if blow else Stated(code=0, words={}, nowhere=0, false=())
        self.story.steps.append(
            Step(
                command=arguments[0],
                blow=blow,
                at=step_of("\n".join(said)),
                code=code,
                seconds=round(time.monotonic() - began, 1),
                status=str(stated),
                nowhere=stated.nowhere,
                false=stated.false,
            )
        )
        for each in stated.false:
            self._trouble(f"status after {arguments[0]} {blow} ({self._number}): {each}")
        self._fire()
        self._say(f"{now():%H:%M:%S} {self.story.name} {self._number} {arguments[0]} {blow} {code}")
        return code

    def _status(self) -> Stated:
        log = self._folder / f"status-{self._number:03}.log"
        code = self._run(("status", "-o", "json", str(self._tree)), log).wait()
        return stated_of(code, log.read_text(), b"\n".join(self._bytes().values()), self._url)

    def _fire(self) -> None:
        """One minute, in which each job must have run once, by cron or by its task."""
        clock = self._aws.clock
        minute = self._aws.now.replace(second=0, microsecond=0) + MINUTE
        clock.sleep((minute - self._aws.now).total_seconds() + 3)
        was = len((self._folder / "ran").read_text().split())
        why: list[str] = []
        for arn in self._aws.fire_due(minute):
            ended = self._aws.wait(arn)
            if ended["status"] != "SUCCEEDED":
                why.append(str(ended["cause"])[:200])
        by_task = Counter((self._folder / "ran").read_text().split()[was:])
        by_cron = self._active(minute)
        counted = self.story.counted
        counted.minutes += 1
        for job in JOBS:
            expected = 1 + (job == "q1" and minute.minute % 2 == 0)
            counted.runs += expected
            counted.by_cron += by_cron[job]
            counted.by_task += by_task[job]
            if by_cron[job] + by_task[job] != expected:
                runs = ("cron",) * by_cron[job] + ("task",) * by_task[job]
                told = tuple(each for each in why if "no cron daemon" not in each)
                wrong = Wrong(
                    host=self.story.name,
                    job=job,
                    minute=minute.astimezone(UTC),
                    expected=expected,
                    runs=runs,
                    told=told,
                )
                counted.wrong.append(wrong)
                self._trouble(f"{wrong.kind} after command {self._number}: {wrong}")

    def _active(self, minute: datetime) -> Counter[str]:
        """The jobs that a daemon would start, by the lines that are none of a comment's."""
        found: Counter[str] = Counter()
        for data in self._bytes().values():
            for schedule, job in LINE.findall(data.decode()):
                every = int(schedule.split()[0][2:] or 1)
                found[job] += schedule[0] == "*" and minute.minute % every == 0
        return found

    def _trouble(self, text: str) -> None:
        self.story.troubles.append(text)
        self._say(f"{now():%H:%M:%S} {self.story.name} TROUBLE {text}")
