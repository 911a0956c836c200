"""What each use-case can be asked for, as values; the command line makes them, once.

A field stands for one option: cli/options.py has the option with its name and help. Every field
must be read by a use-case: tests/functional/test_options.py holds that. A value `...Options` may
also stand beside the one use-case that takes it; that test finds it there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.foundation import SharedOptions, Tell
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions


class CrontabFormat(StrEnum):
    """Whether the lines of a crontab name their user."""

    SYSTEM = "system"
    USER = "user"


@dataclass(frozen=True, kw_only=True)
class HostOptions:
    """What overrides what a host says of itself, and what its crontabs say."""

    dialect: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, kw_only=True)
class SourceOptions:
    """How a file outside the standard places is read."""

    format_of: CrontabFormat | None = None
    user: str | None = None


@dataclass(frozen=True, kw_only=True)
class ScheduleOptions:
    """How schedules are converted; without `since` clock changes count from now on."""

    trigger: TriggerKind | None = None
    since: date | None = None
    prefer_rate: bool = False


@dataclass(frozen=True, kw_only=True)
class SelectionOptions:
    """Which entries are chosen, and what is allowed of them; `strict` refuses undecided ones.

    Without `quiet_guards` a deployed task keeps what it was migrated with.
    """

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    strict: bool = False
    allow_secret: tuple[str, ...] = ()
    quiet_guards: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ActingOptions:
    """How a change is made: whether the user is asked, and how many stacks at a time."""

    yes: bool = False
    parallel: int = 4


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Which crontabs are read, and how."""

    named: tuple[str, ...] = ()
    """Files, folders with a host's files, `-`; none means this host."""

    host: HostOptions = HostOptions()
    source: SourceOptions = SourceOptions()


THIS_HOST = Sources()
"""Nothing is named."""


@dataclass(frozen=True, kw_only=True)
class FromHosts:
    """The hosts to read through Run Command: those of a target, or those with these ids."""

    from_hosts: bool = False
    target: Target | None = None
    instance_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FleetOptions:
    """Whether the target's own hosts are read, and their lines edited, through Run Command."""

    from_hosts: bool = False
    wave: str | None = None
    """In which steps hosts are edited, as handover/waves.py reads it; None is the usual way."""

    allow_offline: bool = False
    """Go on although hosts of the target cannot be read."""


@dataclass(frozen=True, kw_only=True)
class ScanOptions:
    """`scan`."""

    sources: Sources = Sources()
    hosts: FromHosts = FromHosts()
    schedule: ScheduleOptions = ScheduleOptions()
    selection: SelectionOptions = SelectionOptions()
    compare: Path | None = None
    """A report of an earlier scan."""

    before: tuple[str, ...] = ()
    """The options that say which AWS is meant, for the command that is advised."""


@dataclass(frozen=True, kw_only=True)
class ShownOptions:
    """What of a calendar is shown: the next 24 hours, or one of these; and in which zone.

    A time of the day means the next seven days; a moment without an offset is in that zone.
    """

    at: time | datetime | None = None
    day: date | None = None
    week: bool = False
    zone: str | None = None


@dataclass(frozen=True, kw_only=True)
class CalendarOptions:
    """`calendar`; it begins at `schedule.since`, else now."""

    sources: Sources = Sources()
    schedule: ScheduleOptions = ScheduleOptions()
    selection: SelectionOptions = SelectionOptions()
    shown: ShownOptions = ShownOptions()


@dataclass(frozen=True, kw_only=True)
class ExplainOptions:
    """`explain`."""

    expressions: tuple[str, ...]
    from_aws: bool = False
    strict: bool = False
    host: HostOptions = HostOptions()
    schedule: ScheduleOptions = ScheduleOptions()


@dataclass(frozen=True, kw_only=True)
class HandOverOptions:
    """What becomes of the crontab lines, and whether anything is done at all."""

    dry_run: bool = False
    comment_out: bool = False
    rehearse: bool = False
    prune: bool = False
    """Delete the tasks whose entry is gone."""


