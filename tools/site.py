"""What `make site` needs beside mkdocs: the order, the links, a page that is as on GitHub.

mkdocs calls the `on_` functions (`hooks` in mkdocs.yml). The order of the pages is that of the
indexes, docs/README.md and docs/decisions/README.md, so it is written down once. A warning
fails the build, as it is strict.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import cmarkgfm
from cmarkgfm.cmark import Options

DOCS = Path(__file__).parent.parent / "docs"
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
ENTRY = re.compile(r"^- \[([^\]]+)\]\(([^)]+)\)", re.MULTILINE)
COMPARED = ("h1", "h2", "h3", "table", "tr", "td", "pre", "ol", "ul", "li", "a", "code", "img")
OWN = re.compile(r'<a class="headerlink".*?</a>')
log = logging.getLogger("mkdocs.hooks")


def pages_of(index: str) -> list[dict[str, str]]:
    """The pages that an index or a section of one lists, in its order, by their titles there."""
    return [{title.replace("`", ""): path} for title, path in ENTRY.findall(index)]


def order_of(docs: Path) -> list[dict[str, Any]]:
    """The navigation: a section for each heading of docs/README.md, and the decisions last."""
    nav: list[dict[str, Any]] = [{"Documentation": "README.md"}]
    index = (docs / "README.md").read_text(encoding="utf-8")
    for section in re.split(r"^## ", index, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        nav.append({heading: pages_of(text)})
    decisions = (docs / "decisions" / "README.md").read_text(encoding="utf-8")
    nav[-1]["Decisions"] = [{"All decisions": "decisions/README.md"}] + [
        {title: f"decisions/{path}"} for each in pages_of(decisions) for title, path in each.items()
    ]
    return nav


def on_config(config: Any) -> Any:
    """The navigation comes from the indexes."""
    config["nav"] = order_of(DOCS)
    return config


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Links to what is beside docs/ become their words: the site does not have it."""
    here = (DOCS / page.file.src_uri).parent

    def kept(link: re.Match[str]) -> str:
        words, path, _ = link.groups()
        outside = not re.match(r"[a-z]+:", path) and not (here / path).resolve().is_relative_to(
            DOCS.resolve()
        )
        return words if outside else link[0]

    return LINK.sub(kept, markdown)


class Tags(HTMLParser):
    """Counts the tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the base's name
        self.counts[tag] += 1


def on_page_content(html: str, *, page: Any, **_: Any) -> str:
    """Both readers of Markdown must find the same lists, tables and blocks in a page."""
    on_github = Tags(
        cmarkgfm.github_flavored_markdown_to_html(page.markdown, Options.CMARK_OPT_UNSAFE)
    ).counts
    here = Tags(OWN.sub("", html)).counts
    for tag in COMPARED:
        if here[tag] != on_github[tag]:
            log.warning(
                "%s has %d <%s> in the site and %d on GitHub (lists are indented by four)",
                page.file.src_uri,
                here[tag],
                tag,
                on_github[tag],
            )
    return html
