"""The mark that a line of a step gets."""

from __future__ import annotations

from cron2aws.crontab.mark import Mark
from cron2aws.plan.values import Place, Step


def mark_of(step: Step, place: Place, minute: str | None = None) -> Mark:
    """Without a minute it is not known yet, or the host dates it by when the file came there."""
    return Mark(
        id=step.id,
        account=place.account,
        region=place.region,
        stack=step.stack_name,
        minute=minute,
    )
