"""What preflight asks of AWS: who answers each call in the tests, and what answers become."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import botocore.session
import pytest
from botocore.validate import validate_parameters

from cron2aws.app.doctor import doctor
from cron2aws.app.options import DoctorOptions, HostOptions, Sources
from cron2aws.aws.checkup import Checkup
from cron2aws.aws.quotas import BY_KIND, QUOTAS, Quota
from cron2aws.aws.session import AwsSettings, Service, Session
from cron2aws.aws.simulation import Simulation, Wanted
from cron2aws.preflight.facts import Agent, Credentials, Denied, NotKnown, Number, Simulated, Topic
from cron2aws.preflight.kinds import MACHINES, ROLES, RULES, SCHEDULES, STACKS, TOPICS
from cron2aws.sandbox.moto import no_account_limits, no_account_settings, no_quota_list
from cron2aws.sandbox.moto import policies_are_not_simulated as no_simulation
from cron2aws.sandbox.rates.load import DEFAULT_CONCURRENCY
from cron2aws.sandbox.run_command import shapes
from cron2aws.sandbox.run_command.hosts import stand_in
from tests.company_case import WEB, company_case
from tests.permitted import Judge, judged
from tests.stubs import Played, keys

MOTO, OURS = "moto", "ours"
API = "https://docs.aws.amazon.com"
CALLS = {
    "cloudformation:DescribeAccountLimits": (OURS, f"{API}/AWSCloudFormation/latest/APIReference/API_DescribeAccountLimits.html"),
    "cloudformation:DescribeStacks": (MOTO, f"{API}/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html"),
    "cloudformation:ListStacks": (MOTO, f"{API}/AWSCloudFormation/latest/APIReference/API_ListStacks.html"),
    "ec2:DescribeInstances": (MOTO, f"{API}/AWSEC2/latest/APIReference/API_DescribeInstances.html"),
    "events:ListRules": (MOTO, f"{API}/eventbridge/latest/APIReference/API_ListRules.html"),
    "iam:GetAccountSummary": (MOTO, f"{API}/IAM/latest/APIReference/API_GetAccountSummary.html"),
    "iam:SimulatePrincipalPolicy": (OURS, f"{API}/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html"),
    "lambda:GetAccountSettings": (OURS, f"{API}/lambda/latest/api/API_GetAccountSettings.html"),
    "lambda:ListFunctions": (MOTO, f"{API}/lambda/latest/api/API_ListFunctions.html"),
    "logs:DescribeLogGroups": (MOTO, f"{API}/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html"),
    "scheduler:ListSchedules": (MOTO, f"{API}/scheduler/latest/APIReference/API_ListSchedules.html"),
    "servicequotas:ListServiceQuotas": (OURS, f"{API}/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html"),
    "sns:GetTopicAttributes": (MOTO, f"{API}/sns/latest/api/API_GetTopicAttributes.html"),
    "sns:ListTopics": (MOTO, f"{API}/sns/latest/api/API_ListTopics.html"),
    "ssm:DescribeInstanceInformation": (OURS, f"{API}/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html"),
    "states:ListStateMachines": (MOTO, f"{API}/step-functions/latest/apireference/API_ListStateMachines.html"),
    "sts:GetCallerIdentity": (MOTO, f"{API}/STS/latest/APIReference/API_GetCallerIdentity.html"),
    # a role's session alone asks for it; played by botocore's Stubber below
    "iam:GetRole": (OURS, f"{API}/IAM/latest/APIReference/API_GetRole.html"),
}  # fmt: skip
"""By action: who answers in the tests, and the page by which it does."""


class Request:
    """A request as moto's has it."""

    body = '{"ServiceCode": "events"}'

    def _get_param(self, name: str, default: Any = None) -> Any:
        return {"ActionNames": ["a:B"], "ResourceArns": ["*"]}.get(name, default)


def settings() -> dict[str, Any]:
    answer = no_account_settings.settings(DEFAULT_CONCURRENCY)
    return dict(json.loads(answer(None, "", None)[2]))


def quotas() -> dict[str, Any]:
    return dict(json.loads(no_quota_list.quotas(Request())))


def role() -> dict[str, Any]:
    return {
        "Role": {
            "Path": "/aws-reserved/sso.amazonaws.com/",
            "RoleName": "ops",
            "RoleId": "AROAAAAAAAAAAAAAAAAAA",
            "Arn": ROLE,
            "CreateDate": datetime(2026, 1, 1, tzinfo=UTC),
        }
    }


