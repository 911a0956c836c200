"""The edit script while the real runner looks at the same crontab: one of them waits."""

from __future__ import annotations

import os
import random
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.handover.history import Has, Since, TaskFolder, stamp
from cron2aws.handover.record import Way
from cron2aws.hosts.tick import MINUTE, minute_of
from tests.functional.test_edit_beside_runner import (
    ACTIVE,
    SLOWLY,
    TAB,
    delivered,
    edit_of,
    marked,
)
from tests.host_edit import EditedHost
from tests.shells import Host, ended
from tests.switch_host import Tabs

TIMES = 12
"""Each way."""


def time_for_it() -> datetime:
    """The minute, so early in it that nothing goes on into the next one."""
    now = SYSTEM_CLOCK.now()
    begins = minute_of(now)
    if not timedelta(seconds=4) <= now - begins <= timedelta(seconds=45):
        begins += MINUTE if now - begins > timedelta(seconds=4) else timedelta()
        SYSTEM_CLOCK.sleep_until(begins + timedelta(seconds=4))
    return begins


@pytest.mark.long
@pytest.mark.parametrize("way", Way)
def test_many_interleavings(tmp_path: Path, way: Way) -> None:
    """Whichever comes first: the minute before is whose it was, and the history has every word."""
    tabs = Tabs(host=Host(shell="dash", folder=tmp_path))  # noqa: S604 (its name)
    tabs.lay_out()
    shutil.rmtree(tmp_path / "proc")  # no daemon whose tick is waited for
    tabs.host.stand_in("stat", SLOWLY.format(real=shutil.which("stat")))
    chance = random.Random(0)  # noqa: S311 (the same moments each time)
    before = ("cron", "left-to-cron") if way is Way.OUT else ("task", "ran")
    after = "task" if way is Way.OUT else "cron"
    host = EditedHost(root=tmp_path)
    for number in range(TIMES):
        due = time_for_it()
        path = tmp_path / TAB
        path.write_bytes(ACTIVE if way is Way.OUT else marked(ACTIVE, due))
        os.utime(path, (1, 1))
        shutil.rmtree(tmp_path / "var/lib/cron2aws" / tabs.task, ignore_errors=True)
        task = TaskFolder(tabs.task, tmp_path)
        ran = Since(minute=due - 60 * MINUTE, has=Has(before[0]))
        task.note(ran, looked=due - timedelta(seconds=30))
        edit = edit_of(tabs, way)
        runner = tabs.host.start(delivered(tabs, due, number))
        time.sleep(chance.uniform(0, 0.5))  # noqa: TID251 (any moment of its work)
        (done,) = host.edit([edit], way)
        run = ended(runner)
        assert (done.error, done.notes, done.minute) == (None, (), due + MINUTE)
        assert run.said["outcome"] == before[1], (number, run.stderr)
        lines = [str(ran), *(f"from {stamp(due + MINUTE)} {has}" for has in ("unknown", after))]
        assert [str(line) for line in task.history().lines] == lines, number
        looked = task.history().looked
        assert looked is not None
        assert due <= looked <= datetime.fromtimestamp(path.stat().st_ctime, UTC)
