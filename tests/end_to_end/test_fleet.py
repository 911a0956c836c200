"""`--from-hosts`: one plan for a fleet, lines handed over in waves, and taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from cron2aws.app.policies import Policy, filled
from cron2aws.errors import SafetyError, UsageError
from cron2aws.task.target import Target
from tests.calling import command
from tests.fleet_world import FleetWorld, fleet
from tests.host_tree import HAS_LINE, HAS_NONE, path_of
from tests.permitted import ACCOUNT, REGION, Judge, judged

OUT = ("migrate", "--comment-out", "--yes")
BACK = ("rollback", "--yes")
TAGS_OF = {"role": ["web"]}
MANY = ["web-1", "web-2", "web-3"]


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetWorld]:
    """Three hosts with the same line of each minute."""
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with fleet(tmp_path, HAS_LINE, HAS_LINE, HAS_LINE) as made:
        yield made


def ran(made: FleetWorld) -> list[tuple[list[str], ...]]:
    """Who ran the job at each minute, host by host, once all is delivered."""
    made.world.pass_minutes(2)
    assert made.world.failures == []
    *known, _ = made.world.ran.values()  # the last one may be on its way still
    return [tuple(each[name] for name in MANY) for each in known]


def test_out_in_waves_and_back(three: FleetWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Each minute runs once on each host, whoever runs it."""
    assert three.command(*OUT) == 0
    assert three.order == MANY
    assert three.marked == MANY
    said = capsys.readouterr().err
    assert "wave 2 of 3: commenting lines out: 1" in said
    assert "All lines done on 3 of 3 hosts." in said
    assert "Next: cron2aws status --from-hosts --tag role=web" in said
    three.world.pass_minutes(3)
    assert three.task.parameters["LiveFrom"]
    assert three.command("status") == 0
    assert three.command(*BACK) == 0
    assert [host.text for host in three.world.hosts] == [HAS_LINE] * 3
    assert not [each for each in three.world.stacks() if each.is_task]
    found = ran(three)
    assert not [each for each in found if any(len(one) != 1 for one in each)]


