"""Findings about what entries run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.findings import Finding
from cron2aws.schedule.cron import Timing


def inspect(
    entry: Entry, dialect: Dialect, *, entry_id: str, allowed: Collection[str] = ()
) -> tuple[Finding, ...]:
    """What there is to say about an entry's command; `allowed` holds ids of allowed secrets."""
    return ()


def crowded(due: Iterable[tuple[str, Timing]]) -> Mapping[str, Finding]:
    """Entries that are due in a minute with more others than the agent runs at once."""
    return {}
