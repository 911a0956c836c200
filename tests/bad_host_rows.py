"""What a row of the tables of bad hosts and bad jobs is, and how a page shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs/reference/bad-hosts.md"
ALL = ("dash", "bash", "busybox")
SESSION = "dropped=0 way=session"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A host, or a job, and what is told of its run."""

    what: str
    first: str
    """The first line, without `seconds` and `started`. Every `~` stands for a number."""
    means: str
    out: bytes = b""
    err: bytes = b""
    """What is told behind the first line; of long ones, the end."""
    code: int = 0

    before: str = ""
    script: str = "script; code=$?"
    command: str = "echo hi; echo no >&2; exit 3"
    user: str = "alice"
    env: tuple[tuple[str, str], ...] = ()
    stdin: str | None = None
    dialect: str = "debian"
    facts: dict[str, str] = field(default_factory=dict)
    shells: tuple[str, ...] = ("dash",)

    @property
    def pattern(self) -> str:
        return re.escape(self.first).replace(re.escape("~"), r"\d+")


@dataclass(frozen=True, kw_only=True)
class ByHand(Row):
    """The command is no entry's: somebody wrote it into the stack's parameter."""


def table(rows: Sequence[Row], title: str) -> str:
    lines = [f"| {title} | the first line says | so |", "| --- | --- | --- |"]
    for row in rows:
        first = row.first.replace("~", "N")
        lines.append(f"| {row.what} | `{first}` | {row.means} |")
    return "\n".join(lines) + "\n"


def begin(title: str) -> str:
    return f"<!-- {title}: from the table of the tests -->\n"


def with_tables(page: str, tables: Mapping[str, str]) -> str:
    """The page with these tables, each up to the next blank line."""
    for title, text in tables.items():
        before, mark, rest = page.partition(begin(title))
        _, blank, after = rest.partition("\n\n")
        page = f"{before}{mark}{text}{blank[1:]}{after}"
    return page
