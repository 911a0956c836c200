"""The composition root: it makes what a use-case works on, for AWS or for a sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cron2aws.app.advice import which_aws, without
from cron2aws.app.aws_options import AwsOptions
from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.app.context import Console, Context, HostContext
from cron2aws.app.installed import editing_script, reading_script, shared_templates, task_templates
from cron2aws.app.state import state_folder
from cron2aws.aws.change_sets import ChangeSets
from cron2aws.aws.checkup import Checkup
from cron2aws.aws.commands import Commands
from cron2aws.aws.concurrency import Account
from cron2aws.aws.editing import Editors
from cron2aws.aws.foundation import SharedStacks
from cron2aws.aws.instances import Instances, this_instance
from cron2aws.aws.past_runs import PastRuns
from cron2aws.aws.rates import rate_of
from cron2aws.aws.reading import Readers
from cron2aws.aws.runs import Runs
from cron2aws.aws.sending import Sender
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.simulation import Simulation
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks
from cron2aws.handover.interfaces import Clock
from cron2aws.plan.advice import Advice
from cron2aws.plan.values import Place
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import RunWithShell, stand_in
from cron2aws.task.target import Target


class SandboxTime:
    """The time of a sandbox: waiting moves its clock."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def now(self) -> datetime:
        """The time that the sandbox's clock shows."""
        return self._sandbox.now

    def sleep_until(self, moment: datetime) -> None:
        """Move the sandbox's clock there."""
        left = (moment - self.now()).total_seconds()
        if left > 0:
            self._sandbox.clock.sleep(left)


class SandboxHosts:
    """The hosts of a sandbox; they show their jobs, or really run them."""

    def __init__(self, sandbox: Sandbox, *, runs: bool) -> None:
        self._sandbox = sandbox
        self._runs = runs

    def add(self, name: str, target: Target) -> None:
        """Let a host of this name be one of the target's."""
        behaviour = RunWithShell() if self._runs else None
        self._sandbox.add_host(stand_in(name, tags=target.tags_of(name), behaviour=behaviour))


def host_context(console: Console, *, copies_sources: bool = False) -> HostContext:
    """A context of this host alone: nothing is asked of AWS."""
    state = state_folder()
    return HostContext(
        clock=SYSTEM_CLOCK,
        console=console,
        state=state,
        backups=_backups(state, SYSTEM_CLOCK),
        copies_sources=copies_sources,
    )


def _backups(state: Path, clock: Clock) -> Path:
    return state / "backups" / f"{clock.now():%Y%m%dT%H%M%S}"


@contextmanager
def open_context(
    options: AwsOptions, console: Console, *, asks_here: bool = False
) -> Iterator[Context]:
    """The AWS that the options mean, a sandbox's with `sandbox`.

    `asks_here`: find out which instance this machine is. Raises UsageError or AwsError where there
    is no region, no account or no answer.
    """
    if options.sandbox:
        with Sandbox() as sandbox:
            yield sandbox_context(sandbox, console, options, copies_sources=True)
        return
    settings = AwsSettings(
        profile=options.profile, region=options.region, endpoint_url=options.endpoint_url
    )
    here = this_instance() if asks_here else None
    say = console.note if options.verbose else None
    session = Session(settings, now=SYSTEM_CLOCK.now, say=say, wait=SYSTEM_CLOCK.sleep_until)
    yield _context(session, SYSTEM_CLOCK, console, options, here=here)


def open_place(options: AwsOptions, console: Console, account: str | None) -> Place:
    """The account and region that the options mean; AWS is asked only where none is given.

    Raises UsageError or AwsError where there is no region, no account or no answer.
    """
    if account is None or options.sandbox:
        with open_context(options, console) as context:
            return replace(context.place, account=account or context.place.account)
    settings = AwsSettings(profile=options.profile, region=options.region)
    return Place(account=account, region=Session(settings).region)


def sandbox_context(
    sandbox: Sandbox,
    console: Console,
    options: AwsOptions | None = None,
    *,
    copies_sources: bool = False,
    session: Session | None = None,
) -> Context:
    """The context of a sandbox that is open already.

    Without `copies_sources` the named sources themselves are edited. `session` is one whose clients
    were made for another sandbox of its region.
    """
    options = options or AwsOptions()
    say = console.note if options.verbose else None
    return _context(
        # no `now`: a sandbox answers by this machine's clock and lives by its own
        session or Session(AwsSettings(region=sandbox.region), say=say),
        SandboxTime(sandbox),
        console,
        options,
        sandbox=sandbox,
        copies_sources=copies_sources,
    )


def _context(
    session: Session,
    clock: Clock,
    console: Console,
    options: AwsOptions,
    *,
    sandbox: Sandbox | None = None,
    copies_sources: bool = False,
    here: str | None = None,
) -> Context:
    state = state_folder()
    runs = options.run_commands
    calls = StackCalls(session, _sleep(clock))
    before = which_aws(options)
    sender = Sender(
        session,
        clock.now,
        clock.sleep_until,
        without=lambda each: console.note(without(each, Advice(before=before))),
    )
    return Context(
        stacks=Stacks(calls, task_templates(), tell=console.note),
        shared=SharedStacks(
            calls, ChangeSets(session, _sleep(clock)), shared_templates(), tell=console.note
        ),
        account=Account(session),
        checkup=Checkup(session),
        simulation=Simulation(session),
        runs=Runs(session),
        past=PastRuns(session),
        commands=Commands(session),
        instances=Instances(session),
        readers=Readers(sender, reading_script),
        editors=Editors(sender, editing_script),
        place=Place(account=session.account(), region=session.region),
        clock=clock,
        console=console,
        rate_of=lambda action: rate_of(action, session.region),
        ahead=lambda: session.ahead,
        throttled=lambda: session.throttled,
        state=state,
        backups=_backups(state, clock),
        here=here,
        stand_ins=SandboxHosts(sandbox, runs=runs) if sandbox else None,
        copies_sources=copies_sources,
        before=before,
        one_at_a_time=sandbox is not None,
    )


def _sleep(clock: Clock) -> Callable[[float], None]:
    return lambda seconds: clock.sleep_until(clock.now() + timedelta(seconds=seconds))
