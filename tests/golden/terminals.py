"""Goldens of the terminal's face: the sample report at all widths, in a pipe and in colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cron2aws.report.terminal import terminal_of
from cron2aws.report.text import WIDE, Style
from tests.golden.golden import WIDTHS, Golden, at_widths, titled
from tests.reports.sample import report

NARROW = 20
MANY = 201


def terminals() -> Iterator[Golden]:
    """The sample as it is seen."""
    yield Golden(name="terminal/sample", make=lambda _: at_widths(_shown))
    yield Golden(name="terminal/many-entries", make=lambda _: at_widths(lambda w: _shown(w, MANY)))
    yield Golden(name="terminal/one-entry", make=lambda _: at_widths(_whole))
    yield Golden(name="terminal/elsewhere", make=_elsewhere)


def _shown(width: int, cards: int = 6, *, color: bool = False) -> str:
    return "".join(terminal_of(report(cards), Style(width=width, color=color)))


def _whole(width: int) -> str:
    made = report(1, harmful=False)
    return "".join(terminal_of(made, Style(width=width), everything=True))


def _elsewhere(_: Path) -> str:
    return titled(
        {
            f"{NARROW} columns": _shown(NARROW),
            "a pipe": _shown(WIDE),
            f"{WIDTHS[1]} columns in colours": _shown(WIDTHS[1], color=True).replace("\x1b", "␛"),
        }
    )
