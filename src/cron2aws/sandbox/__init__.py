"""An AWS in this process, on moto, for trying out and for tests (extra: `sandbox`).

Nothing of moto is imported before a sandbox is entered.
"""

from __future__ import annotations

from cron2aws.sandbox.clock import RealClock, VirtualClock
from cron2aws.sandbox.hosts import (
    Echo,
    Outcome,
    RunWithShell,
    Scripted,
    StandInHost,
    StatusDetails,
    job_outcome,
    stand_in,
)
from cron2aws.sandbox.inside import Sandbox, require_moto
from cron2aws.sandbox.telling import Notification

__all__ = [
    "Echo",
    "Notification",
    "Outcome",
    "RealClock",
    "RunWithShell",
    "Sandbox",
    "Scripted",
    "StandInHost",
    "StatusDetails",
    "VirtualClock",
    "job_outcome",
    "require_moto",
    "stand_in",
]
