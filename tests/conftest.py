"""Settings for the whole suite."""

from __future__ import annotations

import gc
import os

from tests.surroundings import clear_this_process

HOME = clear_this_process()  # before boto3 and rich are imported, which remember what they find

# as the program does: what is loaded lives to the end, and Python's collector would go through it
# again and again
gc.set_threshold(20_000, 10, 50)

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

settings.register_profile(
    "fast",
    derandomize=True,
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


LONGEST = (
    "tests/functional/test_runner_switch.py::test_each_row_of_the_model",
    "tests/functional/test_runner_recognises.py::test_each_command_is_found",
    "tests/functional/test_runner_limit.py",
    "tests/functional/test_runner_beside_managers.py",
    "tests/functional/test_crashes.py",
    "tests/golden/test_errors.py",
    "tests/oracle/test_execution.py",
)
"""Tests of many seconds each."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first, so that at the end no process waits for another's last one."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(test: str) -> int:
    return next((at for at, name in enumerate(LONGEST) if test.startswith(name)), len(LONGEST))


def pytest_collection_finish() -> None:
    """Ten thousand tests and what they import are no garbage: the collector passes them over."""
    gc.collect()
    gc.freeze()
