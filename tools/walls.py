"""How many entries fit into an account and region, by each of AWS's quotas: counted, not measured.

`walls_table()` is for docs/reference/limits.md, where cog puts it; `rates_table()`, too. What a
task takes is counted in what is deployed: cfn/task.json, and cfn/task-own-roles.json, whose four
roles a task every task had before there was a foundation.
"""

from __future__ import annotations

import collections
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from cron2aws.aws.rates import CALLS_PER_EXECUTION, LAMBDA, LIMITS, STATES, Limit, Rate
from tools.run_costs import table

CFN = Path(__file__).parent.parent / "cfn"
OWN, SHARED = "task-own-roles.json", "task.json"
OTHER_TRIGGERS = ("SecondSchedule", "Rule", "SecondRule")
"""A task has a schedule, as a rule: the others are for days that need two, and on request."""
CODE, STACK = "code", "stack"


@dataclass(frozen=True, kw_only=True)
class Wall:
    """A default quota."""

    what: str
    takes: str
    """The type of resource that is counted, CODE or STACK."""
    most: int
    source: str


WALLS = (
    Wall(
        what="IAM roles, an account",
        takes="AWS::IAM::Role",
        most=1_000,
        source="IAM User Guide, quotas (awsdocs, 0baff9b); 5,000 on request",
    ),
    Wall(
        what="stacks",
        takes=STACK,
        most=2_000,
        source="CloudFormation User Guide, quotas; more on request",
    ),
    Wall(
        what="rules on the default bus, where tasks have them (`--trigger`)",
        takes="AWS::Events::Rule",
        most=300,
        source="EventBridge User Guide, quotas (awsdocs, 10e936e); more on request",
    ),
    Wall(
        what="alarms",
        takes="AWS::CloudWatch::Alarm",
        most=5_000,
        source="assumed (CloudWatch User Guide, quotas, was not read)",
    ),
    Wall(
        what="state machines",
        takes="AWS::StepFunctions::StateMachine",
        most=10_000,
        source=STATES,
    ),
    Wall(
        what="log groups",
        takes="AWS::Logs::LogGroup",
        most=1_000_000,
        source="CloudWatch Logs, CreateLogGroup",
    ),
    Wall(
        what="schedules",
        takes="AWS::Scheduler::Schedule",
        most=10_000_000,
        source="EventBridge Scheduler User Guide, quotas; more on request",
    ),
    Wall(
        what="bytes of functions' code (75 GB)",
        takes=CODE,
        most=75 * 2**30,
        source=LAMBDA,
    ),
    Wall(
        what="topics",
        takes="AWS::SNS::Topic",
        most=100_000,
        source="assumed (SNS, General Reference, was read without its numbers)",
    ),
)


def taken(body: str) -> collections.Counter[str]:
    """What one task of a body in cfn takes, by type."""
    resources: dict[str, Any] = json.loads((CFN / body).read_text(encoding="utf-8"))["Resources"]
    found = collections.Counter(
        each["Type"] for name, each in resources.items() if name not in OTHER_TRIGGERS
    )
    found["AWS::Events::Rule"] = 1  # instead of the schedule
    found[STACK] = 1
    found[CODE] = sum(
        _zipped(each["Properties"]["Code"]["ZipFile"])
        for each in resources.values()
        if each["Type"] == "AWS::Lambda::Function"
    )
    return found


def taken_once() -> collections.Counter[str]:
    """What the foundation, the documents and one target take, by type.

    Each topic that may be given is its own.
    """
    names = ("foundation.yaml", "documents.yaml", "target.yaml")
    found = collections.Counter({STACK: len(names)})
    for name in names:
        resources: dict[str, Any] = cfn_yaml.load(str(CFN / name))["Resources"]
        found.update(each["Type"] for each in resources.values())
    return found


def _zipped(code: str) -> int:
    """Bytes that Lambda keeps of a function's text."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.py", code)
    return len(packed.getvalue())


def walls_table() -> str:
    """In Markdown: before, each task with roles of its own, and now."""
    before, now, once = taken(OWN), taken(SHARED), taken_once()
    rows = [
        [
            wall.what,
            f"{wall.most:,}",
            f"{before[wall.takes]:,}",
            _entries(wall.most, before[wall.takes]),
            f"{now[wall.takes]:,}",
            _entries(wall.most - once[wall.takes], now[wall.takes]),
            wall.source,
        ]
        for wall in WALLS
    ]
    head = ["quota", "default", "own roles: a task takes", "tasks", "shared: a task takes", "tasks"]
    return table([*head, "read in"], rows)


def _entries(left: int, each: int) -> str:
    return f"{left // each:,}" if each else "no wall"


def rates_table() -> str:
    """In Markdown: what the sandbox enforces, and of which a command takes its share."""
    rows = [
        [
            f"`{each.service}` {each.operation}",
            _regions(each, lambda rate: rate.burst),
            _regions(each, lambda rate: rate.per_second),
            f"{each.code}",
            each.source,
        ]
        for each in LIMITS
    ]
    calls = f"{CALLS_PER_EXECUTION} for each concurrent execution"
    rows.append(["`lambda` Invoke", calls, calls, "TooManyRequestsException", LAMBDA])
    return table(["operation", "at once", "a second", "refused with", "read in"], rows)


def _regions(limit: Limit, number: Callable[[Rate], float]) -> str:
    """The number in large regions; and behind it that of the others, where it is another."""
    other = f" ({number(limit.elsewhere):g})" if limit.elsewhere else ""
    return f"{number(limit.rate):g}{other}"
