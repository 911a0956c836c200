"""Naming deployed tasks on the command line: by id, by stack name, or by a glob on the name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from fnmatch import fnmatchcase

from cron2aws.errors import UsageError
from cron2aws.plan.values import Deployed


def chosen(deployed: Sequence[Deployed], names: Sequence[str]) -> list[Deployed]:
    """The stacks that are meant, each once; UsageError for a name that means none."""
    found: dict[str, Deployed] = {}
    for name in names:
        meant = [stack for stack in deployed if _means(stack, name)]
        if not meant:
            raise UsageError(what=f"no task {name!r}", fix=_advice(deployed, name))
        found |= {stack.stack_name: stack for stack in meant}
    return list(found.values())


def _means(stack: Deployed, name: str) -> bool:
    return name in {stack.id, stack.stack_name} or fnmatchcase(stack.stack_name, name)


def _advice(deployed: Sequence[Deployed], name: str) -> str:
    known = [word for stack in deployed for word in (stack.id, stack.stack_name)]
    near = difflib.get_close_matches(name, known, n=3)
    return f"did you mean {', '.join(near)}?" if near else "`cron2aws status` lists them"


def only(deployed: Sequence[Deployed], name: str) -> Deployed:
    """The one stack that is meant; UsageError for a name that means none or several."""
    found = chosen(deployed, [name])
    if len(found) > 1:
        names = ", ".join(stack.stack_name for stack in found)
        raise UsageError(
            what=f"{name!r} means {len(found)} tasks", why=names, fix="name one of them"
        )
    return found[0]
