"""Commands as people type them, and whose policy has to let each: one table for tests and docs.

`NEEDED` says for each action of each policy which of the commands ends how without it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cron2aws.app.options import RunOptions
from cron2aws.app.policies import Policy, filled
from cron2aws.app.run import run
from cron2aws.aws.commands import HostState
from cron2aws.errors import Cron2AwsError
from tests.company_case import WEB, CompanyCase, company_case
from tests.iam import Statement
from tests.permitted import ACCOUNT, REGION, Judge, judged

Line = tuple[str, ...]
Alter = Mapping[str, Callable[[dict[str, Any], Judge], None]]
ADMINISTRATOR, OPERATOR, READER = Policy.ADMINISTRATOR, Policy.OPERATOR, Policy.READER
WRITTEN = ("migrate", "--comment-out", "--dry-run", "--plan-file", "PLAN")
BACK = ("rollback", "--dry-run", "--plan-file", "PLAN")
DOCTOR = Policy.DOCTOR
TASK = "TASK"
"""In a line: the task's stack."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A command after others; `alter` and `answers` stand for a stack in a bad state."""

    by: tuple[Policy, ...]
    line: Line
    before: tuple[Line, ...] = ()
    code: int = 0
    alter: Alter = field(default_factory=dict)
    answers: Mapping[str, Callable[[], dict[str, Any]]] = field(default_factory=dict)
    gone: bool = False
    """The task's line is deleted before it."""

    seen: bool = False
    """Somebody looks at the terminal."""


def standing(status: str, until: str, whose: str = f"{WEB.id}-") -> Callable[..., None]:
    """A stack stands in that state until this action has been asked for."""

    def alter(parsed: dict[str, Any], judge: Judge) -> None:
        if until in judge.actions:
            return
        for stack in parsed["Stacks"]:
            if whose in stack["StackName"]:
                stack["StackStatus"] = status

    return alter


def _after(status: str, action: str, whose: str = f"{WEB.id}-") -> Callable[..., None]:
    """A stack stands in that state once this action has been asked for."""

    def alter(parsed: dict[str, Any], judge: Judge) -> None:
        for stack in parsed["Stacks"]:
            if action in judge.actions and whose in stack["StackName"]:
                stack["StackStatus"] = status

    return alter


def _failed(parsed: dict[str, Any], _: Judge) -> None:
    parsed["StackResources"][0]["ResourceStatus"] = "UPDATE_FAILED"


def _goes_on(parsed: dict[str, Any], judge: Judge) -> None:
    looks = [each.action for each in judge.asked].count("states:DescribeExecution")
    parsed["status"] = "RUNNING" if looks < 4 else parsed["status"]


class Planned:
    """The task is a change set that nobody has executed, until it is deleted."""

    def __init__(self) -> None:
        self.row: dict[str, Any] = {}

    def alter(self, parsed: dict[str, Any], judge: Judge) -> None:
        if "cloudformation:DeleteStack" in judge.actions:
            return
        for stack in parsed["Stacks"]:
            if f"{WEB.id}-" in stack["StackName"]:
                self.row = dict(stack)
                stack.update(StackStatus="REVIEW_IN_PROGRESS", Parameters=[], Tags=[], Outputs=[])

    @staticmethod
    def without_its_own(parsed: dict[str, Any], judge: Judge) -> None:
        """A change set has made nothing yet; its stack is not in a list of those that stand."""
        if "cloudformation:DeleteStack" not in judge.actions:
            rows = next(value for value in parsed.values() if isinstance(value, list))
            rows[:] = [row for row in rows if "backup" not in str(row) and WEB.id not in str(row)]

    @staticmethod
    def listed() -> dict[str, Any]:
        arn = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/x/0a"
        return {"Summaries": [{"ChangeSetId": arn}]}

    def told(self) -> dict[str, Any]:
        return self.row


STOPPED = "it did not run: somebody commented its line out on the host"


def _run_failed(parsed: dict[str, Any], _: Judge) -> None:
    """The run failed, as a host has stopped it: the list, or the one, says so."""
    for each in parsed.get("executions", [parsed]):
        each["status"] = "FAILED"
    if "output" in parsed:
        del parsed["output"]
        parsed.update(error="cron2aws.Failed", cause=f"FAILED i-0a1b web: {STOPPED}")


