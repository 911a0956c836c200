"""Warnings beside a plan, about lines that other programs write."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.plan.values import Plan
from cron2aws.report.text import quantity

_SHOWN = 5


def written_elsewhere(plan: Plan) -> Iterator[str]:
    """A sentence for each program that writes lines which the plan works on."""
    working = {step.task.id for step in plan.work}
    found: dict[tuple[str, bool], list[str]] = {}
    for each in plan.found.entries:
        managed = each.entry.managed
        if managed and each.id in working:
            place = f"{each.source}:{each.entry.line}"
            found.setdefault((managed.manager, managed.marks_job), []).append(place)
    for (manager, marks_job), places in found.items():
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        them = quantity(len(places), "line")
        way = (
            f"each task takes over on a host when {manager} drops the line there"
            if marks_job
            else f"as {manager} marks no single job, cron goes on running them"
        )
        yield (
            f"warning: {manager} writes {them} of this plan ({', '.join(places[:_SHOWN])}{more}): "
            f"not commented out, and {way}. C144 in `cron2aws scan` says how."
        )
