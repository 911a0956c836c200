"""`show`: one entry, whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cron2aws.app.advice import advice_of
from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.app.options import MigrateOptions, ScanOptions, ScheduleOptions
from cron2aws.app.scan import scan
from cron2aws.errors import UsageError
from cron2aws.report.document import OneEntry

if TYPE_CHECKING:
    from cron2aws.app.context import Context
    from cron2aws.handover.interfaces import Clock

IDS = "an id has 16 hex digits; the first 8 are enough if no other id begins with them"


def show(entry: str, options: ScanOptions, clock: Clock = SYSTEM_CLOCK) -> OneEntry:
    """The entry of the lines that `options` name; AWS is not asked.

    UsageError for what is not an id, or not one of these entries.
    """
    _check(entry)
    return OneEntry(of=scan(options, clock).survey)


def show_planned(entry: str, options: MigrateOptions, context: Context) -> OneEntry:
    """The entry, and what `migrate` would do about it; nothing is changed."""
    from cron2aws.app.migrate import reviewed  # noqa: PLC0415 (a scan goes without)

    _check(entry)
    asked = (*options.target.options, "--only", entry, *_asked(options.schedule))
    migrate = advice_of(options.sources, context.before).read_again("migrate", *asked)
    return OneEntry(of=reviewed(replace(options, advised=migrate), context))


def _asked(schedule: ScheduleOptions) -> tuple[str, ...]:
    trigger = ("--trigger", schedule.trigger.value) if schedule.trigger else ()
    since = ("--from", schedule.since.isoformat()) if schedule.since else ()
    return (*trigger, *since, *(("--prefer-rate",) if schedule.prefer_rate else ()))


def _check(entry: str) -> None:
    digits = set("0123456789abcdef")
    if not (8 <= len(entry) <= 16 and set(entry) <= digits):
        raise UsageError(
            what=f"{entry!r} is not the id of an entry",
            why=IDS,
            fix="`cron2aws scan` lists the entries with their ids",
        )
