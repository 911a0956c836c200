"""Runs of the past, read from what their executions were given and came to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType

from cron2aws.lint.secrets import mask
from cron2aws.plan.parts import Part, parts_of
from cron2aws.plan.values import Deployed
from cron2aws.task.run_cost import RunUse, StatePath, run_use

PROBE = "probe-"
"""How names of executions begin that only looked at the hosts."""
LATE = "-late"
"""How names end that ran what was missed when its hosts were down (cfn/functions/send.py)."""
OF_A_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\dZ")
"""The name of an execution that another one started: where it stands for a scheduled minute."""
COSTS_KNOWN = 2
"""The first version of cfn/task.yaml that is calculated (task/run_cost.py)."""
LEFT, DUPLICATE = "left-to-cron", "duplicate"


class Ending(StrEnum):
    """What came of a run."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    ABORTED = "aborted"
    SKIPPED = "skipped"
    LEFT_TO_CRON = "left to cron"

    @property
    def is_bad(self) -> bool:
        """Whether the run failed, or was ended from outside."""
        return self in {Ending.FAILED, Ending.TIMED_OUT, Ending.ABORTED}


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execution of a task's machine; moments are in UTC.

    `given` is its input. `output` is the machine's own, also where it ended by an error: then
    `error` and `cause` are in it.
    """

    arn: str
    name: str
    status: str
    started: datetime
    ended: datetime | None
    given: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    output: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """One run of a task, however many executions it took; `scheduled` is in the task's zone."""

    stack: Deployed
    execution: Execution
    zone: tzinfo
    scheduled: datetime | None
    """The minute that it is the run of; None for one that was started by hand."""

    ending: Ending
    why: str = ""
    parts: tuple[Part, ...] = ()
    used: RunUse | None = None
    """What it took; None while it goes on, and where the machine is an earlier release's."""

    @property
    def by_hand(self) -> bool:
        """Whether a person started it."""
        return self.scheduled is None

    @property
    def started(self) -> datetime:
        """When its execution started, in the task's zone."""
        return self.execution.started.astimezone(self.zone)

    @property
    def took(self) -> timedelta | None:
        """From its start to its end; None while it goes on."""
        return self.execution.ended - self.execution.started if self.execution.ended else None

    @property
    def used_a_command(self) -> bool:
        """Whether it may have sent one, whatever is known of it."""
        return bool(self.parts) or self.ending is not Ending.SKIPPED

    @property
    def command_id(self) -> str | None:
        """The command that it sent, where its output or its message names it."""
        run = self.execution.output.get("run")
        named = run.get("command_id") if isinstance(run, Mapping) else None
        linked = _COMMAND.findall(str(self.execution.output.get("cause") or ""))
        return str(named) if named else linked[-1] if linked else None


_COMMAND = re.compile(r"/run-command/([0-9a-f-]{36})\?")
_STATUS = {"RUNNING": Ending.RUNNING, "TIMED_OUT": Ending.TIMED_OUT, "ABORTED": Ending.ABORTED}


def past_run(stack: Deployed, execution: Execution, zone: tzinfo) -> PastRun | None:
    """The run that an execution is; None for one that only started another, or for a probe.

    So two executions of one run are one, and a second delivery of a minute is none.
    """
    if execution.name.startswith(PROBE) or "probe" in execution.given:
        return None
    run = execution.output.get("run")
    ours: Mapping[object, object] = run if isinstance(run, Mapping) else {}
    ending = _ending(execution.status, str(ours.get("outcome")))
    message = str(execution.output.get("cause") or ours.get("message") or "")
    parts = parts_of(ours.get("hosts"), message)
    words = {part.outcome for part in parts}
    if ending is None or (ending is Ending.SKIPPED and words == {DUPLICATE}):
        return None
    if ending is Ending.SKIPPED and not parts and execution.name.endswith(LATE):
        return None  # it only waited, and its minute's run is told of as failed
    if ending is Ending.SKIPPED and LEFT in words:
        ending = Ending.LEFT_TO_CRON
    found = PastRun(
        stack=stack,
        execution=execution,
        zone=zone,
        scheduled=_scheduled(execution.given.get("scheduled_time"), zone),
        ending=ending,
        why=mask(_why(ending, ours, message, execution.output.get("error"))),
        parts=parts,
    )
    return replace(found, used=_used(found, was_sent=bool(parts or found.command_id)))


def _ending(status: str, outcome: str) -> Ending | None:
    if status == "SUCCEEDED":
        return {
            "succeeded": Ending.SUCCEEDED,
            "skipped": Ending.SKIPPED,
            "handed-over": None,
            "duplicate": None,
        }.get(outcome, Ending.SUCCEEDED)
    return _STATUS.get(status, Ending.FAILED)


def _scheduled(given: object, zone: tzinfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(given))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _why(ending: Ending, run: Mapping[object, object], message: str, error: object) -> str:
    if ending in {Ending.SKIPPED, Ending.LEFT_TO_CRON}:
        return str(run.get("reason") or "")
    if ending is not Ending.FAILED:
        return ""
    result = _NO_REPORT.search(message) or _RESULT.search(message)
    said = result[1] if result else str(error or "")
    return f"{said}; nobody was told" if error == "cron2aws.NotTold" else said


_NO_REPORT = re.compile(r"^Run +\S+\n\n(.+)\n", re.MULTILINE)
"""The machine's own message, where there is none of the hosts (NoReport of cfn/task.yaml)."""
_RESULT = re.compile(r"^Result +FAILED(?:: | )(.+)$", re.MULTILINE)


def _used(run: PastRun, *, was_sent: bool) -> RunUse | None:
    version = run.stack.outputs.get("TemplateVersion", "")
    is_known = version.isdecimal() and int(version) >= COSTS_KNOWN
    parameters = run.stack.parameters
    # before an upgrade the machine started a second execution for each minute
    is_older = bool(OF_A_MINUTE.fullmatch(run.execution.name)) and parameters.get("RunOn") != "one"
    took = run.took
    if not is_known or is_older or took is None or run.ending in _STATUS.values():
        return None
    silent = "TopicCommandExecutionSucceededArn"
    match run.ending:
        case Ending.SUCCEEDED:
            way = StatePath.TOLD if parameters.get(silent) else StatePath.SILENT
        case Ending.FAILED:
            way = StatePath.REPORTED if was_sent else StatePath.NOT_SENT
        case _:
            way = StatePath.SILENT if was_sent else StatePath.NOT_DUE
    return run_use(took.total_seconds(), way, parameters, by_hand=run.by_hand)
