"""The command line over an AWS that a test has opened: what it raises is raised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cron2aws.app.context import Context
from cron2aws.app.opening import sandbox_context
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.simulation import Simulation, Wanted
from cron2aws.cli.main import call
from cron2aws.cli.terminal import Terminal
from cron2aws.preflight.facts import Known, Simulated
from cron2aws.sandbox.inside import Sandbox
from tests.permitted import be_asked, is_judged

HOST = ("--dialect", "debian", "--timezone", "UTC")

_SESSIONS: dict[str, Session] = {}
_SIMULATED: dict[str, Simulated] = {}


class _Remembering(Simulation):
    """IAM is asked once in a process: no sandbox has policies, and each denies nothing.

    It was a quarter of a hand-over, twenty calls. A judge has policies, and is asked each time.
    """

    def of(self, arn: str, wanted: Iterable[Wanted]) -> Known[Simulated]:
        asked = tuple(wanted)
        if is_judged():
            return super().of(arn, asked)
        key = repr((arn, asked))
        if key in _SIMULATED:
            return _SIMULATED[key]
        found = super().of(arn, asked)
        if isinstance(found, Simulated):
            _SIMULATED[key] = found
        return found


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
    session = _session(sandbox.region)
    made = sandbox_context(sandbox, Terminal(), session=session)
    return replace(made, simulation=_Remembering(session))


def command(context: Context, name: str, *arguments: str, before: Sequence[str] = ()) -> int:
    """`cron2aws BEFORE NAME ARGUMENTS`: its exit code."""
    return call([*before, name, *arguments], context)
