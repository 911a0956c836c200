"""`doctor`: whether these hosts, this account and these credentials can take the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cron2aws.app.advice import advice_of
from cron2aws.app.assessing import assess_reading
from cron2aws.app.context import Context
from cron2aws.app.homes import check_nothing_assumed
from cron2aws.app.options import ActingOptions, DoctorOptions, MigrateOptions, SelectionOptions
from cron2aws.app.preflight import There, preflight
from cron2aws.app.sharing import common, planned, with_common
from cron2aws.app.sources import Reading, check_sandbox, of_this_host, read
from cron2aws.app.wish import checked_wish
from cron2aws.errors import SafetyError
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import NOTHING_FOUND, Deployed, Plan, Wish
from cron2aws.preflight.values import stops
from cron2aws.report.document import Examined

NO_LINES = (
    "note: no SOURCE is named, and this machine is not one of the target's instances: the account "
    "and the hosts are looked at, for no entry"
)


@dataclass(frozen=True, kw_only=True)
class Examination:
    """The checks, and the exit code: 4 if one of them stops."""

    examined: Examined
    exit_code: int


def doctor(options: DoctorOptions, context: Context) -> Examination:
    """Look at everything that a plan for these lines needs; nothing is changed.

    Raises UsageError or SourceError for what is named, AwsError where AWS does not tell of the
    target's stacks and instances, SafetyError where a stack of such a name is not ours.
    """
    target, sources = options.target, options.sources
    check_sandbox(sources, f"doctor {' '.join(target.options)}", copies=context.copies_sources)
    wish = replace(
        checked_wish(MigrateOptions(target=target)), advice=advice_of(sources, context.before)
    )
    shared = common(wish, context)
    deployed = context.stacks.deployed()
    reading = read(sources) if sources.named else None
    if reading and context.stand_ins:
        for each in reading.hosts:
            context.stand_ins.add(each.host.name, target)
    tagged = context.instances.with_tag(target)
    here = context.here is not None and context.here in {each.id for each in tagged}
    plan = _empty(wish, context)
    if reading or here:
        reading = reading or read(sources)
        plan = planned(
            _plan(options, with_common(wish, shared), reading, deployed, context), shared
        )
    else:
        context.console.note(NO_LINES)
    found = preflight(
        plan,
        There(
            setup=shared.steps,
            instances=tagged,
            deployed=deployed,
            concurrency=shared.concurrency,
        ),
        context,
        parallel=ActingOptions().parallel,
        runs=True,
        edits_here=here and of_this_host(sources.named),
    )
    examined = Examined(place=context.place, target=target, entries=len(plan.steps), checks=found)
    return Examination(examined=examined, exit_code=SafetyError.exit_code if stops(found) else 0)


def _empty(wish: Wish, context: Context) -> Plan:
    return Plan(
        hosts=(),
        place=context.place,
        target=wish.target,
        sources=(),
        steps=(),
        kept=(),
        problems=(),
        orphans=(),
        advice=wish.advice,
        found=NOTHING_FOUND,
    )


def _plan(
    options: DoctorOptions,
    wish: Wish,
    reading: Reading,
    deployed: Sequence[Deployed],
    context: Context,
) -> Plan:
    check_nothing_assumed(reading.hosts)
    found = assess_reading(
        reading,
        options.schedule,
        now=context.clock.now(),
        selection=SelectionOptions(),
        deployed=[stack for stack in deployed if stack.target == wish.target],
    )
    return make_plan(found, deployed, wish, context.place)
