"""Each row of the page is seen to fail, for the reason that it names."""

from __future__ import annotations

from importlib.metadata import requires
from pathlib import Path

import pytest

from tests.engine.engine import Account, account
from tests.engine.gaps import GAPS, TAG, VERSION, Gap


def test_the_page_is_about_the_release_that_is_installed() -> None:
    assert any(
        f"ministack=={VERSION};" in each.replace(" ", "") for each in requires("cron2aws") or ()
    )


@pytest.fixture(scope="module")
def migrated(url: str, tmp_path_factory: pytest.TempPathFactory) -> Account:
    """Three tasks, and an instance that has their tag; no row changes that."""
    made = account(url, 1, tmp_path_factory.mktemp("gaps"))
    made.done("migrate", "SOURCE", *TAG, "--yes")
    made.add_instance("web")
    return made


@pytest.mark.parametrize("row", GAPS, ids=lambda row: f"{' '.join(row.words)}: {row.told[:20]}")
def test_it_still_cannot(row: Gap, migrated: Account) -> None:
    before = _files(migrated.source)
    ended = migrated.cron2aws(*row.words)
    assert (ended.code, row.told in ended.told) == (row.code, True), ended.told
    assert _files(migrated.source) == before
    tasks = migrated.done("status", "SOURCE", "-o", "json").document["tasks"]
    assert len(tasks) == 3


def _files(root: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in root.rglob("*") if each.is_file()}
