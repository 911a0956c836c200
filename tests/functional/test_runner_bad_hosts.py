"""The runner on bad hosts, and with jobs that do what a job had better not do: real processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.task.command import Job, habits_of, render
from cron2aws.task.template import too_long
from tests.bad_fleet_rows import ROWS
from tests.bad_host import BadHost, made
from tests.bad_host_page import TABLES
from tests.bad_host_rows import ALL, PAGE, Row, with_tables
from tests.bad_hosts import HOSTS
from tests.bad_jobs import JOBS


@pytest.fixture(scope="module")
def etc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("host"))


@pytest.mark.parametrize(
    ("row", "shell"),
    [
        pytest.param(row, shell, id=f"{row.what}-{shell}")
        for row in (*HOSTS, *JOBS)
        for shell in row.shells
    ],
)
def test_what_is_told(row: Row, shell: str, etc: Path, tmp_path: Path) -> None:
    BadHost(etc=etc, folder=tmp_path, shell=shell).check(row)


def test_the_page_has_these_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page, TABLES)
    names = [each.what for each in (*HOSTS, *JOBS)] + [each.what for each in ROWS]
    assert all(f"| {name} |" in page for name in names)


def of_size(size: int) -> str:
    """What a task holds of a command of so many bytes, which prints how many it got."""
    start = "echo $(wc -c </proc/$$/cmdline) #"
    job = Job(user="alice", command=start.ljust(size, "x"), stdin=None, environment=())
    return render(job, habits_of(DIALECTS["cronie"]), title="cron2aws 0123abcd: /etc/c")


@pytest.mark.parametrize("shell", ALL)
def test_the_largest_command_that_fits(shell: str, etc: Path, tmp_path: Path) -> None:
    size = next(size for size in range(4_200, 0, -1) if not too_long(of_size(size)))
    assert size >= 3_000
    told = BadHost(etc=etc, folder=tmp_path, shell=shell).run(of_size(size))
    words = len("/bin/sh\0-c\0\0")
    assert (told.code, told.out, told.err) == (0, f"{size + words}\n".encode(), b"")
