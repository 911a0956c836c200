"""`scan`: what is on the hosts, and what each entry would become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cron2aws.app.advice import advice_of
from cron2aws.app.assessing import assess_reading
from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.app.from_hosts import check_hosts, read_hosts
from cron2aws.app.options import ScanOptions
from cron2aws.app.sources import read
from cron2aws.app.view import view_of
from cron2aws.assess.choose import select
from cron2aws.errors import DecisionNeeded
from cron2aws.report.document import Survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from cron2aws.app.context import Context
    from cron2aws.handover.interfaces import Clock

TO_BEGIN_WITH = ("--tag", "KEY=VALUE", "--dry-run")
"""Options of a first `migrate`."""


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What was found, and the exit code that goes with it."""

    survey: Survey
    exit_code: int


def scan(
    options: ScanOptions,
    clock: Clock = SYSTEM_CLOCK,
    connect: Callable[[], AbstractContextManager[Context]] | None = None,
) -> Scanned:
    """Read and judge; nothing is changed, and AWS is asked only for hosts elsewhere.

    `connect` opens it. Raises SourceError where a source, or each of the hosts, cannot be read,
    UsageError for options that contradict it.
    """
    check_hosts(options.hosts, options.sources.named, options.sources.host)
    selection = options.selection
    if options.hosts.from_hosts and connect:
        with connect() as context:
            reading = read_hosts(options.hosts, options.sources.host, context)
    else:
        reading = read(options.sources)
    found = assess_reading(reading, options.schedule, now=clock.now(), selection=selection)
    chosen = select(found, selection.only, selection.exclude)
    refused = selection.strict and chosen.undecided
    begin = (*options.hosts.target.options, "--dry-run") if options.hosts.target else TO_BEGIN_WITH
    advice = advice_of(options.sources, options.before, options.hosts)
    advised = advice.read_again("migrate", *begin)
    view = view_of(clock.now(), advised=advised, compare=options.compare)
    survey = Survey(found=chosen, view=view)
    return Scanned(survey=survey, exit_code=DecisionNeeded.exit_code if refused else 0)
