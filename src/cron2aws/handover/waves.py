"""Waves: in which steps the hosts of a fleet are edited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from cron2aws.errors import UsageError

REST = "rest"
USUAL = f"1,10%,{REST}"
_PART = re.compile(r"[1-9][0-9]{0,5}|(?:[1-9][0-9]?|100)%")

Each = TypeVar("Each")


@dataclass(frozen=True, kw_only=True)
class Waves:
    """How many hosts each wave has: so many, so many in a hundred of all, or the rest of them.

    The last part is repeated until all hosts have had their turn.
    """

    parts: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Waves:
        """What a person wrote, such as `1,10%,rest`; UsageError where it is none."""
        parts = tuple(part.strip() for part in text.split(","))
        *first, last = parts
        if not all(map(_PART.fullmatch, first)) or not (last == REST or _PART.fullmatch(last)):
            raise UsageError(
                what=f"--wave {text!r} is not understood",
                why="a wave is a number of hosts, a share of them in percent, or, at the end, "
                f"`{REST}`",
                fix=f"for example --wave {USUAL}, or --wave 5 for five hosts at a time",
            )
        return cls(parts=parts)

    @property
    def text(self) -> str:
        """As it can be read again."""
        return ",".join(self.parts)

    def split(self, hosts: Sequence[Each]) -> tuple[tuple[Each, ...], ...]:
        """The hosts, in their order, by waves; no wave is empty."""
        left, waves = list(hosts), list[tuple[Each, ...]]()
        parts = list(self.parts)
        while left:
            part = parts.pop(0) if len(parts) > 1 else parts[0]
            size = _size(part, of=len(hosts))
            waves.append(tuple(left[:size]))
            left = left[size:]
        return tuple(waves)


def _size(part: str, *, of: int) -> int:
    """At least one: a share is rounded up."""
    if part == REST:
        return of
    return -(-int(part[:-1]) * of // 100) if part.endswith("%") else int(part)
