"""Executions of a task's state machine: what runs now, how the last ended, start one by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from cron2aws.aws.failures import translated
from cron2aws.aws.outputs import own_output
from cron2aws.aws.records import Record, answer
from cron2aws.aws.session import Session
from cron2aws.plan.reports import Report, Seen
from cron2aws.task.outcomes import OUTCOMES

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ListExecutionsOutputTypeDef

RUN_BEFORE = "duplicate"
"""The runner's word (cfn/functions/outcomes.txt) for a minute that came to a host twice."""
LOOKED_AT = 20  # a run has one delivery, rarely two; a guard passes over more
LISTED = 1000
"""AWS's most in one answer: of a job of each minute the last eight hours, of others months."""
BACK = 10
"""How many reports before the newest one it is compared with another, beside the oldest."""
NEAR = 3
"""How many runs are looked at for a report, where the first ones have none."""
SENDING = "Send"
"""The state of cfn/task.yaml whose output names the command."""
PROBE = "probe-"
"""How names of executions begin that only looked at the hosts."""
RAN = "ran"
_ROWS = (row.split("|") for row in OUTCOMES.partition("\n\n")[0].splitlines()[::2])
_OUTCOMES = {words: outcome for outcome, _, _, words in _ROWS if "{" not in words}
"""Outcomes by the words that a message has for them (cfn/functions/outcomes.txt)."""
_FAILED = re.compile(
    r"FAILED (i-[0-9a-f]+)(?: .*?)?: (" + "|".join(map(re.escape, _OUTCOMES)) + "|.*)"
)
"""A host's line in the message of a run that failed (cfn/functions/wait.py)."""
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
        self._session = session

    @property
    def _states(self) -> SFNClient:
        return self._session.client("stepfunctions")  # made where it is called: a command needs few

    def seen(self, machine: str, *, compares: bool = False) -> Seen:
        """What the newest executions tell: the last run, and the last report of each host.

        `compares`: two older reports are looked at as well, for instances that are missing now.
        """
        with translated("listing the executions"):
            found = self._newest(machine, LISTED if compares else LOOKED_AT)
        seen = self._seen(found[:LOOKED_AT])
        if not compares or seen.at is None:
            return seen
        older = _with_report(found, seen.at)
        reports = [self._report_at(older, at)[1] for at in _points(older)]
        known = {host for each in reports for host in each}
        ran = any(RAN in each.values() for each in (seen.hosts, *reports))
        return replace(seen, missed=frozenset(known - seen.hosts.keys()), ran=ran)

    def _seen(self, found: Sequence[Run]) -> Seen:
        last: Run | None = None
        ended: Run | None = None
        for run in found:
            if run.name.startswith(PROBE):
                continue
            if run.status != "SUCCEEDED":
                last = last or run
                if not run.running:
                    return Seen(last=last, ended=run, failed=self._failed(run))
                continue
            outcome, hosts = self._report(run)
            if outcome not in RAN_NOTHING:
                last, ended = last or run, ended or run
            if hosts:
                return Seen(last=last, ended=ended, hosts=hosts, at=run.started)
        return Seen(last=last, ended=ended)

    def last_report(self, machine: str, instance: str, before: datetime) -> Report | None:
        """The newest report before that moment that an instance is in; None where none is known.

        Between that one and `before` it is in none, so the runs are halved, not read one by one.
        """
        with translated("listing the executions"):
            runs = _with_report(self._newest(machine, LISTED), before)
        looked = (self._report_at(runs, at) for at in _points(runs))
        here = next((at for at, hosts in looked if instance in hosts), None)
        if here is None:
            return None
        missing = -1
        while here - missing > 1:
            middle = (here + missing) // 2
            _, hosts = self._report(runs[middle])
            if not hosts:  # it sent nothing, and tells of no host
                del runs[middle]
                here -= 1
            elif instance in hosts:
                here = middle
            else:
                missing = middle
        return Report(word=self._report(runs[here])[1][instance], at=runs[here].started)

    def _report_at(self, runs: Sequence[Run], at: int) -> tuple[int, Mapping[str, str]]:
        """Where there is a report, there or a little later, and its hosts.

        An execution that only handed over to the run of its minute has none.
        """
        hosts: Mapping[str, str] = {}
        for at in range(at, max(-1, at - NEAR), -1):  # noqa: B020, PLR1704 (the last one is meant)
            _, hosts = self._report(runs[at])
            if hosts:
                break
        return at, hosts

    def _newest(self, machine: str, number: int) -> list[Run]:
        found = self._listed(
            lambda: [self._states.list_executions(stateMachineArn=machine, maxResults=number)]
        )
        return sorted(found, key=lambda run: run.started, reverse=True)

    def _report(self, run: Run) -> tuple[str | None, Mapping[str, str]]:
        """How a run ended, and the outcome words of its hosts, none where it has not sent."""
        with translated(f"looking at execution {run.arn}"):
            _, output = self._described(run.arn)
            ours = output.record_or_none("run")
            outcome = ours.text_or_none("outcome") if ours else None
        return outcome, _words(ours.fields.get("hosts") if ours else None)

    def _failed(self, run: Run) -> Mapping[str, str]:
        """The hosts on which a run failed, as far as the message that was told names an outcome."""
        with translated(f"looking at execution {run.arn}"):
            _, output = self._described(run.arn)
            cause = output.text_or_none("cause") or ""
        lines = (_FAILED.fullmatch(line) for line in cause.splitlines())
        return {found[1]: _OUTCOMES.get(found[2], "") for found in lines if found}

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
        """Start an execution with this input, and return its ARN."""
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
        return _run(described), own_output(described)

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


def _with_report(newest: Sequence[Run], before: datetime) -> list[Run]:
    """Those before that moment that tell of their hosts, the newest first."""
    return [
        run
        for run in newest
        if run.status == "SUCCEEDED" and run.started < before and not run.name.startswith(PROBE)
    ]


def _points(runs: Sequence[Run]) -> list[int]:
    """Which of them are looked at: a near one knows hosts that came late, the oldest the others."""
    last = len(runs) - 1
    return sorted({min(BACK - 1, last), last}) if runs else []


def _run(row: Record) -> Run:
    return Run(
        arn=row.text("executionArn"),
        name=row.text("name"),
        status=row.text("status"),
        started=row.moment("startDate"),
        ended=row.moment_or_none("stopDate"),
    )
