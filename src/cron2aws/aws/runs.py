"""Executions of a task's state machine: what runs now, how the last ended, start one by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.session import Session
from cron2aws.plan.reports import Seen

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.type_defs import ListExecutionsOutputTypeDef

RUN_BEFORE = "duplicate"
"""The runner's word (cfn/functions/outcomes.txt) for a minute that came to a host twice."""
LOOKED_AT = 20  # a run has one delivery, rarely two; a guard passes over more
SENDING = "Send"
"""The state of cfn/task.yaml whose output names the command."""
PROBE = "probe-"
"""How names of executions begin that only looked at the hosts."""
ENDS = {
    "Silent": "succeeded",
    "Skipped": "skipped",
    "Duplicate": "duplicate",
    "HandedOver": "handed-over",
}
"""What an execution came to that ended well, by the error which its output is where nobody is told.

An execution of the machine before this one has the word itself in its output.
"""
RAN_NOTHING = ("handed-over", "duplicate", "skipped")
"""How executions end that only handed over, came twice, were not due, or ran on no host."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One execution: `started` and `ended` are in UTC."""

    arn: str
    name: str
    status: str  # RUNNING SUCCEEDED FAILED TIMED_OUT ABORTED
    started: datetime
    ended: datetime | None

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.status == "RUNNING"


class Runs:
    """Step Functions in our words."""

    def __init__(self, session: Session) -> None:
        self._states = session.client("stepfunctions")

    def seen(self, machine: str) -> Seen:
        """What the newest executions tell: the last run, and what the hosts reported last."""
        with translated("listing the executions"):
            found = self._listed(
                lambda: [
                    self._states.list_executions(stateMachineArn=machine, maxResults=LOOKED_AT)
                ]
            )
        last: Run | None = None
        ended: Run | None = None
        for run in sorted(found, key=lambda run: run.started, reverse=True):
            if run.name.startswith(PROBE):
                continue
            if run.status != "SUCCEEDED":
                last = last or run
                if not run.running:
                    ended = run
                    break
                continue
            with translated(f"looking at execution {run.arn}"):
                _, output = self._described(run.arn)
                ours = output.record_or_none("run")
                outcome = ours.text_or_none("outcome") if ours else None
            if outcome not in RAN_NOTHING:
                last, ended = last or run, ended or run
            if words := _words(ours.fields.get("hosts") if ours else None):
                return Seen(last=last, ended=ended, hosts=words, at=run.started)
        return Seen(last=last, ended=ended)

    def running(self, machine: str) -> tuple[Run, ...]:
        """Every run that has not ended."""
        with translated("listing the running executions"):
            pages = self._states.get_paginator("list_executions")
            return tuple(
                self._listed(
                    lambda: pages.paginate(stateMachineArn=machine, statusFilter="RUNNING")
                )
            )

    def _listed(self, pages: Callable[[], Iterable[ListExecutionsOutputTypeDef]]) -> list[Run]:
        try:
            return [_run(row) for page in pages() for row in answer(page).records("executions")]
        except self._states.exceptions.StateMachineDoesNotExist:
            return []  # somebody deleted the machine, and its executions with it

    def start(self, machine: str, name: str, given: Mapping[str, object]) -> str:
        """Start a run; its ARN."""
        with translated("starting the execution"):
            started = self._states.start_execution(
                stateMachineArn=machine, name=name, input=json.dumps(dict(given))
            )
            return answer(started).text("executionArn")

    def look(self, arn: str) -> tuple[Run, dict[str, object]]:
        """A run as it stands now, and its output; where it failed, its error and cause."""
        with translated(f"looking at execution {arn}"):
            run, output = self._described(arn)
        return run, dict(output.fields)

    def _described(self, arn: str) -> tuple[Run, Record]:
        described = answer(self._states.describe_execution(executionArn=arn))
        output = described.document("output").fields if described.text_or_none("output") else {}
        why = {name: described.text_or_none(name) for name in ("error", "cause")}
        told = {**_read(output), **{name: said for name, said in why.items() if said}}
        found = Record(fields=told, came=described.came)
        found.record_or_none("run")  # whoever reads on relies on it
        return _run(described), found

    def command_of(self, arn: str) -> str | None:
        """The id of the command that a run sent last, as far as its latest history shows it."""
        with translated(f"reading the history of execution {arn}"):
            raw = self._states.get_execution_history(executionArn=arn, reverseOrder=True)
            exits = [
                (event.number("id"), event.record("stateExitedEventDetails"))
                for event in answer(raw).records("events")
                if event.text("type") == "TaskStateExited"
            ]
            sent = {number: left for number, left in exits if left.text("name") == SENDING}
            if not sent:
                return None
            ours = sent[max(sent)].document("output").record_or_none("run")
            return ours.text_or_none("command_id") if ours else None


def _words(hosts: object) -> dict[str, str]:
    """What each host said of itself; one that had run the minute already says nothing new."""
    given = hosts if isinstance(hosts, dict) else {}
    said = {str(host): str(word).partition(" ")[0] for host, word in given.items()}
    return {host: word for host, word in said.items() if word != RUN_BEFORE}


def _read(output: Mapping[str, object]) -> dict[str, object]:
    """An output as the machine's own, also where it is the error by which the machine went on."""
    outcome = ENDS.get(str(output.get("Error")))
    if outcome is None:
        return dict(output)
    return {"run": {**_said(output.get("Cause")), "outcome": outcome}}


def _said(cause: object) -> dict[str, object]:
    """What the function said: JSON in what Lambda says; nothing where it is another text."""
    try:
        said = json.loads(json.loads(str(cause))["errorMessage"])
    except (ValueError, TypeError, KeyError):
        return {}
    return said if isinstance(said, dict) else {}


def _run(row: Record) -> Run:
    return Run(
        arn=row.text("executionArn"),
        name=row.text("name"),
        status=row.text("status"),
        started=row.moment("startDate"),
        ended=row.moment_or_none("stopDate"),
    )
