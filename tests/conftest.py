"""Settings for the whole suite."""

from __future__ import annotations

import os

from tests.surroundings import clear_this_process

HOME = clear_this_process()  # before boto3 and rich are imported, which remember what they find

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