def test_a_wave_that_fails_stops_the_next(
    three: FleetWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    three.befalls["web-2"] = "changes"
    assert three.command(*OUT) == 6
    assert three.order == MANY[:2]
    assert three.marked == MANY[:1]
    assert three.task.parameters["LiveFrom"] == ""
    said = capsys.readouterr().err
    assert "All lines done on 1 of 3 hosts." in said
    assert (f"Not on 1 host:\n  web-2 ({three.host('web-2').id}): 1 line as before: ") in said
    assert (
        f"Not begun, as a wave before failed: 1 host:\n  web-3 ({three.host('web-3').id})\n"
    ) in said
    assert "Next: the same command again goes on" in said
    # and so it does
    three.befalls.clear()
    assert three.command(*OUT) == 0
    assert three.order == ["web-1", "web-2", "web-2", "web-3"]
    assert three.marked == MANY
    assert three.task.parameters["LiveFrom"]
    assert not [each for each in ran(three) if any(len(one) != 1 for one in each)]


@pytest.mark.long
def test_one_wave_for_all(three: FleetWorld) -> None:
    three.befalls["web-1"] = "changes"
    assert three.command(*OUT, "--wave", "100%") == 6
    assert three.marked == MANY[1:]
    # the last wave failed in part, so nobody knows what runs where: not set
    assert three.task.parameters["LiveFrom"] == ""


@pytest.mark.long
def test_a_host_that_fails_the_probe_stays_with_cron(
    three: FleetWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    host = three.world.hosts[1]
    (host.root / "etc/shadow").write_text("root:*:19000:0:99999:7::19001:\n")  # expired
    assert three.command(*OUT) == 6
    assert three.order == ["web-1", "web-3"]
    assert three.marked == ["web-1", "web-3"]
    said = capsys.readouterr().err
    assert f"  web-2 ({host.id}): 1 line as before: " in said
    # its own cron goes on, and newcomers run the task
    assert three.task.parameters["LiveFrom"]


class TestAHostThatCannotBeRead:
    @pytest.fixture(autouse=True)
    def off(self, three: FleetWorld) -> None:
        three.switch("web-2", managed=False)

    def test_is_refused(self, three: FleetWorld) -> None:
        with pytest.raises(SafetyError, match="1 of the target's hosts could not be read") as no:
            three.command(*OUT)
        assert f"web-2 ({three.host('web-2').id}): Systems Manager does not know it" in str(
            no.value
        )
        assert "--allow-offline" in str(no.value)
        assert three.world.stacks() == ()

    @pytest.mark.long
    def test_is_left_out_where_asked(self, three: FleetWorld) -> None:
        assert three.command(*OUT, "--allow-offline") == 0
        assert three.marked == ["web-1", "web-3"]
        assert three.task.parameters["LiveFrom"]

    @pytest.mark.long
    def test_may_have_its_line_still_under_one(
        self, three: FleetWorld, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A host without the line would run it beside that host's cron."""
        assert three.command(*OUT, "--allow-offline", "--run-on", "one") == 0
        assert three.task.parameters["LiveFrom"] == ""
        assert "a host may have its line still" in capsys.readouterr().err

    @pytest.mark.long
    def test_keeps_the_stack(self, three: FleetWorld, capsys: pytest.CaptureFixture[str]) -> None:
        three.switch("web-2", managed=True)
        assert three.command(*OUT) == 0
        three.switch("web-2", managed=False)
        assert three.command(*BACK) == 6
        assert three.marked == ["web-2"]
        assert three.task.enabled
        assert "hosts that could not be read may need it" in capsys.readouterr().err
        three.switch("web-2", managed=True)
        assert three.command(*BACK) == 0
        assert three.marked == []


@pytest.mark.long
def test_a_host_whose_line_does_not_come_back_keeps_the_stack(
    three: FleetWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert three.command(*OUT) == 0
    three.befalls["web-3"] = "changes"
    capsys.readouterr()
    assert three.command(*BACK) == 6
    assert three.marked == ["web-3"]
    assert three.task.enabled
    said = capsys.readouterr().err
    assert "is not back on 1 of 3 hosts" in said
    assert "All lines done on 2 of 3 hosts." in said
    three.befalls.clear()
    assert three.command(*BACK) == 0
    assert three.marked == []
    assert not [each for each in ran(three) if any(len(one) != 1 for one in each)]


@pytest.mark.long
def test_on_one_host_of_the_fleet(three: FleetWorld) -> None:
    assert three.command(*OUT, "--run-on", "one") == 0
    three.world.pass_minutes(3)
    minutes = ran(three)
    after = [each for each in minutes if ["cron"] not in each]
    assert len(after) > 2
    assert all(sorted(each) == [[], [], ["task"]] for each in after)
    assert three.command(*BACK) == 0


@pytest.mark.long
def test_an_interruption_goes_on(three: FleetWorld) -> None:
    three.befalls["web-2"] = "^C"
    with pytest.raises(click.Abort):
        three.command(*OUT)
    three.befalls.clear()
    assert three.marked == MANY[:1]
    assert three.command(*OUT) == 0
    assert three.marked == MANY
    assert not [each for each in ran(three) if any(len(one) != 1 for one in each)]


@pytest.mark.long
def test_what_is_named_comes_back_and_no_other_targets(
    three: FleetWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert three.command(*OUT, "--wave", "rest") == 0
    capsys.readouterr()
    # the host has this tag, too, and its lines are the other target's
    other = ("--from-hosts", "--tag", "Name=web-1", "--yes")
    assert command(three.world.context, "rollback", *other) == 0
    assert "Nothing to roll back." in capsys.readouterr().err
    with pytest.raises(UsageError, match="no task 'nightly'"):
        three.command(*BACK, "nightly")
    three.switch("web-2", managed=False)
    assert three.command(*BACK, three.task.id[:8]) == 6
    assert three.marked == ["web-2"]
    assert three.command(*BACK, three.task.stack_name, "--without-lines") == 0
    assert not [each for each in three.world.stacks() if each.is_task]


@pytest.mark.long
def test_a_task_whose_line_no_host_has_any_more(three: FleetWorld) -> None:
    assert three.command("migrate", "--yes") == 0
    for host in three.world.hosts:
        host.tab.write_text("# of the host\n30 4 * * 1 root echo report\n")
    assert three.command("migrate", "--yes", "--prune") == 0
    (left,) = [each for each in three.world.stacks() if each.is_task]
    assert left.schedule == "30 4 * * 1"


@pytest.mark.long
def test_the_operators_policy_is_enough(three: FleetWorld) -> None:
    """Its hosts are read and edited by the documents that `setup` made."""
    context = three.world.context
    assert command(context, "setup", "--tag", "role=web", "--yes") == 0
    target = context.shared.target(Target.having(TAGS_OF))
    assert target
    text = filled(
        Policy.OPERATOR,
        account=ACCOUNT,
        region=REGION,
        target=Target.having(TAGS_OF),
        deploy_role=target.outputs["DeployRoleArn"],
    )
    judge = Judge(statements=json.loads(text)["Statement"])
    with judged(judge):
        assert three.command(*OUT) == 0
        assert three.command("status") == 0
        assert three.command(*BACK) == 0
    assert judge.denied == []


@pytest.mark.long
class TestStatus:
    """What the hosts' own crontabs and records say, from anywhere."""

    @pytest.fixture(autouse=True)
    def out(self, three: FleetWorld, capsys: pytest.CaptureFixture[str]) -> None:
        assert three.command(*OUT, "--run-on", "marked", "--wave", "100%") == 0
        three.world.pass_minutes(2)
        capsys.readouterr()

    def told(self, three: FleetWorld, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
        """What is told of each host that was read, with the exit code of it all."""
        code = three.command("status", "-o", "json")
        found = json.loads(capsys.readouterr().out)
        self.unread = {each["instance"]: each["why"] for each in found["hosts_not_read"]}
        rows = {str(each["host"]).partition(" ")[0]: each["told"] for each in found["tasks"]}
        return {"exit": str(code), **rows}

    def test_all_is_well(self, three: FleetWorld, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.told(three, capsys) == {"exit": "0"} | dict.fromkeys(MANY, "handed over")

    def test_each_host_by_itself(
        self, three: FleetWorld, capsys: pytest.CaptureFixture[str]
    ) -> None:
        newcomer, rewritten, edited = three.world.hosts
        newcomer.tab.write_text(HAS_LINE)
        shutil.rmtree(newcomer.root / "var/lib/cron2aws")
        rewritten.tab.write_text(HAS_LINE)
        edited.tab.write_text("# of the host\n")
        assert self.told(three, capsys) == {
            "exit": "4",
            "web-1": "not handed over: cron runs it",
            "web-2": "the line came back: cron runs it",
            "web-3": "runs nowhere",
        }
        # the same command again hands over what is active
        edited.tab.write_text(HAS_LINE)
        assert three.command(*OUT) == 0
        three.world.pass_minutes(2)
        capsys.readouterr()
        assert self.told(three, capsys)["exit"] == "0"

    def test_a_host_that_is_not_heard_of(
        self, three: FleetWorld, capsys: pytest.CaptureFixture[str]
    ) -> None:
        three.switch("web-2", managed=False)
        assert self.told(three, capsys)["exit"] == "4"
        assert list(self.unread) == [three.host("web-2").id]

    def test_a_host_that_has_lost_the_tag(
        self, three: FleetWorld, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (found,) = [each for each in three.world.sandbox.hosts if each.name == "web-2"]
        three.world.sandbox.add_host(replace(found, tags={"Name": "web-2"}))
        three.world.pass_minutes(2)
        told = self.told(three, capsys)
        assert told["exit"] == "4"
        assert set(told.values()) == {"4", "runs nowhere on web-2"}


MANAGED = f"#Ansible: tidy\n{HAS_LINE.partition(chr(10))[2]}"


@pytest.fixture
def ansible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetWorld]:
    """Of three hosts one has a line that Ansible writes."""
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with fleet(tmp_path, MANAGED, HAS_NONE, HAS_NONE) as made:
        yield made


def test_a_line_of_ansible_that_the_other_hosts_never_had(ansible: FleetWorld) -> None:
    """Nothing would run there without the task, and nothing ran there with it."""
    assert ansible.command(*OUT, "--exclude", "echo other") == 0
    ansible.world.pass_minutes(2)
    assert ansible.task.parameters["TakesOver"] == "removal"
    assert ansible.command(*BACK) == 0
    assert not [each for each in ansible.world.stacks() if each.is_task]
    assert [host.text for host in ansible.world.hosts] == [MANAGED, HAS_NONE, HAS_NONE]


def test_a_line_that_ansible_has_dropped_on_one_host(
    ansible: FleetWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ansible.command(*OUT, "--exclude", "echo other") == 0
    ansible.world.pass_minutes(2)
    ansible.host("web-1").tab.write_text("# dropped\n")
    ansible.world.pass_minutes(2)
    assert ansible.command(*BACK, ansible.task.id[:8]) == 6
    said = capsys.readouterr().err
    assert f"has dropped it: {ansible.host('web-1').id} would run the job nowhere" in said
    assert ansible.task.enabled
