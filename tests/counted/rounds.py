"""Hand-overs and rollbacks of one host, with a blow in each, counted from first to last minute."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.counted.cloud import Cloud
from tests.counted.count import MINUTE, Counted, count, ran_on, told_by
from tests.counted.host import Command, Host
from tests.counted.kills import Blow, some_blow, step, strike
from tests.counted.truth import ask

OUT = ("migrate", "--tag", "Name=web", "--comment-out", "--yes")
BACK = ("rollback", "--yes")
BREATH = 20.0
"""Seconds until then: a daemon that is stopped goes on meanwhile."""
INSTALLED = re.compile(rb"^# \(\S+ installed on .*\n", re.MULTILINE)
"""Debian's crontab writes when, and from which temporary file."""
AGAIN = 6
"""How often the same command may be given again until it has nothing left to do."""
SETTLES = timedelta(minutes=3, seconds=30)
"""After the last minute that is counted: the latest delivery, and the time that its run takes."""
DEPLOYS, TAKES = 25.0, 85.0
"""Seconds in which stacks are made and hosts are looked at; and until the lines are edited."""


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251


def pause(seconds: float) -> None:
    time.sleep(max(seconds, 0))  # noqa: TID251


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command, and what was done to it; `at` is the step in which it was."""

    command: str
    blow: str
    at: str
    code: int | None
    seconds: float
    status: str
    nowhere: int
    false: tuple[str, ...]


@dataclass(kw_only=True)
class Story:
    """What happened on one host."""

    name: str
    steps: list[Step] = field(default_factory=list)
    bytes_back: int = 0
    bytes_not_back: int = 0
    troubles: list[str] = field(default_factory=list)
    counted: Counted = field(default_factory=Counted)


class Rounds:
    """Works on one host; `say` tells what happens."""

    def __init__(
        self, host: Host, cloud: Cloud, chance: random.Random, say: Callable[[str], None]
    ) -> None:
        self.host = host
        self._cloud = cloud
        self.story = Story(name=host.name)
        self.chance = chance
        self._say = say
        self._number = 0
        # by the host's clock its first minutes may be over
        since = now() + timedelta(seconds=abs(host.kind.ahead))
        self.first = since.replace(second=0, microsecond=0) + MINUTE

    def until(self, end: datetime) -> None:
        """Rounds until that moment: out with a blow, out again, back with a blow, back again."""
        while now() < end:
            self.one_way(OUT, self.some_blow())
            if self.chance.random() < 0.75:
                self.to_its_end(OUT)
                pause(self.chance.uniform(0, 90))
            self.one_way(BACK, self.some_blow())
            self.to_its_end(BACK)
            self.check_bytes()
            pause(self.chance.uniform(0, 60))

    def some_blow(self) -> Blow:
        """At a moment at which stacks are made, or lines are edited."""
        return some_blow(self.chance, self.chance.choice((DEPLOYS, TAKES)))

    def start(self, arguments: Sequence[str]) -> Command:
        self._number += 1
        log = self.host.folder / f"command-{self._number:03}-{arguments[0]}.log"
        return self.host.cron2aws(*arguments, log=log)

    def one_way(self, arguments: Sequence[str], blow: Blow) -> None:
        """The command, struck; then `status`."""
        command = self.start(arguments)
        at = strike(blow, self.host, command, self.tell)
        self.ended(arguments[0], command, str(blow) if at else f"{blow} (too late)", at)

    def ended(self, name: str, command: Command, blow: str, at: str) -> int | None:
        code = command.wait()
        seconds = time.monotonic() - command.began
        stated = ask(self.host, f"{self._number:03}")
        self.story.steps.append(
            Step(
                command=name,
                blow=blow,
                at=at or step(command),
                code=code,
                seconds=round(seconds, 1),
                status=str(stated),
                nowhere=stated.nowhere,
                false=stated.false,
            )
        )
        self.tell(f"{name} {blow} at {at or step(command)}: {code}; status {stated}")
        for each in stated.false:
            self.trouble(f"status after {name} {blow}: {each}")
        if _is_a_traceback(command.words):
            self.trouble(f"a traceback: {command.log}")
        return code

    def to_its_end(self, arguments: Sequence[str]) -> None:
        """The same command until it is done."""
        for _ in range(AGAIN):
            command = self.start(arguments)
            code = self.ended(arguments[0], command, "", "")
            if code == 0:
                return
            pause(BREATH)
        self.trouble(f"{arguments[0]} does not come to its end: {self._number}")

    def check_bytes(self) -> None:
        if self.host.bytes_now() == self.host.tabs.files:
            self.story.bytes_back += 1
        else:
            self.story.bytes_not_back += 1
            self.trouble(f"the bytes are not back after command {self._number}")

    def check_alike(self, one: str, other: str, when: str) -> None:
        """Two users' tabs, in which each job's name begins with its user's first letter."""
        data = self.host.bytes_now()
        names = [path.rpartition("/")[2].encode()[:1] for path in (one, other)]
        texts = [
            INSTALLED.sub(b"", data[path]).replace(b"job.sh " + name, b"job.sh ?")
            for path, name in zip((one, other), names, strict=True)
        ]
        if texts[0] == texts[1]:
            self.story.bytes_back += 1
        else:
            self.story.bytes_not_back += 1
            self.trouble(f"{when}: {one} and {other} are not alike: {texts}")

    def trouble(self, text: str) -> None:
        self.story.troubles.append(f"{now():%H:%M:%S} {text}")
        self.tell(f"TROUBLE {text}")

    def tell(self, text: str) -> None:
        self._say(f"{now():%H:%M:%S} {self.host.name} {text}")

    def end(self) -> Story:
        """Let the last deliveries come, count, and end the host and its AWS."""
        last = now().replace(second=0, microsecond=0) - MINUTE
        pause((last + MINUTE + SETTLES - now()).total_seconds())
        self.count_until(last)
        self.host.end()
        self._cloud.end()
        return self.story

    def ran(self) -> Mapping[tuple[str, datetime], list[str]]:
        """Who has run each job of it, for each scheduled minute."""
        return ran_on(self.host.folder)

    def told(self) -> Mapping[tuple[str, datetime], list[str]]:
        """Which minutes of which jobs were told as failed, and why, on whichever host."""
        return told_by(self._cloud.folder)[0]

    def count_until(self, last: datetime) -> None:
        """Its minutes up to that one, whose last deliveries have come."""
        folder, host, cloud = self.host.folder, self.host, self._cloud.folder
        found = count(folder, host.name, host.tabs, self.first, last, cloud=cloud)
        self.story.counted = found
        write(self.story, folder)


def write(story: Story, folder: Path) -> None:
    """All that is known of a host, as JSON."""
    (folder / "story.json").write_text(json.dumps(asdict(story), default=str, indent=1))


def _is_a_traceback(words: str) -> bool:
    return "Traceback (most recent call last)" in words
