"""setup, migrate, run, upgrade and delete, in every order that is forbidden or allowed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from cron2aws.app.context import Context
from cron2aws.app.installed import shared_templates, task_templates
from cron2aws.aws.change_sets import ChangeSets
from cron2aws.aws.concurrency import Account
from cron2aws.aws.foundation import SharedStacks
from cron2aws.aws.requests import Template
from cron2aws.aws.runs import Runs
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks, TaskTemplates
from cron2aws.errors import AwsError, SafetyError, UsageError
from cron2aws.handover.quiet import MOST
from cron2aws.plan.setup import Concurrency
from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.task.foundation import (
    FAILED,
    FOUNDATION,
    FROM_FOUNDATION,
    OLDER_FOUNDATION,
    SUCCEEDED,
    target_stack_name,
)
from cron2aws.task.target import Target
from tests.calling import HOST, command, opened
from tests.sandboxes import ROOT, START, client, given, topic

TAB = "17 3 * * * root /opt/backup --all\n*/5 * * * * root /opt/poll\n"
WEB = Target.parse(["Name=web"])
RELEASE = ROOT / "tests/data/releases/1"
ANYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
TOPIC = "arn:aws:sns:us-east-1:123456789012:mine"


class Case:
    """One host, its crontab, and an AWS that has nothing yet."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.context = opened(sandbox)
        self.tab = folder / "crontab"
        self.tab.write_text(TAB)

    def migrate(self, *arguments: str, context: Context | None = None) -> int:
        line = (str(self.tab), "--tag", "Name=web", *HOST, "--yes", *arguments)
        return command(context or self.context, "migrate", *line)

    def rollback(self) -> int:
        return command(self.context, "rollback", "--source", str(self.tab), *HOST, "--yes")

    def setup(self, *arguments: str, context: Context | None = None) -> int:
        return command(context or self.context, "setup", *arguments, "--yes")

    def status(self) -> int:
        return command(self.context, "status", str(self.tab), *HOST)

    @property
    def tasks(self) -> tuple[Deployed, ...]:
        return self.context.stacks.deployed()

    @property
    def names(self) -> set[str]:
        stacks = client("cloudformation").describe_stacks()["Stacks"]
        return {each["StackName"] for each in stacks}

    def outputs(self, name: str) -> dict[str, str]:
        (stack,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def change(self, body: Callable[[dict[str, Any]], None], name: str = "foundation") -> Context:
        """A context of a release whose template of that name is changed by `body`."""
        session = Session(AwsSettings())
        texts = shared_templates()
        template = json.loads(json.dumps(cfn_yaml.load(str(ROOT / f"cfn/{name}.yaml"))))
        body(template)
        calls = StackCalls(session, lambda _: None)
        changed = SharedStacks(
            calls,
            ChangeSets(session, lambda _: None),
            replace(texts, **{name: json.dumps(template)}),
            self.context.console.note,
        )
        return replace(self.context, shared=changed)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    hosts = [stand_in("web", tags={"Name": "web"})]
    with Sandbox(hosts, clock=VirtualClock(START)) as sandbox:
        yield Case(sandbox, tmp_path)


def words(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    return " ".join((told.out + told.err).split())


def protected(name: str) -> bool:
    (stack,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return bool(stack["EnableTerminationProtection"])


def role_parameters(stack: Deployed) -> dict[str, str]:
    return {name: stack.parameters[name] for name in (*FROM_FOUNDATION, "SendRoleArn")}


class TestMigrate:
    """`migrate --tag Name=web` is all that one types."""

    def test_makes_what_is_missing_before_the_tasks(self, case: Case) -> None:
        assert case.migrate() == 0
        assert {FOUNDATION, target_stack_name(WEB)} < case.names
        whole = case.outputs(FOUNDATION) | case.outputs(target_stack_name(WEB))
        for task in case.tasks:
            assert role_parameters(task) == {name: whole[name] for name in role_parameters(task)}
            assert task.parameters["TargetId"] == WEB.id
            assert task.parameters[FAILED] == whole[FAILED]
            assert WEB.id in task.stack_name
        assert protected(FOUNDATION)
        assert protected(target_stack_name(WEB))

    def test_tasks_have_no_role_queue_or_alarm_and_the_targets_service_role(
        self, case: Case
    ) -> None:
        case.migrate()
        service = client("cloudformation")
        for task in case.tasks:
            rows = service.describe_stack_resources(StackName=task.stack_name)["StackResources"]
            kinds = {row["ResourceType"] for row in rows}
            assert not kinds & {"AWS::IAM::Role", "AWS::IAM::Policy", "AWS::SQS::Queue"}
            assert "AWS::CloudWatch::Alarm" not in kinds
            (stack,) = service.describe_stacks(StackName=task.stack_name)["Stacks"]
            assert stack["RoleARN"] == case.outputs(target_stack_name(WEB))["DeployRoleArn"]

    def test_shows_it_first_and_a_dry_run_makes_nothing(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--dry-run")
        told = words(capsys)
        assert f"foundation {FOUNDATION} create" in told
        assert f"target {target_stack_name(WEB)} create" in told
        assert "4 stacks to create" in told
        assert case.names == set()
        case.migrate("--dry-run", "-o", "json")
        plan = json.loads(capsys.readouterr().out)
        assert [(each["kind"], each["action"]) for each in plan["setup"]] == [
            ("foundation", "create"),
            ("target", "create"),
        ]
        assert plan["steps"][0]["parameters"]["SendRoleArn"] == f"(of {target_stack_name(WEB)})"

    def test_does_it_once(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate()
        before = case.tasks
        capsys.readouterr()
        assert case.migrate() == 0
        assert "Nothing to do" in words(capsys)
        assert case.tasks == before
        case.migrate("--dry-run", "-o", "json")
        assert json.loads(capsys.readouterr().out)["setup"] == []

    def test_uses_what_setup_has_made(self, case: Case) -> None:
        assert case.setup("--email", "ops@example.com", "--tag", "Name=web") == 0
        made = case.outputs(FOUNDATION)
        assert case.migrate() == 0
        assert case.outputs(FOUNDATION) == made
        assert all(task.parameters[SUCCEEDED] == made[SUCCEEDED] for task in case.tasks)

    def test_a_run_goes_through_the_shared_roles(self, case: Case) -> None:
        case.migrate()
        assert command(case.context, "run", case.tasks[0].stack_name) == 0

    def test_one_target_beside_another(self, case: Case) -> None:
        case.migrate()
        case.sandbox.add_host(stand_in("db", tags={"Name": "db"}))
        line = (str(case.tab), "--tag", "Name=db", *HOST, "--yes")
        assert command(case.context, "migrate", *line) == 0
        assert len({task.parameters["SendRoleArn"] for task in case.tasks}) == 2
        assert len({task.parameters["WaitRoleArn"] for task in case.tasks}) == 1

    def test_what_fits_no_shared_role_names_the_setup_line(self, case: Case) -> None:
        case.migrate()
        with pytest.raises(SafetyError) as refused:
            case.migrate("--failed-topic-arn", TOPIC)
        assert f"`cron2aws setup --failed-topic-arn {TOPIC}`" in (refused.value.fix or "")
        assert "--own-roles" in (refused.value.fix or "")
        with pytest.raises(SafetyError) as refused:
            case.migrate("--output-s3-bucket", "logs")
        line = "`cron2aws setup --tag Name=web --output-s3-bucket logs`"
        assert line in (refused.value.fix or "")

    def test_topics_and_bucket_of_the_first_migrate_become_the_shared_ones(
        self, case: Case
    ) -> None:
        arns = ("--failed-topic-arn", TOPIC, "--output-s3-bucket", "logs")
        with pytest.raises(SafetyError, match="failed preflight") as refused:
            case.migrate(*arns)
        assert f"there is no topic {TOPIC}" in (refused.value.why or "")
        assert list(case.tasks) == []
        client("sns").create_topic(Name="mine")
        assert case.migrate(*arns) == 0
        assert case.outputs(FOUNDATION)[FAILED] == TOPIC
        assert {task.parameters["OutputS3Bucket"] for task in case.tasks} == {"logs"}
        assert case.migrate(*arns) == 0

    def test_what_is_advised_names_the_same_aws(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        context = replace(case.context, before=("--profile", "ops"))
        line = (str(case.tab), "--tag", "Name=web", *HOST)
        command(context, "migrate", *line, "--dry-run")
        assert " cron2aws --profile ops setup --email ADDRESS " in words(capsys)
        case.migrate()
        with pytest.raises(SafetyError) as refused:
            command(context, "migrate", *line, "--failed-topic-arn", TOPIC, "--dry-run")
        assert "`cron2aws --profile ops setup --failed" in (refused.value.fix or "")
        with pytest.raises(SafetyError) as refused:
            command(context, "setup", "--delete")
        ends = "`cron2aws --profile ops setup --delete --tag Name=web`"
        assert ends in (refused.value.fix or "")

    def test_who_is_mailed_is_said(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--dry-run")
        assert "until then nobody is mailed" in words(capsys)
        case.setup("--email", "ops@example.com")
        assert "gets failures, and successes that printed something, by mail" in words(capsys)
        case.migrate("--dry-run")
        assert "nobody" not in words(capsys)


class TestOwnRoles:
    """On request a task has roles of its own, and keeps them."""

    def test_makes_no_foundation(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        assert case.migrate("--own-roles") == 0
        assert "Say who is told when these tasks fail" in words(capsys)
        assert case.names == {task.stack_name for task in case.tasks}
        assert not any(task.shares_roles for task in case.tasks)
        case.migrate()
        assert case.names == {task.stack_name for task in case.tasks}

    def test_boundary_and_path_reach_the_roles(self, case: Case) -> None:
        boundary = "arn:aws:iam::123456789012:policy/edge"
        client("iam").create_policy(PolicyName="edge", PolicyDocument=json.dumps(ANYTHING))
        wanted = ("--permissions-boundary", boundary, "--role-path", "/jobs/")
        assert case.migrate("--own-roles", *wanted) == 0
        roles = client("iam").list_roles()["Roles"]
        assert {each["Path"] for each in roles} == {"/jobs/"}

    def test_shared_roles_come_and_go(self, case: Case) -> None:
        case.migrate("--own-roles")
        before = {task.stack_name for task in case.tasks}
        assert case.migrate("--shared-roles") == 0
        assert all(task.shares_roles for task in case.tasks)
        assert {task.stack_name for task in case.tasks} == before
        assert case.migrate("--own-roles") == 0
        assert not any(task.shares_roles for task in case.tasks)
        assert {task.stack_name for task in case.tasks} == before

    def test_a_task_that_was_made_by_its_targets_role_is_made_anew(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """UpdateStack goes on with that role, which may not make others."""
        case.migrate()
        capsys.readouterr()
        assert case.migrate("--own-roles") == 4
        told = words(capsys)
        assert "the task cannot get roles of its own by an update" in told
        assert all(task.shares_roles for task in case.tasks)
        case.rollback()
        assert case.migrate("--own-roles") == 0
        assert not any(task.shares_roles for task in case.tasks)

    def test_several_tags_need_shared_roles(self, case: Case) -> None:
        with pytest.raises(UsageError, match="--own-roles takes one --tag"):
            case.migrate("--own-roles", "--tag", "Role=a")


def release(case: Case) -> None:
    """The tasks and the topics as release 1 made them."""
    body = (RELEASE / "task.json").read_text(encoding="utf-8")
    client("cloudformation").create_stack(
        StackName=OLDER_FOUNDATION,
        TemplateBody=(RELEASE / "topics.yaml").read_text(encoding="utf-8"),
        Parameters=given({"Email": "ops@example.com"}),
        Tags=[{"Key": "cron2aws:topics", "Value": "true"}],
    )
    topics = case.outputs(OLDER_FOUNDATION)
    whole = Template(body=body, makes_roles=True)
    session = Session(AwsSettings())
    stacks = Stacks(
        StackCalls(session, lambda _: None), TaskTemplates(shared=whole, own_roles=whole)
    )
    plain = ("PermissionsBoundary", "RolePath", "KmsKeyArn", "TargetId", "MoreTags")
    added = {*plain, "WatchSeconds", "Architecture", "CatchUp", "SendRoleArn", *FROM_FOUNDATION}
    arns = ("--succeeded-topic-arn", topics[SUCCEEDED], "--failed-topic-arn", topics[FAILED])
    assert case.migrate("--own-roles", *arns) == 0
    for task in case.tasks:
        case.context.stacks.delete(task)
        kept = {name: value for name, value in task.parameters.items() if name not in added}
        stacks.create(task.stack_name.replace(f"-{WEB.id}", ""), kept, task.tags)


class TestEarlierRelease:
    """Tasks that have their own roles move, and stay what they are for their hosts."""

    def test_the_move_is_shown_and_made(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        release(case)
        before = {task.stack_name: task.parameters["RuleName"] for task in case.tasks}
        capsys.readouterr()
        assert case.migrate("--dry-run") == 0
        told = words(capsys)
        assert f"foundation {OLDER_FOUNDATION} update" in told
        assert "SendRoleArn +(of" in told
        assert case.migrate() == 0
        assert {task.stack_name: task.parameters["RuleName"] for task in case.tasks} == before
        assert all(task.shares_roles for task in case.tasks)
        assert FOUNDATION not in case.names
        assert command(case.context, "run", case.tasks[0].stack_name) == 0
        names = [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
        assert not [name for name in names if name.startswith(tuple(before))]

    def test_its_topics_are_kept(self, case: Case) -> None:
        release(case)
        topics = case.outputs(OLDER_FOUNDATION)
        case.migrate()
        now = case.outputs(OLDER_FOUNDATION)
        assert {name: now[name] for name in (SUCCEEDED, FAILED)} == {
            name: topics[name] for name in (SUCCEEDED, FAILED)
        }
        assert protected(OLDER_FOUNDATION)

    def test_a_task_that_tells_elsewhere_is_told_what_to_do(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        release(case)
        task = case.tasks[0]
        client("cloudformation").update_stack(
            StackName=task.stack_name,
            UsePreviousTemplate=True,
            Parameters=given({**task.parameters, FAILED: TOPIC}),
            Capabilities=["CAPABILITY_IAM"],
        )
        capsys.readouterr()
        assert case.migrate() == 4
        assert f"`cron2aws setup --failed-topic-arn {TOPIC}` gives it to them" in words(capsys)

    def test_own_roles_stay_on_request(self, case: Case) -> None:
        release(case)
        assert case.migrate("--own-roles") == 0
        assert not any(task.shares_roles for task in case.tasks)

    def test_a_flip_leaves_its_template(self, case: Case) -> None:
        release(case)
        names = [task.stack_name for task in case.tasks]
        assert command(case.context, "enable", *names, "--yes") == 0
        assert all(task.enabled for task in case.tasks)
        assert not any("SendRoleArn" in task.parameters for task in case.tasks)


class TestRolesChange:
    """A task changes its roles only while no execution of it runs."""

    def test_a_run_is_waited_for(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        release(case)
        running = [True]
        task = case.tasks[0]

        def busy(machine: str) -> tuple[Any, ...]:
            if machine == task.outputs["StateMachineArn"] and running:
                running.pop()
                return (Going(),)
            return ()

        context = replace(case.context, runs=WithRuns(busy))
        assert case.migrate(context=context) == 0
        assert f"{task.stack_name}: waiting for 1 running: its roles change" in words(capsys)
        assert all(each.shares_roles for each in case.tasks)

    def test_one_that_does_not_end_keeps_its_roles(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        release(case)
        task = case.tasks[0]
        machine = task.outputs["StateMachineArn"]
        context = replace(
            case.context, runs=WithRuns(lambda asked: (Going(),) if asked == machine else ())
        )
        began = case.sandbox.now
        assert case.migrate(context=context) == 6
        assert case.sandbox.now - began >= MOST
        assert "keeps its roles: a run of it goes on" in words(capsys)
        kept = {each.stack_name for each in case.tasks if not each.shares_roles}
        assert kept == {task.stack_name}

    def test_other_changes_wait_for_nothing(self, case: Case) -> None:
        case.migrate()
        context = replace(case.context, runs=WithRuns(lambda _: (Going(),)))
        began = case.sandbox.now
        assert case.migrate("--execution-timeout", "60", context=context) == 0
        assert case.sandbox.now - began < timedelta(minutes=1)


class Going:
    """An execution that goes on."""

    status = "RUNNING"
    started = START


class WithRuns(Runs):
    """Executions as the test says."""

    def __init__(self, asked: Callable[[str], tuple[Any, ...]]) -> None:
        super().__init__(Session(AwsSettings()))
        self._asked = asked

    def running(self, machine: str) -> tuple[Any, ...]:
        return self._asked(machine)


class TestDeletion:
    """What is in use stays, with the list of who uses it."""

    def test_what_is_in_use_is_refused(self, case: Case) -> None:
        case.migrate()
        for line in (("--delete", "--tag", "Name=web"), ("--delete",)):
            with pytest.raises(SafetyError, match="it is in use") as refused:
                case.setup(*line)
            assert all(task.stack_name in (refused.value.why or "") for task in case.tasks)
        assert protected(FOUNDATION)

    def test_a_foundation_with_a_target_stays(self, case: Case) -> None:
        case.setup("--tag", "Name=web")
        with pytest.raises(SafetyError, match=target_stack_name(WEB)) as refused:
            case.setup("--delete")
        assert "`cron2aws setup --delete --tag Name=web`" in (refused.value.fix or "")

    def test_after_the_tasks_all_goes_and_what_stays_is_named(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate()
        capsys.readouterr()
        assert case.rollback() == 0
        told = words(capsys)
        assert "The foundation and the target stay" in told
        assert "`cron2aws setup --delete --tag Name=web`, then `cron2aws setup --delete`" in told
        assert {FOUNDATION, target_stack_name(WEB)} == case.names
        topics = case.outputs(FOUNDATION)
        assert case.setup("--delete", "--tag", "Name=web") == 0
        assert case.setup("--delete") == 0
        told = words(capsys)
        assert "SendRole stays" in told
        assert topics[FAILED] in told
        assert case.names == set()
        assert case.setup("--delete") == 0
        assert "Nothing to delete." in words(capsys)
        # and the other way round
        assert case.migrate() == 0
        assert len(case.tasks) == 2

    def test_by_hand_it_is_protected(self, case: Case) -> None:
        case.setup()
        with pytest.raises(Exception, match="TerminationProtection is enabled"):
            client("cloudformation").delete_stack(StackName=FOUNDATION)

    def test_a_task_of_the_older_topics_holds_them(self, case: Case) -> None:
        release(case)
        with pytest.raises(SafetyError, match="it is in use"):
            case.setup("--delete")

    @pytest.mark.parametrize("gone", [FOUNDATION, target_stack_name(WEB)])
    def test_one_that_is_gone_all_the_same_is_told_and_made_again(
        self, case: Case, gone: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate()
        service = client("cloudformation")
        service.update_termination_protection(StackName=gone, EnableTerminationProtection=False)
        service.delete_stack(StackName=gone)
        capsys.readouterr()
        assert case.status() == 4
        told = words(capsys)
        assert "its foundation or target is missing" in told
        assert "this makes it again; then " in told
        assert told.count("cron2aws setup --tag Name=web") == 2
        command(replace(case.context, before=("--profile", "ops")), "status", str(case.tab), *HOST)
        assert "cron2aws --profile ops setup --tag Name=web" in words(capsys)
        assert case.setup("--tag", "Name=web") == 0
        assert case.status() == 4
        assert "its roles are not the shared ones" in words(capsys)
        assert case.migrate() == 0
        assert case.status() == 0
        assert command(case.context, "run", case.tasks[0].stack_name) == 0


class TestUpdates:
    """What holds up every task is never replaced."""

    def test_options_change_it_in_place(self, case: Case) -> None:
        case.migrate()
        before = case.outputs(FOUNDATION)
        assert case.setup("--watch-for", "20", "--email", "ops@example.com") == 0
        after = case.outputs(FOUNDATION)
        assert after == {**before, "WatchSeconds": "20"}

    @pytest.mark.parametrize(
        ("name", "logical", "kind"),
        [("foundation", "MachineRole", "AWS::IAM::Role"), ("target", "SendRole", "AWS::IAM::Role")],
    )
    def test_a_release_that_would_replace_a_role_is_refused(
        self, case: Case, name: str, logical: str, kind: str
    ) -> None:
        case.migrate()
        before = role_parameters(case.tasks[0])

        def other_path(template: dict[str, Any]) -> None:
            template["Resources"][logical]["Properties"]["Path"] = "/other/"

        context = case.change(other_path, name)
        wanted = ("--email", "a@example.com", "--output-s3-bucket", "logs")
        with pytest.raises(SafetyError, match=rf"would replace {logical} \({kind}\)"):
            case.setup("--tag", "Name=web", *wanted, context=context)
        assert not client("cloudformation").list_change_sets(StackName=FOUNDATION)["Summaries"]
        assert role_parameters(case.tasks[0]) == before

    def test_another_path_for_the_roles_is_refused(self, case: Case) -> None:
        case.migrate()
        with pytest.raises(SafetyError, match="would replace"):
            case.setup("--role-path", "/other/")

    def test_a_topic_that_would_be_replaced_is_refused(self, case: Case) -> None:
        case.setup()

        def renamed(template: dict[str, Any]) -> None:
            template["Resources"]["FailedTopic"]["Properties"]["TopicName"] = "another"

        with pytest.raises(SafetyError, match=r"FailedTopic \(AWS::SNS::Topic\)"):
            case.setup("--email", "a@example.com", context=case.change(renamed))

    def test_tags_of_ones_own_reach_the_stacks(self, case: Case) -> None:
        assert case.setup("--tag", "Name=web", "--stack-tag", "team=web") == 0
        for name in (FOUNDATION, target_stack_name(WEB)):
            (stack,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
            assert {"Key": "team", "Value": "web"} in stack["Tags"]
        assert case.setup("--email", "a@example.com") == 0
        (stack,) = client("cloudformation").describe_stacks(StackName=FOUNDATION)["Stacks"]
        assert {"Key": "team", "Value": "web"} in stack["Tags"]

    @pytest.mark.parametrize("tag", ["team", "=x", "aws:x=y", "cron2aws:id=x", "a=b*"])
    def test_a_tag_that_cannot_be_is_a_usage_error(self, case: Case, tag: str) -> None:
        with pytest.raises(UsageError, match="--stack-tag"):
            case.setup("--stack-tag", tag)


class Denied(SharedStacks):
    """Without the right to iam:CreateRole."""

    def bring(self, step: Any) -> Any:
        raise AwsError(
            what=f"stack {step.stack_name} ended in ROLLBACK_COMPLETE",
            why="TriggerRole: User is not authorized to perform: iam:CreateRole",
        )


class TestDenials:
    """A3: what is denied is told with who can do it, and nothing is left half-made."""

    def denied(self, case: Case) -> Context:
        session = Session(AwsSettings())
        calls = StackCalls(session, lambda _: None)
        shared = Denied(calls, ChangeSets(session, lambda _: None), shared_templates())
        return replace(case.context, shared=shared)

    def test_an_operator_is_told_what_an_administrator_runs(self, case: Case) -> None:
        with pytest.raises(AwsError, match="iam:CreateRole") as refused:
            case.migrate(context=self.denied(case))
        fix = refused.value.fix or ""
        assert fix.startswith("an administrator runs: cron2aws setup --tag Name=web")
        assert refused.value.exit_code == 5
        assert list(case.tasks) == []

    def test_what_an_administrator_has_made_is_used(self, case: Case) -> None:
        case.setup("--tag", "Name=web")
        assert case.migrate(context=self.denied(case)) == 0

    def test_a_denied_task_stops_the_others(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.tab.write_text("".join(f"{n} 3 * * * root /opt/job{n}\n" for n in range(6)))
        asked: list[str] = []

        class NoRoles(Stacks):
            def create(self, name: str, *_: Any, **__: Any) -> None:
                asked.append(name)
                raise AwsError(
                    what=f"stack {name} ended in ROLLBACK_COMPLETE",
                    why="SendFunction: User is not authorized to perform: iam:PassRole",
                )

        session = Session(AwsSettings())
        stacks = NoRoles(StackCalls(session, lambda _: None), task_templates())
        assert case.migrate(context=replace(case.context, stacks=stacks)) == 6
        assert len(asked) == 1
        told = words(capsys)
        assert "first; if it stands, 5 more" in told
        assert f"one stack was tried, {asked[0]}, and failed; the other 5 were not begun" in told
        assert "or leave the one that failed out with --exclude" in told
        assert case.migrate() == 0
        assert len(case.tasks) == 6


class FewFunctions(Account):
    """An account whose quota is not to be had, or not enough."""

    def __init__(self, found: Concurrency | None) -> None:
        self.found = found

    def concurrency(self) -> Concurrency:
        if self.found is None:
            raise AwsError(what="asking Lambda failed", why="AccessDeniedException: no")
        return self.found


class TestConcurrency:
    """Watching takes functions that sending needs."""

    @pytest.mark.parametrize(("functions", "seconds"), [(10, "0"), (99, "0"), (100, "45")])
    def test_few_functions_watch_nothing(
        self, case: Case, functions: int, seconds: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account = FewFunctions(Concurrency(all=functions, unreserved=functions))
        assert case.setup(context=replace(case.context, account=account)) == 0
        assert case.outputs(FOUNDATION)["WatchSeconds"] == seconds
        assert ("fewer than 100" in words(capsys)) is (seconds == "0")

    def test_the_sandbox_says_it(self) -> None:
        with Sandbox(concurrency=10) as sandbox:
            context = opened(sandbox)
            assert context.account.concurrency() == Concurrency(all=10, unreserved=10)
            assert command(context, "setup", "--yes") == 0
            found = context.shared.foundation()
            assert found
            assert found.watch_seconds == 0

    def test_who_may_not_ask_is_told_and_goes_on(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert case.setup(context=replace(case.context, account=FewFunctions(None))) == 0
        assert "note: asking Lambda failed: AccessDeniedException" in words(capsys)
        assert case.outputs(FOUNDATION)["WatchSeconds"] == "45"

    def test_a_choice_stays(self, case: Case) -> None:
        case.setup("--watch-for", "7")
        case.setup("--email", "a@example.com")
        assert case.outputs(FOUNDATION)["WatchSeconds"] == "7"


def test_setup_asks_and_a_no_changes_nothing(case: Case) -> None:
    with pytest.raises(UsageError):  # nobody can answer here
        command(case.context, "setup")
    assert case.names == set()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("--email", "ops"), "not an e-mail address"),
        (("--output-s3-bucket", "logs"), "belongs to a target"),
        (("--delete", "--email", "a@example.com"), "--delete takes nothing but"),
    ],
)
def test_what_contradicts_itself_is_a_usage_error(
    case: Case, line: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        case.setup(*line)
    assert case.names == set()


REVIEWED = {
    "AWS::StepFunctions::StateMachine": "state machines",
    "AWS::Lambda::Function": "Lambda functions",
    "AWS::Logs::LogGroup": "log groups",
    "AWS::Scheduler::Schedule": "schedules",
    "AWS::IAM::Role": "roles",
    "AWS::SNS::Topic": "topics",
    "AWS::SQS::Queue": "queues",
    "AWS::CloudWatch::Alarm": "alarms",
    "AWS::Events::Rule": "rules of EventBridge",
}


def made() -> dict[str, int]:
    """What there is in the stacks, by its name in a report."""
    found: dict[str, int] = {}
    for stack in client("cloudformation").describe_stacks()["Stacks"]:
        listed = client("cloudformation").list_stack_resources(StackName=stack["StackName"])
        for each in listed["StackResourceSummaries"]:
            name = REVIEWED.get(each["ResourceType"])
            if name:
                found[name] = found.get(name, 0) + 1
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--own-roles",),
        ("--own-roles", "--failed-topic-arn", TOPIC),
        ("--failed-topic-arn", TOPIC),
        ("--trigger", "rule", "--own-roles"),
    ],
    ids=" ".join,
)
def test_a_plan_counts_what_is_made(
    case: Case, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    case.tab.write_text(TAB + "0 4 13 * 5 root /opt/often\n")
    assert topic("mine") == TOPIC
    case.migrate("--dry-run", *arguments)
    table = capsys.readouterr().out.partition("What is created and changed\n")[2]
    rows = [line.split("  ") for line in table.partition("\n\n")[0].splitlines()]
    told = {row[0]: next(filter(None, row[1:])).strip() for row in rows[1:]}
    case.migrate(*arguments)
    counts = {name: int(count) for name, count in told.items() if not name.startswith("stack")}
    assert counts == made()
