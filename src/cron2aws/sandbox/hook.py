"""A name of moto's that stands for something else while a sandbox is active."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.extra import another_moto
from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MISSING = object()


@dataclass(frozen=True, kw_only=True)
class Hook:
    """One name in moto, and what stands there while a sandbox is active.

    `owner` is `module` or `module:Class`. `new` marks a name that moto does not have, `optional`
    one without which a sandbox does the same, later.
    """

    owner: str
    name: str
    replace: Callable[[Any], object]
    new: bool = False
    optional: bool = False

    def holder(self) -> Foreign:
        """The module or class that has the name, None where there is no such."""
        module, _, inner = self.owner.partition(":")
        try:
            found = importlib.import_module(module)
        except ImportError:
            return None
        return getattr(found, inner, None) if inner else found


def method(owner: str, name: str, function: Callable[..., Any]) -> Hook:
    """A bound method of ours as a method of moto's: it needs moto's `self` as an argument."""

    def called(*arguments: object, **named: object) -> object:
        return function(*arguments, **named)

    return Hook(owner=owner, name=name, replace=lambda _: called)


def action(owner: str, name: str, answer: Callable[[Foreign], dict[str, Any]]) -> Hook:
    """An action of an API that moto lacks: what it answers to a request, by AWS's names."""

    def answered(request: Foreign) -> object:
        from moto.core.responses import ActionResult

        return ActionResult(answer(request))

    return Hook(owner=owner, name=name, replace=lambda _: answered, new=True)


class Installed:
    """The hooks in place; `remove` puts back what was there."""

    def __init__(self, wanted: Iterator[Hook]) -> None:
        self._before: list[tuple[Any, str, object]] = []
        for hook in wanted:
            holder = hook.holder()
            before = MISSING if holder is None else vars(holder).get(hook.name, MISSING)
            if holder is None or (before is MISSING and not hook.new):
                if hook.optional:
                    continue
                self.remove()
                lacking = f"it has no {hook.owner}.{hook.name}"
                raise another_moto(lacking)
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
