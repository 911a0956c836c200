"""A good plan, and the facts by which every check of preflight passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cron2aws.plan.setup import Concurrency
from cron2aws.preflight.demand import Demand
from cron2aws.preflight.facts import (
    Agent,
    Credentials,
    Host,
    Number,
    PreflightFacts,
    Simulated,
    StackState,
    Topic,
)
from cron2aws.preflight.kinds import LOG_GROUPS, MACHINES, ROLES, RULES, SCHEDULES, STACKS, TOPICS
from cron2aws.task.target import Target

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:cron2aws-foundation-failed"


@dataclass(frozen=True)
class Off:
    """A clock that is so many seconds ahead."""

    seconds: float

    def is_surely_beyond(self, seconds: float) -> bool:
        return abs(self.seconds) > seconds


KINDS = (STACKS, ROLES, SCHEDULES, RULES, MACHINES, TOPICS)
DEMAND = Demand(
    target=Target.parse(["Name=web"]),
    made=dict.fromkeys(KINDS, 4),
    before=2,
    works=8,
    parallel=4,
    minute="03:00",
    due=4,
    watch_seconds=45,
    names={STACKS: frozenset({"cron2aws-a"}), LOG_GROUPS: frozenset({"/cron2aws/a/send"})},
    topics=frozenset({TOPIC}),
    of_failures=frozenset({TOPIC}),
    silent=0,
    to_log_group=False,
    runs=True,
    edits_here=True,
    setup_line="cron2aws setup",
)
WEB = (Host(id="i-1", name="web-1", state="running"), Host(id="i-2", name="web-2", state="running"))
AGENT = Agent(ping="Online", version="3.3.2299.0", platform="Linux")
AGENTS = {"i-1": AGENT, "i-2": AGENT}
GOOD = PreflightFacts(
    now=NOW,
    credentials=Credentials(
        arn="arn:aws:iam::123456789012:user/ops", method="env", temporary=False
    ),
    simulated=Simulated(actions=30, denied=()),
    limits={kind: Number(value=1000, source="ListServiceQuotas") for kind in KINDS},
    used={kind: Number(value=10, source="a list") for kind in KINDS},
    concurrency=Concurrency(all=1000, unreserved=1000),
    topics={TOPIC: Topic(confirmed=1, pending=0)},
    hosts=WEB,
    agents=AGENTS,
    ahead=Off(0.2),
    taken={STACKS: frozenset({"other"}), LOG_GROUPS: frozenset()},
    stacks=(StackState(name="cron2aws-b", status="CREATE_COMPLETE"),),
    has_tasks=True,
)
