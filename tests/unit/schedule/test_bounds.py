"""The values that a field may hold, by number and by name."""

from __future__ import annotations

import pytest

from cron2aws.schedule.bounds import DAY_OF_MONTH, DAY_OF_WEEK, MINUTE, MONTH, Field
from cron2aws.schedule.days import members


@pytest.mark.parametrize(
    ("field", "first", "last"),
    [(MINUTE, 0, 59), (DAY_OF_MONTH, 1, 31), (MONTH, 1, 12), (DAY_OF_WEEK, 0, 6)],
)
def test_every_value_of_a_field_counts_once(field: Field, first: int, last: int) -> None:
    assert list(field.values) == list(range(first, last + 1))
    assert list(members(field.every)) == list(field.values)


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [(MONTH, "Jan", 1), (MONTH, "dec", 12), (DAY_OF_WEEK, "SUN", 0), (MONTH, "sun", None)],
)
def test_names_stand_for_values_from_the_lowest_on(
    field: Field, name: str, value: int | None
) -> None:
    assert field.named(name) == value
