"""Executions of the past, the newest first, each asked for only when it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from cron2aws.aws.failures import translated
from cron2aws.aws.outputs import given_to, own_output
from cron2aws.aws.records import Record, answer
from cron2aws.aws.runs import SENDING
from cron2aws.aws.session import Session
from cron2aws.plan.past import Execution

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

MOST = 1000
"""AWS's most in one answer."""


class PastRuns:
    """Step Functions' lists of executions, in our words."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def _states(self) -> SFNClient:
        return self._session.client("stepfunctions")  # made where it is called: a command needs few

    def newest(self, machine: str, size: int) -> Iterator[Execution]:
        """All of a machine's executions, `size` (1,000 at most) a call; none where it is gone."""
        token: str | None = None
        while True:
            with translated("listing the executions"):
                page = self._page(machine, min(size, MOST), token)
                rows = [_listed(row) for row in page.records("executions")] if page else []
                token = page.text_or_none("nextToken") if page else None
            yield from sorted(rows, key=lambda each: each.started, reverse=True)
            if token is None:
                return

    def _page(self, machine: str, size: int, token: str | None) -> Record | None:
        try:
            if token is None:
                found = self._states.list_executions(stateMachineArn=machine, maxResults=size)
            else:
                found = self._states.list_executions(
                    stateMachineArn=machine, maxResults=size, nextToken=token
                )
        except self._states.exceptions.StateMachineDoesNotExist:
            return None  # somebody deleted the machine, and its executions with it
        return answer(found)

    def whole(self, listed: Execution) -> Execution:
        """An execution of a list, with its input and output; it may have ended since."""
        with translated(f"looking at execution {listed.arn}"):
            described = answer(self._states.describe_execution(executionArn=listed.arn))
            return replace(
                _listed(described),
                given=given_to(described),
                output=own_output(described).fields,
            )

    def command_of(self, arn: str) -> str | None:
        """The id of the command that a run sent last, by its first 1,000 events; None without one.

        What comes later are the looks of a long run: it has sent then.
        """
        sent: str | None = None
        with translated(f"reading the history of execution {arn}"):
            raw = self._states.get_execution_history(executionArn=arn, maxResults=MOST)
            for event in answer(raw).records("events"):
                if event.text("type") != "TaskStateExited":
                    continue
                left = event.record("stateExitedEventDetails")
                if left.text("name") == SENDING:
                    run = left.document("output").record_or_none("run")
                    sent = (run.text_or_none("command_id") if run else None) or sent
        return sent


def _listed(row: Record) -> Execution:
    return Execution(
        arn=row.text("executionArn"),
        name=row.text("name"),
        status=row.text("status"),
        started=row.moment("startDate"),
        ended=row.moment_or_none("stopDate"),
    )