ROLE = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/ops"
FAKES: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "cloudformation:DescribeAccountLimits": (
        "cloudformation",
        lambda: no_account_limits.limits(Request()),
    ),
    "iam:SimulatePrincipalPolicy": ("iam", lambda: no_simulation.simulated(Request())),
    "iam:GetRole": ("iam", role),
    "lambda:GetAccountSettings": ("lambda", settings),
    "servicequotas:ListServiceQuotas": ("service-quotas", quotas),
    "ssm:DescribeInstanceInformation": (
        "ssm",
        lambda: {
            "InstanceInformationList": [
                shapes.information(stand_in("web"), datetime(2026, 1, 1, tzinfo=UTC))
            ]
        },
    ),
}


def test_each_fake_is_in_the_table() -> None:
    assert set(FAKES) == {action for action, (who, _) in CALLS.items() if who == OURS}


@pytest.mark.parametrize("action", FAKES)
def test_what_a_fake_answers_has_the_shape_of_aws(action: str) -> None:
    service, answer = FAKES[action]
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model(action.partition(":")[2]).output_shape
    given = answer()
    assert shape
    assert set(given) <= set(shape.members)
    validate_parameters(given, shape)


def test_an_answer_of_another_shape_is_found() -> None:
    model = botocore.session.get_session().get_service_model("iam")
    shape = model.operation_model("SimulatePrincipalPolicy").output_shape
    assert shape
    with pytest.raises(botocore.exceptions.ParamValidationError):
        validate_parameters({"EvaluationResults": "none"}, shape)


def test_doctor_asks_for_what_the_table_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with judged(Judge()) as judge, company_case(tmp_path) as case:
        how = HostOptions(dialect="debian", timezone="UTC")
        asked = DoctorOptions(target=WEB, sources=Sources(named=(str(case.tab),), host=how))
        before = doctor(asked, case.context)
        asked_before = set(judge.actions)
        assert case.typed("setup") == 0
        judge.asked.clear()
        after = doctor(asked, case.context)
    assert before.exit_code == after.exit_code == 0
    free_or_played = {"sts:GetCallerIdentity", "iam:GetRole"}
    assert asked_before | judge.actions | free_or_played == set(CALLS)


# --- what answers become


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)


def checkup(played: Played) -> Checkup:
    return Checkup(played.session)


def test_the_limit_on_stacks() -> None:
    played = Played()
    rows = [{"Name": "StackOutputsLimit", "Value": 60}, {"Name": "StackLimit", "Value": 3000}]
    played.stub.add_response("describe_account_limits", {"AccountLimits": rows})
    assert checkup(played).limit(STACKS) == Number(value=3000, source="DescribeAccountLimits")


def test_without_a_limit_the_default_counts() -> None:
    played = Played()
    played.stub.add_response("describe_account_limits", {"AccountLimits": []})
    told = checkup(played).limit(STACKS)
    assert isinstance(told, Number)
    assert (told.value, told.source.partition(":")[0], told.is_default) == (2000, "default", True)


def test_stacks_are_counted_over_all_pages_and_only_those_that_are_there() -> None:
    played = Played()

    def row(name: str, status: str) -> dict[str, Any]:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        return {"StackName": name, "StackStatus": status, "CreationTime": now}

    pages = [
        [row("a", "CREATE_COMPLETE"), row("gone", "DELETE_COMPLETE")],
        [row("b", "CREATE_FAILED"), row("planned", "REVIEW_IN_PROGRESS")],
    ]
    played.stub.add_response("list_stacks", {"StackSummaries": pages[0], "NextToken": "more"})
    played.stub.add_response("list_stacks", {"StackSummaries": pages[1]})
    asked = checkup(played)
    assert asked.used(STACKS) == Number(value=2, source="ListStacks")
    assert asked.names(STACKS) == frozenset({"a", "b"})  # the list is asked for once


def test_a_list_without_end_is_counted_so_far() -> None:
    played = Played("sns")
    for number in range(60):
        row = {"TopicArn": f"arn:aws:sns:eu-west-1:123456789012:t{number}"}
        played.stub.add_response(
            "list_topics", {"Topics": [row], "NextToken": "more" * (number + 1)}
        )
    asked = checkup(played)
    assert asked.used(TOPICS) == Number(value=50, source="ListTopics", is_least=True)
    assert asked.names(TOPICS) == NotKnown(why="there are more than 50")


