"""One task for the entries of several hosts that are the same job.

An id does not depend on the host: where two hosts have the same line in the same file, one task
runs on all the instances with the tag. Where they have it with another schedule, zone, user's
environment or decision, one task cannot do what both daemons do, and a human must say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cron2aws.assess.values import AssessedEntry
from cron2aws.plan.values import Problem, Step

TELL_APART = "let the lines be the same, or migrate these hosts one by one, each with its own tag"
_OF_ONE_HOST = frozenset({"SourceLine", "Command"})
"""Parameters that name a line: `Command` in its first line, which is a comment."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One host's entry, and what would become of it there: a step, a problem, or nothing."""

    entry: AssessedEntry
    outcome: Step | Problem | None


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The steps, problems and entries left alone of all hosts."""

    steps: tuple[Step, ...]
    kept: tuple[AssessedEntry, ...]
    problems: tuple[Problem, ...]


def merge(judged: Iterable[Judged]) -> Merged:
    """The outcomes of all hosts' entries, those with the same id as one."""
    by_id: dict[str, list[Judged]] = {}
    for each in judged:
        by_id.setdefault(each.entry.id, []).append(each)
    steps: list[Step] = []
    kept: list[AssessedEntry] = []
    problems: list[Problem] = []
    for group in by_id.values():
        of_group = _steps_of(group)
        told = [each.outcome for each in group if isinstance(each.outcome, Problem)]
        if told:
            problems += told
        elif not of_group:
            kept += [each.entry for each in group]
        elif len(of_group) < len(group) or not _are_one(of_group):
            problems.append(_differ(group))
        else:
            steps.append(_joined(of_group))
    return Merged(steps=tuple(steps), kept=tuple(kept), problems=tuple(problems))


def _steps_of(group: Sequence[Judged]) -> list[Step]:
    return [each.outcome for each in group if isinstance(each.outcome, Step)]


def _are_one(steps: Sequence[Step]) -> bool:
    first, *others = map(_job, steps)
    return all(other == first for other in others)


def _job(step: Step) -> tuple[dict[str, str], str]:
    parameters = step.task.parameters
    same = {name: value for name, value in parameters.items() if name not in _OF_ONE_HOST}
    _, _, script = parameters.get("Command", "").partition("\n")
    return same, script


def _joined(steps: Sequence[Step]) -> Step:
    """The first host's step, for all of them; a difference between hosts is no change."""
    return replace(
        steps[0],
        hosts=tuple(host for step in steps for host in step.hosts),
        cut_over=any(step.cut_over for step in steps),
    )


def _differ(group: Sequence[Judged]) -> Problem:
    first = group[0].entry
    ways = "; ".join(
        f"{each.entry.host} has it as `{each.entry.schedule}` in {each.entry.timezone}, "
        f"to {each.entry.decision}"
        for each in group
    )
    return Problem(
        id=first.id,
        what=f"hosts differ in this entry: {ways}",
        fix=TELL_APART,
        host=first.host,
        source=first.source,
        line=first.entry.line,
    )
