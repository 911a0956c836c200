"""A company's gates on tasks: tags, a service role, protection against deletion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cron2aws.errors import UsageError
from cron2aws.task.foundation import FOUNDATION, target_stack_name
from cron2aws.task.task import TAG_ID, TAG_SERVICE_ROLE
from tests.company_case import WEB, CompanyCase, company_case, described, tags_of

ROLE = "arn:aws:iam::123456789012:role/deploys"
OTHER = "arn:aws:iam::123456789012:role/teams/other"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CompanyCase]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with company_case(tmp_path) as made:
        yield made


def words(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    return " ".join((told.out + told.err).split())


class TestTags:
    """`--stack-tag K=V`."""

    def test_they_are_on_all_that_is_made_and_stay(self, case: CompanyCase) -> None:
        assert case.typed("migrate", "--stack-tag", "team=web", "--stack-tag", "cost=12") == 0
        name = case.task.stack_name
        for each in (FOUNDATION, target_stack_name(WEB), name):
            assert {"team": "web", "cost": "12"}.items() <= tags_of(each).items()
        assert tags_of(name)[TAG_ID] == case.task.id
        assert case.typed("migrate", "--run-on", "one") == 0
        assert case.typed("enable", name, "--yes") == 0
        assert {"team": "web", "cost": "12"}.items() <= tags_of(name).items()

    def test_an_update_shows_them_and_sets_them(
        self, case: CompanyCase, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.typed("migrate", "--stack-tag", "team=web")
        capsys.readouterr()
        wanted = ("--stack-tag", "team=db", "--stack-tag", "cost=12")
        assert case.typed("migrate", *wanted) == 0
        told = words(capsys)
        assert "tag team -web +db" in told
        assert tags_of(case.task.stack_name)["team"] == "db"
        assert case.typed("migrate", *wanted) == 0
        assert "Nothing to do" in words(capsys)

    @pytest.mark.parametrize("tag", ["team", "=x", "aws:x=y", "cron2aws:id=x", "a=b*", "a=\u00e4"])
    def test_one_that_cannot_be_is_a_usage_error(self, case: CompanyCase, tag: str) -> None:
        with pytest.raises(UsageError, match="--stack-tag"):
            case.typed("migrate", "--stack-tag", tag)


class TestServiceRole:
    """`--service-role ARN` in place of the target's DeployRole."""

    def test_it_makes_the_task_and_stays_its_role(self, case: CompanyCase) -> None:
        case.typed("setup")
        assert case.typed("migrate", "--service-role", ROLE) == 0
        name = case.task.stack_name
        assert (described(name)["RoleARN"], tags_of(name)[TAG_SERVICE_ROLE]) == (ROLE, ROLE)
        assert case.typed("migrate", "--run-on", "one") == 0
        assert described(name)["RoleARN"] == ROLE

    def test_another_one_is_a_change(
        self, case: CompanyCase, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.typed("setup")
        case.typed("migrate")
        assert case.typed("migrate", "--service-role", OTHER) == 0
        assert f"tag {TAG_SERVICE_ROLE} +{OTHER}" in words(capsys)
        assert described(case.task.stack_name)["RoleARN"] == OTHER

    def test_tasks_with_own_roles_are_made_by_it(self, case: CompanyCase) -> None:
        assert case.typed("migrate", "--own-roles", "--service-role", ROLE) == 0
        assert described(case.task.stack_name)["RoleARN"] == ROLE

    @pytest.mark.parametrize("text", ["deploys", "arn:aws:iam::123456789012:user/x", ROLE + ","])
    def test_what_is_no_role_is_a_usage_error(self, case: CompanyCase, text: str) -> None:
        with pytest.raises(UsageError, match="--service-role"):
            case.typed("migrate", "--service-role", text)


class TestProtection:
    """`--termination-protection`, on request."""

    def test_a_task_is_protected_on_request_alone(self, case: CompanyCase) -> None:
        case.typed("migrate")
        assert not case.task.is_protected
        assert case.typed("migrate", "--termination-protection") == 0
        assert case.task.is_protected

    def test_it_stays_and_is_lifted_on_request(
        self, case: CompanyCase, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.typed("migrate", "--termination-protection")
        assert case.task.is_protected
        case.typed("migrate", "--run-on", "one")
        assert case.task.is_protected
        assert case.typed("migrate", "--no-termination-protection") == 0
        assert "termination protection -on +off" in words(capsys)
        assert not case.task.is_protected

    def test_rollback_says_so_and_lifts_it(
        self, case: CompanyCase, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.typed("migrate", "--termination-protection")
        name = case.task.stack_name
        capsys.readouterr()
        assert case.typed("rollback", name, "--without-lines") == 0
        told = words(capsys)
        assert f"delete {name} (protected: its termination protection is lifted)" in told
        assert f"{name}: its termination protection is lifted" in told
        assert case.context.stacks.deployed() == ()

    def test_json_has_the_changes(
        self, case: CompanyCase, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.typed("migrate")
        capsys.readouterr()
        wanted = ("--termination-protection", "--stack-tag", "team=web")
        assert case.typed("migrate", *wanted, "--dry-run", "-o", "json") == 0
        (step,) = json.loads(capsys.readouterr().out)["steps"]
        assert step["action"] == "update"
        told = {each["parameter"]: (each["before"], each["after"]) for each in step["changes"]}
        assert told == {"tag team": (None, "web"), "termination protection": ("off", "on")}
