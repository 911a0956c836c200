"""Hosts that were read for `status`: which tasks are theirs, and what they keep of them.

Only hosts of this account and region are judged: what AWS says here is nothing of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from cron2aws.app.from_hosts import OFF, unknown
from cron2aws.app.options import FromHosts
from cron2aws.app.sources import Reading
from cron2aws.app.tagged import Tagged
from cron2aws.assess.values import Host, UnreadHost
from cron2aws.handover.history import Has, Since, read_kept, read_since
from cron2aws.plan.values import Deployed, Place
from cron2aws.report.text import quantity


def of_this_place(reading: Reading, place: Place, note: Callable[[str], None]) -> Reading:
    """The hosts of this account and region, and those of which nobody says where they are."""
    hosts = tuple(each for each in reading.hosts if _may_be_in(place, each.host))
    unread = tuple(each for each in reading.unread if _may_be_in(place, each))
    every: tuple[Host | UnreadHost, ...] = (*(each.host for each in reading.hosts), *reading.unread)
    others = Counter((each.account, each.region) for each in every if not _may_be_in(place, each))
    for (account, region), there in others.items():
        note(
            f"note: not looked at: {quantity(there, 'host')} of account {account}, {region}: this "
            f"is {place}; give the --profile and --region of that place"
        )
    return replace(reading, hosts=hosts, unread=unread)


def _may_be_in(place: Place, host: Host | UnreadHost) -> bool:
    at_home = (place.account, place.region)
    return not host.account or (host.account, host.region) == at_home


class HostsRead:
    """Hosts that were read themselves, or that saved scans are of."""

    def __init__(self, reading: Reading, asked: FromHosts, tagged: Tagged) -> None:
        self._kept = {each.host.label: each.of_tasks for each in reading.hosts}
        self._instances = {each.host.label: each.host.instance for each in reading.hosts}
        self._asked = asked
        self._unread = reading.unread
        self._unknown = unknown(reading.unread)
        self._tagged = tagged

    def had(self, stack: Deployed, label: str) -> bool | None:
        """Whether that host has left its line to the task; None where its record was not read."""
        if not self._asked.from_hosts:
            return None
        kept, name = self._kept.get(label, {}), stack.parameters.get("RuleName", "")
        lines = read_since(kept.get(f"{name}/history", b""))
        if not stack.parameters.get("TakesOver"):
            has_line = read_kept(kept.get(f"{name}/line", b"")) is not None
            return has_line and has_left(lines)
        return ran_without(lines, stack)

    def runs_on(self, stack: Deployed, label: str) -> bool:
        """Whether that host is one of the task's; so are those of which nobody can say it."""
        if self._asked.target is not None:
            return self._asked.target == stack.target
        instance = self._instances.get(label)
        its = self._tagged.members(stack) if instance else None
        return its is None or instance in its

    def all_read(self, stack: Deployed) -> bool:
        """Whether all of the task's hosts that run were read, just now."""
        if self._asked.target is not None:
            return self._asked.target == stack.target and not self._unknown
        its = (self._tagged.members(stack) if self._asked.from_hosts else None) or {}
        read = {*self._instances.values(), *(each.id for each in self._unread)}
        read -= {each.id for each in self._unknown}
        return bool(its) and all(each.state in OFF or each.id in read for each in its.values())

    def is_blind(self, stack: Deployed) -> bool:
        """Whether the task runs on a host that could not be read."""
        if not stack.enabled or not self._unknown:
            return False
        if self._asked.target is not None:
            return self._asked.target == stack.target
        its = self._tagged.members(stack) or {}
        return any(each.id in its and its[each.id].state not in OFF for each in self._unknown)


def has_left(lines: Sequence[Since]) -> bool:
    """Whether a host that keeps a line has left it to the task.

    An edit that was killed before the renaming keeps one, too.
    """
    return not lines or any(each.has is Has.TASK for each in lines)


def ran_without(lines: Sequence[Since], stack: Deployed) -> bool:
    """Whether the host has been without its line since the task was made or changed."""
    since = stack.changed
    return any(each.has is Has.ABSENT and (since is None or each.minute > since) for each in lines)
