"""One task for the entries of several hosts that are the same job.

An id does not depend on the host: the same line in the same file is one task of a target, on
whichever hosts it stands. A host that lacks it is no hindrance: RunOn decides which hosts run the
task, and where nobody has said it is `marked`, which is what cron does. Where a host has it with
another schedule, zone, environment or decision, one task cannot do what each daemon does, and a
human must say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from cron2aws.assess.matrix import EntryOnHost, JobKey, alike, job_key
from cron2aws.assess.values import AssessedEntry
from cron2aws.plan.actions import Action
from cron2aws.plan.spread import RunOn, Spread
from cron2aws.plan.values import Problem, Step, Stray

TELL_APART = (
    "let the lines be the same, leave the entry to each host's cron by `--exclude ID`, or migrate "
    "these hosts one by one, each with its own tag"
)
HOSTS_NAMED = 8
"""So many hosts a sentence names; the matrix has all of them."""

_MADE = frozenset({"Command", "LiveFrom"})
"""Parameters that are compared by what they are made from, or come from each host's own mark."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One host's entry, and what would become of it there: a step, a problem, or nothing."""

    entry: AssessedEntry
    dialect: str
    outcome: Step | Problem | None


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The steps, problems and entries left alone of all hosts."""

    steps: tuple[Step, ...]
    kept: tuple[AssessedEntry, ...]
    problems: tuple[Problem, ...]
    strays: tuple[Stray, ...]


def merge(judged: Iterable[Judged], hosts: Sequence[str], *, not_known: int = 0) -> Merged:
    """The outcomes of the entries of all `hosts` (labels), those with the same id as one.

    `not_known`: how many hosts of the fleet could not be read.
    """
    # whoever wrote a mark with the id of another file's line keeps nobody else waiting
    by_job: dict[JobKey, list[Judged]] = {}
    for each in judged:
        by_job.setdefault(job_key(each.entry), []).append(each)
    steps: list[Step] = []
    kept: list[AssessedEntry] = []
    problems: list[Problem] = []
    strays: list[Stray] = []
    for group in by_job.values():
        of_group = _steps_of(group)
        strays += [each.outcome for each in group if isinstance(each.outcome, Stray)]
        told = [
            each.outcome
            for each in group
            if isinstance(each.outcome, Problem) and not isinstance(each.outcome, Stray)
        ]
        if told:
            problems += told
        elif not of_group:
            kept += [each.entry for each in group if each.outcome is None]
        elif not _are_one(group, of_group):
            problems.append(_differ(group, hosts))
        else:
            having = _hosts_of(of_group)
            found = set(having)
            without = tuple(host for host in hosts if host not in found)
            spread = Spread(having=having, without=without, not_known=not_known)
            steps.append(_joined(of_group, spread))
    return Merged(
        steps=tuple(steps), kept=tuple(kept), problems=tuple(problems), strays=tuple(strays)
    )


def _steps_of(group: Sequence[Judged]) -> list[Step]:
    return [each.outcome for each in group if isinstance(each.outcome, Step)]


def _hosts_of(steps: Sequence[Step]) -> tuple[str, ...]:
    """Each host once: a marked line that somebody has copied stands twice in its file."""
    return tuple(dict.fromkeys(step.hosts[0] for step in steps))


def _are_one(group: Sequence[Judged], steps: Sequence[Step]) -> bool:
    """Whether one task does on each host that has the entry what its daemon does."""
    if {each.entry.host for each in group} != {step.hosts[0] for step in steps}:
        return False  # on some it stays local, or waits for a decision
    first, *others = map(_parameters, steps)
    if any(other != first for other in others):
        return False
    # by these each host finds the line in its own crontab
    if len({each.entry.line for each in group}) > 1:
        return False
    commands = {_command(step) for step in steps}
    # an environment is the same in whichever order its variables stand
    sources = {
        (frozenset(each.entry.entry.environment), each.dialect, each.entry.quiet_guard)
        for each in group
    }
    return len(commands) == 1 or len(sources) == 1


def _parameters(step: Step) -> dict[str, str]:
    parameters = step.task.parameters
    return {name: value for name, value in parameters.items() if name not in _MADE}


def _command(step: Step) -> str:
    """Without its first line, which is a comment and names the crontab's line."""
    _, _, command = step.task.parameters.get("Command", "").partition("\n")
    return command


def _joined(steps: Sequence[Step], spread: Spread) -> Step:
    """The step with the fewest changes, for all hosts; a difference between hosts is no change."""
    fewest = min(len(step.changes) for step in steps)
    # a hand-over that did not come to set LiveFrom is gone on with once no line is active
    step = max(
        (step for step in steps if len(step.changes) == fewest),
        key=lambda step: step.task.parameters.get("LiveFrom", ""),
    )
    return replace(
        _with_usual(step, spread),
        hosts=spread.having,
        without=spread.without,
        not_known=spread.not_known,
        comment_out=any(step.comment_out for step in steps),
        handed_over=all(step.handed_over for step in steps),
    )


def _with_usual(step: Step, spread: Spread) -> Step:
    """A new task for which nobody has said RunOn does what cron does on these hosts.

    Who gives a minute for hosts without the line has said that they run it.
    """
    is_said = "RunOn" in step.parameters or step.parameters.get("LiveFrom")
    if step.action is not Action.CREATE or is_said or spread.usual is RunOn.ALL:
        return step
    parameters = {**step.task.parameters, "RunOn": spread.usual.value}
    task = replace(step.task, parameters=MappingProxyType(parameters))
    return replace(step, task=task, run_on=spread.usual)


def _differ(group: Sequence[Judged], hosts: Sequence[str]) -> Problem:
    first = group[0].entry
    found = alike([EntryOnHost(entry=each.entry, dialect=each.dialect) for each in group])
    ways = [(said, list(dict.fromkeys(each.entry.host for each in same))) for said, same in found]
    having = {each.entry.host for each in group}
    if lacking := [host for host in hosts if host not in having]:
        ways.append(("no such line", lacking))
    told = "; ".join(f"on {_named(those)}: {said}" for said, those in ways)
    return Problem(
        id=first.id,
        what=f"hosts differ in this entry: {told}",
        fix=TELL_APART,
        host=first.host,
        source=first.source,
        line=first.entry.line,
    )


def _named(hosts: Sequence[str]) -> str:
    more = len(hosts) - HOSTS_NAMED
    named = ", ".join(hosts[:HOSTS_NAMED])
    return f"{named} and {more} more" if more > 0 else named
