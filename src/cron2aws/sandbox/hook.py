"""A name of moto's that stands for something else while a sandbox is active."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MISSING = object()


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One name in moto, and what stands there while a sandbox is active.

    `owner` is `module` or `module:Class`. `new` marks a name that moto does not have.
    """

    owner: str
    name: str
    replace: Callable[[Any], object]
    new: bool = False

    def holder(self) -> Foreign:
        """The module or class that has the name."""
        module, _, inner = self.owner.partition(":")
        found = importlib.import_module(module)
        return getattr(found, inner) if inner else found


class Installed:
    """The hooks in place; `remove` puts back what was there."""

    def __init__(self, wanted: Iterator[Hook]) -> None:
        self._before: list[tuple[Any, str, object]] = []
        for hook in wanted:
            holder = hook.holder()
            before = vars(holder).get(hook.name, MISSING)
            if before is MISSING and not hook.new:
                self.remove()
                message = f"moto has no {hook.owner}.{hook.name}: another version than the pinned?"
                raise RuntimeError(message)
            self._before.append((holder, hook.name, before))
            setattr(holder, hook.name, hook.replace(before))

    def remove(self) -> None:
        """Undo, last first."""
        for holder, name, before in reversed(self._before):
            if before is MISSING:
                delattr(holder, name)
            else:
                setattr(holder, name, before)
        self._before.clear()
