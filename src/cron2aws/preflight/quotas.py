"""Checks of the account's quotas against what a plan takes."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.plan.setup import Concurrency
from cron2aws.preflight.demand import Demand
from cron2aws.preflight.facts import NotKnown, Number, PreflightFacts
from cron2aws.preflight.of_account import unknown
from cron2aws.preflight.values import Check, CheckOutcome, some

SHARE = 5
"""The part of the functions that may run at once which may watch runs is one in so many."""

FULL = 0.9
"""From this part of a quota on it is told that little is left."""


def quotas(demand: Demand, facts: PreflightFacts) -> Iterator[Check]:
    """A check for each kind of thing of which the plan makes any."""
    for kind, made in demand.made.items():
        if made:
            yield _quota(kind, made, facts)


def _quota(kind: str, made: int, facts: PreflightFacts) -> Check:
    title, id_ = f"room for {kind}", f"quota-{kind.replace(' ', '-')}"
    why = "what is over the quota is refused, stack after stack"
    missing = NotKnown(why="it was not asked")
    limit, used = facts.limits.get(kind, missing), facts.used.get(kind, missing)
    for found in (limit, used):
        if isinstance(found, NotKnown):
            return unknown(id_, title, found, why)
    if not (isinstance(limit, Number) and isinstance(used, Number)):
        raise TypeError(kind)
    least = "at least " if used.is_least else ""
    total = used.value + made
    if total > limit.value:
        # accounts have others than the default, and AWS refuses what is over their own
        outcome = CheckOutcome.WARNS if limit.is_default else CheckOutcome.STOPS
    elif total > limit.value * FULL:
        outcome = CheckOutcome.WARNS
    else:
        outcome = CheckOutcome.UNKNOWN if used.is_least else CheckOutcome.PASSES
    seen = (
        f"{least}{used.value:,} in use ({used.source}) and {made:,} more of {limit.value:,} "
        f"({limit.source})"
    )
    fixes = {
        CheckOutcome.PASSES: "",
        CheckOutcome.UNKNOWN: "look at the quota's use in the console",
    }
    more = "have the quota raised in Service Quotas, or migrate less at once (`--only`)"
    if limit.is_default:
        more = f"look there whether the account's own quota is another one; else {more}"
    return Check(
        id=id_, title=title, outcome=outcome, seen=seen, why=why, fix=fixes.get(outcome, more)
    )


def concurrency(demand: Demand, facts: PreflightFacts) -> Check:
    """Whether the runs of the busiest minute leave enough functions free to send others."""
    title = "functions at once"
    why = "where all functions are busy watching, what is due waits"
    found = facts.concurrency
    if isinstance(found, NotKnown):
        return unknown("concurrency", title, found, why)
    seconds, due = demand.watch_seconds, demand.due
    watching = due * seconds // 60
    seen = (
        f"{some(due, 'task')} due at {demand.minute}: watching each for {seconds} s takes "
        f"{watching} of the {found.unreserved} functions that may run at once (GetAccountSettings)"
    )
    outcome, fix = _concurrency(demand, found)
    return Check(id="concurrency", title=title, outcome=outcome, seen=seen, why=why, fix=fix)


def _concurrency(demand: Demand, found: Concurrency) -> tuple[CheckOutcome, str]:
    if not found.unreserved:
        return CheckOutcome.STOPS, "free some of what other functions have reserved"
    most = found.unreserved / SHARE
    if not demand.watch_seconds or demand.due * demand.watch_seconds / 60 < most:
        return CheckOutcome.PASSES, ""
    fits = max(0, -(-int(most * 60) // demand.due) - 1)
    return CheckOutcome.WARNS, f"first `{demand.setup_line} --watch-for {fits}s`"
