"""A crontab as it was found on a host: where, whose, and what the reader made of it."""

from __future__ import annotations

from dataclasses import dataclass

from cron2aws.crontab.items import Crontab
from cron2aws.findings import Finding


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One crontab; `path` is absolute below the host's root, `-` for standard input."""

    path: str
    system: bool
    """Lines name their user."""

    owner: str | None
    """Whose jobs they are, in a user's crontab."""

    sha256: str
    """The digest that a later replacement must find again."""

    crontab: Crontab
    loaded: bool
    """By content, name, mode and owner together."""

    findings: tuple[Finding, ...] = ()
    package: str | None = None
    """The package that the file belongs to, where the host says so."""

    @property
    def lines(self) -> int:
        """The number of lines in the file; a last one without a newline counts."""
        text = self.crontab.text
        return text.count("\n") + bool(text and not text.endswith("\n"))
