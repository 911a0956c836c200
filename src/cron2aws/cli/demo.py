"""`make demo`: two hosts' crontabs to running tasks and back, in one process.

Everything is real but AWS itself, which is the sandbox, and the hosts, which echo the commands
that they would run.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from cron2aws.app.context import Context
from cron2aws.app.installed import installed
from cron2aws.app.opening import sandbox_context
from cron2aws.cli.main import call
from cron2aws.cli.terminal import Terminal
from cron2aws.migration.journal import Journal
from cron2aws.sandbox import Sandbox

HOSTS = {"debian-web": "web", "amazon-batch": "batch"}


def main(hosts: Mapping[str, str] = HOSTS) -> int:
    """Run the tour of these fixtures, each with the Name its tag has; 0 when every byte is back."""
    with tempfile.TemporaryDirectory(prefix="cron2aws-demo-") as folder, Sandbox() as sandbox:
        state, made = Path(folder) / "state", sandbox_context(sandbox, Terminal())
        # nothing of a tour is worth keeping where real journals and backups lie
        context = replace(
            made,
            journal=Journal(state / "journal.jsonl", made.clock.now),
            backups=state / "backups",
        )
        context.topics.deploy(None, successes=None)
        trees = {name: _copy(name, Path(folder)) for name in hosts}
        before = {name: _bytes(tree) for name, tree in trees.items()}
        for name, tree in trees.items():
            _tour(context, sandbox, name, tree, f"Name={hosts[name]}")
        same = all(_bytes(tree) == before[name] for name, tree in trees.items())
        files = sum(len(each) for each in before.values())
    if same:
        _title(f"All {files} files are back, byte for byte; nothing is left on AWS")
    else:
        click.echo("Some bytes are NOT back: this is a bug", err=True)
    return 0 if same else 1


def _tour(context: Context, sandbox: Sandbox, name: str, tree: Path, tag: str) -> None:
    _title(f"1. What is on {name}, and what would each entry become? (cron2aws scan {name})")
    _expect(call(["scan", str(tree)], context))
    _title(f"2. Deploy it and hand the lines over (cron2aws migrate {name} --tag {tag})")
    _expect(call(["migrate", str(tree), "--tag", tag, "--comment-out", "--yes"], context))
    _title("3. Each task runs once, through its real state machine")
    _run_all(context, sandbox)
    _title("4. What is deployed? (cron2aws status)")
    _expect(call(["status", str(tree)], context))
    _title("5. And back (cron2aws rollback)")
    _expect(call(["rollback", "--source", str(tree), "--yes"], context))


def _run_all(context: Context, sandbox: Sandbox) -> None:
    """Fire every stack's first schedule a day ahead, past the hand-over, and show what it told."""
    told = len(sandbox.notifications())
    moment = context.clock.now().replace(second=0, microsecond=0) + timedelta(minutes=5)
    context.clock.sleep_until(moment)
    for stack in context.stacks.deployed():
        execution = sandbox.fire(stack.stack_name, moment)
        if execution is not None:
            ended = sandbox.wait(execution)["status"]
            click.echo(f"{stack.stack_name}: {ended.lower()}")
    first, *others = sandbox.notifications()[told:]
    click.echo(f"\nThe first notification:\n\n  {first.subject}")
    click.echo("".join(f"    {line}\n" for line in first.message.splitlines()))
    click.echo("The others:\n")
    for message in others:
        click.echo(f"  {message.subject}")


def _copy(name: str, folder: Path) -> Path:
    return Path(shutil.copytree(installed("fixtures/crontabs", name), folder / name, symlinks=True))


def _bytes(tree: Path) -> dict[str, bytes]:
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(tree)): path.read_bytes() for path in files}


def _title(text: str) -> None:
    click.secho(f"\n=== {text}\n", bold=True)


def _expect(code: int) -> None:
    if code:
        sys.exit(code)


if __name__ == "__main__":
    sys.exit(main())
