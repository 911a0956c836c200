"""A plan for a fleet that was reviewed: its hosts are read once more, and edited as it says."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import pytest

from cron2aws.app.fleet_reading import NOT_REVIEWED
from cron2aws.app.policies import Policy, filled
from cron2aws.errors import SafetyError, UsageError
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.task.target import Target
from tests.apply_case import wide, with_digest
from tests.calling import command
from tests.fleet_world import TAGS, FleetWorld, fleet
from tests.host_tree import HAS_LINE, path_of
from tests.permitted import ACCOUNT, REGION, Judge, judged
from tests.sandboxes import client

MANY = ["web-1", "web-2", "web-3"]
PARTLY, NOTHING_DONE = 6, 4


@dataclass
class FleetPlan:
    """A fleet, and a plan for it in a file."""

    world: FleetWorld
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "plan.json"

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found

    def plan(self, *more: str) -> int:
        given = ("--comment-out", "--dry-run", "--plan-file", str(self.file), *more)
        return self.world.command("migrate", *given)

    def plan_back(self, *more: str) -> int:
        given = ("--dry-run", "--plan-file", str(self.file), *more)
        return self.world.command("rollback", *given)

    def apply(self, *more: str) -> int:
        """On any machine: none is that of the hosts."""
        return command(self.world.meddled, "apply", str(self.file), "--yes", *more)

    def label(self, name: str) -> str:
        return f"{name} ({self.world.host(name).id})"

    @property
    def tasks(self) -> int:
        return len([each for each in self.world.world.stacks() if each.is_task])


@contextmanager
def planned(
    folder: Path, patch: pytest.MonkeyPatch, *texts: str, off: str = ""
) -> Iterator[FleetPlan]:
    """Hosts with these crontabs, and a plan for them; the host `off` cannot be read then."""
    patch.setenv("PATH", path_of(folder))
    patch.setenv("CRON2AWS_STATE", str(folder / "state"))
    with fleet(folder, *texts) as made:
        case = FleetPlan(made, folder)
        if off:
            made.switch(off, managed=False)
        else:
            assert command(made.world.context, "setup", "--tag", "role=web", "--yes") == 0
        assert case.plan("--wave", "1,rest", *(["--allow-offline"] if off else [])) == 0
        yield case


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetPlan]:
    """Two hosts with the same line."""
    with planned(tmp_path, monkeypatch, HAS_LINE, HAS_LINE) as made:
        yield made


class Unasked:
    """No host is read, or edited."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(name)


TO_HOSTS = {"ssm:SendCommand", "ssm:GetCommandInvocation"}
TO_STACKS = {"cloudformation:CreateStack", "cloudformation:DeleteStack"}


@contextmanager
def operator(case: FleetPlan, *, but: set[str]) -> Iterator[None]:
    """One who has the operator's policy without these actions, and needs none of them."""
    target = Target.having({"role": ["web"]})
    shared = case.world.world.context.shared.target(target)
    assert shared
    role = shared.outputs["DeployRoleArn"]
    text = filled(Policy.OPERATOR, account=ACCOUNT, region=REGION, target=target, deploy_role=role)
    statements = json.loads(text)["Statement"]
    for each in statements:
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        each["Action"] = [action for action in actions if action not in but]
    judge = Judge(statements=[each for each in statements if each["Action"]])
    with judged(judge):
        yield
    assert judge.denied == []


