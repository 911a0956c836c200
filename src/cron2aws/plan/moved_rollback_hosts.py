"""Whether a return of a rollback for a fleet still can be made, host by host. Pure.

A line that has moved on one host leaves the task out whole, as the stack must stay for it. A host
that cannot be read keeps its line and so the stack; the lines of the others come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cron2aws.assess.values import AssessedEntry
from cron2aws.plan.moved import Part
from cron2aws.plan.moved_rollback import (
    BackNow,
    LineState,
    ReturnVerdict,
    line_state,
    stack_moved,
    unseen,
)
from cron2aws.plan.recorded_rollback import RecordedReturn
from cron2aws.plan.values import Deployed

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class FleetNow:
    """What is there now; hosts by their labels."""

    stacks: Mapping[str, Deployed]
    """By name."""

    entries: Mapping[str, Sequence[AssessedEntry]] | None
    """Of each host that was read; None where none was to be."""

    lost: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    """As BackNow has them, host by host."""

    away: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Hosts of the plan that were not read now, each with the reason."""

    ended: frozenset[str] = frozenset()
    """Hosts of the plan that are no more."""


def judge_return_on_hosts(recorded: RecordedReturn, now: FleetNow, part: Part) -> ReturnVerdict:
    """What can be done of a return, on which hosts, and why not the rest."""
    stack = now.stacks.get(recorded.stack.stack_name) if recorded.stack else None
    if why := stack_moved(recorded, stack):
        return ReturnVerdict(recorded=recorded, why=why)
    if now.entries is None:
        return unseen(recorded, stack, part)
    planned = {line.host: line for line in recorded.lines}
    coming: list[str] = []
    for host, entries in now.entries.items():
        lines = (planned[host],) if host in planned else ()
        state, why = line_state(
            replace(recorded, lines=lines),
            BackNow(stacks=now.stacks, entries=entries, lost=now.lost.get(host, NOTHING)),
        )
        if why:
            return ReturnVerdict(recorded=recorded, why=f"on {host}: {why}")
        if state is LineState.MARKED:
            coming.append(host)
    left = {host: now.away[host] for host in planned if host in now.away}
    stays = part is Part.EDITS
    return ReturnVerdict(
        recorded=recorded,
        brings_line=bool(coming),
        on=frozenset(coming),
        left=MappingProxyType(left),
        stack=stack,
        stack_stays=stays,
        waits="its stack" if stays and stack else "",
        note="its stack is gone already" if coming and recorded.stack and stack is None else "",
    )
