"""What has come of one host of a fleet, either way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class HostCame:
    """One host: `minutes` are its files that were edited, with the first minute (UTC) that counts.

    `left` lines did not change hands, as far as is known, and `why`.
    """

    label: str
    minutes: Mapping[str, datetime | None] = field(default_factory=lambda: MappingProxyType({}))
    left: int = 0
    why: str = ""
    untried: bool = False
    """It was not its turn any more: a wave before had failed."""