def test_one_makes_the_stacks_and_another_hands_the_lines_over(
    case: FleetPlan, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stat.S_IMODE(case.file.stat().st_mode) == 0o600
    document, (step,) = case.document, case.document["steps"]
    digest, labels = document["digest"], [case.label(name) for name in MANY[:2]]
    assert (document["made_on"], document["hosts"]) == (None, labels)
    assert document["fleet"]["waves"] == "1,rest"
    assert [each["instance"] for each in document["fleet"]["hosts"]] == [*document["instances"]]
    assert [edit["hosts"] for edit in step["edits"]] == [labels]
    before = hashlib.sha256(HAS_LINE.encode()).hexdigest()
    assert [(each["host"], each["sha256_before"]) for each in document["files"]] == [
        (label, before) for label in labels
    ]
    nobody: Any = Unasked()
    context = replace(case.world.world.context, readers=nobody, editors=nobody)
    with operator(case, but=TO_HOSTS):
        assert command(context, "apply", str(case.file), "--yes", "--stacks-only") == 0
    told = wide(capsys)
    assert "note: without --digest nothing here can tell" in told
    assert f"waits: {step['stack']} (/etc/crontab:2): its line" in told.splitlines()
    assert f"Without --stacks-only this does the rest: cron2aws apply {case.file}" in told
    assert (case.tasks, case.world.marked) == (1, [])
    # one host has moved since: the other one is handed over
    one, two = case.world.world.hosts
    two.tab.write_text(HAS_LINE.replace("* * * * *", "*/2 * * * *"))
    with pytest.raises(SafetyError, match="1 step of 1 cannot be done as planned") as refused:
        case.apply("--edits-only", "--all-or-nothing")
    assert refused.value.why == f"/etc/crontab:2 on {labels[1]}: the line is another"
    with operator(case, but=TO_STACKS):
        assert case.apply("--edits-only", "--digest", digest) == PARTLY
    told = wide(capsys)
    assert f"{labels[1]}, where cron goes on: /etc/crontab:2: the line is another" in told
    # what is shown is what is done
    shown = " ".join(told.split())
    assert f"{labels[1]}: `*/2 * * * *` in UTC, to migrate" in shown
    assert "left to cron" in shown
    assert "0 to update, 1 line to comment out, 0 entries left alone." in shown
    assert "All lines done on 1 of 1 host." in told
    assert "1 step left out, whole or on some hosts: see above." in told.splitlines()
    assert (case.world.order, case.world.marked) == (MANY[:1], MANY[:1])
    # it goes on where it ended, from the crontabs as they are
    two.tab.write_text(HAS_LINE)
    assert case.apply("--edits-only", "--digest", digest) == 0
    assert (case.world.order, case.world.marked) == (MANY[:2], MANY[:2])
    assert "Next: cron2aws status --from-hosts --tag role=web" in wide(capsys)
    assert case.world.task.parameters["LiveFrom"]
    for host, file in zip((one, two), document["files"], strict=True):
        text = re.sub(r"@[0-9-]{10}T[0-9:]{5}Z ", "@- ", host.text)
        assert file["sha256_after"] == hashlib.sha256(text.encode()).hexdigest()
    assert case.apply() == 0
    assert "Nothing to do: 1 task deployed as planned." in " ".join(wide(capsys).split())
    and_back(case, capsys)


@contextmanager
def forged(case: FleetPlan) -> Iterator[None]:
    """The file says of one host's crontab that it becomes something else."""
    text, document = case.file.read_text(), case.document
    document["files"][1]["sha256_after"] = "0" * 64
    case.file.write_text(with_digest(document))
    yield
    case.file.write_text(text)


def and_back(case: FleetPlan, capsys: pytest.CaptureFixture[str]) -> None:
    """The same with a rollback, whose lines come first; an editor has lost the one of web-1."""
    one, two = case.world.world.hosts
    one.tab.write_text(HAS_LINE.splitlines(keepends=True)[0])
    left = [one.text, two.text]
    stack = case.world.task.stack_name
    assert case.plan_back() == 0
    document, labels = case.document, [case.label(name) for name in MANY[:2]]
    digest = document["digest"]
    assert f"apply {case.file} --digest {digest}" in wide(capsys)
    assert [one.text, two.text] == left
    assert (document["made_on"], document["fleet"]["waves"]) == (None, None)
    (back,) = document["returns"]
    assert [(line["host"], line["before"]) for line in back["lines"]] == [
        (labels[0], None),
        (labels[1], two.text.splitlines()[1]),
    ]
    after = hashlib.sha256(HAS_LINE.encode()).hexdigest()
    assert [(each["host"], each["sha256_after"]) for each in document["files"]] == [
        (label, after) for label in labels
    ]
    with forged(case), pytest.raises(SafetyError, match="would not become what the plan says"):
        case.apply()
    # no stack goes before its lines, as the hosts say
    assert case.apply("--stacks-only") == PARTLY
    assert f"stack {stack} stays: other hosts leave their line to it" in wide(capsys)
    # a host that cannot be read keeps its line, and so the stack; the other one's comes back
    case.world.switch("web-2", managed=False)
    assert case.apply("--digest", digest) == PARTLY
    told = wide(capsys)
    why = "Systems Manager does not know it: it lacks the agent, or a role for it"
    place = f"{back['id'][:8]} (/etc/crontab)"
    assert f"{place}: left out on {labels[1]}, whose line stays marked: {why}" in told.splitlines()
    assert f"stack {stack} stays: hosts that could not be read may need it" in told
    assert "1 task left out, whole or on some hosts: see above." in told.splitlines()
    assert (one.text, case.world.marked, case.tasks) == (HAS_LINE, ["web-2"], 1)
    case.world.switch("web-2", managed=True)
    with operator(case, but=TO_STACKS):
        assert case.apply("--edits-only") == 0
    told = wide(capsys)
    assert f"waits: {stack} (/etc/crontab): its stack" in told.splitlines()
    assert (one.text, two.text, case.tasks) == (HAS_LINE, HAS_LINE, 1)
    with operator(case, but=TO_HOSTS):
        assert case.apply("--stacks-only", "--digest", digest) == 0
    assert case.tasks == 0
    wide(capsys)
    assert case.apply() == 0
    assert "Taken back already: 1 task." in wide(capsys).splitlines()


@pytest.mark.long
def test_an_apply_that_was_interrupted_goes_on(
    case: FleetPlan, capsys: pytest.CaptureFixture[str]
) -> None:
    """In mid-wave, and where a wave fails."""
    case.world.befalls["web-2"] = "^C"
    with pytest.raises(click.Abort):
        case.apply()
    assert case.world.marked == ["web-1"]
    case.world.befalls["web-2"] = "changes"
    assert case.apply() == PARTLY
    assert "Next: the same command again goes on" in wide(capsys)
    assert case.world.marked == ["web-1"]
    case.world.befalls.clear()
    assert case.apply() == 0
    assert case.world.marked == MANY[:2]
    assert case.world.task.parameters["LiveFrom"]


@pytest.mark.long
@pytest.mark.parametrize(("run_on", "code", "marked"), [("one", 4, []), ("marked", 6, ["web-1"])])
def test_a_line_that_moved_on_one_host_by_run_on(
    case: FleetPlan, run_on: str, code: int, marked: list[str]
) -> None:
    assert case.plan("--run-on", run_on) == 0
    assert case.document["steps"][0]["run_on"] == run_on
    case.world.switch("web-2", managed=False)
    assert case.apply() == code
    assert case.world.marked == marked
    case.world.switch("web-2", managed=True)
    assert case.apply() == 0
    assert case.world.marked == MANY[:2]
    assert case.world.task.parameters["RunOn"] == run_on
    assert bool(case.world.task.parameters["LiveFrom"]) is (run_on == "one")


# --- what has moved since

Move = Callable[[FleetPlan], object]
NOTHING: Move = lambda _: None  # noqa: E731


def text(name: str, old: str, new: str) -> tuple[Move, Move]:
    """A crontab is changed, and changed back."""

    def write(case: FleetPlan) -> None:
        tab = case.world.host(name).tab
        changed = tab.read_text().replace(old, new)
        assert changed != tab.read_text()
        tab.write_text(changed)

    return write, lambda case: case.world.host(name).tab.write_text(HAS_LINE)


def managed(name: str, *, now: bool) -> tuple[Move, Move]:
    """A host's agent is known, or no more."""
    return (
        lambda case: case.world.switch(name, managed=now),
        lambda case: case.world.switch(name, managed=not now),
    )


def tag(name: str, key: str, value: str | None, back: str) -> tuple[Move, Move]:
    def put(case: FleetPlan) -> None:
        ids = [case.world.host(name).id]
        if value is None:
            client("ec2").delete_tags(Resources=ids, Tags=[{"Key": key}])
        else:
            client("ec2").create_tags(Resources=ids, Tags=[{"Key": key, "Value": value}])

    def undo(case: FleetPlan) -> None:
        tags = [{"Key": key, "Value": back}]
        client("ec2").create_tags(Resources=[case.world.host(name).id], Tags=tags)

    return put, undo


def zone(name: str) -> tuple[Move, Move]:
    return (
        lambda case: (case.world.host(name).root / "etc/timezone").write_text("Asia/Tokyo\n"),
        lambda case: (case.world.host(name).root / "etc/timezone").unlink(),
    )


def stopped(name: str) -> tuple[Move, Move]:
    return (
        lambda case: client("ec2").stop_instances(InstanceIds=[case.world.host(name).id]),
        lambda case: client("ec2").start_instances(InstanceIds=[case.world.host(name).id]),
    )


def terminated(name: str) -> tuple[Move, Move]:
    """There is no way back: it is the last row."""
    return (
        lambda case: client("ec2").terminate_instances(InstanceIds=[case.world.host(name).id]),
        NOTHING,
    )


ON, WHOLE = "left out on {label}, where cron goes on: /etc/crontab:2: ", "left out, as it has moved"
GONE = f"{WHOLE}: on {{label}} the line is gone, or its user or command is another"
MOVED: dict[str, tuple[tuple[Move, Move], tuple[str, ...]]] = {
    # the others go on
    "the line's schedule on a host": (text("web-2", "* * * * *", "*/2 * * * *"),
                                      (f"{ON}the line is another",)),
    "a variable on a host": (
        text("web-2", "* * * * *", "HOME=/srv\n* * * * *"),
        (f"{ON}what is around the line is another (notes, variables, like lines, the zone)",),
    ),
    "the zone of a host": (zone("web-2"), (
        f"{ON}what is around the line is another (notes, variables, like lines, the zone)",
    )),
    "a host that cannot be read": (managed("web-2", now=False), (
        f"{ON}Systems Manager does not know it: it lacks the agent, or a role for it",
    )),
    "a host that is stopped": (stopped("web-2"), (f"{ON}it is stopped",)),
    "a host without the tag": (tag("web-2", "role", "db", "web"), (
        f"{ON}it has the tags role=web no more",
        "note: web-2 ({id}) has the tags no more: no task runs there",
    )),
    # the task would run elsewhere than was reviewed
    "the line is gone from a host": (text("web-2", "* * * * *", "#* * * * *"), (GONE,)),
    "the line's command on a host": (text("web-2", "echo ran", "echo run"), (GONE,)),
    # the plan does not depend on it
    "a host by another name": (tag("web-2", "Name", "www", "web-2"), ()),
    "other bytes of a crontab": (text("web-2", "# of the host", "# OF THE HOST"), ()),
    "a host that could not be read when it was planned": (managed("web-3", now=True), (
        f"note: {{third}} stays as it is: {NOT_REVIEWED}",
    )),
    "a host that is no more": (terminated("web-2"), (
        "note: web-2 ({id}) has the tags no more: no task runs there",
    )),
}  # fmt: skip


class TestMoved:
    """Nothing is changed, as nobody says yes: all may be tried on one AWS."""

    @pytest.fixture(scope="class")
    @classmethod
    def case(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetPlan]:
        """Two hosts with the same line, and one that could not be read."""
        folder = tmp_path_factory.mktemp("moved")
        with (
            pytest.MonkeyPatch.context() as patch,
            planned(folder, patch, HAS_LINE, HAS_LINE, HAS_LINE, off="web-3") as made,
        ):
            yield made

    def test_an_instance_more_refuses_all(self, case: FleetPlan) -> None:
        """Before any host is read."""
        case.world.world.sandbox.add_host(stand_in("web-9", tags=TAGS))
        more = stand_in("web-9", tags=TAGS).instance_id
        nobody: Any = Unasked()
        context = replace(case.world.world.context, readers=nobody)
        with pytest.raises(SafetyError, match="1 instance more with role=web than reviewed"):
            command(context, "apply", str(case.file), "--yes")
        client("ec2").delete_tags(Resources=[more], Tags=[{"Key": "role"}])

    def test_a_file_that_would_become_another_refuses_all(self, case: FleetPlan) -> None:
        with forged(case), pytest.raises(SafetyError) as refused:
            case.apply()
        assert refused.value.what == "/etc/crontab would not become what the plan says"
        assert (case.tasks, case.world.marked) == (0, [])

    @pytest.mark.parametrize("kind", MOVED)
    def test_each_host_by_itself(
        self, kind: str, case: FleetPlan, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (move, undo), told = MOVED[kind]
        move(case)
        capsys.readouterr()
        given = ("apply", str(case.file), "--digest", case.document["digest"])
        whole = [each for each in told if WHOLE in each]
        try:
            if whole:
                assert command(case.world.world.context, *given) == NOTHING_DONE
            else:
                with pytest.raises(UsageError, match="nobody can answer"):
                    command(case.world.world.context, *given)
        finally:
            undo(case)
        lines = wide(capsys).splitlines()
        said = [
            WHOLE + line.partition(WHOLE)[2] if WHOLE in line else line
            for line in lines
            if "left out" in line or line.startswith("note: web-")
        ]
        names = {
            "label": case.label("web-2"),
            "id": case.world.host("web-2").id,
            "third": case.label("web-3"),
        }
        assert sorted(said) == sorted(each.format(**names) for each in told)
        assert (case.tasks, case.world.marked) == (0, [])
