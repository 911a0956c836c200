"""What is said beside a plan, of lines that other programs write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cron2aws.assess.values import AssessedEntry
from cron2aws.plan.values import Plan
from cron2aws.report.text import sentence

_SHOWN = 5


def written_elsewhere(entries: Iterable[AssessedEntry], plan: Plan) -> Iterator[str]:
    """A sentence for each program that writes lines which the plan works on."""
    working = {step.task.id for step in plan.work}
    found: dict[str, list[str]] = {}
    for each in entries:
        managed = each.entry.managed
        if managed and each.id in working:
            found.setdefault(managed.manager, []).append(f"{each.source}:{each.entry.line}")
    for manager, places in found.items():
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        yield (
            f"warning: {manager} writes {sentence(len(places), 'line')} of this plan "
            f"({', '.join(places[:_SHOWN])}{more}): they are not commented out, and each task "
            f"takes over on a host when {manager} drops the line there. "
            "C144 in `cron2aws scan` says how."
        )