@dataclass(frozen=True, kw_only=True)
class PlanFileOptions:
    """The file that a plan is written to, and whether secrets stand in it."""

    plan_file: Path | None = None
    with_secrets: bool = False


@dataclass(frozen=True, kw_only=True)
class MigrateOptions:
    """`migrate`."""

    target: Target
    sources: Sources = Sources()
    fleet: FleetOptions = FleetOptions()
    schedule: ScheduleOptions = ScheduleOptions()
    selection: SelectionOptions = SelectionOptions()
    hand_over: HandOverOptions = HandOverOptions()
    task: TaskOptions = field(default_factory=TaskOptions)
    acting: ActingOptions = ActingOptions()
    file: PlanFileOptions = PlanFileOptions()
    compare: Path | None = None
    """A report of an earlier scan."""

    advised: str = ""
    """The command itself, without what only shows a plan."""


@dataclass(frozen=True, kw_only=True)
class ApplyOptions:
    """`apply`: `digest` is what the plan file's own must be, or begin with."""

    plan: Path
    digest: str | None = None
    stacks_only: bool = False
    edits_only: bool = False
    all_or_nothing: bool = False
    acting: ActingOptions = ActingOptions()
    advised: str = ""
    """The command itself, without what only shows a plan."""


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """`export`; without an account AWS is asked for it."""

    folder: Path
    target: Target
    sources: Sources = Sources()
    from_hosts: bool = False
    """Read the hosts of the target, through Run Command."""

    schedule: ScheduleOptions = ScheduleOptions()
    selection: SelectionOptions = SelectionOptions()
    task: TaskOptions = field(default_factory=TaskOptions)
    account: str | None = None
    live_from: datetime | None = None
    email: str | None = None
    tell: Tell | None = None
    watch_seconds: int | None = None
    kms_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class DoctorOptions:
    """`doctor`: without lines the account and the hosts alone."""

    target: Target
    sources: Sources = Sources()
    schedule: ScheduleOptions = ScheduleOptions()


@dataclass(frozen=True, kw_only=True)
class RollbackOptions:
    """`rollback`."""

    tasks: tuple[str, ...] = ()
    sources: Sources = Sources()
    hosts: FromHosts = FromHosts()
    without_lines: bool = False
    lines_only: bool = False
    dry_run: bool = False
    plan_file: Path | None = None
    """The file that a dry run writes."""

    acting: ActingOptions = ActingOptions()
    advised: str = ""
    """The command itself, without what only shows a plan."""


@dataclass(frozen=True, kw_only=True)
class StatusOptions:
    """`status`."""

    sources: Sources = Sources()
    hosts: FromHosts = FromHosts()


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """`run`: an id or a stack's name."""

    task: str


@dataclass(frozen=True, kw_only=True)
class HistoryOptions:
    """`history`: of one task, an id or a stack's name, or of all.

    `since` is a moment, or how long before now; `run` is the beginning of a run's name.
    """

    task: str | None = None
    last: int | None = None
    failed: bool = False
    since: datetime | timedelta | None = None
    run: str | None = None
    show_output: bool = False


@dataclass(frozen=True, kw_only=True)
class SwitchOptions:
    """`enable` and `disable`."""

    tasks: tuple[str, ...]
    yes: bool = False


@dataclass(frozen=True, kw_only=True)
class UpgradeOptions:
    """`upgrade`: without tasks all of them, and what they share."""

    tasks: tuple[str, ...] = ()
    dry_run: bool = False
    acting: ActingOptions = ActingOptions()


@dataclass(frozen=True, kw_only=True)
class SetupOptions:
    """`setup`: without a target the foundation alone."""

    target: Target | None = None
    shared: SharedOptions = field(default_factory=SharedOptions)
    delete: bool = False
    yes: bool = False
