"""What `rollback --from-hosts` means: which tasks, which lines on which hosts, who is to be asked.

A task goes only if its target was named, or if its line is marked on a host that was read; and then
each host of its target was read, or must answer that it does not need the task.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cron2aws.app.options import RollbackOptions
from cron2aws.app.returns import returns_of
from cron2aws.assess.values import Assessment, HostAssessment, Unread, UnreadHost
from cron2aws.crontab.identity import is_meant
from cron2aws.errors import UsageError
from cron2aws.handover.history import Kept
from cron2aws.handover.returning import Return
from cron2aws.plan.advice import Advice
from cron2aws.plan.stack_states import goes
from cron2aws.plan.standing import at_home
from cron2aws.plan.values import Deployed, Place
from cron2aws.report.text import quantity
from cron2aws.task.target import Target

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.instances import Instance

Tagged = Callable[[Iterable[Target]], "Mapping[Target, Sequence[Instance]]"]
"""What tells the instances of targets."""


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """The hosts that were read, and what is known of the others."""

    found: Assessment
    kept: Callable[[str, str], Kept | None]
    """The line that a host, by its label, keeps of a task, by its rule's name."""

    tagged: Tagged
    place: Place
    advice: Advice
    note: Callable[[str], None]
    never_had: Callable[[str, str], bool] = lambda *_: False
    """Whether a host, by its label, has never had the line of a task, by its rule's name."""


def check_narrowed(options: RollbackOptions) -> None:
    """UsageError where stacks would go of which nobody asked the other hosts."""
    if options.without_lines and options.hosts.instance_ids and not options.tasks:
        raise UsageError(
            what="--without-lines with --instance-ids needs the names of the tasks",
            why="their targets may have other hosts, whose lines would run nowhere without the "
            "stacks",
            fix="name the tasks, or give --tag instead of --instance-ids",
        )


def fleet_returns(
    hosts: Hosts, stacks: Sequence[Deployed], options: RollbackOptions
) -> tuple[Return, ...]:
    """The tasks that are meant, each with its lines on all hosts.

    UsageError where a task is named that none of these hosts has left its line to, and that may be
    of other hosts. What is told of several hosts is told once.
    """
    target = options.hosts.target
    deployed = [each for each in stacks if target is None or each.target == target]
    # a host may have the tags of several targets: what was handed over to another one stays
    others = {each.stack_name for each in stacks} - {each.stack_name for each in deployed}
    one_by_one = [_without(one, others, hosts.place) for one in hosts.found.hosts]
    hosts = replace(hosts, found=replace(hosts.found, hosts=tuple(one_by_one)), note=_once(hosts))
    joined = _joined(hosts, deployed, options)
    if target is None:
        joined = _of_these_hosts(joined, hosts, options)
    return tuple(_asking(joined, hosts, options))


def _once(hosts: Hosts) -> Callable[[str], None]:
    told: set[str] = set()

    def note(text: str) -> None:
        if text not in told:
            told.add(text)
            hosts.note(text)

    return note


def _without(one: HostAssessment, stacks: Collection[str], place: Place) -> HostAssessment:
    """The host without the lines that are marked for these stacks."""
    entries = (
        each
        for each in one.entries
        if not (each.entry.mark and each.entry.mark.stack in stacks and at_home(each, place))
    )
    return replace(one, entries=tuple(entries))


def _joined(
    hosts: Hosts, deployed: Sequence[Deployed], options: RollbackOptions
) -> Sequence[Return]:
    by_task: dict[tuple[str, str | None], Return] = {}
    for one in hosts.found.hosts:
        for back in _on_host(one, hosts, deployed, options.tasks):
            key = (back.id, back.stack.stack_name if back.stack else None)
            known = by_task.get(key, replace(back, line=None))
            on = {**known.on, one.host.instance: back.line} if back.line else known.on
            by_task[key] = replace(known, on=on, seen=known.seen or back.seen)
    return list(by_task.values())


