"""`doctor` over a sandbox: what an account and its hosts are, and that nothing is changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.doctor import NO_LINES
from cron2aws.app.migrate import reviewed
from cron2aws.app.options import HostOptions, MigrateOptions, ScheduleOptions, Sources
from cron2aws.errors import SafetyError
from cron2aws.plan.setup import SetupWish, setup_steps
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Plan
from cron2aws.preflight.demand import demand_of
from cron2aws.preflight.kinds import (
    FUNCTIONS,
    LOG_GROUPS,
    MACHINES,
    ROLES,
    RULES,
    SCHEDULES,
    STACKS,
    TOPICS,
)
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.task import TaskOptions
from tests.calling import command
from tests.company_case import TAB, WEB, CompanyCase, company_case
from tests.permitted import Judge, judged
from tests.sandboxes import START, client
from tests.stack_template import foundation, target

CHANGING = ("Create", "Update", "Delete", "Put", "Send", "Start", "Execute", "Tag")


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))


def outcomes(case: CompanyCase, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    code = case.typed("doctor", "-o", "json")
    found = json.loads(capsys.readouterr().out)["checks"]
    told: dict[str, str] = {}
    for each in found:  # of several topics the graver
        if told.get(each["id"], "passes") == "passes":
            told[each["id"]] = each["outcome"]
    assert code == (4 if "stops" in told.values() else 0)
    return told


def test_an_account_with_nothing_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with judged(Judge()) as judge, company_case(tmp_path) as case:
        told = outcomes(case, capsys)
        assert case.context.stacks.deployed() == ()
    assert {name for name, outcome in told.items() if outcome != "passes"} == {
        "permissions",
        "clock",
        "host-clocks",
    }
    assert not [each for each in judge.actions if each.partition(":")[2].startswith(CHANGING)]


def test_who_is_told_once_somebody_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with company_case(tmp_path) as case:
        case.typed("setup")
        assert outcomes(case, capsys)["topics"] == "warns"
        case.typed("setup", "--email", "ops@example.com")
        assert outcomes(case, capsys)["topics"] == "passes"


def test_a_topic_that_is_gone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with company_case(tmp_path) as case:
        case.typed("setup")
        for row in client("sns").list_topics()["Topics"]:
            client("sns").delete_topic(TopicArn=row["TopicArn"])
        assert outcomes(case, capsys)["topics"] == "stops"


@pytest.mark.parametrize("kind", ["stack", "log group", "state machine", "schedule"])
def test_a_name_that_is_taken(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with company_case(tmp_path) as case:
        case.typed("setup")
        assert case.typed("migrate") == 0
        task = case.task
        case.typed("rollback")
        _take(kind, task.stack_name, task.parameters)
        told = outcomes(case, capsys)
    stopped = {name for name, outcome in told.items() if outcome == "stops"}
    assert stopped == {f"names-{kind.replace(' ', '-')}s"}


def _take(kind: str, stack: str, parameters: Any) -> None:
    rule, of = parameters["RuleName"], parameters["TargetId"]
    role = "arn:aws:iam::123456789012:role/x"
    match kind:
        case "stack":
            body = json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}})
            client("cloudformation").create_stack(StackName=stack, TemplateBody=body)
        case "log group":
            client("logs").create_log_group(logGroupName=f"/cron2aws/{of}/{stack}/send")
        case "state machine":
            states = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
            client("stepfunctions").create_state_machine(
                name=f"cron2aws-{of}-{rule}", definition=states, roleArn=role
            )
        case _:
            client("scheduler").create_schedule(
                Name=rule,
                ScheduleExpression="rate(1 day)",
                FlexibleTimeWindow={"Mode": "OFF"},
                Target={"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": role},
            )


@pytest.mark.parametrize(
    ("is_so", "check", "outcome"),
    [
        ((False, True), "agents", "stops"),
        ((True, False), "agents", "stops"),
        ((True, True), "agents", "passes"),
    ],
)
def test_a_host_that_is_not_reached(
    is_so: tuple[bool, bool],
    check: str,
    outcome: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    web = replace(stand_in("web", tags={"Name": "web"}), online=is_so[0], managed=is_so[1])
    with Sandbox([web], clock=VirtualClock(START)) as sandbox:
        case = CompanyCase(sandbox, tmp_path)
        # else a stand-in for the lines' host is online beside it
        case.context = replace(case.context, stand_ins=None)
        assert outcomes(case, capsys)[check] == outcome


class TestMigrate:
    """The same checks of its own plan."""

    @pytest.mark.parametrize("more", [(), ("--dry-run",), ("--comment-out",)])
    def test_a_check_that_stops_ends_it_and_nothing_is_changed(
        self, more: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with company_case(tmp_path) as case:
            case.typed("setup")
            for row in client("sns").list_topics()["Topics"]:
                client("sns").delete_topic(TopicArn=row["TopicArn"])
            capsys.readouterr()
            with judged(Judge()) as judge, pytest.raises(SafetyError) as refused:
                case.typed("migrate", *more)
            assert case.context.stacks.deployed() == ()
            assert case.tab.read_text() == TAB
        assert refused.value.what == "failed preflight, and nothing was changed"
        assert "there is no topic" in (refused.value.why or "")
        shown = " ".join(capsys.readouterr().out.split())
        assert "stops" in shown
        assert "there is no topic" in shown
        assert not [each for each in judge.actions if each.partition(":")[2].startswith(CHANGING)]

    def test_a_host_that_is_offline_stops_a_hand_over_alone(self, tmp_path: Path) -> None:
        web = replace(stand_in("web", tags={"Name": "web"}), online=False)
        with Sandbox([web], clock=VirtualClock(START)) as sandbox:
            case = CompanyCase(sandbox, tmp_path)
            case.context = replace(case.context, stand_ins=None)
            with pytest.raises(SafetyError, match="failed preflight"):
                case.typed("migrate", "--comment-out")
            assert case.context.stacks.deployed() == ()
            assert case.typed("migrate") == 0

    def test_its_document_has_them(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with company_case(tmp_path) as case:
            assert case.typed("migrate", "--dry-run", "-o", "json") == 0
            checks = json.loads(capsys.readouterr().out)["checks"]
            assert {"credentials", "instances", "names"} <= {each["id"] for each in checks}
            assert case.typed("migrate") == 0
            capsys.readouterr()
            # nothing is to be done, so nothing is asked
            assert case.typed("migrate", "--dry-run", "-o", "json") == 0
            assert json.loads(capsys.readouterr().out)["checks"] == []


def test_without_lines_the_account_and_the_hosts_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with company_case(tmp_path) as case:
        capsys.readouterr()
        assert command(case.context, "doctor", "--tag", "Name=web", "-o", "json") == 0
        told = capsys.readouterr()
    assert NO_LINES in " ".join(told.err.split())
    document = json.loads(told.out)
    assert document["entries"] == 0
    assert {"instances", "agents", "quota-stacks"} <= {each["id"] for each in document["checks"]}


def demanded_plan(
    case: CompanyCase, *, own_roles: bool | None = None, trigger: TriggerKind | None = None
) -> Plan:
    how = HostOptions(dialect="debian", timezone="UTC")
    asked = MigrateOptions(
        target=WEB,
        sources=Sources(named=(str(case.tab),), host=how),
        task=TaskOptions(own_roles=own_roles),
        schedule=ScheduleOptions(trigger=trigger),
    )
    return reviewed(asked, case.context).plan


class TestDemand:
    """What a plan takes, against the templates."""

    def test_what_the_shared_stacks_make(self, tmp_path: Path) -> None:
        with company_case(tmp_path) as case:
            nothing = replace(demanded_plan(case), steps=())
        steps = setup_steps(SetupWish(target=WEB), Shared())
        made = demand_of(nothing, steps, parallel=4, runs=True, edits_here=False).made
        own = foundation().template["Resources"], target().template["Resources"]

        def count(type_: str) -> int:
            return sum(each["Type"] == type_ for part in own for each in part.values())

        assert made[STACKS] == 2
        assert made[ROLES] == count("AWS::IAM::Role")
        assert made[TOPICS] == count("AWS::SNS::Topic")

    @pytest.mark.parametrize("own_roles", [False, True])
    def test_names_are_those_that_the_template_makes(self, own_roles: bool, tmp_path: Path) -> None:
        with company_case(tmp_path) as case:
            case.typed("setup")
            options = ("--own-roles",) if own_roles else ()
            assert case.typed("migrate", *options) == 0
            name = case.task.stack_name
            rows = client("cloudformation").describe_stack_resources(StackName=name)
            made: dict[str, set[str]] = {}
            for row in rows["StackResources"]:
                made.setdefault(row["ResourceType"], set()).add(row["PhysicalResourceId"])
            case.typed("rollback")
            plan = demanded_plan(case, own_roles=own_roles)
        checked = demand_of(plan, (), parallel=4, runs=True, edits_here=False)
        assert checked.names[STACKS] == {name}
        assert checked.names[SCHEDULES] == made["AWS::Scheduler::Schedule"]
        assert checked.names[LOG_GROUPS] == made["AWS::Logs::LogGroup"]
        machines = {arn.rpartition(":")[2] for arn in made["AWS::StepFunctions::StateMachine"]}
        assert checked.names[MACHINES] == machines
        if own_roles:
            assert FUNCTIONS not in checked.names
            assert checked.made[ROLES] == len(made["AWS::IAM::Role"])
        else:
            assert checked.names[FUNCTIONS] == made["AWS::Lambda::Function"]
            assert checked.made[ROLES] == 0
        assert checked.made[RULES] == 0

    @pytest.mark.parametrize("kind", TriggerKind)
    @pytest.mark.parametrize(
        ("line", "triggers"),
        [("17 3 * * * root /opt/backup\n", 1), ("0 3 13 * 5 root /opt/backup\n", 2)],
    )
    def test_triggers_are_those_that_the_template_makes(
        self, kind: TriggerKind, line: str, triggers: int, tmp_path: Path
    ) -> None:
        with company_case(tmp_path) as case:
            case.tab.write_text(line)
            case.typed("setup")
            assert case.typed("migrate", "--trigger", kind.value) == 0
            name = case.task.stack_name
            rows = client("cloudformation").describe_stack_resources(StackName=name)
            case.typed("rollback")
            plan = demanded_plan(case, trigger=kind)
        types = {SCHEDULES: "AWS::Scheduler::Schedule", RULES: "AWS::Events::Rule"}
        checked = demand_of(plan, (), parallel=4, runs=True, edits_here=False)
        for what, type_ in types.items():
            made = [each for each in rows["StackResources"] if each["ResourceType"] == type_]
            assert checked.made[what] == len(made)
            assert checked.names.get(what, frozenset()) == {
                each["PhysicalResourceId"].rpartition("|")[2] for each in made
            }
        assert checked.made[SCHEDULES] + checked.made[RULES] == triggers
