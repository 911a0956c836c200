"""From when on hosts without a task's line run its job: the one rule, for every hand-over.

`LiveFrom` is set once and comes last. Hosts that lack the line ran nothing before, so that nothing
is lost while it is not set; set too early it makes a job run beside another host's cron.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from cron2aws.handover.minutes import minute_told
from cron2aws.plan.values import Deployed


class WhyNot(StrEnum):
    """Why it is not set now, in words."""

    NOTHING = "no line of it was handed over"
    MARKED = "its hosts without the line never run it"
    IS_SET = "it is set"
    STOPPED = "the hand-over has not come to all hosts"
    HAS_LINE = "a host may have its line still"
    NO_MINUTE = "it is not known from which minute on the edits count"


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What a hand-over has come to with one task, on all hosts that were to be edited."""

    minutes: Sequence[datetime | None]
    """The first minute that is the task's, of each host that was edited; None: it is not known."""

    stopped: bool = False
    """A wave failed: hosts of later ones were not begun."""

    open: bool = False
    """A host may have its line active still: it was left out, could not be read, or has joined."""


def live_from(run_on: str, edits: Edits) -> datetime | WhyNot:
    """The minute from which on hosts without the line run it: the latest of all edits."""
    if run_on == "marked":
        return WhyNot.MARKED
    if not edits.minutes:
        return WhyNot.NOTHING
    if edits.stopped:
        return WhyNot.STOPPED
    # with `one` such a host would run it beside the cron of one whose line is active
    if run_on == "one" and (edits.open or None in edits.minutes):
        return WhyNot.HAS_LINE
    known = [each for each in edits.minutes if each is not None]
    return max(known) if known else WhyNot.NO_MINUTE


def on_the_stack(stack: Deployed) -> WhyNot | None:
    """Why a stack is left as it is; None where the minute is to be set.

    One that is set stays: hosts that have joined run the task from it on.
    """
    if stack.parameters.get("LiveFrom"):
        return WhyNot.IS_SET
    return WhyNot.MARKED if stack.parameters.get("RunOn") == "marked" else None


def told_not_set(stack: Deployed, why: WhyNot, edits: Edits) -> str:
    """What runs where until it is set; empty where nothing is to be told."""
    if why in {WhyNot.MARKED, WhyNot.IS_SET, WhyNot.NOTHING}:
        return ""
    known = [each for each in edits.minutes if each is not None]
    since = f" (from {minute_told(max(known), UTC)} on)" if known else ""
    return (
        f"{stack.stack_name}: {why}, so hosts without the line do not run it yet. Until then the "
        f"task runs it on the hosts whose line is marked{since}, and cron where it is active; the "
        "same command again goes on, and sets it"
    )