def _on_host(
    one: HostAssessment, hosts: Hosts, deployed: Sequence[Deployed], names: Sequence[str]
) -> Sequence[Return]:
    """What is meant, as one host has it."""

    def kept(rule_name: str) -> Kept | None:
        return hosts.kept(one.host.label, rule_name)

    if names:
        marked = {
            entry.id for each in hosts.found.hosts for entry in each.entries if entry.migrated
        }
        here = {entry.id for entry in one.entries if entry.migrated}
        elsewhere = [name for name in names if any(is_meant(name, id_) for id_ in marked - here)]
        known = [stack.id for stack in deployed if stack.is_task]
        named = tuple(
            name
            for name in names
            if name not in elsewhere or any(is_meant(name, id_) for id_ in known)
        )
        if not named:
            return ()
        return returns_of(one, deployed, named, hosts.place, hosts.note, kept=kept)
    returns = returns_of(one, deployed, (), hosts.place, hosts.note, kept=kept)
    # a task of the fleet was made from one of its hosts; its line may be active on all of them
    active = {entry.id: entry for entry in one.entries if not entry.migrated}
    more = [
        Return(id=stack.id, stack=stack, line=None, seen=True)
        for stack in deployed
        if stack.is_task
        and (entry := active.get(stack.id))
        and stack.belongs_to(entry.source, entry.entry.user)
    ]
    return (*returns, *more)


def _of_these_hosts(
    joined: Sequence[Return], hosts: Hosts, options: RollbackOptions
) -> Sequence[Return]:
    """Without the tasks that may be other hosts': no target was named, and no line is marked here.

    UsageError where one of them was named.
    """
    if options.tasks and options.without_lines:
        return joined
    others = [back.stack for back in joined if back.stack and not back.on]
    for target in dict.fromkeys(stack.target for stack in others):
        its = [stack for stack in others if stack.target == target]
        of_all = replace(hosts.advice, hosts=("--from-hosts", *target.options))
        take = f"`{of_all.rollback(*(stack.id for stack in its if options.tasks))}`"
        count = its[0].stack_name if len(its) == 1 else quantity(len(its), "task")
        if options.tasks:
            raise UsageError(
                what=f"no line of {count} is marked on the hosts that were read",
                why=f"other hosts with {target.words} may need it",
                fix=f"{take} asks all of them",
            )
        hosts.note(
            f"note: left alone: {count} of {target.words}: no line is marked on the hosts that "
            f"were read; {take} asks all of its hosts"
        )
    return [back for back in joined if back.on or not back.stack]


def _asking(joined: Sequence[Return], hosts: Hosts, options: RollbackOptions) -> Iterator[Return]:
    """Each with the hosts that must say that they do not need it, though they were not read."""
    silent = {each.id: each.label for each in hosts.found.unread if not _has_no_lines(each)}
    by_target: Mapping[Target, Mapping[str, str]] = {}
    if options.hosts.target is None:
        by_target = _others_of([back.stack.target for back in joined if back.stack], hosts, silent)
    for back in joined:
        # one that never came up runs nothing on any host
        if back.stack is None or goes(back.stack) or options.without_lines:
            yield back
        else:
            rule = back.stack.parameters.get("RuleName", "")
            read = [one.host for one in hosts.found.hosts if hosts.never_had(one.host.label, rule)]
            yield replace(
                back,
                elsewhere=True,
                unread=by_target.get(back.stack.target, silent),
                never=frozenset(host.instance for host in read),
            )


def _others_of(
    targets: Sequence[Target], hosts: Hosts, silent: Collection[str]
) -> Mapping[Target, Mapping[str, str]]:
    """Those of each target that were not read: what was read are some hosts, of several targets."""
    read = {one.host.instance for one in hosts.found.hosts}
    read |= {each.id for each in hosts.found.unread} - set(silent)
    return {
        target: {each.id: each.name for each in its if each.id not in read}
        for target, its in hosts.tagged(targets).items()
    }


def _has_no_lines(unread: UnreadHost) -> bool:
    return unread.cron is Unread.NO_CRONTAB
