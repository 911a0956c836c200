"""The options of all commands: which AWS, as a value that costs nothing to import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AwsOptions:
    """Which AWS; None leaves it to the SDK's own chain."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    sandbox: bool = False
    """An AWS in this process: sources are copied first, real ones are never touched."""

    run_commands: bool = False
    """In a sandbox, really run the jobs."""

    verbose: int = 0
    """Above 0 each call to AWS is shown."""
