"""300 tasks at minute 0 where few functions may run at once: when each starts, and is told.

`python bench/load.py [--tasks N] [--concurrency N]... [--job SECONDS]... [--watch SECONDS]`: the
real `setup` and `migrate` against the sandbox in this process, then one minute in which all fire,
with the account's quotas in force (src/cron2aws/sandbox/rates). Its clock jumps where
everybody waits, so 300 tasks take minutes here. docs/reference/limits.md has the table.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import io
import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from cron2aws.app.opening import sandbox_context
from cron2aws.cli.main import call
from cron2aws.cli.terminal import Terminal
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Scripted, job_outcome

MIGRATE = ("migrate", ".", "--tag", "Name=web", "--yes", "--timezone", "UTC", "--comment-out")
HEAD = (
    "concurrent executions", "WatchSeconds", "job", "started", "p50", "p99", "last",
    "told after: p50", "p99", "last", "transitions", "refused",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Minute:
    """What became of one minute's tasks; seconds."""

    tasks: int
    started: Sequence[float]
    """When SendCommand was accepted, after the minute."""
    told: Sequence[float]
    """After the job's end; of those that were told of as succeeded."""
    transitions: float
    """A run's, on average."""
    refused: dict[str, int]
    most: int
    """Functions that ran at once."""

    def cells(self) -> list[str]:
        """In HEAD's order, from `started` on."""
        refused = ", ".join(f"{name} {number:,}" for name, number in self.refused.items() if number)
        return [
            f"{len(self.started)} of {self.tasks}",
            *_spread(self.started),
            *_spread(self.told),
            f"{self.transitions:.1f}",
            refused or "none",
        ]


@contextlib.contextmanager
def deployed(tasks: int, concurrency: int, watch: int | None = None) -> Iterator[Sandbox]:
    """A sandbox with that many tasks that are due at minute 0 of every hour, handed over."""
    with (
        tempfile.TemporaryDirectory() as name,
        contextlib.chdir(name),
        _state(Path(name, "state")),
        Sandbox(concurrency=concurrency) as sandbox,
    ):
        Path("etc").mkdir()
        lines = [f"0 * * * * root /opt/job-{number}\n" for number in range(tasks)]
        Path("etc/crontab").write_text("".join(lines))
        Path("etc/hostname").write_text("web-1\n")
        context = sandbox_context(sandbox, Terminal())
        chosen = [] if watch is None else ["--watch-for", str(watch)]
        for words in (["setup", "--tell", "all", "--yes", *chosen], [*MIGRATE, "--dialect=debian"]):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                code = call(words, context)
            if code:
                raise SystemExit(printed.getvalue())
        yield sandbox


def minute(sandbox: Sandbox, job: float) -> Minute:
    """The next minute 0, in which all tasks fire at once; each job takes so many seconds."""
    (host,) = sandbox.hosts
    outcome = job_outcome(seconds=job, stdout="done\n")
    sandbox.add_host(replace(host, behaviour=Scripted(outcomes=(outcome,))))
    due = sandbox.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    sandbox.clock.sleep((due - sandbox.now).total_seconds())
    before, load = len(sandbox.commands), sandbox.load
    load.refused.clear()
    load.most, load.enforced = 0, True
    with sandbox.clock.working():  # time stands still until all are started
        runs = sandbox.fire_due(due)
    ends = [sandbox.wait(run, real_seconds=3600) for run in runs]
    load.enforced = False
    sent = {each.comment.split()[0]: each for each in sandbox.commands[before:]}
    told = []
    for end in ends:
        command = sent.get(str(end["arn"]).rpartition(":")[2])
        if command and end["status"] == "SUCCEEDED":
            told.append((end["stopped"] - command.invocations[0].ends).total_seconds())
    return Minute(
        tasks=len(runs),
        started=[(each.requested - due).total_seconds() for each in sent.values()],
        told=told,
        transitions=sum(map(sandbox.transitions, runs)) / len(runs),
        refused=dict(load.refused),
        most=load.most,
    )


def watch_seconds(sandbox: Sandbox) -> str:
    """What the tasks have."""
    from cron2aws.aws.session import AwsSettings, Session  # noqa: PLC0415

    stacks = Session(AwsSettings(region=sandbox.region)).client("cloudformation").describe_stacks()
    found = collections.Counter(
        each["ParameterValue"]
        for stack in stacks["Stacks"]
        for each in stack["Parameters"]
        if each["ParameterKey"] == "WatchSeconds"
    )
    return found.most_common(1)[0][0]


@contextlib.contextmanager
def _state(folder: Path) -> Iterator[None]:
    before = os.environ.get("CRON2AWS_STATE")
    os.environ["CRON2AWS_STATE"] = str(folder)
    try:
        yield
    finally:
        del os.environ["CRON2AWS_STATE"]
        if before is not None:
            os.environ["CRON2AWS_STATE"] = before


def _spread(values: Sequence[float]) -> list[str]:
    """p50, p99 and the last."""
    ordered = sorted(values)
    if not ordered:
        return ["-"] * 3
    places = [math.ceil(len(ordered) * share) - 1 for share in (0.5, 0.99, 1)]
    return [f"{ordered[place]:.0f} s" for place in places]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--concurrency", type=int, action="append")
    parser.add_argument("--job", type=float, action="append")
    parser.add_argument("--watch", type=int, help="WatchSeconds; without it, what `setup` chooses")
    given = parser.parse_args()
    print(f"| {' | '.join(HEAD)} |\n| {' | '.join(['---:'] * len(HEAD))} |", flush=True)
    for concurrency in given.concurrency or (10, 100, 1000):
        with deployed(given.tasks, concurrency, given.watch) as sandbox:
            watched = watch_seconds(sandbox)
            for job in given.job or (5, 60):
                cells = [f"{concurrency:,}", watched, f"{job:g} s", *minute(sandbox, job).cells()]
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
