"""Executions of a task's state machine: what runs now, how the last ended, start one by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cron2aws.aws.session import Session, translated

LOOKED_AT = 20  # a run has one delivery, rarely two; a guard passes over more
SENDING = "Send"
"""The state of cfn/task.yaml whose output names the command."""
SENT_NOTHING = ("handed-over", "duplicate", "skipped")
"""How executions end that only handed over, came twice, or were not due."""


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

    def last(self, machine: str) -> Run | None:
        """The run that was started last; an execution that sent no command on purpose is none."""
        with translated("listing the executions"):
            found = self._listed(
                lambda: [
                    self._states.list_executions(stateMachineArn=machine, maxResults=LOOKED_AT)
                ]
            )
        latest = sorted(found, key=lambda run: run.started, reverse=True)
        last = next((run for run in latest if not self._sent_nothing(run)), None)
        # a long run can be older than all of those, where each minute is skipped meanwhile
        return last or max(self.running(machine), key=lambda run: run.started, default=None)

    def _sent_nothing(self, run: Run) -> bool:
        if run.status != "SUCCEEDED":
            return False
        _, output = self.look(run.arn)
        return output.get("run", {}).get("outcome") in SENT_NOTHING

    def running(self, machine: str) -> tuple[Run, ...]:
        """Every run that has not ended."""
        with translated("listing the running executions"):
            pages = self._states.get_paginator("list_executions")
            return tuple(
                self._listed(
                    lambda: pages.paginate(stateMachineArn=machine, statusFilter="RUNNING")
                )
            )

    def _listed(self, pages: Callable[[], Iterable[dict[str, Any]]]) -> list[Run]:
        try:
            return [_run(raw) for page in pages() for raw in page["executions"]]
        except self._states.exceptions.StateMachineDoesNotExist:
            return []  # somebody deleted the machine, and its executions with it

    def start(self, machine: str, name: str, given: Mapping[str, Any]) -> str:
        """Start a run; its ARN."""
        with translated("starting the execution"):
            started = self._states.start_execution(
                stateMachineArn=machine, name=name, input=json.dumps(dict(given))
            )
        return str(started["executionArn"])

    def look(self, arn: str) -> tuple[Run, dict[str, Any]]:
        """A run as it stands now, and its output; where it failed, its error and cause."""
        with translated(f"looking at execution {arn}"):
            raw = self._states.describe_execution(executionArn=arn)
        output = json.loads(raw["output"]) if raw.get("output") else {}
        why = {name: raw[name] for name in ("error", "cause") if raw.get(name)}
        return _run(raw), {**output, **why}

    def command_of(self, arn: str) -> str | None:
        """The id of the command that a run sent last, as far as its latest history shows it."""
        with translated(f"reading the history of execution {arn}"):
            raw = self._states.get_execution_history(executionArn=arn, reverseOrder=True)
        sent = {
            event["id"]: event["stateExitedEventDetails"]["output"]
            for event in raw["events"]
            if event["type"] == "TaskStateExited"
            and event["stateExitedEventDetails"]["name"] == SENDING
        }
        if not sent:
            return None
        found = json.loads(sent[max(sent)]).get("run", {}).get("command_id")
        return str(found) if found else None


def _run(raw: dict[str, Any]) -> Run:
    return Run(
        arn=raw["executionArn"],
        name=raw["name"],
        status=raw["status"],
        started=raw["startDate"].astimezone(UTC),
        ended=raw["stopDate"].astimezone(UTC) if raw.get("stopDate") else None,
    )