def _run_lost(parsed: dict[str, Any], judge: Judge) -> None:
    """The run failed, and names no host."""
    _run_failed(parsed, judge)
    if "cause" in parsed:
        parsed["cause"] = "nobody knows"


def _by_a_role(parsed: dict[str, Any], _: Judge) -> None:
    parsed["Arn"] = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/somebody"


PLANNED = Planned()
CFN = "cloudformation:"
CONTINUED = f"{CFN}ContinueUpdateRollback"
RESOURCES = f"{CFN}DescribeStackResources"
FOUNDATION = "cron2aws-foundation"
SETUP: Line = ("setup",)
MIGRATE: Line = ("migrate",)
FROM_HOSTS: Line = ("scan", "--from-hosts", "--tag", "Name=web")

COMMANDS: Mapping[str, Scenario] = {
    "setup": Scenario(by=(ADMINISTRATOR,), line=SETUP),
    "setup, again": Scenario(
        by=(ADMINISTRATOR,), line=("setup", "--email", "ops@example.com"), before=(SETUP,)
    ),
    "setup, after a failed update": Scenario(
        by=(ADMINISTRATOR,),
        line=("setup", "--email", "ops@example.com"),
        before=(SETUP,),
        alter={
            "DescribeStacks": standing("UPDATE_ROLLBACK_FAILED", RESOURCES, FOUNDATION),
            "DescribeStackResources": _failed,
        },
        answers={"ContinueUpdateRollback": dict},
    ),
    "setup, after a stopped update": Scenario(
        by=(ADMINISTRATOR,),
        line=("setup", "--email", "ops@example.com"),
        before=(SETUP,),
        alter={"DescribeStacks": standing("UPDATE_FAILED", f"{CFN}RollbackStack", FOUNDATION)},
        answers={"RollbackStack": dict},
    ),
    "setup, where it fails": Scenario(
        by=(ADMINISTRATOR,),
        line=SETUP,
        code=5,
        alter={"DescribeStacks": _after("ROLLBACK_COMPLETE", f"{CFN}CreateStack", FOUNDATION)},
    ),
    "setup --delete": Scenario(by=(ADMINISTRATOR,), line=("setup", "--delete"), before=(SETUP,)),
    "doctor, before anything is there": Scenario(by=(DOCTOR,), line=("doctor",)),
    "doctor": Scenario(by=(DOCTOR,), line=("doctor",), before=(SETUP,)),
    "doctor, by a role": Scenario(
        by=(DOCTOR,),
        line=("doctor",),
        before=(SETUP,),
        alter={"GetCallerIdentity": _by_a_role},
        answers={"GetRole": lambda: {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/x/ops"}}},
    ),
    "migrate --own-roles": Scenario(
        by=(ADMINISTRATOR, OPERATOR), line=("migrate", "--own-roles"), before=(SETUP,)
    ),
    "migrate": Scenario(by=(OPERATOR,), line=MIGRATE, before=(SETUP,)),
    "migrate, again": Scenario(
        by=(OPERATOR,),
        line=("migrate", "--run-on", "one", "--termination-protection"),
        before=(SETUP, MIGRATE),
    ),
    "migrate, by a role": Scenario(
        by=(OPERATOR,),
        line=MIGRATE,
        before=(SETUP,),
        alter={"GetCallerIdentity": _by_a_role},
        answers={"GetRole": lambda: {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/x/ops"}}},
    ),
    "migrate --trigger rule": Scenario(
        by=(OPERATOR,), line=("migrate", "--trigger", "rule"), before=(SETUP,)
    ),
    "migrate, where it fails": Scenario(
        by=(OPERATOR,),
        line=MIGRATE,
        before=(SETUP,),
        code=6,
        alter={"DescribeStacks": _after("ROLLBACK_COMPLETE", f"{CFN}CreateStack")},
    ),
    "migrate, where a change set has the name": Scenario(
        by=(OPERATOR,),
        line=MIGRATE,
        before=(SETUP, MIGRATE),
        alter={
            "DescribeStacks": PLANNED.alter,
            **dict.fromkeys(
                (
                    "DescribeLogGroups",
                    "ListFunctions",
                    "ListSchedules",
                    "ListStacks",
                    "ListStateMachines",
                ),
                PLANNED.without_its_own,
            ),
        },
        answers={"ListChangeSets": PLANNED.listed, "DescribeChangeSet": PLANNED.told},
    ),
    "migrate --comment-out": Scenario(
        by=(OPERATOR,), line=("migrate", "--comment-out"), before=(SETUP,)
    ),
    "migrate --prune": Scenario(
        by=(OPERATOR,),
        line=("migrate", "--prune", "--format-of", "system"),
        before=(SETUP, ("migrate", "--rehearse")),
        gone=True,
    ),
    "status": Scenario(by=(READER,), line=("status",), before=(SETUP, MIGRATE, ("run", TASK))),
    "status, where a run failed": Scenario(
        by=(READER,),
        line=("status",),
        before=(SETUP, ("migrate", "--comment-out"), ("run", TASK)),
        code=4,
        alter={"ListExecutions": _run_failed, "DescribeExecution": _run_failed},
    ),
    "history": Scenario(
        by=(READER,), line=("history", TASK), before=(SETUP, MIGRATE, ("run", TASK))
    ),
    "history --show-output": Scenario(
        by=(READER,),
        line=("history", TASK, "--show-output"),
        before=(SETUP, MIGRATE, ("run", TASK)),
    ),
    "history --show-output, of a run that failed": Scenario(
        by=(READER,),
        line=("history", TASK, "--show-output"),
        before=(SETUP, MIGRATE, ("run", TASK)),
        alter={"ListExecutions": _run_lost, "DescribeExecution": _run_lost},
    ),
    # its hosts only show what they would run, so that none is read
    "scan --from-hosts": Scenario(by=(READER,), line=FROM_HOSTS, before=(SETUP,), code=3),
    "scan --from-hosts, by an operator": Scenario(
        by=(OPERATOR,), line=FROM_HOSTS, before=(SETUP,), code=3
    ),
    "apply": Scenario(by=(OPERATOR,), line=("apply", "PLAN", "--yes"), before=(SETUP, WRITTEN)),
    "apply --stacks-only": Scenario(
        by=(OPERATOR,), line=("apply", "PLAN", "--stacks-only", "--yes"), before=(SETUP, WRITTEN)
    ),
    "apply --edits-only": Scenario(
        by=(OPERATOR,),
        line=("apply", "PLAN", "--edits-only", "--yes"),
        before=(SETUP, WRITTEN, ("apply", "PLAN", "--stacks-only", "--yes")),
    ),
    "apply, of a rollback": Scenario(
        by=(OPERATOR,),
        line=("apply", "PLAN", "--yes"),
        before=(SETUP, ("migrate", "--comment-out"), BACK),
    ),
    "rollback --dry-run --plan-file": Scenario(
        by=(OPERATOR,), line=BACK, before=(SETUP, ("migrate", "--comment-out"))
    ),
    "enable": Scenario(by=(OPERATOR,), line=("enable", TASK, "--yes"), before=(SETUP, MIGRATE)),
    "enable, after a failed update": Scenario(
        by=(OPERATOR,),
        line=("enable", TASK, "--yes"),
        before=(SETUP, MIGRATE),
        alter={
            "DescribeStacks": standing("UPDATE_ROLLBACK_FAILED", RESOURCES),
            "DescribeStackResources": _failed,
        },
        answers={"ContinueUpdateRollback": dict},
    ),
    "enable, after a stopped update": Scenario(
        by=(OPERATOR,),
        line=("enable", TASK, "--yes"),
        before=(SETUP, MIGRATE),
        alter={"DescribeStacks": standing("UPDATE_FAILED", f"{CFN}RollbackStack")},
        answers={"RollbackStack": dict},
    ),
    "disable": Scenario(
        by=(OPERATOR,),
        line=("disable", TASK, "--yes"),
        before=(SETUP, MIGRATE, ("enable", TASK, "--yes")),
    ),
    "run": Scenario(by=(OPERATOR,), line=("run", TASK), before=(SETUP, MIGRATE)),
    "run, looked at": Scenario(
        by=(OPERATOR,),
        line=("run", TASK),
        before=(SETUP, MIGRATE),
        seen=True,
        alter={"DescribeExecution": _goes_on},
    ),
    "rollback": Scenario(
        by=(OPERATOR,),
        line=("rollback", TASK),
        before=(SETUP, ("migrate", "--comment-out", "--termination-protection")),
    ),
}


NEEDED: Mapping[Policy, Mapping[str, tuple[str, int]]] = {
    READER: {
        f"{CFN}DescribeStacks": ("status", 5),
        f"{CFN}ListStacks": ("status", 5),
        "states:ListExecutions": ("history", 5),
        "states:DescribeExecution": ("history", 5),
        "ec2:DescribeInstances": ("status, where a run failed", 4),
        "states:GetExecutionHistory": ("history --show-output, of a run that failed", 5),
        "ssm:GetCommandInvocation": ("history --show-output", 5),
        "ssm:ListCommandInvocations": ("history --show-output, of a run that failed", 5),
        "ssm:DescribeInstanceInformation": ("scan --from-hosts", 5),
        "ssm:SendCommand": ("scan --from-hosts", 5),
    },
    DOCTOR: {
        f"{CFN}DescribeStacks": ("doctor", 5),
        f"{CFN}ListStacks": ("doctor", 5),
        "ec2:DescribeInstances": ("doctor", 5),
        "iam:GetAccountSummary": ("doctor, before anything is there", 0),
        "events:ListRules": ("doctor, before anything is there", 0),
        "sns:ListTopics": ("doctor, before anything is there", 0),
        "iam:GetRole": ("doctor, by a role", 0),
        **dict.fromkeys(
            (
                f"{CFN}DescribeAccountLimits",
                "iam:SimulatePrincipalPolicy",
                "lambda:GetAccountSettings",
                "lambda:ListFunctions",
                "logs:DescribeLogGroups",
                "scheduler:ListSchedules",
                "servicequotas:ListServiceQuotas",
                "sns:GetTopicAttributes",
                "ssm:DescribeInstanceInformation",
                "states:ListStateMachines",
            ),
            ("doctor", 0),
        ),
    },
    OPERATOR: {
        f"{CFN}DescribeStacks": ("run", 5),
        f"{CFN}ListStacks": ("run", 5),
        "ec2:DescribeInstances": ("migrate", 5),
        "lambda:GetAccountSettings": ("migrate", 0),
        f"{CFN}DescribeAccountLimits": ("migrate", 0),
        "events:ListRules": ("migrate --trigger rule", 0),
        "iam:GetAccountSummary": ("migrate --own-roles", 0),
        "iam:GetRole": ("migrate, by a role", 0),
        "iam:SimulatePrincipalPolicy": ("migrate", 0),
        "lambda:ListFunctions": ("migrate", 0),
        "logs:DescribeLogGroups": ("migrate", 0),
        "scheduler:ListSchedules": ("migrate", 0),
        "servicequotas:ListServiceQuotas": ("migrate", 0),
        "sns:GetTopicAttributes": ("migrate", 0),
        "ssm:DescribeInstanceInformation": ("migrate", 0),
        "states:ListStateMachines": ("migrate", 0),
        f"{CFN}CreateStack": ("migrate", 5),
        f"{CFN}TagResource": ("migrate", 5),
        "iam:PassRole": ("migrate", 5),
        f"{CFN}DescribeStackEvents": ("migrate, where it fails", 5),
        f"{CFN}ListChangeSets": ("migrate, where a change set has the name", 5),
        f"{CFN}DescribeChangeSet": ("migrate, where a change set has the name", 5),
        f"{CFN}UpdateStack": ("enable", 5),
        CONTINUED: ("enable, after a failed update", 5),
        RESOURCES: ("enable, after a failed update", 5),
        f"{CFN}RollbackStack": ("enable, after a stopped update", 5),
        f"{CFN}DeleteStack": ("rollback", 6),
        f"{CFN}UpdateTerminationProtection": ("rollback", 6),
        "states:ListExecutions": ("rollback", 6),
        "states:StartExecution": ("run", 5),
        "states:DescribeExecution": ("run", 5),
        "states:GetExecutionHistory": ("run, looked at", 0),
        "ssm:ListCommandInvocations": ("run, looked at", 0),
        "ssm:GetCommandInvocation": ("scan --from-hosts, by an operator", 5),
        "ssm:SendCommand": ("scan --from-hosts, by an operator", 5),
    },
    ADMINISTRATOR: {
        f"{CFN}DescribeStacks": ("setup", 5),
        f"{CFN}ListStacks": ("setup --delete", 5),
        "lambda:GetAccountSettings": ("setup", 0),
        f"{CFN}CreateStack": ("setup", 5),
        f"{CFN}TagResource": ("setup", 5),
        f"{CFN}CreateChangeSet": ("setup, again", 5),
        f"{CFN}DescribeChangeSet": ("setup, again", 5),
        f"{CFN}DeleteChangeSet": ("setup, again", 5),
        f"{CFN}UpdateStack": ("setup, again", 5),
        f"{CFN}UpdateTerminationProtection": ("setup, again", 5),
        f"{CFN}DescribeStackEvents": ("setup, where it fails", 5),
        CONTINUED: ("setup, after a failed update", 5),
        RESOURCES: ("setup, after a failed update", 5),
        f"{CFN}RollbackStack": ("setup, after a stopped update", 5),
        f"{CFN}DeleteStack": ("setup --delete", 5),
    },
}
"""By policy and action: a command that cannot go on without it, and its exit code then.

0 where it only knows less, 6 where the line is back already, 4 as the task needs a person anyway.
"""
SILENT = {"states:GetExecutionHistory", "ssm:ListCommandInvocations"}
"""`run` goes on without showing the hosts: the job does not depend on what is shown of it."""


def statements(*policies: Policy, role: str | None = None) -> list[Statement]:
    """What these policies allow together, for the target of the cases."""
    texts = [
        filled(each, account=ACCOUNT, region=REGION, target=WEB, deploy_role=role)
        for each in policies
    ]
    return [each for text in texts for each in json.loads(text)["Statement"]]


def without(all_of: Sequence[Statement], action: str) -> list[Statement]:
    """The same statements, but for one action."""
    left = []
    for each in all_of:
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        kept = [name for name in actions if name != action]
        left += [each | {"Action": kept}] if kept else []
    return left


@dataclass(frozen=True, kw_only=True)
class Came:
    """What a command came to."""

    code: int
    error: str
    judge: Judge


def played(name: str, folder: Path, lacking: str | None = None) -> Came:
    """Type a command with its policies, one action less where one is named."""
    scenario = COMMANDS[name]
    judge = Judge()
    with judged(judge), company_case(folder) as case:
        for line in scenario.before:
            assert case.typed(*_named(line, case)) == 0, line
        found = case.context.shared.target(WEB)
        may = statements(*scenario.by, role=found.deploy_role if found else None)
        line = _named(scenario.line, case)
        if scenario.gone:
            case.tab.write_text("# nothing\n")
        judge.asked.clear()
        judge.statements = without(may, lacking) if lacking else may
        judge.alter, judge.answers = scenario.alter, scenario.answers
        code, error = 0, ""
        try:
            code = _seen(case, line[1]) if scenario.seen else case.typed(*line)
        except Cron2AwsError as failed:
            code, error = failed.exit_code, str(failed)
    return Came(code=code, error=error, judge=judge)


def _named(line: Line, case: CompanyCase) -> Line:
    return tuple(case.task.stack_name if word == TASK else word for word in line)


class _Display:
    is_seen = True

    def show(self, stack_name: str, elapsed: timedelta, hosts: Sequence[HostState]) -> None:
        """Nobody is here."""


class _Watching:
    """The console of a case, with somebody before it."""

    def __init__(self, console: Any) -> None:
        self._console = console

    def __getattr__(self, name: str) -> Any:
        return getattr(self._console, name)

    def watching(self, stack_name: str) -> AbstractContextManager[_Display]:  # noqa: ARG002
        return nullcontext(_Display())


def _seen(case: CompanyCase, name: str) -> int:
    context = replace(case.context, console=_Watching(case.context.console))
    return run(RunOptions(task=name), context).exit_code


TABLE = Path(__file__).parent / "data/permissions.json"
"""What each command asks for; written by `python -m tests.permission_cases`."""


def actions_by_command() -> dict[str, list[str]]:
    """The table."""
    found: dict[str, list[str]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def record() -> None:
    """Play every command, and write down what it asked for."""
    found = {}
    for name in COMMANDS:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["CRON2AWS_STATE"] = f"{folder}/state"
            found[name] = sorted(played(name, Path(folder)).judge.actions)
    TABLE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
