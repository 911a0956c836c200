"""Templates, read once: PyYAML takes 80 ms for a task's."""

from __future__ import annotations

import functools
import pickle
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable


def remembering_templates(parse: Callable[[str], Foreign]) -> Callable[[str], Foreign]:
    """Stack.parse_template, each text once."""
    return lambda text: pickle.loads(_once(parse, text))  # noqa: S301 (a copy, sooner than `copy`)


@functools.lru_cache(maxsize=64)  # one memory for all sandboxes of a process
def _once(parse: Callable[[str], Foreign], text: str) -> bytes:
    return pickle.dumps(parse(text))
