"""Goldens of `doctor`: all well, much that is not, and credentials that may ask nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cron2aws.plan.values import Place
from cron2aws.preflight.checks import checks
from cron2aws.preflight.demand import Demand
from cron2aws.preflight.facts import (
    Credentials,
    Denied,
    NotKnown,
    Number,
    PreflightFacts,
    Simulated,
    StackState,
    Topic,
)
from cron2aws.preflight.kinds import ROLES, STACKS
from cron2aws.report.document import Examined, Review
from tests.documents import document
from tests.golden.golden import Golden, table
from tests.golden.plans import updated
from tests.preflight_facts import AGENT, AGENTS, DEMAND, GOOD, KINDS, NOW, TOPIC, Off

DENIED = NotKnown(
    why="listing failed: AccessDenied: User is not authorized",
    permission="states:ListStateMachines",
)


def doctors() -> Iterator[Golden]:
    """The table at each width."""
    yield Golden(name="doctor/all-well", make=lambda _: table(examined(DEMAND, GOOD)))
    yield Golden(name="doctor/trouble", make=lambda _: table(trouble()))
    yield Golden(name="doctor/in-a-plan", make=lambda folder: table(checked_plan(folder)))
    yield Golden(name="doctor/nothing-known", make=lambda _: table(nothing_known()))


def examined(demand: Demand, facts: PreflightFacts) -> Examined:
    """The checks of these facts."""
    return Examined(
        place=Place(account="123456789012", region="eu-west-1"),
        target=demand.target,
        entries=demand.works,
        checks=checks(demand, facts),
    )


def trouble() -> Examined:
    """Whatever can stop a plan, and some of what warns."""
    both = frozenset({TOPIC, f"{TOPIC}-2"})
    demand = replace(DEMAND, due=300, silent=3, to_log_group=True, topics=both, of_failures=both)
    facts = replace(
        GOOD,
        credentials=Credentials(
            arn="arn:aws:sts::123456789012:assumed-role/ops/somebody",
            method="env",
            temporary=True,
            expires=NOW + timedelta(seconds=90),
        ),
        simulated=Simulated(
            actions=21,
            denied=(Denied(action="cloudformation:CreateStack", resource="*", explicit=False),),
        ),
        used={
            **GOOD.used,
            STACKS: Number(value=998, source="ListStacks"),
            ROLES: Number(value=950, source="GetAccountSummary"),
        },
        topics={TOPIC: None, f"{TOPIC}-2": Topic(confirmed=0, pending=1)},
        agents={**AGENTS, "i-2": replace(AGENT, platform="Windows", version="2.2.619.0")},
        ahead=Off(120.0),
        taken={**GOOD.taken, STACKS: frozenset({"cron2aws-a"})},
        stacks=(StackState(name="cron2aws-b", status="ROLLBACK_COMPLETE"),),
    )
    return examined(demand, facts)


def checked_plan(folder: Path) -> Review:
    """A plan whose report has the checks about which something can be done."""
    checked = (*trouble().checks, *nothing_known().checks[:1])
    review = document(updated(folder))
    assert isinstance(review, Review)
    return replace(review, checks=checked)


def nothing_known() -> Examined:
    """Of credentials that may not ask."""
    facts = replace(
        GOOD,
        credentials=DENIED,
        simulated=DENIED,
        limits=dict.fromkeys(KINDS, DENIED),
        used=dict.fromkeys(KINDS, DENIED),
        concurrency=DENIED,
        topics={TOPIC: DENIED},
        agents=DENIED,
        ahead=None,
        taken=dict.fromkeys(GOOD.taken, DENIED),
    )
    return examined(DEMAND, facts)
