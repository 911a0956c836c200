"""Tasks whose entry is gone, and which of them `--prune` may delete.

Pure. Only a source that was read can tell that its entry is gone; where it tells less than all of
its lines, nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable

from cron2aws.assess.values import Assessment, HostAssessment
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.target import Target
from cron2aws.task.task import TAG_SOURCE, TAG_USER, tag_value


def orphans_of(
    found: Assessment, stacks: Iterable[Deployed], target: Target, place: Place
) -> tuple[Deployed, ...]:
    """The tasks of a target whose entry is in none of the sources that were read.

    Hosts of other places say nothing of it: they may be called as its own are. One that is to run
    on hosts without the line is none: somebody may have dropped the line since.
    """
    return tuple(
        stack
        for stack in stacks
        if stack.target == target
        and not stack.needs_no_line
        and any(_is_gone_from(one, stack, place) for one in found.hosts)
        and not any(_has(one, stack.id) for one in found.hosts)
    )


def _is_gone_from(one: HostAssessment, stack: Deployed, place: Place) -> bool:
    """Only a source that was read can tell that an entry is gone from it."""
    if one.host.account and (one.host.account, one.host.region) != (place.account, place.region):
        return False
    read = {tag_value(tab.path) for tab in one.host.tabs}
    return stack.comes_from(one.host.name) and stack.tags.get(TAG_SOURCE) in read


def _has(one: HostAssessment, entry_id: str) -> bool:
    return any(entry.id == entry_id for entry in (*one.entries, *one.left_out))


def doubt(stack: Deployed, found: Assessment) -> str:
    """Why it is not sure that the entry of an orphan is gone; empty where it is."""
    if found.unread:
        return f"{found.unread[0].label} could not be read, and may have its line"
    for one in found.hosts:
        for entry in (*one.entries, *one.left_out):
            if entry.entry.mark and entry.entry.mark.stack == stack.stack_name:
                return f"{entry.source}:{entry.entry.line} has its mark"
        for tab in one.host.tabs:
            if stack.tags.get(TAG_SOURCE) != tag_value(tab.path):
                continue
            if tab.path == "-":
                return "standard input may be another crontab each time"
            if not tab.loaded:
                return f"{tab.path} is ignored by its daemon, whatever stands in it"
            if tab.crontab.unreadable:
                line = tab.crontab.unreadable[0].line
                return f"{tab.path}:{line} cannot be read, and may be its line"
            if not tab.system and stack.tags.get(TAG_USER) != tag_value(tab.owner or ""):
                return f"{tab.path} was read as another user's"
    return ""


def once_deleted(stack: Deployed) -> str:
    """What becomes of its job, in words."""
    return "its job runs nowhere then" if stack.enabled else "it is disabled, and runs nothing"
