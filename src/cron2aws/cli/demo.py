"""`make demo`: a host's crontabs to running tasks and back, in one process.

Everything is real but AWS itself, which is the sandbox, the time, which is the sandbox's, and the
hosts, which show the commands that they would run.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import click
from rich.cells import cell_len, set_cell_size

from cron2aws.app.context import Context
from cron2aws.app.opening import sandbox_context
from cron2aws.app.shipped import installed
from cron2aws.cli import streams
from cron2aws.cli.main import call
from cron2aws.cli.terminal import Terminal
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.telling import Notification
from cron2aws.sandbox.time.clock import VirtualClock

HOST = "tokyo-reports"
START = datetime(2026, 11, 23, 23, 17, tzinfo=UTC)
COLUMNS = 80
GAP = "[...]"
"""What stands for lines, or for columns, that are left out."""

Show = Callable[[str], object]
_ROW = re.compile(r"line  |id  |[0-9]+  |[0-9a-f]{8}  ")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command as a user would type it, and how much of what it prints is shown."""

    title: str
    command: str
    lines: str
    """A pattern of the lines that are shown, from their beginning."""

    columns: tuple[tuple[int, int | None], ...] = ()
    """What is shown of the rows of a table that is too wide."""


STEPS = (
    Step(
        title="What is on this host, and what becomes of it?",
        command="cron2aws scan reports",
        lines="Scan of|id  |[0-9a-f]{8}  ",
        columns=((0, 8), (55, 104)),
    ),
    Step(
        title="Somebody is to be told of how runs go",
        command="cron2aws setup --email ops@example.com --tell all --yes",
        lines="create cron2aws-foundation:|ops@",
    ),
    Step(
        title="Make a task of each job; it is disabled, cron still runs the job",
        command="cron2aws migrate reports --tag Name=reports --yes",
        lines="3 stacks|4 stacks|5 stacks",
    ),
    Step(
        title="Does one work? It runs now",
        command="cron2aws run 8dc0222b",
        lines="cron2aws-.*succeeded",
    ),
    Step(
        title="Hand over: the line is commented out, and the task runs the job",
        command="cron2aws migrate reports --tag Name=reports --comment-out --yes",
        lines="rewrote|Done",
    ),
    Step(
        title="How do the tasks stand to their lines?",
        command="cron2aws status reports",
        lines="id|8dc0222b|3 tasks",
        columns=((0, 8), (69, 105)),
    ),
    Step(
        title="And back: the lines first, then the stacks go",
        command="cron2aws rollback --source reports --yes",
        lines="rewrote|Done",
    ),
)


def tour(show: Show) -> bool:
    """Carry out the steps and show them line by line; True if every byte is back at the end."""
    with _folder() as folder, Sandbox(clock=VirtualClock(START)) as sandbox:
        made = sandbox_context(sandbox, Terminal())
        # nothing of a tour is worth keeping where real backups lie
        context = replace(made, state=folder / "state", backups=folder / "state/backups")
        before = _bytes(Path("reports"))
        for number, step in enumerate(STEPS, 1):
            show(f"# {number}. {step.title}")
            show(f"$ {step.command}")
            for line in shortened(_printed(step, context), step):
                show(line)
            for line in _told(sandbox.notifications() if "run" in step.command.split() else ()):
                show(line)
            show("")
        after = _bytes(Path("reports"))
        left = ", ".join(stack.stack_name for stack in context.stacks.deployed()) or "no task"
    show(f"Left on AWS: {left}. {len(before)} files compared with before: {_same(before, after)}.")
    return before == after


def main() -> int:
    """Show the tour; 0 when every byte is back."""
    streams.open_all()
    return 0 if tour(_print) else 1


def _print(line: str) -> None:
    click.secho(line, bold=line.startswith(("#", "$")))


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder to work in, with a copy of the host's files: a user would be beside them."""
    with tempfile.TemporaryDirectory(prefix="cron2aws-demo-") as name, chdir(name):
        shutil.copytree(installed("fixtures/crontabs", HOST), "reports", symlinks=True)
        yield Path(name)


def _printed(step: Step, context: Context) -> list[str]:
    """Carry the command out; what it prints. A command that fails ends the tour."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = call(shlex.split(step.command)[1:], context)
    if code:
        streams.say(out.getvalue())
        sys.exit(code)
    return out.getvalue().rstrip("\n").split("\n")


def _told(messages: Sequence[Notification]) -> Iterator[str]:
    """The last message of a topic."""
    for message in messages[-1:]:
        yield f"Notification: {message.subject}"
        made = Step(title="", command="", lines="Result|User |Command |ok ")
        yield from shortened(message.message.split("\n"), made)


def shortened(lines: Sequence[str], step: Step) -> Iterator[str]:
    """The lines and columns that a step shows; what is left out is told by a GAP."""
    shown = re.compile(step.lines)
    for is_shown, some in groupby(lines, lambda line: bool(shown.match(line))):
        if is_shown:
            yield from (_fitting(line, step) for line in some)
        else:
            yield GAP


def _fitting(line: str, step: Step) -> str:
    if cell_len(line) <= COLUMNS:
        return line
    columns = step.columns if _ROW.match(line) else ()
    kept = [_columns(line, *each) for each in columns or [(0, COLUMNS - len(GAP) - 1)]]
    whole = columns and columns[-1][1] is None
    return f" {GAP} ".join(kept) + ("" if whole else f" {GAP}")


def _columns(line: str, start: int, stop: int | None) -> str:
    """Part of a line, counted in a terminal's columns: Japanese signs take two."""
    wide = cell_len(line) if stop is None else stop
    head = set_cell_size(line, wide)
    return set_cell_size(head[::-1], wide - start)[::-1]


def _same(before: object, after: object) -> str:
    return "the very bytes" if before == after else "NOT the same, a bug"


def _bytes(tree: Path) -> dict[str, bytes]:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(tree)): path.read_bytes() for path in files}


if __name__ == "__main__":
    sys.exit(main())
