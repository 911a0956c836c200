"""Gathers the facts of preflight, as far as a plan needs them, and makes its checks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from cron2aws.app.context import Context
from cron2aws.app.policies import Policy, filled
from cron2aws.errors import SafetyError
from cron2aws.plan.actions import Action
from cron2aws.plan.moved import Part
from cron2aws.plan.setup import Concurrency
from cron2aws.plan.shared import SetupStep
from cron2aws.plan.values import Deployed, Plan
from cron2aws.preflight.checks import checks
from cron2aws.preflight.demand import Demand, demand_of
from cron2aws.preflight.facts import (
    Host,
    Known,
    NotKnown,
    PreflightFacts,
    Simulated,
    StackState,
)
from cron2aws.preflight.values import Check, stops

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.instances import Instance
    from cron2aws.aws.simulation import Wanted


NOT_ASKED = NotKnown(why="it was not asked")


@dataclass(frozen=True, kw_only=True)
class There:
    """What AWS was asked for already."""

    setup: Sequence[SetupStep]
    """The foundation and the target, as they are or are to be made."""

    instances: Sequence[Instance]
    deployed: Sequence[Deployed]
    concurrency: Concurrency | None = None
    """None: it was not answered, and is asked once more, for the reason."""


def preflight(
    plan: Plan,
    there: There,
    context: Context,
    *,
    parallel: int,
    runs: bool,
    edits_here: bool,
    part: Part = Part.ALL,
) -> tuple[Check, ...]:
    """Every check of a plan; nothing is changed, and no answer ends it.

    `runs`: the hosts are to run the tasks; `edits_here`: lines of this machine are commented out.
    """
    demand = demand_of(
        plan,
        there.setup,
        parallel=parallel,
        runs=runs,
        edits_here=edits_here,
        own={each.stack_name for each in there.deployed},
        part=part,
    )
    return checks(demand, _facts(plan, demand, there, context))


def check_preflight(found: Iterable[Check]) -> None:
    """Refuse to go on where a check stops."""
    stopping = stops(found)
    if stopping:
        raise SafetyError(
            what="failed preflight, and nothing was changed",
            why="; ".join(f"{each.title}: {each.seen}" for each in stopping),
            fix="; ".join(dict.fromkeys(each.fix for each in stopping)),
        )


def _facts(plan: Plan, demand: Demand, there: There, context: Context) -> PreflightFacts:
    setup, instances, deployed = there.setup, there.instances, there.deployed
    checkup = context.checkup.again()
    made = [kind for kind, count in demand.made.items() if count]
    running = [each.id for each in instances if each.state == "running" and demand.of_hosts]
    names = {kind: checkup.names(kind) for kind in demand.names}
    credentials = checkup.credentials()
    arn = credentials if isinstance(credentials, NotKnown) else credentials.arn
    of_account = demand.of_stacks
    return PreflightFacts(
        now=context.clock.now(),
        credentials=credentials,
        simulated=_simulated(arn, plan, demand, setup, context) if of_account else NOT_ASKED,
        limits=MappingProxyType({kind: checkup.limit(kind) for kind in made}),
        used=MappingProxyType({kind: checkup.used(kind) for kind in made}),
        concurrency=there.concurrency or (_concurrency(context) if of_account else NOT_ASKED),
        topics=MappingProxyType({arn: checkup.topic(arn) for arn in demand.topics}),
        hosts=tuple(Host(id=each.id, name=each.name, state=each.state) for each in instances),
        agents=checkup.agents(running) if running else {},
        ahead=context.ahead(),
        taken=MappingProxyType(names),
        stacks=tuple(_states(plan, setup, deployed)),
        has_tasks=any(each.is_task and each.target == plan.target for each in deployed),
    )


def _concurrency(context: Context) -> Known[Concurrency]:
    from cron2aws.aws.checkup import known  # noqa: PLC0415 (boto3: help goes without)

    return known("lambda:GetAccountSettings", context.account.concurrency)


def _states(
    plan: Plan, setup: Iterable[SetupStep], deployed: Sequence[Deployed]
) -> Iterator[StackState]:
    for step in setup:
        if step.stack is not None:
            yield StackState(name=step.stack_name, status=step.stack.status, shared=True)
    ids = {step.id for step in plan.steps} | {each.id for each in plan.problems}
    for each in plan.deletions:
        yield StackState(name=each.stack_name, status=each.status, ends=True)
    for each in deployed:
        if each.id in ids and each.target == plan.target:
            yield StackState(name=each.stack_name, status=each.status)


def _simulated(
    arn: str | NotKnown,
    plan: Plan,
    demand: Demand,
    setup: Sequence[SetupStep],
    context: Context,
) -> Known[Simulated]:
    if isinstance(arn, NotKnown):
        return arn
    own_roles = any(not step.parameters.get("SendRoleArn") for step in plan.work)
    makes = any(step.action is not Action.NOTHING for step in setup)
    policies = [Policy.OPERATOR, *[Policy.ADMINISTRATOR] * (own_roles or makes)]
    outputs = [step.stack.outputs for step in setup if step.stack]
    role = next((each["DeployRoleArn"] for each in outputs if "DeployRoleArn" in each), None)
    wanted = [each for which in policies for each in _wanted(which, role, demand, context)]
    return context.simulation.of(arn, wanted)


def _wanted(which: Policy, role: str | None, demand: Demand, context: Context) -> Iterator[Wanted]:
    """What a ready policy allows, on a resource of each statement: one that it means, made up."""
    from cron2aws.aws.simulation import Wanted  # noqa: PLC0415 (boto3: help goes without)

    text = filled(
        which,
        account=context.place.account,
        region=context.place.region,
        target=demand.target,
        deploy_role=role,
    )
    for each in json.loads(text)["Statement"]:
        resources = _list(each["Resource"])
        # a change set is no resource of most actions on stacks
        resource = next(arn for arn in resources if ":changeSet/" not in arn)
        if resource != "*":
            resource = resource.replace("*", "x")
        conditions = each.get("Condition", {}).get("StringEquals", {})
        yield Wanted(
            actions=_list(each["Action"]),
            resource=resource,
            context={key: _list(value)[0] for key, value in conditions.items()},
        )


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
