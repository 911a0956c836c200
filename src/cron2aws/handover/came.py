"""What has come of one host of a fleet, either way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class HostCame:
    """One host: `minutes` are its files that were edited, with the first minute (UTC) that counts.

    `left` lines did not change hands, and `why`; `do` says what helps.
    """

    label: str
    minutes: Mapping[str, datetime | None] = field(default_factory=lambda: MappingProxyType({}))
    left: int = 0
    amiss: int = 0
    """Lines that changed hands, and do not run as they ought to."""
    unknown: int = 0
    """Lines of which nobody knows whether they changed hands."""
    why: str = ""
    do: str = ""
    untried: bool = False
    """It was not its turn any more: a wave before had failed."""

    @property
    def is_open(self) -> bool:
        """Whether something is left to do there."""
        return bool(self.left or self.amiss or self.unknown)
