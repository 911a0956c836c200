"""Whether a step of a plan for a fleet can be done, host by host.

Pure. Each host's crontab is its own switch: where a line has moved, or its host cannot be read now,
it stays with its cron, and the others are handed over. Where a host has the line that had none when
the plan was made, or has it no more, the task would run elsewhere than was reviewed, and no host
goes on. Nor does one with RunOn=one, whose task runs on any host: the line that is left to a cron
would run beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from cron2aws.assess.values import AssessedEntry
from cron2aws.plan.moved import Now, Part, Verdict, entry_moved, judge
from cron2aws.plan.recorded import EntryBasis, RecordedStep
from cron2aws.plan.spread import RunOn
from cron2aws.plan.values import Place

Each = TypeVar("Each", EntryBasis, AssessedEntry)


@dataclass(frozen=True, kw_only=True)
class _OnHost:
    """A step's line on one host: as it was, and as it is."""

    recorded: RecordedStep
    """With what it rests on there alone."""

    found: Sequence[AssessedEntry]

    def moved(self, place: Place) -> str:
        """Why it is no more what was reviewed; empty where it is."""
        return entry_moved(self.recorded, self.found, place)


def without(recorded: RecordedStep, hosts: Collection[str]) -> RecordedStep:
    """The step without what it rests on and does on these hosts (labels), which are no more."""
    if not hosts:
        return recorded
    edits = (
        replace(edit, hosts=tuple(each for each in edit.hosts if each not in hosts))
        for edit in recorded.edits
    )
    return replace(
        recorded,
        entries=tuple(each for each in recorded.entries if each.host not in hosts),
        edits=tuple(edit for edit in edits if edit.hosts),
    )


def judge_on_hosts(
    recorded: RecordedStep, now: Now, part: Part, away: Mapping[str, str]
) -> Verdict:
    """What can be done of a step, and on which hosts its line stays as it is.

    `away` are hosts of the plan, by label, that were not read now, each with the reason.
    """
    if now.entries is None:
        return judge(recorded, now, part)
    had = _by_host(recorded.entries)
    has = _by_host(now.entries.get(recorded.step.job, ()))
    if why := _others_have_it(had, has, away):
        return Verdict(recorded=recorded, why=why)
    lines = {
        host: _OnHost(recorded=replace(recorded, entries=tuple(had[host])), found=has[host])
        for host in had
        if host in has
    }
    moved = {host: why for host, line in lines.items() if (why := line.moved(now.place))}
    # a task would be made, or changed, that is not what its hosts' lines become
    if still := {host: why for host, why in moved.items() if host not in recorded.edited}:
        return Verdict(recorded=recorded, why=_joined(still))
    left = {**moved, **{host: away[host] for host in recorded.edited if host in away}}
    staying = {host: line for host, line in lines.items() if host not in left}
    if left and (recorded.step.run_on is RunOn.ONE or not staying):
        return Verdict(recorded=recorded, why=_joined(left))
    if not staying:
        return Verdict(recorded=recorded, why=_joined(away) or "no host has its line any more")
    verdict = judge(
        replace(
            recorded,
            entries=tuple(each for line in staying.values() for each in line.recorded.entries),
        ),
        replace(
            now,
            entries={
                recorded.step.job: tuple(each for line in staying.values() for each in line.found)
            },
        ),
        part,
    )
    kept = MappingProxyType({} if verdict.why else dict(sorted(left.items())))
    step = replace(verdict.step, left_on=kept) if verdict.step else None
    return replace(verdict, recorded=recorded, step=step, left=kept)


def _others_have_it(
    had: Mapping[str, object], has: Mapping[str, object], away: Mapping[str, str]
) -> str:
    """Why the line stands on other hosts than was reviewed; empty where it does not."""
    gone = [host for host in had if host not in has and host not in away]
    if gone:
        return f"on {gone[0]} the line is gone, or its user or command is another"
    new = [host for host in has if host not in had]
    return f"{new[0]} has the line now" if new else ""


def _by_host(entries: Iterable[Each]) -> dict[str, list[Each]]:
    found: dict[str, list[Each]] = {}
    for each in entries:
        found.setdefault(each.host, []).append(each)
    return found


def _joined(whys: Mapping[str, str]) -> str:
    return "; ".join(f"on {host}: {why}" for host, why in sorted(whys.items()))
