"""The hosts of a plan for a fleet read once more, and held against those that were reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cron2aws.app.context import Context
from cron2aws.app.from_hosts import read_hosts
from cron2aws.app.options import FromHosts, HostOptions
from cron2aws.app.sources import Reading
from cron2aws.assess.values import UnreadHost
from cron2aws.hosts.host import ReadHost
from cron2aws.plan.recorded import RecordedFleet

ENDED = frozenset({"terminated", "shutting-down", ""})
"""States of instances that will never run again."""

NOT_REVIEWED = "it could not be read when the plan was made, so nobody has reviewed its lines"


@dataclass(frozen=True, kw_only=True)
class Away:
    """Hosts of a plan that were not read now, by label: each with the reason, or as ended."""

    reasons: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ended: frozenset[str] = frozenset()


def read_again(
    fleet: RecordedFleet, asked: FromHosts, how: HostOptions, context: Context
) -> tuple[Reading, Away]:
    """The hosts that were reviewed, called as in the plan; all others count as not read.

    Raises as `read_hosts` does.
    """
    labels = {each.instance: each.label for each in fleet.hosts}
    found = read_hosts(asked, how, context)
    read = {each.host.instance: each for each in found.hosts}
    silent = {each.id: each.why for each in found.unread}
    lacking = [each for each in labels if each not in read]
    states = (
        {each.id: each.state for each in context.instances.with_ids(lacking)} if lacking else {}
    )
    ended = {each for each in lacking if states[each] in ENDED}
    reasons = {
        labels[each]: silent.get(each, f"it has the tags {asked.target} no more")
        for each in lacking
        if each not in ended
    }
    hosts = tuple(_called(read[each], label) for each, label in labels.items() if each in read)
    reading = Reading(hosts=hosts, unread=tuple(_unread(found, labels)))
    for each in reading.unread:
        if each.why == NOT_REVIEWED:
            context.console.note(f"note: {each.label} stays as it is: {each.why}")
    return reading, Away(
        reasons=MappingProxyType(reasons), ended=frozenset(labels[each] for each in ended)
    )


def _called(read: ReadHost, label: str) -> ReadHost:
    """The host by the name that was reviewed: its Name tag may be another by now."""
    return replace(read, host=replace(read.host, label=label))


def _unread(found: Reading, labels: Mapping[str, str]) -> Iterator[UnreadHost]:
    for each in found.unread:
        yield replace(each, label=labels.get(each.id, each.label))
    for one in found.hosts:
        host = one.host
        if host.instance not in labels:
            yield UnreadHost(id=host.instance, label=host.label, why=NOT_REVIEWED)
