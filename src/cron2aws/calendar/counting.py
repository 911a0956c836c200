"""Counts for each minute of a span, kept as integers: one for each binary digit of the counts.

To add a schedule with its ten thousand minutes is then a few operations, not ten thousand.
"""

from __future__ import annotations


class Counts:
    """How often each minute of a span was added."""

    def __init__(self) -> None:
        self._digits: list[int] = []  # bit n of the kth: whether minute n's count has 2 ** k

    def add(self, minutes: int, times: int = 1) -> None:
        """Add each of these minutes so many times."""
        place = 0
        while times:
            if times & 1:
                self._carry(minutes, place)
            times >>= 1
            place += 1

    def _carry(self, minutes: int, place: int) -> None:
        while minutes:
            self._digits += [0] * (place + 1 - len(self._digits))
            digit = self._digits[place]
            self._digits[place], minutes = digit ^ minutes, digit & minutes
            place += 1

    def first_counts(self, minutes: int) -> list[int]:
        """The count of each of the first so many minutes."""
        if not minutes or not self._digits:
            return [0] * minutes
        whole = (1 << minutes) - 1
        rows = [f"{digit & whole:0{minutes}b}" for digit in reversed(self._digits)]
        return [int("".join(column), 2) for column in zip(*rows, strict=True)][::-1]

    def most(self, among: int) -> tuple[int, int]:
        """The highest count among these minutes, and which of them have it."""
        count = 0
        for place in reversed(range(len(self._digits))):
            higher = among & self._digits[place]
            if higher:
                among = higher
                count += 1 << place
        return (count, among) if among else (0, 0)
