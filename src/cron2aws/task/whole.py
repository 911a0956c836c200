"""The whole text that Run Command gets: a task's own lines, the facts of a run, and the runner.

The send function has this module in itself (cfn/pack.py puts it there), so that what `scan` shows
and what a host gets are made by the same lines. It imports nothing that Lambda lacks.
"""

from __future__ import annotations

import shlex

RUNNER = __import__("pathlib").Path("/tmp/wt/runner/cfn/functions/runner.sh").read_text()

CUT = "#job"
"""The line of a `Command` before which root reads, and behind which the user's shell does."""


def whole(command: str, facts: dict[str, str]) -> str:
    """What `sh` runs on a host, as root, for the parameter `Command` of a task.

    `facts` are those of cfn/functions/runner.sh that are this run's. A command that has no head
    was written by hand: its text is the job.
    """
    head, cut, steps = command.partition(f"\n{CUT}\n")
    if not (cut and head.startswith("# cron2aws ")):
        head, steps = "# cron2aws: a command by hand", command
    mark = "JOB"
    while mark in steps.split("\n"):
        mark += "_"
    given = dict.fromkeys(FACTS, "") | facts | {"mark": mark}
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in given.items())
    return (
        f"user= pam= guard=\nstdin() {{ :; }}\n{head}\n{lines}"
        f"job() {{ cat <<'{mark}'\n{steps}\n{mark}\n}}\n{RUNNER}"
    )


FACTS = ("task", "run", "by", "due", "limit", "keep", "resent", "whole", "root")
