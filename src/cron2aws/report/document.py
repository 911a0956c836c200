"""What a command can show: the closed union that every format writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # a scan goes without what the others hold
    from datetime import datetime

    from cron2aws.assess.values import Assessment, UnreadHost
    from cron2aws.calendar.values import Calendar
    from cron2aws.findings import FindingKind
    from cron2aws.handover.status_values import Row
    from cron2aws.plan.past import PastRun
    from cron2aws.plan.values import Place, Plan
    from cron2aws.preflight.values import Check
    from cron2aws.report.compose.since import LastReview
    from cron2aws.schedule.clock_changes import ResolveZone
    from cron2aws.schedule.explanation import Explained, FromAws
    from cron2aws.task.target import Target

Answer: TypeAlias = "Explained | FromAws | FindingKind"
"""What `explain` was asked about: an expression, EventBridge's own, or a finding's code."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What a report of crontabs has besides the assessment."""

    made_at: datetime
    """When it was made (UTC): next runs count from then on."""

    version: str
    """Of this program."""

    resolve_zone: ResolveZone
    advised: str
    """The command that carries out what the report shows."""

    last_review: LastReview | None = None
    """What it is compared with."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a scan found."""

    found: Assessment
    view: View


@dataclass(frozen=True, kw_only=True)
class TargetInstance:
    """An instance that a target has now; `state` is EC2's word."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """A plan as it is shown, before it is carried out."""

    plan: Plan
    view: View
    instances: tuple[TargetInstance, ...] = ()
    checks: tuple[Check, ...] = ()
    """Of preflight; none where nothing is to be done."""


@dataclass(frozen=True, kw_only=True)
class OneEntry:
    """One entry of a scan; or of a plan, with what becomes of it on AWS."""

    of: Survey | Review


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Explained expressions and findings, in the order of the questions."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """The tasks that are deployed, and the marked lines whose stack is missing."""

    rows: tuple[Row, ...]
    unread: tuple[UnreadHost, ...] = ()
    """Hosts that were asked for their crontabs, and could not be read."""


@dataclass(frozen=True, kw_only=True)
class History:
    """Runs of the past, the newest first; `shows_output`: with what they printed."""

    runs: tuple[PastRun, ...]
    shows_output: bool = False


@dataclass(frozen=True, kw_only=True)
class Examined:
    """The checks that `doctor` has made, for the plan of so many entries."""

    place: Place
    target: Target
    entries: int
    checks: tuple[Check, ...]


Document: TypeAlias = "Survey | Calendar | Review | OneEntry | Tasks | Answers | History | Examined"
