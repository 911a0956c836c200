"""CloudFormation skips `AWS::Scheduler::Schedule` without a word.

AWS: it makes one ("AWS::Scheduler::Schedule", template reference).
Report: CloudFormation: support AWS::Scheduler::Schedule
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """Moto finds the type by its class."""
    import cron2aws.sandbox.stacks.schedules  # noqa: F401

    yield from ()
