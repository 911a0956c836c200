"""The site has every page, in the order of the indexes, and tells where it differs from GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tools import site


def paths(below: Any) -> Iterator[str]:
    if isinstance(below, str):
        yield below
    else:
        for each in below:
            yield from paths(next(iter(each.values())) if isinstance(each, dict) else each)


def test_every_page_stands_there_once() -> None:
    nav = site.order_of(site.DOCS)
    listed = [path for section in nav for below in section.values() for path in paths(below)]
    assert sorted(listed) == sorted(
        str(page.relative_to(site.DOCS)) for page in site.DOCS.rglob("*.md")
    )


def test_the_sections_stand_in_the_order_in_which_one_reads() -> None:
    assert [next(iter(section)) for section in site.order_of(site.DOCS)] == [
        "Documentation",
        "To learn",
        "To get something done",
        "To look up",
        "To understand",
        "Decisions",
    ]


def test_a_link_that_leaves_docs_becomes_its_words() -> None:
    page = SimpleNamespace(file=SimpleNamespace(src_uri="how-to/upgrade.md"))
    rest = " [b](../tutorial.md#x) [c](https://aws.amazon.com) ![d](../../e)"
    text = f"[a](../../cfn/task.yaml#L1){rest}"
    assert site.on_page_markdown(text, page=page) == f"a{rest}"


@pytest.mark.parametrize(
    ("text", "html", "told"),
    [
        ("- a\n- b\n", "<ul><li>a</li><li>b</li></ul>", []),
        (
            "1. a\n\n   ```\n   b\n   ```\n",
            "<ol><li>a</li></ol><p>``` b ```</p>",
            ["<pre> in the site and 1", "<code> in the site and 1"],
        ),
        ("# a\n", '<h1>a<a class="headerlink" href="#a">#</a></h1>', []),
    ],
)
def test_what_github_shows_otherwise_is_told(
    text: str, html: str, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    page = SimpleNamespace(file=SimpleNamespace(src_uri="page.md"), markdown=text)
    assert site.on_page_content(html, page=page) == html
    assert [any(each in message for message in caplog.messages) for each in told] == [True] * len(
        caplog.messages
    )
