"""The five fields of a schedule: what they are called, and the values that each may hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cron2aws.schedule.days import bits


@dataclass(frozen=True, kw_only=True)
class Field:
    """One of the five fields: its name in messages, its bounds, its values' names from `low`."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    @property
    def values(self) -> range:
        """The different values: a field with names has one value for each (7 is Sunday again)."""
        return range(self.low, self.low + len(self.names) if self.names else self.high + 1)

    @cached_property
    def every(self) -> int:
        """All values of the field, as bits."""
        return bits(self.values)

    def named(self, text: str) -> int | None:
        """The value with this name, in any case, or None."""
        name = text.lower()
        return self.names.index(name) + self.low if name in self.names else None

    @property
    def bounds(self) -> str:
        """What may be written, for messages: `0-59`, `1-12 or jan-dec`."""
        names = f" or {self.names[0]}-{self.names[-1]}" if self.names else ""
        return f"{self.low}-{self.high}{names}"


MONTH_NAMES = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
DAY_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

MINUTE = Field(name="minute", low=0, high=59)
HOUR = Field(name="hour", low=0, high=23)
DAY_OF_MONTH = Field(name="day-of-month", low=1, high=31)
MONTH = Field(name="month", low=1, high=12, names=MONTH_NAMES)
DAY_OF_WEEK = Field(name="day-of-week", low=0, high=7, names=DAY_NAMES)  # 0 and 7 are Sunday
FIELDS = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK)
