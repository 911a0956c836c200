"""Hosts of one AWS with the same lines, handed over and back, all at once or each when it likes."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from tests.counted.cloud import Chances, Cloud
from tests.counted.count import MINUTE
from tests.counted.host import Host
from tests.counted.kind import Kind
from tests.counted.rounds import BACK, OUT, SETTLES, Rounds, Story, now, pause
from tests.counted.tabs import Tabs

LINE = re.compile(rb"^( ?# cron2aws:.*\| )?[@*].*?/mnt/job\.sh (\w+)$", re.MULTILINE)
TURNS = 6
"""How often a command may be given until a host's lines are as it wants them."""


class Watch:
    """Which jobs are active, and which marked, in a host's files right after each minute began."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._stop = threading.Event()
        self.had: dict[datetime, tuple[frozenset[str], frozenset[str]]] = {}
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while not self._stop.is_set():
            minute = now().replace(second=0, microsecond=0)
            if minute not in self.had and now() >= minute + timedelta(seconds=1):
                self.had[minute] = self._look()
            self._stop.wait(0.2)

    def _look(self) -> tuple[frozenset[str], frozenset[str]]:
        found = [each for data in self._host.bytes_now().values() for each in LINE.findall(data)]
        active = {job.decode() for mark, job in found if not mark}
        return frozenset(active), frozenset(job.decode() for mark, job in found if mark)

    def end(self) -> None:
        self._stop.set()


class Fleet:
    """Hosts, an AWS for all of them, and who works on each."""

    def __init__(
        self,
        folder: Path,
        code: Path,
        chances: Chances,
        hosts: Sequence[tuple[Tabs, str]],
        say: Callable[[str], None],
    ) -> None:
        """`hosts` are their crontabs and what their tag `Name` says."""
        self.folder = folder
        made = [
            (Host(folder / f"web-{number}", f"web-{number}", tabs, code=code, kind=Kind()), tag)
            for number, (tabs, tag) in enumerate(hosts)
        ]
        self._cloud = Cloud(folder / "aws", code, chances, made)
        self.tags = [tag for _, tag in made]
        self.rounds = [
            Rounds(host, self._cloud, random.Random(chances.seed * 100 + number), self._told(say))
            for number, (host, _) in enumerate(made)
        ]
        self.watches = [Watch(host) for host, _ in made]

    def _told(self, say: Callable[[str], None]) -> Callable[[str], None]:
        return lambda text: say(f"{self.folder.name} {text}")

    def end(self) -> list[Story]:
        """Let the last deliveries come, count each host, and end them."""
        last = now().replace(second=0, microsecond=0) - MINUTE
        pause((last + MINUTE + SETTLES - now()).total_seconds())
        for each in self.rounds:
            each.count_until(last)
        for watch in self.watches:
            watch.end()
        for each in self.rounds:
            each.host.end()
        self._cloud.end()
        for each in self.rounds[1:]:  # the deliveries are those of all
            found = each.story.counted
            found.deliveries = found.late = found.twice = 0
        return [each.story for each in self.rounds]


def is_back(rounds: Rounds) -> bool:
    return b"# cron2aws:" not in b"".join(rounds.host.bytes_now().values())


def all_back(rounds: Rounds) -> None:
    """Until the host's lines are back; the stacks stay as long as another host needs them."""
    for _ in range(TURNS):
        code = rounds.ended(BACK[0], rounds.start(BACK), "", "")
        if code == 0 or is_back(rounds):
            return
        pause(10)
    rounds.trouble("rollback does not bring the lines back")


def waves(fleet: Fleet, end: datetime) -> None:
    """All are handed over at once, each struck, then again to the end; and back in the same way."""

    def out(each: Rounds) -> None:
        pause(each.chance.uniform(0, 40))
        each.one_way(OUT, each.some_blow())
        each.to_its_end(OUT)

    def back(each: Rounds) -> None:
        pause(each.chance.uniform(0, 40))
        each.one_way(BACK, each.some_blow())
        all_back(each)

    with ThreadPoolExecutor(len(fleet.rounds)) as pool:
        while now() < end:
            for work in (out, back):
                list(pool.map(work, fleet.rounds))
            for each in fleet.rounds:
                each.check_bytes()
    fleet.rounds[0].to_its_end(BACK)


def loose(fleet: Fleet, end: datetime) -> None:
    """Each host is handed over and back when it likes, whatever the others do."""

    def work(each: Rounds) -> None:
        while now() < end:
            pause(each.chance.uniform(0, 60))
            each.one_way(OUT, each.some_blow())
            each.to_its_end(OUT)
            pause(each.chance.uniform(0, 90))
            each.one_way(BACK, each.some_blow())
            all_back(each)
            each.check_bytes()

    with ThreadPoolExecutor(len(fleet.rounds)) as pool:
        list(pool.map(work, fleet.rounds))
    fleet.rounds[0].to_its_end(BACK)
