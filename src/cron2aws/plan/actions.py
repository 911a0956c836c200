"""What a step does to a stack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a step does to a stack."""

    CREATE = "create"
    UPDATE = "update"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One parameter of a stack, before and after."""

    name: str
    before: str | None
    after: str
