"""What a command can show: the closed union that every format writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # a scan goes without what the others hold
    from cron2aws.assess.values import Assessment
    from cron2aws.findings import Kind
    from cron2aws.handover.status import Row
    from cron2aws.plan.past import PastRun
    from cron2aws.plan.values import Plan
    from cron2aws.schedule.explanation import Explained, FromAws

Answer: TypeAlias = "Explained | FromAws | Kind"
"""What `explain` was asked about: an expression, EventBridge's own, or a finding's code."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Explained expressions and findings, in the order of the questions."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """The tasks that are deployed, and the marked lines whose stack is missing."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """Runs of the past, the newest first; `shows_output`: with what they printed."""

    runs: tuple[PastRun, ...]
    shows_output: bool = False


Document: TypeAlias = "Assessment | Plan | Tasks | Answers | History"
