"""A golden: a text that a human reads before a yes, kept in a file, letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cron2aws.assess.values import Assessment
from cron2aws.plan.values import Plan
from cron2aws.report.document import Document
from cron2aws.report.formats import FORMATS
from cron2aws.report.text import Style
from tests.documents import document
from tests.golden.screen import environment

EXPECTED = Path(__file__).parent / "expected"
WIDTHS = (60, 80, 120, 200)


@dataclass(frozen=True, kw_only=True)
class Golden:
    """`make` gives the text; it may use an empty folder of its own."""

    name: str
    make: Callable[[Path], str]
    page: Path | None = None
    """The page that it is kept in, where it has no file of its own."""

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return self.page or EXPECTED / f"{self.name}.txt"

    def text(self, folder: Path) -> str:
        """What it is now, whatever terminal and account its maker has."""
        with environment(TERM="xterm"):
            return self.make(folder)

    def __str__(self) -> str:
        return self.name


def at_widths(text: Callable[[int], str]) -> str:
    """One text for each width, below a line that names it."""
    return "\n".join(f"=== {width} columns ===\n{text(width)}" for width in WIDTHS)


def table(value: Document | Assessment | Plan) -> str:
    """A document as a table, at all widths."""
    shown = document(value)
    return at_widths(lambda width: "".join(FORMATS["table"].write(shown, Style(width=width))))


def titled(parts: dict[str, str]) -> str:
    """Several short texts in one file."""
    return "\n".join(f"=== {title} ===\n{text.rstrip()}\n" for title, text in parts.items())
