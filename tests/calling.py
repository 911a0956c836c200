"""The command line over an AWS that a test has opened: what it raises is raised."""

from __future__ import annotations

from collections.abc import Sequence

from cron2aws.app.context import Context
from cron2aws.app.opening import sandbox_context
from cron2aws.cli.main import call
from cron2aws.cli.terminal import Terminal
from cron2aws.sandbox.inside import Sandbox

HOST = ("--dialect", "debian", "--timezone", "UTC")


def opened(sandbox: Sandbox) -> Context:
    """The context of a sandbox; the very sources are edited."""
    return sandbox_context(sandbox, Terminal())


def command(context: Context, name: str, *arguments: str, before: Sequence[str] = ()) -> int:
    """`cron2aws BEFORE NAME ARGUMENTS`: its exit code."""
    return call([*before, name, *arguments], context)
