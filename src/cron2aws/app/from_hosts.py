"""Reads hosts through Run Command, from anywhere: all asked at once, each by its parts.

Nothing is changed on a host. One that cannot be read is told with the reason, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cron2aws.app.fetching import Asked, Fetch
from cron2aws.app.options import FromHosts, HostOptions
from cron2aws.app.sources import Reading
from cron2aws.app.zones import checked_zone
from cron2aws.assess.values import Unread, UnreadHost
from cron2aws.errors import SourceError, UsageError
from cron2aws.hosts.host import ReadHost
from cron2aws.hosts.host_answer import HostAnswer

if TYPE_CHECKING:
    from cron2aws.app.context import Context
    from cron2aws.aws.instances import Instance
    from cron2aws.preflight.facts import Agent


OFF = frozenset({"shutting-down", "stopping", "stopped", "terminated"})
"""States of instances in which cron runs nothing."""


def unknown(unread: Sequence[UnreadHost]) -> tuple[UnreadHost, ...]:
    """The unread hosts on which cron may run jobs that nobody knows of."""
    return tuple(each for each in unread if each.cron is Unread.UNKNOWN)


def check_hosts(asked: FromHosts, named: Sequence[str], how: HostOptions | None = None) -> None:
    """UsageError where the options name no hosts, contradict each other, or name no known zone."""
    if how and how.timezone:
        checked_zone(how.timezone)
    tag, ids = asked.target is not None, bool(asked.instance_ids)
    example = "for example `cron2aws scan --from-hosts --tag Name=web`"
    if not asked.from_hosts and (tag or ids):
        raise UsageError(
            what=f"{'--tag' if tag else '--instance-ids'} needs --from-hosts",
            why="without it crontabs are read from files, or on this host",
            fix=example,
        )
    if asked.from_hosts and named:
        raise UsageError(
            what="--from-hosts takes no SOURCE", why="it reads the hosts themselves", fix=example
        )
    if asked.from_hosts and tag == ids:
        raise UsageError(
            what="--from-hosts needs --tag or --instance-ids" + (", not both" if tag else ""),
            why="they say which hosts are read",
            fix=example,
        )


def read_hosts(
    asked: FromHosts,
    how: HostOptions,
    context: Context,
    *,
    seen_as: Callable[[bytes], bytes] | None = None,
) -> Reading:
    """Read the hosts: those that could be read, and those that could not.

    `seen_as` is as for `read`.

    SourceError where none could be read, AwsError where AWS refuses.
    """
    found = {each.id: each for each in _instances(asked, context)}
    reasons: dict[str, str] = {}
    brought = _brought(found, reasons, context)
    hosts: list[ReadHost] = []
    bare: set[str] = set()
    place = context.place
    for each, answer in brought.items():
        label = _label(found[each])
        try:
            files = answer.read(label, dialect=how.dialect, timezone=how.timezone)
        except SourceError as error:
            reasons[each] = str(error.why)
            if error.has_none:
                bare.add(each)
                reasons[each] = "it has no crontab"
            context.console.note(f"not read: {label}: {reasons[each]}")
        else:
            seen = files.seen_as(seen_as) if seen_as else files
            read = seen.read(label=label, instance=each, account=place.account, region=place.region)
            hosts.append(replace(read, files=files.files, of_tasks=answer.of_tasks))
    unread = tuple(
        UnreadHost(
            id=each.id,
            label=_label(each),
            why=reasons[each.id],
            cron=_cron_of(each, bare),
            account=place.account,
            region=place.region,
        )
        for each in found.values()
        if each.id in reasons
    )
    if not hosts:
        raise SourceError(
            what="no host could be read",
            why="; ".join(f"{row.label}: {row.why}" for row in unread[:5])
            + (f"; and {len(unread) - 5} others" if len(unread) > 5 else ""),
            fix="`aws ssm describe-instance-information` shows which hosts are online",
        )
    return Reading(hosts=tuple(hosts), unread=unread)


def _cron_of(instance: Instance, bare: Collection[str]) -> Unread:
    """What is known of it; `bare` have no crontab."""
    if instance.id in bare:
        return Unread.NO_CRONTAB
    return Unread.OFF if instance.state in OFF else Unread.UNKNOWN


def _label(instance: Instance) -> str:
    """What reports call it: its name is often that of a whole fleet."""
    return instance.id if instance.name == instance.id else f"{instance.name} ({instance.id})"


def _instances(asked: FromHosts, context: Context) -> Sequence[Instance]:
    if asked.target is None:
        return context.instances.with_ids(asked.instance_ids)
    found = context.instances.with_tag(asked.target)
    if not found:
        raise SourceError(
            what=f"no instance has {asked.target.words}",
            why=f"EC2 knows none in {context.place.region} of account {context.place.account}",
            fix="check --region, --profile and the tags of the instances",
        )
    return sorted(found, key=lambda each: (each.name, each.id))


def _brought(
    found: Mapping[str, Instance], reasons: dict[str, str], context: Context
) -> Mapping[str, HostAnswer]:
    """What each host that can be asked answered; of the others the reasons."""
    agents = context.readers.agents(sorted(found))
    for each in found.values():
        if why := _unfit(each, agents.get(each.id)):
            reasons[each.id] = why
            context.console.note(f"not read: {_label(each)}: {why}")
    asked = [Asked(id=each, label=_label(found[each])) for each in found if each not in reasons]
    if not asked:
        return {}
    fetch = Fetch(context, reasons)
    with context.console.progress(midway="nothing was changed on any host") as progress:
        progress.begin("reading hosts", len(asked))
        fetch.all(asked, progress)
    return {each.id: fetch.brought[each.id] for each in asked if each.id in fetch.brought}


def _unfit(instance: Instance, known: Agent | None) -> str | None:
    """Why a host cannot be asked; None where it can."""
    if instance.state not in {"running", ""}:
        return f"it is {instance.state}"
    if known is None:
        return "Systems Manager does not know it: it lacks the agent, or a role for it"
    if known.platform not in {"Linux", ""}:
        return f"its platform is {known.platform}"
    return None if known.online else f"its agent is not heard of ({known.ping or 'no word'})"
