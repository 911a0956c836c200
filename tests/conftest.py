"""Settings for the whole suite."""

from __future__ import annotations

import gc
import os

from tests.surroundings import clear_this_process

HOME = clear_this_process()  # before boto3 and rich are imported, which remember what they find

# as the program does: what is loaded lives to the end, and Python's collector would go through it
# again and again
gc.set_threshold(20_000, 10, 50)

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


def pytest_collection_finish() -> None:
    """Ten thousand tests and what they import are no garbage: the collector passes them over."""
    gc.collect()
    gc.freeze()
