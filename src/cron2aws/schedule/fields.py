"""The five fields: what a daemon accepts in one, and the set of values that it makes of it.

    field  = range *( "," range ) [ junk ]         junk is skipped up to the next blank
    range  = "*" [ "/" step ]
           | value                                  never `5/10`
           | value "-" value [ "/" step ]
           | [ value ] "~" [ value ]                random, cronie 1.7 only
    value  = digits | a three-letter name of the month or weekday, any case
    step   = digits, not zero

Where daemons differ is data, in `Grammar`. Measured on the daemons themselves; only ASCII letters
and digits count, whatever the locale, and numbers wrap at 32 bits as C's `atoi` does.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, replace

from cron2aws.schedule.bounds import Field

_WORD = frozenset(string.ascii_letters + string.digits)
_DIGITS = frozenset(string.digits)
BLANKS = " \t"  # CR, form feed and no-break spaces separate nothing


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """Where the daemons' readings of a schedule differ."""

    name: str
    junk_after_value: bool  # `5:30` is 5: what follows a whole value is skipped
    junk_after_star: bool  # `*5` is `*`
    step_beyond_field: bool  # `*/60` is minute 0
    reversed_is_empty: bool  # `22-2` is the empty set, else an error
    end_checked: bool  # `5-64/30` is an error, else only the values that are met count
    random: bool  # `0~59` is a random minute
    dash: bool  # a leading `-` keeps the job out of the log
    max_digits: int  # a longer number is an error: the daemon's buffer is full


DEBIAN = Grammar(
    name="debian",
    junk_after_value=True,
    junk_after_star=True,
    step_beyond_field=True,
    reversed_is_empty=True,
    end_checked=True,
    random=False,
    dash=False,
    max_digits=999,
)
CRONIE_1_4 = Grammar(
    name="cronie-1.4",
    junk_after_value=False,
    junk_after_star=True,
    step_beyond_field=True,
    reversed_is_empty=False,
    end_checked=False,
    random=False,
    dash=True,
    max_digits=131_071,
)
CRONIE_1_5 = Grammar(
    name="cronie",
    junk_after_value=False,
    junk_after_star=True,
    step_beyond_field=False,
    reversed_is_empty=False,
    end_checked=True,
    random=False,
    dash=True,
    max_digits=131_071,
)
CRONIE_1_7 = Grammar(
    name="cronie-1.7",
    junk_after_value=False,
    junk_after_star=False,
    step_beyond_field=True,
    reversed_is_empty=True,
    end_checked=False,
    random=True,
    dash=True,
    max_digits=131_071,
)

# 3.0pl1-177 warns of `*/60` in crontab(1), and both programs still take it
DEBIAN_13 = replace(DEBIAN, name="debian-13")
# cronie's NEWS: 1.5.5 brought the check of ranges and steps
CRONIE_1_5_1 = replace(CRONIE_1_4, name="cronie-1.5.1")
CRONIE_1_5_2 = replace(CRONIE_1_4, name="cronie-1.5.2")
CRONIE_1_5_3 = replace(CRONIE_1_4, name="cronie-1.5.3")
CRONIE_1_5_5 = replace(CRONIE_1_5, name="cronie-1.5.5")


@dataclass(frozen=True, kw_only=True)
class FieldValues:
    """What a field means: bit n of `bits` stands for the value n."""

    bits: int
    random: bool = False


class FieldError(Exception):
    """The daemon rejects this field; the message says why."""


def read_field(word: str, field: Field, grammar: Grammar) -> FieldValues:
    """The values that `word` (no blanks in it) stands for; FieldError if the daemon refuses it."""
    return _Reader(word, field, grammar).read()


class _Reader:
    """One pass over a word, character by character, as the daemons do it."""

    def __init__(self, word: str, field: Field, grammar: Grammar) -> None:
        self.word = word
        self.field = field
        self.grammar = grammar
        self.at = 0
        self.bits = 0
        self.random = False

    def read(self) -> FieldValues:
        self._range()
        while self._take(","):
            self._range()
        return FieldValues(bits=self.bits, random=self.random)

    @property
    def _next(self) -> str:
        return self.word[self.at : self.at + 1]

    def _take(self, character: str) -> bool:
        if self._next != character:
            return False
        self.at += 1
        return True

    def _range(self) -> None:
        if self._take("*"):
            self._step(self.field.low, self.field.high)
            self._end(junk=self.grammar.junk_after_star)
        elif self.grammar.random and self._take("~"):
            self._random(self.field.low)
        else:
            self._from(self._value())

    def _from(self, first: int) -> None:
        if self._take("-"):
            last = self._value()
            self._check_range(first, last)
            self._step(first, last)
        elif self.grammar.random and self._take("~"):
            self._random(first)
            return
        elif self._next == "/":
            message = f"a step needs a range: `*/n` or `{first}-{self.field.high}/n`"
            raise FieldError(message)
        else:
            self._add(first)
        self._end(junk=self.grammar.junk_after_value)

    def _check_range(self, first: int, last: int) -> None:
        low, high = self.field.low, self.field.high
        if self.grammar.end_checked:
            for value in (first, last):
                self._check(value)
        if first > last and not self.grammar.reversed_is_empty:
            message = f"the range {first}-{last} runs backwards ({low}-{high})"
            raise FieldError(message)

    def _step(self, first: int, last: int) -> None:
        step = 1
        if self._take("/"):
            step = self._number(self._text())
            if step < 1:
                message = "a step must be at least 1"
                raise FieldError(message)
            if step > self.field.high and not self.grammar.step_beyond_field:
                message = f"the step {step} is larger than {self.field.high}"
                raise FieldError(message)
            if not self.grammar.junk_after_value:
                self._end(junk=False)
        for value in range(first, last + 1, step):
            self._add(value)

    def _random(self, first: int) -> None:
        last = self._value() if self._next in _WORD and self._next else self.field.high
        for value in (first, last):
            self._check(value)
        if first > last:
            message = f"the random range {first}~{last} runs backwards"
            raise FieldError(message)
        self._end(junk=False)
        self.random = True

    def _end(self, *, junk: bool) -> None:
        if self._next not in ("", ",") and not junk:
            message = f"{self.word[self.at :]!r} cannot follow a whole value"
            raise FieldError(message)

    def _value(self) -> int:
        text = self._text()
        named = self.field.named(text)
        return self._number(text) if named is None else named

    def _text(self) -> str:
        start = self.at
        while self._next and self._next in _WORD:
            self.at += 1
        return self.word[start : self.at]

    def _number(self, text: str) -> int:
        if not text or not _DIGITS.issuperset(text):
            seen = text or self._next
            message = f"{seen!r} is not {self.field.bounds}" if seen else "a value is missing"
            raise FieldError(message)
        if len(text) > self.grammar.max_digits:
            message = f"a number of {len(text)} digits, and {self.grammar.max_digits} are read"
            raise FieldError(message)
        return _atoi(text)

    def _check(self, value: int) -> None:
        if not self.field.low <= value <= self.field.high:
            message = f"{value} is not {self.field.bounds}"
            raise FieldError(message)

    def _add(self, value: int) -> None:
        self._check(value)
        self.bits |= 1 << value


def _atoi(text: str) -> int:
    """C's `atoi` on 64-bit Linux: `strtol` stops at the largest long, the cast keeps 32 bits."""
    digits = text.lstrip("0") or "0"
    number = min(int(digits), 2**63 - 1) if len(digits) < 20 else 2**63 - 1
    wrapped = number & 0xFFFFFFFF
    return wrapped - 2**32 if wrapped >= 2**31 else wrapped
