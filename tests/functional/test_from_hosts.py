"""`scan --from-hosts`: hosts are read through Run Command, each as its own daemon reads it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.context import Context
from cron2aws.app.fetching import Asked, Fetch
from cron2aws.app.policies import Policy, filled
from cron2aws.aws.attempts import Attempts
from cron2aws.aws.reading import Readers
from cron2aws.aws.sending import Sender
from cron2aws.errors import AwsError, SourceError, UsageError
from cron2aws.hosts.host_answer import ANOTHER_RELEASE, CUT
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import (
    Outcome,
    RunWithShell,
    Scripted,
    StandInHost,
    StatusDetails,
    stand_in,
)
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.task.target import Target
from tests.calling import command, opened
from tests.fakes import FakeClock, FakeProgress
from tests.functional.cli import cron2aws
from tests.permitted import ACCOUNT, REGION, Judge, judged
from tests.reading import Asker
from tests.sandboxes import START

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
TAG = ("--from-hosts", "--tag", "Role=web")
World = Callable[..., Context]


def host(name: str, root: Path) -> StandInHost:
    return stand_in(name, tags={"Role": "web"}, root=root, behaviour=RunWithShell())


def web(number: int) -> StandInHost:
    return host(f"web-{number}", FIXTURES / f"fleet-web-{number}")


def scripted(name: str, *outcomes: Outcome) -> StandInHost:
    return stand_in(name, tags={"Role": "web"}, behaviour=Scripted(outcomes=outcomes))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with Sandbox(clock=VirtualClock(START)) as sandbox:

        def make(*hosts: StandInHost) -> Context:
            for each in hosts:
                sandbox.add_host(each)
            return opened(sandbox)

        yield make


def scanned(context: Context, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    capsys.readouterr()
    assert command(context, "scan", *(more or TAG), "-o", "json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_each_host_is_read_as_its_tree_is(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    found = scanned(world(*map(web, (3, 1, 2))), capsys)
    trees = cron2aws("scan", "-o", "json", *[str(web(n).root) for n in (1, 2, 3)]).document
    names = [f"web-{n} ({web(n).instance_id})" for n in (1, 2, 3)]
    assert [each["name"] for each in found["hosts"]] == names
    assert [each["instance"] for each in found["hosts"]] == [web(n).instance_id for n in (1, 2, 3)]
    assert [each["timezone"] for each in found["hosts"]] == ["UTC", "UTC", "Europe/Berlin"]
    assert found["hosts_not_read"] == []
    assert [(each["path"], each["sha256"]) for each in found["sources"]] == [
        (each["path"], each["sha256"]) for each in trees["sources"]
    ]
    assert [(each["id"], each["text"]) for each in found["entries"]] == [
        (each["id"], each["text"]) for each in trees["entries"]
    ]
    assert {each["host"] for each in found["entries"]} == set(names)


def test_by_ids_in_their_order(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    context = world(web(1), web(2), web(3))
    ids = [web(n).instance_id for n in (2, 1)]
    found = scanned(context, capsys, "--from-hosts", "--instance-ids", ",".join(ids))
    assert [each["instance"] for each in found["hosts"]] == ids


def test_a_mode_counts_as_it_does_on_the_host(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
    (tmp_path / "etc/crontab").write_text("0 3 * * * root /opt/job\n")
    (tmp_path / "etc/crontab").chmod(0o666)
    found = scanned(world(host("lax", tmp_path)), capsys)
    assert [each["loaded"] for each in found["sources"]] == [False]


class TestHostsThatCannotBeRead:
    """Each is a row with its reason; the others go on."""

    BAD = (
        (replace(stand_in("off", tags={"Role": "web"}), online=False),
         "its agent is not heard of (ConnectionLost)"),
        (replace(stand_in("bare", tags={"Role": "web"}), managed=False),
         "Systems Manager does not know it: it lacks the agent, or a role for it"),
        (scripted("late", Outcome(details=StatusDetails.DELIVERY_TIMED_OUT)),
         "its agent did not take the command within a minute"),
        (scripted("slow", Outcome(details=StatusDetails.EXECUTION_TIMED_OUT)),
         "reading took longer than two minutes"),
        (scripted("denied", Outcome(details=StatusDetails.ACCESS_DENIED)),
         "its agent was not allowed to run the command"),
        (scripted("lost", Outcome(details=StatusDetails.UNDELIVERABLE)),
         "Systems Manager could not deliver the command"),
        (scripted("newer", Outcome(
            stdout=f"[cron2aws] read=2 piece=1 of=1 size=9 sha256={'0' * 64}\nx")),
         ANOTHER_RELEASE),
        (scripted("odd", Outcome(stdout="hello\n")), "it did not answer as the script does"),
        (scripted("killed", Outcome(exit_code=1, stderr="sh: 5: Killed\n")),
         "it did not answer as the script does (sh: 5: Killed)"),
        (scripted("small", Outcome(exit_code=1, stdout="[cron2aws] read=failed no gzip\n")),
         "no gzip (Failed)"),
        (scripted("huge", Outcome(
            stdout=f"[cron2aws] read=1 piece=1 of=151 size=9 sha256={'0' * 64}\nx")),
         "what it has of cron takes 151 pieces; 150 are read at most"),
        (scripted("cut", Outcome(
            stdout=f"[cron2aws] read=1 piece=1 of=1 size=9 sha256={'0' * 64}\nx")),
         f"{CUT} (3 times)"),
    )  # fmt: skip

    def test_all_at_once(
        self, world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        bad = [*self.BAD, (host("none", tmp_path), "it has no crontab")]
        context = world(web(1), *(each for each, _ in bad))
        found = scanned(context, capsys)
        assert [each["instance"] for each in found["hosts"]] == [web(1).instance_id]
        rows = {each["instance"]: each["why"] for each in found["hosts_not_read"]}
        assert rows == {each.instance_id: why for each, why in bad}

    def test_they_stand_in_the_report_and_on_standard_error(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        off = self.BAD[0][0]
        assert command(world(web(1), off), "scan", *TAG) == 0
        said = capsys.readouterr()
        row = f"off ({off.instance_id}): its agent is not heard of (ConnectionLost)"
        assert f"not read: {row}\n" in said.err
        assert "not read  1 host of the fleet" in said.out
        assert row in said.out
        assert "1 host that could not be read: what they run is not here" in said.out
        assert "cron2aws migrate --from-hosts --tag Role=web --dry-run" in said.out

    def test_none_could_be_read(self, world: World) -> None:
        context = world(*(each for each, _ in self.BAD[:2]))
        with pytest.raises(SourceError, match="no host could be read") as refused:
            command(context, "scan", *TAG)
        assert "bare (" in str(refused.value)
        assert "off (" in str(refused.value)

    def test_no_instance_has_the_tag(self, world: World) -> None:
        with pytest.raises(SourceError, match="no instance has the tag Role=web"):
            command(world(), "scan", *TAG)

    def test_an_id_that_nobody_knows(self, world: World) -> None:
        with pytest.raises(SourceError, match="i-0123456789abcdef0: Systems Manager does not know"):
            command(world(), "scan", "--from-hosts", "--instance-ids", "i-0123456789abcdef0")


class TestPieces:
    """More than Run Command keeps comes in pieces."""

    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        root = Path(shutil.copytree(FIXTURES / "fleet-web-1", tmp_path / "tree"))
        rows = random.Random(3)  # noqa: S311
        jobs = [f"{n % 60} 3 * * * root /opt/{rows.getrandbits(60):x}\n" for n in range(6000)]
        (root / "etc/cron.d/long").write_text("".join(jobs))
        return root

    def test_they_come_one_after_the_other(
        self, world: World, capsys: pytest.CaptureFixture[str], tree: Path
    ) -> None:
        context = world(host("long", tree), web(2))
        found = scanned(context, capsys)
        assert len([each for each in found["entries"] if each["source"].endswith("long")]) == 6000
        assert len(found["hosts"]) == 2

    def test_a_file_that_changes_between_them_is_read_anew(self, world: World, tree: Path) -> None:
        fetched, sent = self.fetched(world(host("long", tree)), tree, changes=1)
        assert sent[:3] == [1, 2, 1]
        [brought] = fetched.brought.values()
        assert brought.files["/etc/crontab"].content.endswith(b"# 1\n")

    def test_three_times_are_enough(self, world: World, tree: Path) -> None:
        reasons: dict[str, str] = {}
        fetched, sent = self.fetched(world(host("long", tree)), tree, changes=99, reasons=reasons)
        assert fetched.brought == {}
        assert sent == [1, 2, 1, 2, 1, 2]
        assert list(reasons.values()) == ["its files changed each time they were read (3 times)"]

    @staticmethod
    def fetched(
        context: Context, tree: Path, *, changes: int, reasons: dict[str, str] | None = None
    ) -> tuple[Fetch, list[int]]:
        """A host of which /etc/crontab gets a line before so many of its second pieces."""
        sent: list[int] = []
        real = context.readers

        class Changing(Readers):
            def send(self, ids: Any, piece: int) -> str:
                sent.append(piece)
                if piece == 2 and sent.count(2) <= changes:
                    with (tree / "etc/crontab").open("a") as file:
                        file.write(f"# {sent.count(2)}\n")
                return real.send(ids, piece)

        changing = Changing.__new__(Changing)
        changing.__dict__.update(real.__dict__)
        fetch = Fetch(replace(context, readers=changing), {} if reasons is None else reasons)
        fetch.all([Asked(id=host("long", tree).instance_id, label="long")], FakeProgress())
        return fetch, sent


class Stub:
    """Systems Manager with so many hosts, which all answer the same; counts the calls by second."""

    def __init__(self, clock: FakeClock, hosts: int, answer: str) -> None:
        self.clock, self.answer, self.calls = clock, answer, list[Any]()
        self.ids = [f"i-{number:017x}" for number in range(hosts)]
        self.sent: dict[str, list[str]] = {}
        self.attempts = Attempts()

    def client(self, _: str) -> Stub:
        return self

    def get_paginator(self, name: str) -> Any:
        class Pages:
            @staticmethod
            def paginate(**given: Any) -> list[dict[str, Any]]:
                self.calls.append(self.clock.now())
                if name == "describe_instance_information":
                    ids = given["Filters"][0]["Values"]
                    rows = [{"InstanceId": each, "PingStatus": "Online"} for each in ids]
                    return [{"InstanceInformationList": rows}]
                rows = [
                    {"InstanceId": each, "StatusDetails": "Success"}
                    for each in self.sent[given["CommandId"]]
                ]
                return [{"CommandInvocations": rows}]

        return Pages()

    def send_command(self, **given: Any) -> dict[str, Any]:
        self.calls.append(self.clock.now())
        ids = given["Targets"][0]["Values"]
        assert len(ids) <= 50
        name = f"command-{len(self.sent)}"
        self.sent[name] = ids
        return {"Command": {"CommandId": name}}

    def get_command_invocation(self, **given: Any) -> dict[str, Any]:
        self.calls.append(self.clock.now())
        return {
            "InstanceId": given["InstanceId"],
            "StandardOutputContent": self.answer,
            "StandardErrorContent": "",
        }


def test_five_hundred_hosts_take_five_calls_a_second(world: World) -> None:
    clock = FakeClock()
    answer = Asker("dash").output(FIXTURES / "fleet-web-1")
    stub = Stub(clock, 500, answer)
    sender = Sender(stub, clock.now, clock.sleep_until)  # type: ignore[arg-type]
    readers = Readers(sender, lambda: "\npiece=1\n")
    assert len(readers.agents(stub.ids)) == 500
    fetch = Fetch(replace(world(), readers=readers, clock=clock), {})
    progress = FakeProgress()
    fetch.all([Asked(id=each, label=each) for each in stub.ids], progress)
    assert len(fetch.brought) == 500
    assert len(progress.said) == 500
    assert len(stub.calls) == 10 + 10 + 10 + 500
    for first, sixth in zip(stub.calls, stub.calls[5:], strict=False):
        assert sixth - first >= timedelta(seconds=1)


class TestDocument:
    """What goes out is cron2aws-read where `setup` has made it."""

    @staticmethod
    def read(
        monkeypatch: pytest.MonkeyPatch, *, made: bool, policy: str | None = None
    ) -> tuple[list[tuple[str, str]], Judge]:
        """The documents of all commands, with their versions; the hosts are read twice."""
        monkeypatch.setenv("CRON2AWS_STATE", "/nonexistent")
        judge = Judge(statements=json.loads(policy)["Statement"] if policy else None)
        with Sandbox([web(1), web(2)], clock=VirtualClock(START)) as sandbox:
            if made:
                assert command(opened(sandbox), "setup", "--yes") == 0
            with judged(judge):
                context = opened(sandbox)
                for _ in range(2):
                    assert command(context, "scan", *TAG) == 0
            return [(each.document, each.version) for each in sandbox.commands], judge

    def test_it_is_sent_where_it_is(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sent, _ = self.read(monkeypatch, made=True)
        assert sent == [("cron2aws-read", "$LATEST")] * 2
        assert "AWS-RunShellScript" not in capsys.readouterr().err

    def test_without_it_the_script_goes_out_and_that_is_said_once(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sent, _ = self.read(monkeypatch, made=False)
        assert sent == [("AWS-RunShellScript", "$DEFAULT")] * 2
        told = " ".join(capsys.readouterr().err.split())
        assert told.count("note: there is no document cron2aws-read here") == 1
        assert "`cron2aws setup` makes the document" in told

    def test_what_it_brings_is_what_the_script_brings(
        self, world: World, capsys: pytest.CaptureFixture[str]
    ) -> None:
        context = world(web(1), web(2))
        before = scanned(context, capsys)
        assert command(context, "setup", "--yes") == 0
        after = scanned(context, capsys)
        for found in (before, after):
            del found["made"]
        assert before == after

    def test_a_long_answer_comes_in_pieces(
        self, world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "etc").mkdir()
        rows = random.Random(3)  # noqa: S311
        jobs = [f"{n % 60} 3 * * * root /opt/{rows.getrandbits(60):x}\n" for n in range(3000)]
        (tmp_path / "etc/crontab").write_text("".join(jobs))
        (tmp_path / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
        context = world(host("long", tmp_path))
        assert command(context, "setup", "--yes") == 0
        assert len(scanned(context, capsys)["entries"]) == 3000

    @pytest.mark.parametrize("which", [Policy.READER, Policy.OPERATOR])
    def test_the_ready_policy_is_enough(
        self, which: Policy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _, judge = self.read(monkeypatch, made=True, policy=self.policy(which, "Role=web"))
        assert judge.denied == []

    def test_it_is_held_to_the_targets_hosts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for tag in ("Other=web", "Role=db"):
            with pytest.raises(AwsError, match=r"SendCommand on resource: arn:aws:ec2"):
                self.read(monkeypatch, made=True, policy=self.policy(Policy.READER, tag))

    def test_without_the_document_its_holder_is_told_of_setup(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(AwsError, match="AWS-RunShellScript") as refused:
            self.read(monkeypatch, made=False, policy=self.policy(Policy.READER, "Role=web"))
        assert "`cron2aws setup` makes the document cron2aws-read" in str(refused.value)

    @staticmethod
    def policy(which: Policy, tag: str) -> str:
        return filled(which, account=ACCOUNT, region=REGION, target=Target.parse([tag]))


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--tag", "Name=web"], "--tag needs --from-hosts"),
        (["--instance-ids", "i-0123456789abcdef0"], "--instance-ids needs --from-hosts"),
        (["--from-hosts"], "--from-hosts needs --tag or --instance-ids"),
        (["--from-hosts", "--tag", "A=b", "--instance-ids", "i-0123456789abcdef0"], "not both"),
        (["--from-hosts", "--tag", "A=b", "/etc/crontab"], "--from-hosts takes no SOURCE"),
        (["--from-hosts", "--instance-ids", "web-1"], "'web-1' is not an instance id"),
    ],
)
def test_options_that_do_not_say_which_hosts(arguments: list[str], what: str, world: World) -> None:
    with pytest.raises(UsageError) as refused:
        command(world(), "scan", *arguments)
    assert what in str(refused.value)
