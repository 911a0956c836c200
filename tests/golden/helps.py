"""Goldens of the help pages, as a terminal of each width shows them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from cron2aws.cli.main import COMMANDS
from tests.golden.golden import Golden, at_widths
from tests.golden.session import session_without_aws


def helps() -> Iterator[Golden]:
    """One golden a command, and that of the program."""
    for name in ("", *COMMANDS):
        line = f"cron2aws {name}".strip()
        yield Golden(
            name=f"help/{line.replace(' ', '-')}",
            make=partial(_pages, line),
        )


def _pages(line: str, folder: Path) -> str:
    return at_widths(lambda width: _page(folder, line, width))


def _page(folder: Path, line: str, width: int) -> str:
    with session_without_aws(folder, width=width) as session:
        return session.output(f"{line} --help")