def test_roles_are_asked_for_once() -> None:
    played = Played("iam")
    played.stub.add_response(
        "get_account_summary", {"SummaryMap": {"Roles": 7, "RolesQuota": 1000}}
    )
    asked = checkup(played)
    assert asked.limit(ROLES) == Number(value=1000, source="GetAccountSummary")
    assert asked.used(ROLES) == Number(value=7, source="GetAccountSummary")


OF_SERVICE_QUOTAS = [each for each in QUOTAS if each.service]


@pytest.mark.parametrize("quota", OF_SERVICE_QUOTAS, ids=lambda quota: quota.kind)
def test_a_service_quota(quota: Quota) -> None:
    played = Played("service-quotas")
    other = {"QuotaCode": "L-0", "QuotaName": "Something else", "Value": 5.0}
    own = {"QuotaCode": quota.code or "L-1", "QuotaName": quota.name, "Value": 77.0}
    for rows in ([other], [other, own]):
        played.stub.add_response(
            "list_service_quotas", {"Quotas": rows}, {"ServiceCode": quota.service}
        )
    told = [checkup(played).limit(quota.kind) for _ in range(2)]
    assert told == [
        Number(value=quota.default, source=f"default: {quota.source}", is_default=True),
        Number(value=77, source="ListServiceQuotas"),
    ]


def test_a_quota_is_known_by_its_code_whatever_its_name() -> None:
    rules = BY_KIND[RULES]
    assert rules.is_called("L-244521F2", "Rules of a bus")
    assert not rules.is_called("L-0", rules.name)
    # where AWS publishes no code
    assert BY_KIND[SCHEDULES].is_called("L-0", "number of Schedules")


def test_every_kind_that_preflight_counts_has_one_quota() -> None:
    assert sorted(BY_KIND) == sorted(each.kind for each in QUOTAS if each.kind)
    assert {*BY_KIND} == {STACKS, ROLES, SCHEDULES, RULES, MACHINES, TOPICS}


def test_what_is_denied_names_the_permission() -> None:
    played = Played("service-quotas")
    played.refuses("list_service_quotas", "AccessDeniedException", "not authorized")
    told = checkup(played).limit(RULES)
    assert isinstance(told, NotKnown)
    assert told.permission == "servicequotas:ListServiceQuotas"
    assert "not authorized" in told.why


def test_what_fails_otherwise_names_none() -> None:
    played = Played("sns")
    played.refuses("get_topic_attributes", "InternalError", "try again", http=500)
    told = checkup(played).topic("arn:aws:sns:eu-west-1:123456789012:t")
    assert isinstance(told, NotKnown)
    assert told.permission is None


def test_a_topic_and_its_subscriptions() -> None:
    played = Played("sns")
    given = {"SubscriptionsConfirmed": "2", "SubscriptionsPending": "1"}
    played.stub.add_response("get_topic_attributes", {"Attributes": given})
    played.refuses("get_topic_attributes", "NotFound", "Topic does not exist", http=404)
    asked = checkup(played)
    assert asked.topic("arn:t") == Topic(confirmed=2, pending=1)
    assert asked.topic("arn:t") is None


def test_agents_are_asked_for_fifty_at_a_time() -> None:
    played = Played("ssm")
    ids = [f"i-{number:017d}" for number in range(51)]

    def rows(some: list[str], ping: str) -> list[dict[str, Any]]:
        return [
            {"InstanceId": each, "PingStatus": ping, "AgentVersion": "3.1", "PlatformType": "Linux"}
            for each in some
        ]

    def expected(some: list[str], **more: Any) -> dict[str, Any]:
        filters = [{"Key": "InstanceIds", "Values": some}]
        return {"Filters": filters, "MaxResults": 50, **more}

    name = "describe_instance_information"
    first = {"InstanceInformationList": rows(ids[:30], "Online"), "NextToken": "more"}
    played.stub.add_response(name, first, expected(ids[:50]))
    rest = {"InstanceInformationList": rows(ids[30:50], "ConnectionLost")}
    played.stub.add_response(name, rest, expected(ids[:50], NextToken="more"))
    played.stub.add_response(name, {"InstanceInformationList": []}, expected(ids[50:]))
    found = checkup(played).agents(ids)
    assert not isinstance(found, NotKnown)
    assert len(found) == 50
    assert found[ids[0]] == Agent(ping="Online", version="3.1", platform="Linux")
    assert found[ids[49]].online is False


