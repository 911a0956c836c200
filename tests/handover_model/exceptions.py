"""Where a minute does not run exactly once, or is told wrongly: when, why, and what a person sees.

Whatever the search finds beyond these rows is a fault of the rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.handover_model.world import Due, World


class Row(NamedTuple):
    """A class of exceptions: `holds` recognises it."""

    name: str
    when: str
    why: str
    runs: str
    sees: str
    holds: Callable[[Due, World], bool]


TOLD = ("not-run", "stopped-by-hand")


def runs_of(due: Due) -> int:
    return (due.cron or 0) + (due.outcome == "runs")


def kind_of(due: Due) -> str:
    """What happened with the minute, whatever the reason."""
    runs = runs_of(due)
    told = due.outcome in TOLD
    if runs > 1:
        return "DOUBLE"
    if runs < due.wanted:
        return "told loss" if told else "LOSS"
    if runs > due.wanted:
        return "unwanted run"
    if told and due.wanted:
        return "false alarm"
    return "once" if runs else "none"


def judge(due: Due, world: World) -> str:
    return kind_of(due)
