"""Each command with the ready policy of who types it, and with one action less."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cron2aws.app.policies import UNMADE, Policy, filled
from cron2aws.errors import UsageError
from tests.company_case import WEB, company_case
from tests.permission_cases import COMMANDS, NEEDED, SILENT, TABLE, actions_by_command, played
from tests.permission_cases import statements as of_policies
from tests.permitted import ACCOUNT, DIRECT, REGION
from tests.registry import actions_of


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_command_asks_for_what_the_table_says_and_its_policy_lets_it(
    name: str, tmp_path: Path
) -> None:
    came = played(name, tmp_path)
    assert came.judge.denied == []
    assert came.code == COMMANDS[name].code, came.error
    told = actions_by_command()[name]
    assert sorted(came.judge.actions) == told, f"`python -m tests.permission_cases` writes {TABLE}"


CASES = [(which, action) for which, needed in NEEDED.items() for action in needed]


@pytest.mark.parametrize(("which", "action"), CASES)
def test_one_action_less_ends_a_command_that_names_it(
    which: Policy, action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, code = NEEDED[which][action]
    assert which in COMMANDS[name].by
    came = played(name, tmp_path, lacking=action)
    told = capsys.readouterr()
    assert action in {each.action for each in came.judge.denied}
    assert came.code == code, came.error
    if action not in SILENT:
        # a page of EC2's names of instances is the one thing that `status` goes without
        whole = " ".join(f"{came.error}{told.err}{told.out}".split())
        assert (action in whole) is (
            action != "ec2:DescribeInstances" or which is not Policy.READER
        )


@pytest.mark.parametrize("which", list(Policy))
def test_each_action_of_a_policy_is_needed_once(which: Policy) -> None:
    own = actions_of(of_policies(which))
    assert set(NEEDED[which]) == (own & DIRECT if which is Policy.ADMINISTRATOR else own)


class TestPrinted:
    """`setup --print-policy`."""

    def test_what_is_known_is_filled_in(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with company_case(tmp_path) as case:
            case.typed("setup")
            capsys.readouterr()
            assert case.typed("setup", "--print-policy", "operator") == 0
            found = case.context.shared.target(WEB)
        assert found
        role = found.deploy_role
        printed = capsys.readouterr()
        assert printed.err == ""
        assert printed.out == filled(
            Policy.OPERATOR, account=ACCOUNT, region=REGION, target=WEB, deploy_role=role
        )
        every = json.loads(printed.out)["Statement"]
        passing = [each for each in every if "iam:PassRole" in str(each)]
        assert [each["Resource"] for each in passing] == [role]

    def test_a_target_that_is_not_made_is_said(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with company_case(tmp_path) as case:
            assert case.typed("setup", "--print-policy", "operator") == 0
            printed = capsys.readouterr()
            assert " ".join(printed.err.split()) == UNMADE
            assert f"role/cron2aws/{REGION}/*" in printed.out
            for which in ("administrator", "reader"):
                assert case.typed("setup", "--print-policy", which) == 0
                assert json.loads(capsys.readouterr().out)["Version"] == "2012-10-17"

    @pytest.mark.parametrize("more", [("--delete",), ("--email", "a@example.com")])
    def test_it_changes_nothing_besides(self, tmp_path: Path, more: tuple[str, ...]) -> None:
        with company_case(tmp_path) as case, pytest.raises(UsageError, match="--print-policy"):
            case.typed("setup", "--print-policy", "reader", *more)