class TestSimulation:
    """SimulatePrincipalPolicy."""

    WANTED = (
        Wanted(actions=("s3:GetObject", "s3:PutObject"), resource="*"),
        Wanted(actions=("iam:PassRole",), resource=ROLE, context={"iam:PassedToService": "x"}),
    )

    @staticmethod
    def answered(played: Played, source: str, *decisions: tuple[str, str], **expected: Any) -> None:
        rows = [{"EvalActionName": action, "EvalDecision": said} for action, said in decisions]
        played.stub.add_response(
            "simulate_principal_policy",
            {"EvaluationResults": rows, "IsTruncated": False},
            {"PolicySourceArn": source, **expected},
        )

    def test_a_user(self) -> None:
        user = "arn:aws:iam::123456789012:user/ops"
        played = Played("iam")
        self.answered(
            played, user, ("s3:GetObject", "allowed"), ("s3:PutObject", "implicitDeny"),
            ActionNames=["s3:GetObject", "s3:PutObject"], ResourceArns=["*"], ContextEntries=[],
        )  # fmt: skip
        entry = {
            "ContextKeyName": "iam:PassedToService",
            "ContextKeyValues": ["x"],
            "ContextKeyType": "string",
        }
        self.answered(
            played, user, ("iam:PassRole", "explicitDeny"),
            ActionNames=["iam:PassRole"], ResourceArns=[ROLE], ContextEntries=[entry],
        )  # fmt: skip
        assert Simulation(played.session).of(user, self.WANTED) == Simulated(
            actions=3,
            denied=(
                Denied(action="s3:PutObject", resource="*", explicit=False),
                Denied(action="iam:PassRole", resource=ROLE, explicit=True),
            ),
        )

    def test_a_session_is_its_role_with_the_path(self) -> None:
        played = Played("iam")
        played.stub.add_response("get_role", role(), {"RoleName": "ops"})
        self.answered(
            played, ROLE, ("iam:PassRole", "allowed"),
            ActionNames=["a:B"], ResourceArns=["*"], ContextEntries=[],
        )  # fmt: skip
        arn = "arn:aws:sts::123456789012:assumed-role/ops/somebody"
        found = Simulation(played.session).of(arn, [Wanted(actions=["a:B"], resource="*")])
        assert found == Simulated(actions=1, denied=())

    def test_a_role_that_may_not_be_looked_at(self) -> None:
        played = Played("iam")
        played.refuses("get_role", "AccessDenied")
        arn = "arn:aws:sts::123456789012:assumed-role/ops/somebody"
        found = Simulation(played.session).of(arn, self.WANTED)
        assert isinstance(found, NotKnown)
        assert found.permission == "iam:GetRole"

    def test_the_root_of_the_account_is_not_simulated(self) -> None:
        found = Simulation(Played("iam").session).of("arn:aws:iam::123456789012:root", self.WANTED)
        assert isinstance(found, NotKnown)
        assert found.permission is None


class TestCredentials:
    """Who the credentials are, and how long they last."""

    ANSWER: ClassVar = {
        "UserId": "AIDA",
        "Account": "123456789012",
        "Arn": "arn:aws:iam::123456789012:user/ops",
    }

    def found(self) -> Credentials:
        played = Played("sts")
        played.stub.add_response("get_caller_identity", self.ANSWER)
        found = checkup(played).credentials()
        assert isinstance(found, Credentials)
        return found

    def test_of_a_user(self) -> None:
        found = self.found()
        assert (found.arn, found.method) == (self.ANSWER["Arn"], "env")
        assert (found.temporary, found.expires) == (False, None)

    def test_temporary_ones_that_do_not_say_until_when(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
        found = self.found()
        assert (found.temporary, found.expires) == (True, None)

    def test_temporary_ones_that_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)  # noqa: TID251
        monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
        monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", until.isoformat())
        assert self.found().expires == until


SERVICES: tuple[Service, ...] = ("events", "iam", "logs", "scheduler", "service-quotas", "sns")


@pytest.mark.parametrize("service", SERVICES)
def test_a_session_makes_their_clients(service: Service) -> None:
    made = Session(AwsSettings(region="eu-west-1")).client(service)
    assert made.meta.service_model.service_name == service
