"""One task for the entries of several hosts that are the same job.

An id does not depend on the host: where all hosts have the same line in the same file, one task
of a target runs on all the instances with the tag. Where a host has it with another schedule, zone,
environment or decision, or does not have it, one task cannot do what each daemon does, and a human
must say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cron2aws.assess.values import AssessedEntry
from cron2aws.lint.secrets import mask
from cron2aws.plan.values import Problem, Step, Stray

TELL_APART = "let the lines be the same, or migrate these hosts one by one, each with its own tag"
_MADE = frozenset({"Command"})
"""Parameters that are compared by what they are made from."""


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


def merge(judged: Iterable[Judged], hosts: Sequence[str]) -> Merged:
    """The outcomes of the entries of all `hosts` (labels), those with the same id as one."""
    # a mark may give a line the id of another file's: whoever wrote it keeps nobody else waiting
    by_job: dict[tuple[str, str, str], list[Judged]] = {}
    for each in judged:
        job = (each.entry.id, each.entry.source, each.entry.entry.user)
        by_job.setdefault(job, []).append(each)
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
        elif len(_hosts_of(of_group)) < len(hosts) or not _are_one(group, of_group):
            problems.append(_differ(group, hosts))
        else:
            steps.append(_joined(of_group))
    return Merged(
        steps=tuple(steps), kept=tuple(kept), problems=tuple(problems), strays=tuple(strays)
    )


def _steps_of(group: Sequence[Judged]) -> list[Step]:
    return [each.outcome for each in group if isinstance(each.outcome, Step)]


def _hosts_of(steps: Sequence[Step]) -> tuple[str, ...]:
    """Each host once: a marked line that somebody has copied stands twice in its file."""
    return tuple(dict.fromkeys(step.hosts[0] for step in steps))


def _are_one(group: Sequence[Judged], steps: Sequence[Step]) -> bool:
    """Whether one task does on each host what its daemon does."""
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


def _joined(steps: Sequence[Step]) -> Step:
    """The step with the fewest changes, for all hosts; a difference between hosts is no change."""
    return replace(
        min(steps, key=lambda step: len(step.changes)),
        hosts=_hosts_of(steps),
        comment_out=any(step.comment_out for step in steps),
    )


def _differ(group: Sequence[Judged], hosts: Sequence[str]) -> Problem:
    first = group[0].entry
    ways: dict[tuple[object, ...], list[str]] = {}
    for each, said in zip(group, _ways(group), strict=True):
        # the environment once more: two secrets look alike where they are masked
        ways.setdefault((said, each.entry.entry.environment), []).append(each.entry.host)
    if lacking := [host for host in hosts if host not in {each.entry.host for each in group}]:
        ways["none; the task would run there as well",] = lacking
    told = "; ".join(f"on {', '.join(having)}: {said}" for (said, *_), having in ways.items())
    return Problem(
        id=first.id,
        what=f"hosts differ in this entry: {told}",
        fix=TELL_APART,
        host=first.host,
        source=first.source,
        line=first.entry.line,
    )


def _ways(group: Sequence[Judged]) -> list[str]:
    """How each host has the entry: schedule, zone and decision, and what else they differ in."""
    environments = [dict(each.entry.entry.environment) for each in group]
    names = sorted({name for environment in environments for name in environment})
    unlike = [n for n in names if len({environment.get(n) for environment in environments}) > 1]
    around = [_around(each.entry) for each in group]
    beside = [f", {each}" if len(set(around)) > 1 else "" for each in around]
    rest = [_rest(each) + said for each, said in zip(group, beside, strict=True)]
    return [
        f"`{each.entry.schedule}` in {each.entry.timezone}, to {each.entry.decision}"
        + "".join(f", {_variable(name, environment)}" for name in unlike)
        + (f", {said}" if len(set(rest)) > 1 else "")
        for each, environment, said in zip(group, environments, rest, strict=True)
    ]


def _variable(name: str, environment: Mapping[str, str]) -> str:
    if name not in environment:
        return f"without {name}"
    value = environment[name]
    return f"with {mask(f'{name}={value}')}"


def _rest(each: Judged) -> str:
    """What else a task is made from: notes, and the daemon's habits."""
    note = each.entry.entry.name
    named = f"named {note}" if note else "unnamed"
    guard = ", with a quiet guard" if each.entry.quiet_guard else ""
    settings = "".join(f", with {name}={value}" for name, value in each.entry.entry.settings)
    return f"{named}, as {each.dialect}{guard}{settings}"


def _around(entry: AssessedEntry) -> str:
    """What the line is told from others by."""
    if entry.line is None:
        return "alone"
    others = entry.line.siblings.replace("\t", ", ")
    below = f" below `{entry.line.marker}`" if entry.line.marker else ""
    return (f"beside others of its command ({others})" if others else "alone") + below
