"""A run that was started by hand: how it stands, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from cron2aws.escapes import printable
from cron2aws.spans import span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cron2aws.aws.commands import HostState

HOSTS_SHOWN = 10
NOT_TOLD = "cron2aws.NotTold"
"""The error of cfn/task.yaml's machine where its failure could not be published."""
UNTOLD = "It ended without a report. If it had sent a command, that may go on: see Run Command."


def progress_text(stack_name: str, elapsed: timedelta, hosts: Sequence[HostState]) -> str:
    """A run that goes on: since when, and how the command stands on each host known so far."""
    whole = timedelta(seconds=int(elapsed.total_seconds()))
    lines = [f"{stack_name}: running for {span(whole)}"]
    lines += [
        f"  {host.id} {printable(host.name)}".rstrip() + f": {host.status}"
        for host in hosts[:HOSTS_SHOWN]
    ]
    if len(hosts) > HOSTS_SHOWN:
        lines.append(f"  and {len(hosts) - HOSTS_SHOWN} more hosts")
    return "\n".join(lines)


def run_text(stack_name: str, status: str, output: Mapping[str, object]) -> str:
    """The report that the task itself writes for its topics, or why there is none."""
    found = output.get("run")
    run: Mapping[object, object] = found if isinstance(found, Mapping) else {}
    if status == "SUCCEEDED" and run.get("outcome") != "succeeded":
        sent = run.get("command_id") or run.get("hosts")
        why = "No host had to run it" if sent else "No command was sent"
        outcome, message = str(run.get("outcome")), f"{why}: {run.get('reason')}"
    else:
        outcome = status.lower().replace("_", " ")
        message = str(run.get("message") or output.get("cause") or UNTOLD)
        if output.get("error") == NOT_TOLD:
            message += "\n\nNobody was told of it: the topic for failures took no message."
    shown = "\n".join(printable(line) for line in message.splitlines())
    return f"{printable(stack_name)}: {printable(outcome)}\n\n{shown}"
