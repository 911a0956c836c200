"""Checks of credentials, permissions and topics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cron2aws.preflight.demand import Demand
from cron2aws.preflight.facts import Credentials, NotKnown, PreflightFacts, Topic
from cron2aws.preflight.values import Check, CheckOutcome, some
from cron2aws.spans import span

A_STACK = 60
"""Seconds that CloudFormation takes for a stack: assumed (docs/reference/limits.md)."""

RENEWED = frozenset(
    {"assume-role", "assume-role-with-web-identity", "container-role", "custom-process", "iam-role"}
)
"""Ways of the SDK to find credentials that it goes again by itself when they end."""

LOGGED_IN = frozenset({"login", "sso"})
"""Ways that it goes again while somebody's log-in lasts: until when is not told."""

NAMED = 5
"""So many things a check names."""


def unknown(id_: str, title: str, found: NotKnown, why: str) -> Check:
    """A check whose facts are not known."""
    to_give = f"give these credentials {found.permission}" if found.permission else ""
    return Check(
        id=id_,
        title=title,
        outcome=CheckOutcome.UNKNOWN,
        seen=f"not known: {found.why}",
        why=why,
        fix=to_give,
        permission=found.permission,
    )


def named(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def time_needed(demand: Demand) -> timedelta:
    """How long the plan takes: what tasks share first, then `parallel` stacks at a time."""
    rounds = -(-demand.works // max(1, demand.parallel))
    return timedelta(seconds=(demand.before + rounds) * A_STACK)


def credentials(demand: Demand, facts: PreflightFacts) -> Check:
    """Who the credentials are, and whether they last until the plan is carried out."""
    title, why = "credentials", "a plan that AWS refuses midway is left half done"
    found = facts.credentials
    if isinstance(found, NotKnown):
        return unknown("credentials", title, found, why)
    needed = time_needed(demand)
    outcome, lasts, fix = _lasting(found, facts, needed)
    return Check(
        id="credentials",
        title=title,
        outcome=outcome,
        seen=f"{found.arn}: {lasts}; this plan takes about {span(needed)}",
        why=why,
        fix=fix,
    )


def _lasting(
    found: Credentials, facts: PreflightFacts, needed: timedelta
) -> tuple[CheckOutcome, str, str]:
    if not found.temporary:
        return CheckOutcome.PASSES, "they do not expire", ""
    if found.method in RENEWED:
        return CheckOutcome.PASSES, "the SDK renews them by itself", ""
    if found.expires is None:
        return (
            CheckOutcome.UNKNOWN,
            "they are temporary, and until when is not known",
            "set AWS_CREDENTIAL_EXPIRATION with them, or log in again right before",
        )
    left = max(found.expires - facts.now, timedelta())
    told = f"they last for {span(left)}, until {found.expires:%Y-%m-%d %H:%M} UTC"
    if left >= needed:
        return CheckOutcome.PASSES, told, ""
    fix = "log in again, or migrate less at once (`--only`)"
    if found.method in LOGGED_IN:
        told += "; the SDK renews them while the log-in lasts"
        return CheckOutcome.WARNS, told, fix
    return CheckOutcome.STOPS, told, fix


def permissions(_: Demand, facts: PreflightFacts) -> Check:
    """What IAM's simulation says; the check never passes, as a simulation is no proof."""
    title = "permissions"
    why = (
        "a denied action is met midway; the simulation sees neither session policies nor all of "
        "an organization's, so what it allows may be denied all the same"
    )
    found = facts.simulated
    if isinstance(found, NotKnown):
        return unknown("permissions", title, found, why)
    if not found.denied:
        return Check(
            id="permissions",
            title=title,
            outcome=CheckOutcome.UNKNOWN,
            seen=f"none of {some(found.actions, 'action')} is denied by the simulation",
            why=why,
        )
    shown = [f"{each.action}{' (a statement denies it)' * each.explicit}" for each in found.denied]
    return Check(
        id="permissions",
        title=title,
        outcome=CheckOutcome.WARNS,
        seen=f"of {some(found.actions, 'action')} the simulation denies {named(shown)}",
        why=why,
        fix="compare with `cron2aws setup --print-policy operator`; an administrator gives them",
    )


def topics(demand: Demand, facts: PreflightFacts) -> Iterator[Check]:
    """Whether the messages of tasks reach somebody."""
    title, why = "topics", "a failure that nobody is told of is found by its damage"
    if demand.silent:
        yield Check(
            id="silence",
            title="who is told",
            outcome=CheckOutcome.WARNS,
            seen=f"new tasks without a topic for failures: {demand.silent}",
            why=why,
            fix=f"`{demand.setup_line} --email ADDRESS`, or give --failed-topic-arn",
        )
    for arn, found in sorted(facts.topics.items()):
        if isinstance(found, NotKnown):
            yield unknown("topics", title, found, why)
        elif found is None:
            yield Check(
                id="topics",
                title=title,
                outcome=CheckOutcome.STOPS,
                seen=f"there is no topic {arn}",
                why="a run that tells fails where it publishes",
                fix=f"make it, or name another: `{demand.setup_line} --failed-topic-arn ARN`",
            )
        else:
            yield _topic(demand, arn, found, why)


def _topic(demand: Demand, arn: str, found: Topic, why: str) -> Check:
    """Successes may be told to nobody."""
    pending = f", {found.pending} not confirmed" if found.pending else ""
    if found.confirmed or arn not in demand.of_failures:
        outcome, fix = CheckOutcome.PASSES, ""
    elif found.pending:
        outcome, fix = CheckOutcome.WARNS, "open the link in AWS's mail to confirm it"
    else:
        outcome = CheckOutcome.WARNS
        fix = f"`{demand.setup_line} --email ADDRESS` subscribes somebody"
    return Check(
        id="topics",
        title="topics",
        outcome=outcome,
        seen=f"{arn}: {some(found.confirmed, 'confirmed subscription')}{pending}",
        why=why,
        fix=fix,
    )
