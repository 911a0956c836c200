"""The runner on hosts that lack something, or where something goes wrong: real processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bad_host import BadHost, made
from tests.bad_host_page import TABLES
from tests.bad_host_rows import PAGE, Row, with_tables
from tests.bad_hosts import HOSTS


@pytest.fixture(scope="module")
def etc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("host"))


@pytest.mark.parametrize(
    ("row", "shell"),
    [pytest.param(row, shell, id=f"{row.what}-{shell}") for row in HOSTS for shell in row.shells],
)
def test_what_is_told(row: Row, shell: str, etc: Path, tmp_path: Path) -> None:
    BadHost(etc=etc, folder=tmp_path, shell=shell).check(row)


def test_the_page_has_these_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page, TABLES)
    assert all(f"| {row.what} |" in page for rows in TABLES.values() for row in rows)
