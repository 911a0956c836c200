"""The crontabs that are counted, and which minutes each job has in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

USERS = ("alice", "bob")
JOB = "/mnt/job.sh"
HEAD = "SHELL=/bin/sh\n# jobs that are counted\n"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: a job's name, its file, its user, and every how many minutes it runs."""

    name: str
    path: str
    user: str
    every: int
    schedule: str


@dataclass(frozen=True, kw_only=True)
class Tabs:
    files: Mapping[str, bytes] = field(repr=False)
    entries: tuple[Entry, ...]

    def expected(self, name: str, minute: datetime) -> int:
        """How often the job is to run in that minute."""
        return sum(
            each.every > 0 and minute.minute % each.every == 0
            for each in self.entries
            if each.name == name
        )

    def under(self, spool: str) -> Tabs:
        """The same with the users' files there."""
        old = ALICE.rpartition("/")[0]
        return Tabs(
            files={path.replace(old, spool): data for path, data in self.files.items()},
            entries=tuple(replace(e, path=e.path.replace(old, spool)) for e in self.entries),
        )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.name for each in self.entries if each.every))


def tabs(*rows: tuple[str, str, str, str], head: str = HEAD) -> Tabs:
    """Rows of file, user, schedule and job; `head` stands in front of each file."""
    texts: dict[str, str] = {}
    entries = []
    for path, user, schedule, name in rows:
        first = schedule.split()[0]
        every = int(first[2:] or 1) if first[0] == "*" else 0
        entries.append(Entry(name=name, path=path, user=user, every=every, schedule=schedule))
        of_system = "" if path.startswith("/var") else f"{user} "
        texts[path] = texts.get(path, head) + f"{schedule} {of_system}{JOB} {name}\n"
    files = {path: text.encode() for path, text in texts.items()}
    return Tabs(files=files, entries=tuple(entries))


SYSTEM, APP, MORE = "/etc/crontab", "/etc/cron.d/app", "/etc/cron.d/more"
ALICE, BOB = (f"/var/spool/cron/crontabs/{user}" for user in USERS)
EVERY = "* * * * *"
FULL = tabs(
    (SYSTEM, "root", EVERY, "s1"),
    (SYSTEM, "alice", EVERY, "s2"),
    (SYSTEM, "root", "*/2 * * * *", "s1"),
    (SYSTEM, "root", "@reboot", "s1"),
    (APP, "root", EVERY, "d1"),
    (APP, "bob", EVERY, "d2"),
    (APP, "bob", "*/3 * * * *", "d2"),
    (MORE, "root", EVERY, "m1"),
    (ALICE, "alice", EVERY, "a1"),
    (ALICE, "alice", EVERY, "a2"),
    (ALICE, "alice", "@reboot", "a1"),
    (BOB, "bob", EVERY, "b1"),
    (BOB, "bob", EVERY, "b2"),
)
"""Ten lines of each minute, two siblings with another schedule, two `@reboot`."""
SOME = tabs(
    (SYSTEM, "root", EVERY, "s1"),
    (SYSTEM, "root", "*/2 * * * *", "s1"),
    (SYSTEM, "root", "@reboot", "s1"),
    (APP, "bob", EVERY, "d1"),
    (ALICE, "alice", EVERY, "a1"),
    (BOB, "bob", EVERY, "b1"),
)
"""A line of each kind, for hosts of which there are many."""
BARE = tabs(
    *((ALICE, "alice", EVERY, f"a{number}") for number in range(1, 6)),
    *((BOB, "bob", EVERY, f"b{number}") for number in range(1, 6)),
    head="",
)
"""Two users' tabs alike, whose first lines are jobs: handed over, they are marks."""
