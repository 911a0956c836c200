"""All checks, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.preflight.demand import Demand
from cron2aws.preflight.facts import PreflightFacts
from cron2aws.preflight.names import names, states
from cron2aws.preflight.of_account import credentials, permissions, topics
from cron2aws.preflight.of_hosts import agents, clock, clocks_of_hosts, instances, workers
from cron2aws.preflight.quotas import concurrency, quotas
from cron2aws.preflight.values import Check


def checks(demand: Demand, facts: PreflightFacts) -> tuple[Check, ...]:
    """Every check of what is carried out of a plan."""
    return tuple(_checks(demand, facts))


def _checks(demand: Demand, facts: PreflightFacts) -> Iterator[Check]:
    yield credentials(demand, facts)
    if demand.of_stacks:
        yield permissions(demand, facts)
    if demand.of_stacks and not demand.only_deletes:
        yield from quotas(demand, facts)
        yield concurrency(demand, facts)
    if not demand.only_deletes:
        yield from topics(demand, facts)
    if demand.of_hosts:  # before a stack is deleted they are asked as well
        yield instances(demand, facts)
        yield from agents(demand, facts)
    if demand.of_hosts and not demand.only_deletes:
        yield workers(demand, facts)
        yield clock(demand, facts)
        yield clocks_of_hosts(demand, facts)
    if demand.of_stacks:
        yield from names(demand, facts)
        yield from states(demand, facts)
