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
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from cron2aws.aws.quotas import CODE, QUOTAS, STACK
from cron2aws.aws.rates import CALLS_PER_EXECUTION, LAMBDA, LIMITS, CallRate, Limit
from tools.run_costs import table

CFN = Path(__file__).parent.parent / "cfn"
OWN, SHARED = "task-own-roles.json", "task.json"
OTHER_TRIGGERS = ("SecondSchedule", "Rule", "SecondRule")
"""A task has a schedule, as a rule: the others are for days that need two, and on request."""


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
            f"{wall.default:,}",
            f"{before[wall.takes]:,}",
            _entries(wall.default, before[wall.takes]),
            f"{now[wall.takes]:,}",
            _entries(wall.default - once[wall.takes], now[wall.takes]),
            wall.source,
        ]
        for wall in QUOTAS
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


def _regions(limit: Limit, number: Callable[[CallRate], float]) -> str:
    """The number in large regions; and behind it that of the others, where it is another."""
    other = f" ({number(limit.elsewhere):g})" if limit.elsewhere else ""
    return f"{number(limit.rate):g}{other}"
