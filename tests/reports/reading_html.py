"""A page read by Python's own parser, as a browser without the page's program reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

RAW = ("script", "style")


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """Elements in their order; `text` is what a reader can come to, `raw` what programs read."""

    elements: list[Element] = field(default_factory=list)
    text: str = ""
    raw: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in RAW})
    _inside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        self._inside = tag
        if tag in RAW:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 (the parser's own signature)
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in RAW:
            self.raw[self._inside][-1] += data
            return
        self.text += data
        if self.elements:
            self.elements[-1].text += data

    def of(self, name: str) -> list[Element]:
        return [one for one in self.elements if one.name == name]

    @property
    def ids(self) -> list[str]:
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]


def read(page: str) -> Page:
    reader = Page()
    reader.feed(page)
    reader.close()
    return reader
