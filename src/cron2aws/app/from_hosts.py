"""Reads hosts through Run Command, from anywhere: all asked at once, each by its parts.

Nothing is changed on a host. One that cannot be read is told with the reason, and the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cron2aws.app.fetching import Asked, Fetch
from cron2aws.app.options import FromHosts, HostOptions
from cron2aws.app.sources import Reading
from cron2aws.assess.values import UnreadHost
from cron2aws.errors import SourceError, UsageError
from cron2aws.hosts.host import ReadHost
from cron2aws.hosts.host_answer import HostAnswer

if TYPE_CHECKING:
    from cron2aws.app.context import Context
    from cron2aws.aws.instances import Instance
    from cron2aws.preflight.facts import Agent


NO_CRONTAB = "it has no crontab"
OFF = frozenset(f"it is {state}" for state in ("stopping", "stopped", "terminated"))
"""Why hosts were not read of which it is known that cron runs nothing there."""


def unknown(unread: Sequence[UnreadHost]) -> tuple[UnreadHost, ...]:
    """The unread hosts on which cron may run jobs that nobody knows of."""
    return tuple(each for each in unread if each.why != NO_CRONTAB and each.why not in OFF)


def check_hosts(asked: FromHosts, named: Sequence[str]) -> None:
    """UsageError where the options name no hosts, or contradict each other."""
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


def read_hosts(asked: FromHosts, how: HostOptions, context: Context) -> Reading:
    """Read the hosts: those that could be read, and those that could not.

    SourceError where none could be read, AwsError where AWS refuses.
    """
    found = {each.id: each for each in _instances(asked, context)}
    reasons: dict[str, str] = {}
    brought = _brought(found, reasons, context)
    hosts: list[ReadHost] = []
    for each, answer in brought.items():
        label = _label(found[each])
        try:
            files = answer.read(label, dialect=how.dialect, timezone=how.timezone)
        except SourceError as error:
            unreadable = error.what.endswith("be read")
            reasons[each] = str(error.why) if unreadable else NO_CRONTAB
            context.console.note(f"not read: {label}: {reasons[each]}")
        else:
            place = context.place
            read = files.read(
                label=label, instance=each, account=place.account, region=place.region
            )
            hosts.append(replace(read, of_tasks=answer.of_tasks))
    unread = tuple(
        UnreadHost(id=each.id, label=_label(each), why=reasons[each.id])
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
