"""The whole text that Run Command gets: a task's own lines, the facts of a run, and the runner.

The send function has this module in itself (tools/pack_functions.py), so one piece of code makes
what `scan` shows and what a host gets.
"""

from __future__ import annotations

import shlex

from cron2aws.task.runner import RUNNER

CUT = "#job"
"""The line of a `Command` before which root reads, and behind which the user's shell does."""
FACTS = tuple("task run by due limit keep resent whole probe root id mine live takes".split())  # noqa: SIM905 (shorter)
"""What the runner is told of a run; its own text says what each is."""


def whole(command: str, facts: dict[str, str]) -> str:
    """What `sh` runs on a host, as root, for a task with this parameter `Command`.

    `facts` that are not given are empty. A command without a head was written by hand: all of it
    is the job, root's.
    """
    return own(command, assign(facts)) + RUNNER


def assign(facts: dict[str, str]) -> str:
    """The lines of the shell that set the facts of a run."""
    given = dict.fromkeys(FACTS, "") | facts
    # no other name: the shell would read it as it is
    return "".join(f"{name}={shlex.quote(given[name])}\n" for name in FACTS)


def own(command: str, facts: str) -> str:
    """The task's own lines, which stand before the runner; `facts` as `assign` writes them."""
    head, cut, steps = command.partition(f"\n{CUT}\n")
    if not (cut and head.startswith("# cron2aws ")):
        head, steps = "# cron2aws: written by hand", command
    mark = "JOB"
    while mark in steps.split("\n"):
        mark += "_"
    title, _, rest = head.partition("\n")
    return f"""{title}
user= pam= guard= tab= sys= kin= above=
stdin() {{ :; }}
{rest}
{facts}mark={mark}
job() {{
printf '%s\\n' {shlex.quote(steps)}
}}
"""
