"""The catalogue of findings: what cron2aws tells about a file, a line, a schedule or a command.

Codes are stable. C1xx reading a crontab, C2xx schedules, C3xx commands, C4xx hosts, AWS and tasks.
Reports and `docs/reference/findings.md` are made from this table; `detail` is the particular case.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A row of the catalogue."""

    code: str
    level: Level
    title: str
    help: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One case of a catalogue row: `detail` says what was seen, and where."""

    code: str
    detail: str

    @property
    def kind(self) -> Kind:
        """The catalogue row; KeyError for a code that does not exist is a bug."""
        return CATALOGUE[self.code]

    @property
    def level(self) -> Level:
        """The weight of the row."""
        return self.kind.level

    @property
    def title(self) -> str:
        """The short name of the row."""
        return self.kind.title

    @property
    def help(self) -> str:
        """What to do about it."""
        return self.kind.help


def _kind(code: str, level: Level, title: str, help_text: str) -> Kind:
    return Kind(code=code, level=level, title=title, help=help_text)


_E, _W, _I = Level.ERROR, Level.WARNING, Level.INFO

_ROWS: tuple[Kind, ...] = (
    # --- C1xx reading a crontab
    # --- C2xx schedules
    # --- C3xx commands
    # --- C4xx hosts, AWS and tasks
)

CATALOGUE: dict[str, Kind] = {row.code: row for row in _ROWS}
"""Every kind of finding, by its code."""
