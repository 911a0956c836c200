"""An edit while the real runner looks at the same crontab: one of them waits for the other."""

from __future__ import annotations

import os
import random
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.crontab.edit import restore
from cron2aws.crontab.mark import Mark
from cron2aws.handover.edit import Editor, digest
from cron2aws.handover.history import Has, Since, TaskFolder, stamp
from cron2aws.handover.record import FileEdit, Way
from cron2aws.hosts.tick import MINUTE, QUIET_FROM, QUIET_UNTIL, QuietTime, minute_of
from cron2aws.task.whole import whole
from tests.handover_model.rows import ID, PLACE
from tests.shells import Host, ended
from tests.switch_host import KEEP, Tabs, command_for, line_for

TAB = "etc/cron.d/shop"
ACTIVE = b"0 3 * * * root backup\n"
COMMAND = command_for(line_for(TAB, b"backup", "0 3 * * *"))
SLOWLY = '#!/bin/sh\nsleep .04\nexec {real} "$@"\n'
"""So that a look takes long, and an edit comes between its parts."""
TIMES = 25
"""Each way."""


class Ticks:
    """A daemon that has woken at this minute."""

    def __init__(self) -> None:
        now = SYSTEM_CLOCK.now()
        # so that nothing begins that would not be over
        late = now - minute_of(now) > QUIET_UNTIL - timedelta(seconds=5)
        self.quiet = QuietTime(minute=minute_of(now) + (MINUTE if late else timedelta()))

    def expected(self) -> datetime:
        return self.quiet.next

    def wait(self) -> QuietTime:
        SYSTEM_CLOCK.sleep_until(self.quiet.minute + QUIET_FROM)
        return self.quiet


def marked(before: bytes, minute: datetime | None) -> bytes:
    account, region, stack = PLACE.split("/")
    said = stamp(minute) if minute else None
    mark = Mark(id=ID, account=account, region=region, stack=stack, minute=said)
    return mark.format().encode() + before


def restored(before: bytes, minute: datetime | None) -> bytes:
    del minute
    return restore(before, [ID])


def edit_of(tabs: Tabs, way: Way) -> FileEdit:
    root = tabs.host.folder
    return FileEdit(
        path=f"/{TAB}",
        location=root / TAB,
        sha256=digest((root / TAB).read_bytes()),
        ids=frozenset({ID}),
        make=marked if way is Way.OUT else restored,
        tasks={ID: TaskFolder(tabs.task, root)},
    )


def delivered(tabs: Tabs, due: datetime, number: int) -> str:
    facts = {"task": tabs.task, "root": str(tabs.host.folder), "limit": "60", "keep": KEEP}
    facts |= {"run": f"run-{number}", "by": f"run-{number}", "due": f"{due.timestamp():.0f}"}
    return whole(COMMAND, {**facts, "id": ID, "mine": PLACE})


@pytest.mark.long
@pytest.mark.parametrize("way", Way)
def test_many_interleavings(tmp_path: Path, way: Way) -> None:
    """Whichever comes first: the minute before is whose it was, and the history has every word."""
    tabs = Tabs(host=Host(shell="dash", folder=tmp_path))  # noqa: S604 (its name)
    tabs.lay_out()
    tabs.host.stand_in("stat", SLOWLY.format(real=shutil.which("stat")))
    chance = random.Random(0)  # noqa: S311 (the same moments each time)
    before = ("cron", "left-to-cron") if way is Way.OUT else ("task", "ran")
    after = "task" if way is Way.OUT else "cron"
    backups = tmp_path / "backups"
    for number in range(TIMES):
        daemon = Ticks()
        due = daemon.wait().minute
        path = tmp_path / TAB
        path.write_bytes(ACTIVE if way is Way.OUT else marked(ACTIVE, due))
        os.utime(path, (1, 1))
        shutil.rmtree(tmp_path / "var/lib/cron2aws" / tabs.task, ignore_errors=True)
        task = TaskFolder(tabs.task, tmp_path)
        ran = Since(minute=due - 60 * MINUTE, has=Has(before[0]))
        task.note(ran, looked=due - timedelta(seconds=30))
        runner = tabs.host.start(delivered(tabs, due, number))
        time.sleep(chance.uniform(0, 0.4))  # noqa: TID251 (any moment of its work)
        editor = Editor(way, SYSTEM_CLOCK, daemon=daemon, backups=backups)
        (done,) = editor.carry_out([edit_of(tabs, way)])
        run = ended(runner)
        assert (done.error, done.notes, done.minute) == (None, (), due + MINUTE)
        assert run.said["outcome"] == before[1], (number, run.stderr)
        lines = [str(ran), *(f"from {stamp(due + MINUTE)} {has}" for has in ("unknown", after))]
        assert [str(line) for line in task.history().lines] == lines, number
        looked = task.history().looked
        assert looked is not None
        assert due <= looked <= datetime.fromtimestamp(path.stat().st_ctime, UTC)
