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


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """What an update would do to one resource; `action` is Add, Modify, Remove, ..."""

    logical: str
    type: str
    action: str
    replacement: str
    """True, False or Conditional; empty where that is no question."""

    @property
    def may_replace(self) -> bool:
        """Whether another resource may come in its place."""
        return self.action == "Modify" and self.replacement != "False"
