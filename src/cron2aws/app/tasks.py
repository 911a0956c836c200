"""Naming deployed tasks on the command line: by id, by stack name, or by a glob on the name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from cron2aws.crontab.identity import is_meant
from cron2aws.errors import SafetyError, UsageError
from cron2aws.plan.values import Deployed


def chosen(
    deployed: Sequence[Deployed],
    names: Sequence[str],
    *,
    missing: Callable[[str], None] = lambda _: None,
) -> list[Deployed]:
    """The stacks that the names mean, each once.

    UsageError for a name of no task, or an id that several tasks have or begin with; SafetyError
    for a stack with our tags that is not a task. `missing` is called for a name of no task, and may
    raise.
    """
    found: dict[str, Deployed] = {}
    for name in names:
        meant = _meant(deployed, name)
        if not meant:
            missing(name)
            raise UsageError(what=f"no task {name!r}", fix=_advice(deployed, name))
        for stack in meant:
            _check_task(stack)
        found |= {stack.stack_name: stack for stack in meant}
    return list(found.values())


def _meant(deployed: Sequence[Deployed], name: str) -> list[Deployed]:
    named = [stack for stack in deployed if fnmatchcase(stack.stack_name, name)]
    by_id = [stack for stack in deployed if is_meant(name, stack.id)]
    tasks = [stack for stack in by_id if stack.is_task] or by_id
    if len(tasks) > 1 and not named:
        raise several(name, tasks)
    return named or tasks


def several(name: str, stacks: Sequence[Deployed]) -> UsageError:
    """The error for a name that must mean one task, and matches several."""
    return UsageError(
        what=f"{name!r} matches {len(stacks)} tasks",
        why=", ".join(f"{each.id} is {each.stack_name} on {each.target}" for each in stacks),
        fix="name one of the stacks, or give more digits of the id",
    )


def _check_task(stack: Deployed) -> None:
    if not stack.is_task:
        raise SafetyError(
            what=f"stack {stack.stack_name} is not a task of cron2aws",
            why="it has a task's tags, and not what the template of tasks makes",
            fix="leave it alone, and take the tags `cron2aws:...` off it",
        )


def _advice(deployed: Sequence[Deployed], name: str) -> str:
    known = [word for stack in deployed for word in (stack.id, stack.stack_name)]
    near = difflib.get_close_matches(name, known, n=3)
    return f"did you mean {', '.join(near)}?" if near else "`cron2aws status` lists them"


def only(
    deployed: Sequence[Deployed], name: str, *, missing: Callable[[str], None] = lambda _: None
) -> Deployed:
    """The one stack that the name means; UsageError where it means none or several."""
    found = chosen(deployed, [name], missing=missing)
    if len(found) > 1:
        raise several(name, found)
    return found[0]
