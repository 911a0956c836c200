"""Every console block that shows output was made by running it."""

from __future__ import annotations

import re

import pytest

from tests.golden.pages import BLOCK, PAGES, ROOT

FENCE = re.compile(r"^ *```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
EVERY_PAGE = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)


def outputs(block: str) -> list[str]:
    typed = re.sub(r"\\\n", "", block)
    return [line for line in typed.splitlines() if not line.strip().startswith("$ ")]


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_block_that_shows_output_is_run(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    not_run = BLOCK.sub("", text) if page in PAGES else text
    assert [block for block in FENCE.findall(not_run) if outputs(block)] == []


def test_the_pages_have_blocks_that_are_run() -> None:
    counts = {page: len(BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))) for page in PAGES}
    least = {"README.md": 7, "docs/tutorial.md": 12, "docs/how-to/see-what-runs-when.md": 2}
    assert all(counts[page] >= least[page] for page in PAGES), counts


def test_output_is_what_is_no_command() -> None:
    assert outputs("$ one \\\n  --two\n$ three\n") == []
    assert outputs("$ one\ntwo\n") == ["two"]
