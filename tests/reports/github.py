"""What GitHub shows of a Markdown text: its own parser, and what it then looks for in the HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

LINKED = re.compile(
    r"""@[a-z0-9]                              # somebody, a team, a mail address
    | \#[a-z0-9] | \bGH-[0-9]                  # an issue
    | \bGHSA- | \bCVE-
    | \b[0-9a-f]{7,40}\b                       # a commit
    | :[\w+-]+:                                # an emoji
    | \$.|.\$                                  # a formula
    | www\. | \w+:// | mailto: | xmpp:
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What becomes something else in a text outside of code."""

CODE = {"code", "pre"}
ALONE = {"br", "input"}
BLOCKS = {"h1", "h2", "p", "li", "th", "td", "pre", "summary"}


@dataclass
class Page(HTMLParser):
    """`blocks`: each block's name, how many folds it lies in, and its text, lines by `<br>`."""

    blocks: list[list[str | int]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    linked: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = "".join(f" {name}={value}" for name, value in attrs)
        self.tags.add(f"{tag}{attributes}")
        if tag == "br":
            self.blocks[-1][2] = f"{self.blocks[-1][2]}\n"
        if tag in BLOCKS:
            self.blocks.append([tag, self.inside.count("details"), ""])
        if tag not in ALONE:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ALONE:
            return
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if not CODE & set(self.inside):
            self.linked += LINKED.findall(data)
        if BLOCKS & set(self.inside):
            text = data if "pre" in self.inside else data.replace("\n", "")  # between tags
            self.blocks[-1][2] = f"{self.blocks[-1][2]}{text}"
        else:
            assert not data.strip(), data


def page_of(markdown: str) -> Page:
    """The page."""
    html = cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)
    page = Page()
    page.feed(html)
    page.close()
    assert page.inside == []
    return page
