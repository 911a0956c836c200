"""On which days a question that reads the clock is answered with yes: `[ "$(date +%d)" = 01 ]`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from cron2aws.lint.dates import printed_by
from cron2aws.lint.words import name_of
from cron2aws.schedule import days

TESTS = frozenset(("test", "[", "[["))
_SUBSTITUTION = re.compile(r"(\$\([^()]*\)|`[^`]*`)")
_NUMBER = re.compile(r"\s*[+-]?[0-9]+\s*")
_Numbers = Callable[[int, int], bool]
_OF_NUMBERS: dict[str, _Numbers] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-le": operator.le,
    "-gt": operator.gt,
    "-ge": operator.ge,
}
_OF_EXPR: dict[str, _Numbers] = {
    "%": lambda a, b: b != 0 and a % b != 0,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def days_of_yes(words: Sequence[str]) -> int | None:
    """The kinds of day on which `test`, `[`, `[[` or `expr` succeeds; None if not known."""
    return _days_of_yes(tuple(words))


@lru_cache(maxsize=256)
def _days_of_yes(words: tuple[str, ...]) -> int | None:
    """Remembered: the hosts of a fleet have the same few guards."""
    name, arguments = name_of(words[0]), words[1:]
    if name == "expr":
        return _compared(arguments, _OF_EXPR)
    if name not in TESTS:
        return None
    if name != "test":
        arguments = arguments[:-1]
    return _either(list(arguments))


def asks_the_clock(words: Sequence[str]) -> bool:
    """Whether `date` is run among these words."""
    return any(re.search(r"(?:\$\(|`)\s*(?:\S+=\S*\s+)*(?:/\S+/)?date\b", word) for word in words)


def _either(arguments: list[str]) -> int | None:
    """Alternatives (`-o`) of what must hold together (`-a`)."""
    yes = 0
    for alternative in _split(arguments, "-o"):
        together = days.ALL_DAYS
        for each in _split(alternative, "-a"):
            negated = each[:1] == ["!"]
            found = _compared(each[negated:], _OF_NUMBERS)
            if found is None:
                return None
            together &= days.ALL_DAYS & ~found if negated else found
        yes |= together
    return yes


def _split(arguments: list[str], separator: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for each in arguments:
        if each == separator:
            parts.append([])
        else:
            parts[-1].append(each)
    return parts


def _compared(arguments: Sequence[str], of_numbers: dict[str, _Numbers]) -> int | None:
    """`LEFT sign RIGHT` on each kind of day."""
    if len(arguments) != 3:
        return None
    left, right = _values(arguments[0]), _values(arguments[2])
    sign = arguments[1]
    if left is None or right is None or len(left) == len(right) == 1:
        return None
    left, right = (side if len(side) > 1 else side * days.KINDS for side in (left, right))
    pairs = zip(left, right, strict=True)
    if sign in of_numbers:
        if all(_NUMBER.fullmatch(value) for value in (*left, *right)):
            compare = of_numbers[sign]
            return days.bits(n for n, (a, b) in enumerate(pairs) if compare(int(a), int(b)))
        if of_numbers is _OF_NUMBERS or sign not in {"=", "==", "!="}:
            return None
    if sign not in {"=", "==", "!="} or any(
        re.search(r"[\s*?\[]", each) for each in (*left, *right)
    ):
        return None  # a pattern, or a blank that counts in quotes only
    equal = days.bits(n for n, (a, b) in enumerate(pairs) if a == b)
    return equal if sign != "!=" else days.ALL_DAYS & ~equal


def _values(word: str) -> tuple[str, ...] | None:
    """What a word stands for on each kind of day, or once and for all."""
    found: tuple[str, ...] = ("",)
    for part in filter(None, _SUBSTITUTION.split(word)):
        if _SUBSTITUTION.fullmatch(part):
            printed = printed_by(part)
        else:
            printed = (part,) if not re.search(r"[$`]", part) else None
        if printed is None:
            return None
        if len(found) == 1:
            found = tuple(found[0] + each for each in printed)
        elif len(printed) == 1:
            found = tuple(each + printed[0] for each in found)
        else:
            found = tuple(a + b for a, b in zip(found, printed, strict=True))
    return found
