"""An empty HOME: `cd` stays where it is, but the daemons' chdir() fails, each in its own way."""

from __future__ import annotations

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.task.command import Job, habits_of, render
from cron2aws.task.whole import CUT

EMPTY = (("HOME", ""),)


@pytest.mark.parametrize(
    ("environment", "dialect", "begins"),
    [
        # cronie does not run the job
        (EMPTY, "cronie", "c2a_home ''"),
        ((), "cronie", 'c2a_home "$HOME"'),
        # Debian's cron runs it where it is itself
        (EMPTY, "debian", "cd -P ./ 2>/dev/null"),
        ((), "debian", 'cd -P "$HOME" 2>/dev/null'),
    ],
)
def test_where_a_job_with_an_empty_home_runs(
    environment: tuple[tuple[str, str], ...], dialect: str, begins: str
) -> None:
    job = Job(user="alice", command="true", stdin=None, environment=environment)
    text = render(job, habits_of(DIALECTS[dialect]), title="cron2aws 3f9c01ab")
    assert text.partition(f"\n{CUT}\n")[2].split("\n")[0] == begins
