"""What `apply` reads before it compares: the plan's crontabs and instances, as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from cron2aws.app.applicable import check_instances
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.fleet_reading import Away, read_again
from cron2aws.app.homes import check_nothing_assumed, host_of
from cron2aws.app.options import THIS_HOST, FromHosts
from cron2aws.app.plan_files import PlanFile
from cron2aws.app.sources import Reading, copied, read
from cron2aws.assess.values import Assessment
from cron2aws.plan.values import NOTHING_FOUND, Deployed

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.instances import Instance


@dataclass(frozen=True, kw_only=True)
class Here:
    """The plan's crontabs where they can be seen; else no more than a host without any."""

    sees_lines: bool
    reading: Reading
    found: Assessment
    deployed: Sequence[Deployed]
    tagged: Sequence[Instance]
    """Those of the target."""

    away: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Hosts of a fleet, by label, that were not read now, each with the reason."""

    ended: frozenset[str] = frozenset()
    """Hosts of a fleet, by label, that are no more."""


@contextmanager
def looked(file: PlanFile, context: Context, *, sees_lines: bool) -> Iterator[Here]:
    """The crontabs as they are now; a sandbox's copies are there until the end.

    SafetyError where tasks would run on hosts that nobody reviewed.
    """
    fleet = file.recorded.fleet
    with ExitStack() as stack:
        away = Away()
        if not sees_lines:
            empty = host_of((), THIS_HOST)
            reading = Reading(hosts=(empty.read(label=empty.facts.name),))
            tagged = _tagged(file, context)
        elif fleet is not None:
            tagged = _tagged(file, context)
            asked = FromHosts(from_hosts=True, target=file.recorded.target)
            reading, away = read_again(fleet, asked, file.sources.host, context)
        else:
            reading = read(file.sources)
            check_nothing_assumed(reading.hosts)
            if context.copies_sources:
                reading = stack.enter_context(copied(reading, context.console.note))
            if context.stand_ins:
                for each in reading.hosts:
                    context.stand_ins.add(each.host.name, file.recorded.target)
            tagged = _tagged(file, context)
        deployed = context.stacks.deployed()
        found = NOTHING_FOUND
        if sees_lines:
            found = assess_reading(
                reading,
                file.schedule,
                now=context.clock.now(),
                selection=file.selection,
                deployed=[each for each in deployed if each.target == file.recorded.target],
            )
        yield Here(
            sees_lines=sees_lines,
            reading=reading,
            found=found,
            deployed=deployed,
            tagged=tagged,
            away=away.reasons,
            ended=away.ended,
        )


def _tagged(file: PlanFile, context: Context) -> Sequence[Instance]:
    recorded = file.recorded
    tagged = context.instances.with_tag(recorded.target)
    check_instances(recorded, tagged)
    gone = recorded.instances.keys() - {each.id for each in tagged}
    for each in sorted(gone):
        name = recorded.instances[each]
        context.console.note(f"note: {name} ({each}) has the tags no more: no task runs there")
    return tagged
