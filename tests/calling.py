"""The command line over an AWS that a test has opened: what it raises is raised."""

from __future__ import annotations

from collections.abc import Sequence

from cron2aws.app.context import Context
from cron2aws.app.opening import sandbox_context
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.cli.main import call
from cron2aws.cli.terminal import Terminal
from cron2aws.sandbox.inside import Sandbox
from tests.permitted import be_asked

HOST = ("--dialect", "debian", "--timezone", "UTC")

_SESSIONS: dict[str, Session] = {}


def _session(region: str) -> Session:
    """One for all sandboxes of a process: to make its dozen clients takes longer than to use them.

    Where it was throttled, it slows down and tells of it: that is its test's alone.
    """
    known = _SESSIONS.get(region)
    if known is None or known.throttled:
        be_asked()
        known = _SESSIONS[region] = Session(AwsSettings(region=region))
    return known


def opened(sandbox: Sandbox) -> Context:
    """The context of a sandbox; the very sources are edited."""
    return sandbox_context(sandbox, Terminal(), session=_session(sandbox.region))


def command(context: Context, name: str, *arguments: str, before: Sequence[str] = ()) -> int:
    """`cron2aws BEFORE NAME ARGUMENTS`: its exit code."""
    return call([*before, name, *arguments], context)
