"""What a plan needs of an account and of its hosts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cron2aws.plan import resources
from cron2aws.plan.actions import Action
from cron2aws.plan.busiest import busiest
from cron2aws.plan.moved import Part
from cron2aws.plan.resources import of_shared, of_task
from cron2aws.plan.shared import SetupStep, is_to_come
from cron2aws.plan.values import Plan, Step
from cron2aws.preflight.kinds import (
    FUNCTIONS,
    LOG_GROUPS,
    MACHINES,
    ROLES,
    RULES,
    SCHEDULES,
    STACKS,
    TOPICS,
)
from cron2aws.task.target import Target

TOPICS_OF_TASKS = ("TopicCommandExecutionSucceededArn", "TopicCommandExecutionFailedArn")


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What a plan makes, the names that it takes, and how busy its tasks are."""

    target: Target
    made: Mapping[str, int]
    """How many of each kind are made."""

    before: int
    """Stacks that are made or changed before the tasks', one after the other."""

    works: int
    """Stacks of tasks that are made, changed or deleted."""

    parallel: int
    minute: str
    due: int
    """How many tasks are due in the busiest minute, which is `minute`."""

    watch_seconds: int
    names: Mapping[str, frozenset[str]]
    """By kind: the names of what is made."""

    topics: frozenset[str]
    """ARNs that tasks publish to; those to be made are not among them."""

    of_failures: frozenset[str]
    """Those of them that failures are published to."""

    silent: int
    """New tasks whose failures nobody is told."""

    to_log_group: bool
    """What jobs print goes to a log group."""

    runs: bool
    """The hosts are to run the tasks once the plan is carried out."""

    edits_here: bool
    """Lines of this machine are to be commented out."""

    setup_line: str
    """The command that makes what tasks share, without its options."""

    only_deletes: bool = False
    """Nothing is made or changed, so that no task is more or otherwise due than before."""

    part: Part = Part.ALL
    """What is carried out: of stacks alone no host is looked at, of edits alone no quota."""

    @property
    def of_stacks(self) -> bool:
        """Whether stacks are made or changed."""
        return self.part is not Part.EDITS

    @property
    def of_hosts(self) -> bool:
        """Whether hosts must be looked at."""
        return self.part is not Part.STACKS


def demand_of(
    plan: Plan,
    setup: Iterable[SetupStep],
    *,
    parallel: int,
    runs: bool,
    edits_here: bool,
    own: Collection[str] = (),
    part: Part = Part.ALL,
) -> Demand:
    """What the plan needs, together with the stacks that are made or changed before.

    `own` are the names of stacks of ours: one that never came up is deleted first, with all of it.
    """
    before = [each for each in setup if each.action is not Action.NOTHING]
    new = [step for step in plan.steps if step.action is Action.CREATE]
    minute, due = busiest(plan.steps)
    only_deletes = bool(plan.deletions) and not plan.work
    watching = [int(step.parameters.get("WatchSeconds") or 0) for step in plan.work]
    return Demand(
        target=plan.target,
        made=MappingProxyType(_made(new, before)),
        before=len(before),
        works=sum(step.action is not Action.NOTHING for step in plan.steps) + len(plan.deletions),
        parallel=parallel,
        minute=minute,
        due=due,
        watch_seconds=max(watching, default=0),
        names=MappingProxyType(_names([each for each in new if each.stack_name not in own])),
        topics=_topics(plan.steps, *TOPICS_OF_TASKS),
        of_failures=_topics(plan.steps, TOPICS_OF_TASKS[1]),
        silent=sum(not step.parameters.get(TOPICS_OF_TASKS[1]) for step in new),
        to_log_group=any(step.parameters.get("OutputLogGroup") for step in plan.steps),
        runs=runs and not only_deletes,
        edits_here=edits_here and not only_deletes,
        setup_line=plan.advice.setup(),
        only_deletes=only_deletes,
        part=part,
    )


def _triggers(step: Step) -> int:
    return 2 if step.parameters.get("SecondScheduleExpression") else 1


def _by_rule(step: Step) -> bool:
    return step.parameters.get("Trigger") == "rule"


def _made(new: list[Step], before: list[SetupStep]) -> dict[str, int]:
    shared = [each for each in before if each.action is Action.CREATE]
    found: Counter[str] = Counter()
    for made in (*(of_task(step.parameters) for step in new), *map(of_shared, shared)):
        found.update(made)
    return {
        STACKS: len(new) + len(shared),
        ROLES: found["roles"],
        SCHEDULES: found["schedules"],
        RULES: found[resources.RULES],
        MACHINES: found["state machines"],
        TOPICS: found["topics"],
    }


def _names(new: list[Step]) -> dict[str, frozenset[str]]:
    """As cfn/task.yaml gives them."""
    kinds: dict[str, set[str]] = {}
    for step in new:
        kinds.setdefault(STACKS, set()).add(step.stack_name)
        given = step.parameters
        rule, target, entry = given["RuleName"], given.get("TargetId", ""), given["EntryId"]
        held = f"{target}-" if target else ""
        kind = RULES if _by_rule(step) else SCHEDULES
        kinds.setdefault(kind, set()).update([rule, f"{rule}-2"][: _triggers(step)])
        kinds.setdefault(MACHINES, set()).add(f"cron2aws-{held}{rule}")
        folder = (
            f"/cron2aws/{target}/{step.stack_name}" if target else f"/cron2aws/{step.stack_name}"
        )
        kinds.setdefault(LOG_GROUPS, set()).update([f"{folder}/send", f"{folder}/wait"])
        if target:  # else Lambda's names are CloudFormation's own
            name = f"cron2aws-{target}-{entry}"
            kinds.setdefault(FUNCTIONS, set()).update([f"{name}-send", f"{name}-wait"])
    return {kind: frozenset(names) for kind, names in kinds.items()}


def _topics(steps: Iterable[Step], *names: str) -> frozenset[str]:
    found = (step.parameters.get(name) or "" for step in steps for name in names)
    return frozenset(arn for arn in found if arn and not is_to_come(arn))
