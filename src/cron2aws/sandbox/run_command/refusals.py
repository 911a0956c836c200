"""What Systems Manager refuses of targets and filters, and moto takes.

Sources: SendCommand and DescribeInstanceInformation (API references).
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TARGETS, TARGET_VALUES, TARGET_KEY, FILTER_VALUES = 5, 50, 163, 100


def target_refusals(targets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Why SendCommand would not take these targets."""
    if len(targets) > TARGETS:
        yield f"targets: {len(targets)} members, at most {TARGETS}"
    for each in targets:
        key, values = str(each.get("Key", "")), each.get("Values", [])
        if not (0 < len(key) <= TARGET_KEY and all(map(_is_of_a_key, key))):
            yield f"key {key!r}: at most {TARGET_KEY} letters, digits, blanks and _.:/=-@"
        if not 0 < len(values) <= TARGET_VALUES:
            yield f"values of {key}: {len(values)} members, from 1 to {TARGET_VALUES}"


def _is_of_a_key(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LZN" or sign in "_.:/=-@"


def filter_refusals(filters: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Why DescribeInstanceInformation would not take these filters."""
    if len({str(each["Key"]).startswith("tag") for each in filters}) > 1:
        yield "Tag filters can't be combined with other filter types"
    for each in filters:
        if not 0 < len(each["Values"]) <= FILTER_VALUES:
            yield f"{each['Key']}: {len(each['Values'])} values, from 1 to {FILTER_VALUES}"
