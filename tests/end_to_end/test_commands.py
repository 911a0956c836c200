"""Every command over an open sandbox: what it changes, what it refuses, its exit code."""

from __future__ import annotations

import io
import itertools
import os
import pty
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pytest

from cron2aws.aws.runs import Runs
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stacks import CAPABILITIES, StackCalls, Stacks
from cron2aws.aws.topics import DeployedTopics, Topics
from cron2aws.cli import enable, migrate, rollback, status, topics
from cron2aws.cli import run as by_hand
from cron2aws.cli.enable import DISABLE, ENABLE
from cron2aws.cli.wish import wish_of
from cron2aws.cli.world import World, template_text, world_of
from cron2aws.errors import AwsError, SafetyError, SourceError, UsageError
from cron2aws.plan import Deployed
from cron2aws.sandbox import Sandbox, Scripted, job_outcome, stand_in
from cron2aws.sandbox.commands import Command
from cron2aws.task.task import TAG_HOST, TAG_SOURCE

TOPIC = "arn:aws:sns:us-east-1:123456789012:mine"
TAB = b"17 3 * * * root /opt/backup --all\n*/5 * * * * root /opt/poll\n"
HOST = ("--dialect", "debian", "--timezone", "UTC")
COUNT = itertools.count(1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, Sandbox() as sandbox:
        patch.setenv("CRON2AWS_STATE", str(tmp_path_factory.mktemp("state")))
        yield world_of({}, sandbox)


class Case:
    """One crontab and one tag of its own, in the sandbox that all share."""

    def __init__(self, world: World, tab: Path) -> None:
        self.world = world
        self.tab = tab
        self.tab.write_bytes(TAB)
        self.name = f"host-{next(COUNT)}"

    def migrate(self, *arguments: str, world: World | None = None, **settings: object) -> int:
        line = (str(self.tab), "--tag", f"Name={self.name}", *HOST, *arguments)
        return migrate.run(world or self.world, settings, given(migrate.migrate, *line))

    def rollback(self, *arguments: str, **settings: object) -> int:
        line = (*arguments, "--source", str(self.tab), "--yes", *HOST)
        return rollback.run(self.world, settings, given(rollback.rollback, *line))

    def status(self) -> int:
        return status.run(self.world, {}, given(status.status, str(self.tab), *HOST))

    def switch(self, name: str, parameters: Mapping[str, str], *arguments: str) -> int:
        return enable.switch(self.world, given(enable.enable, name, *arguments), parameters)

    @property
    def stacks(self) -> tuple[Deployed, ...]:
        found = self.world.stacks.deployed()
        mine = [stack for stack in found if stack.target.value == self.name]
        return tuple(sorted(mine, key=lambda stack: stack.stack_name))

    def stack(self, word: str) -> Deployed:
        (found,) = [stack for stack in self.stacks if word in stack.stack_name]
        return found

    @property
    def marks(self) -> int:
        return self.tab.read_bytes().count(b"# cron2aws:")

    def answers(self, outcomes: Scripted) -> None:
        """The host plays these outcomes."""
        assert self.world.sandbox
        self.world.sandbox.add_host(stand_in(self.name, behaviour=outcomes))


@pytest.fixture
def case(shared: World, tmp_path: Path) -> Iterator[Case]:
    made = Case(shared, tmp_path / "crontab")
    yield made
    for stack in made.stacks:
        shared.stacks.delete(stack)


def commands_of(case: Case) -> tuple[Command, ...]:
    assert case.world.sandbox
    return case.world.sandbox.commands


def given(command: click.Command, *arguments: str) -> dict[str, Any]:
    with command.make_context("cron2aws", list(arguments)) as context:
        return dict(context.params)


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    """Standard output, its lines unwrapped."""
    return " ".join(capsys.readouterr().out.split())


@contextmanager
def typing(answer: str) -> Iterator[None]:
    """Somebody sits at a terminal and types this."""
    mine, theirs = pty.openpty()
    before = sys.stdin
    with os.fdopen(mine, "wb", buffering=0) as keyboard, os.fdopen(theirs, "r") as terminal:
        sys.stdin = terminal
        keyboard.write(answer.encode())
        try:
            yield
        finally:
            sys.stdin = before


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Standard error is a terminal; what was written there."""
    mine, theirs = pty.openpty()
    got = bytearray()

    def read() -> None:
        with suppress(OSError):  # the other side is closed
            while piece := os.read(mine, 65_536):
                got.extend(piece)

    reader = threading.Thread(target=read)
    reader.start()
    with os.fdopen(theirs, "w") as screen, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", screen)
        yield got.decode
    reader.join()
    os.close(mine)


class TestAsking:
    """Nothing is written without a yes."""

    def test_nobody_at_the_terminal_is_a_no(
        self, case: Case, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Path(os.devnull).open() as nothing:
            monkeypatch.setattr(sys, "stdin", nothing)
            assert case.migrate("--comment-out") == 0
        assert (case.stacks, case.tab.read_bytes()) == ((), TAB)
        err = capsys.readouterr().err
        assert "Nobody can answer here" in err
        assert "--yes says yes" in err
        assert "Nothing was changed" in err

    def test_a_no_changes_nothing(self, case: Case) -> None:
        with typing("n\n"):
            assert case.migrate("--comment-out") == 0
        with typing("\n"):
            assert case.migrate() == 0
        assert (case.stacks, case.tab.read_bytes()) == ((), TAB)

    def test_a_yes_is_a_yes(self, case: Case) -> None:
        with typing("y\n"):
            assert case.migrate() == 0
        assert len(case.stacks) == 2


class TestSwitching:
    """enable and disable."""

    def test_a_task_is_enabled_and_disabled(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes")
        name = case.stack("backup").id
        assert case.switch(name, ENABLE, "--yes") == 0
        assert [stack.enabled for stack in case.stacks] == [True, False]
        told = capsys.readouterr()
        assert told.out.endswith(f"{case.stack('backup').stack_name} is enabled\n")
        assert case.switch(name, ENABLE, "--yes") == 0
        assert "enabled already" in capsys.readouterr().err
        assert case.switch(f"*{case.name}-*", DISABLE, "--yes") == 0
        assert [stack.enabled for stack in case.stacks] == [False, False]

    def test_without_a_yes_it_stays(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        capsys.readouterr()
        with typing("n\n"):
            assert case.switch(case.stack("backup").id, ENABLE) == 0
        assert not case.stack("backup").enabled
        assert capsys.readouterr().out == ""  # nothing came of it

    def test_enabling_takes_back_an_end(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        stack = case.stack("poll")
        case.world.stacks.update(stack, {"NotAfter": "2026-01-01T00:00:00Z"})
        assert case.switch(stack.id, ENABLE, "--yes") == 0
        assert case.stack("poll").parameters["NotAfter"] == ""
        assert case.status() == 0


class TestRunning:
    """run: what each host said, and 0 or 7."""

    def test_a_run_that_succeeds(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        case.answers(Scripted(outcomes=(job_outcome(0, "all saved\n"),)))
        capsys.readouterr()
        assert by_hand.follow(case.world, {}, case.stack("backup").stack_name) == 0
        out = capsys.readouterr().out
        assert "succeeded" in out
        assert case.name in out
        assert "all saved" in out

    def test_a_run_that_fails(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        case.answers(Scripted(outcomes=(job_outcome(194, "", "disk is full\n"),)))
        capsys.readouterr()
        assert by_hand.follow(case.world, {}, case.stack("backup").id) == 7
        out = capsys.readouterr().out
        assert "failed" in out
        assert "194" in out
        assert "disk is full" in out

    def test_a_run_that_is_skipped_says_why(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes")
        stack = case.stack("backup")
        case.world.stacks.update(stack, {"NotAfter": "2026-01-01T00:00:00Z"})
        capsys.readouterr()
        assert by_hand.follow(case.world, {}, stack.id) == 0
        assert "skipped No command was sent: not scheduled before 2026-01-01" in shown(capsys)

    def test_in_a_terminal_each_host_is_shown_while_it_works(
        self, case: Case, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case.migrate("--yes")
        working = Scripted(outcomes=(job_outcome(seconds=60),))
        case.answers(working)
        assert case.world.sandbox  # brackets are part of a name, no mark-up
        case.world.sandbox.add_host(stand_in("[b]x", tags={"Name": case.name}, behaviour=working))
        capsys.readouterr()
        with terminal(monkeypatch) as seen:
            assert by_hand.follow(case.world, {}, case.stack("backup").id) == 0
        assert f"{case.name}: InProgress" in seen()
        assert "[b]x: InProgress" in seen()
        assert "running for 0:00:" in seen()
        assert "InProgress" not in capsys.readouterr().out

    def test_a_run_does_not_depend_on_being_watched(
        self, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case.migrate("--yes")
        case.answers(Scripted(outcomes=(job_outcome(seconds=60),)))
        asked = []

        class Blind(Runs):
            def command_of(self, arn: str) -> str | None:
                asked.append(arn)
                raise AwsError(what="reading the history failed", why="AccessDenied")

        world = replace(case.world, runs=Blind(case.world.session))
        with terminal(monkeypatch) as seen:
            assert by_hand.follow(world, {}, case.stack("backup").id) == 0
        assert "running for 0:00:" in seen()
        assert len(asked) == 1  # a refusal is not asked for again

    def test_elsewhere_its_start_is_told_once(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes")
        stack = case.stack("backup")
        capsys.readouterr()
        by_hand.follow(case.world, {}, stack.id)
        (line,) = capsys.readouterr().err.splitlines()
        name, said = line.split(": ", 1)
        assert name == stack.stack_name
        assert re.fullmatch(r"started by-hand-\d{8}T\d{6}-\w{6}; \^C leaves it running", said)

    def test_two_runs_at_once_are_two(self, case: Case) -> None:
        case.migrate("--yes")
        stack = case.stack("backup")
        before = len(commands_of(case))
        with ThreadPoolExecutor() as pool:
            ended = list(pool.map(lambda _: by_hand.follow(case.world, {}, stack.id), range(2)))
        assert (ended, len(commands_of(case)) - before) == ([0, 0], 2)

    def test_several_tasks_cannot_be_run_at_once(self, case: Case) -> None:
        case.migrate("--yes")
        with pytest.raises(UsageError, match="means 2 tasks"):
            by_hand.follow(case.world, {}, f"*{case.name}-*")

    def test_a_stack_without_a_machine_cannot_run(self, case: Case) -> None:
        broken(case)
        with pytest.raises(SafetyError, match="ROLLBACK_COMPLETE"):
            by_hand.follow(case.world, {}, case.stack("backup").id)


def test_topics_are_deployed_once_and_told(
    shared: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with typing("n\n"):
        assert topics.deploy(shared, given(topics.topics)) == 0
    assert shared.topics.deployed() is None
    asked = given(topics.topics, "--email", "ops@example.com", "--successes", "--yes")
    assert topics.deploy(shared, asked) == 0
    told = capsys.readouterr()
    made = shared.topics.deployed()
    assert made
    assert told.out == (
        f"--succeeded-topic-arn {made.succeeded}\n--failed-topic-arn {made.failed}\n"
    )
    assert told.err.endswith(
        "ops@example.com is mailed of failures and successes, once it has confirmed.\n"
    )
    assert topics.deploy(shared, given(topics.topics, "--yes")) == 0
    assert shared.topics.deployed() == made
    assert topics.deploy(shared, given(topics.topics, "--no-successes", "--yes")) == 0
    assert shared.topics.deployed() == replace(made, mails_successes=False)
    assert capsys.readouterr().err.endswith("is mailed of failures, once it has confirmed.\n")
    (stack,) = shared.session.client("cloudformation").describe_stacks(StackName="cron2aws-topics")[
        "Stacks"
    ]
    email = {row["ParameterKey"]: row["ParameterValue"] for row in stack["Parameters"]}["Email"]
    assert email == "ops@example.com"
    shared.session.client("cloudformation").delete_stack(StackName="cron2aws-topics")


def test_an_address_is_not_replaced_unseen(
    shared: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="not an e-mail address"):
        topics.deploy(shared, given(topics.topics, "--email", "ops", "--yes"))
    assert shared.topics.deployed() is None
    topics.deploy(shared, given(topics.topics, "--yes"))
    assert "Nobody is mailed" in capsys.readouterr().err
    topics.deploy(shared, given(topics.topics, "--email", "a@example.com", "--yes"))
    with typing("n\n"):
        topics.deploy(shared, given(topics.topics, "--email", "b@example.com"))
    assert "and mail b@example.com instead of a@example.com?" in capsys.readouterr().err
    made = shared.topics.deployed()
    assert made
    assert made.email == "a@example.com"
    shared.session.client("cloudformation").delete_stack(StackName="cron2aws-topics")


class TestTelling:
    """Who is told of failures is never an accident."""

    def test_without_a_topic_it_is_said(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--dry-run")
        assert "Nobody is told where these tasks fail" in capsys.readouterr().err
        case.migrate("--dry-run", "--failed-topic-arn", TOPIC)
        assert "Nobody is told" not in capsys.readouterr().err

    def test_problems_are_told_beside_a_report_that_is_not_read_now(
        self, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes", "--comment-out")
        case.world.stacks.delete(case.stack("poll"))
        capsys.readouterr()
        report = str(tmp_path / "plan.json")
        assert case.migrate("--dry-run", "-o", "json", "--report-file", report) == 4
        assert "1 problem: see the report" in capsys.readouterr().err

    def test_a_foreign_stack_of_topics_is_asked_only_where_it_is_needed(self, case: Case) -> None:
        class Foreign(Topics):
            def deployed(self) -> DeployedTopics | None:
                raise SafetyError(what="a stack cron2aws-topics exists and is not ours")

        world = replace(case.world, topics=Foreign(calls(case.world)))
        arns = ("--succeeded-topic-arn", TOPIC, "--failed-topic-arn", TOPIC)
        with pytest.raises(SafetyError, match="not ours"):
            case.migrate("--dry-run", *arns[:2], world=world)
        assert case.migrate("--dry-run", *arns, world=world) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--failed-topic-arn", "nonsense"), "TopicCommandExecutionFailedArn"),
        (("--max-concurrency", "0"), "MaxConcurrency"),
        (("--tag", "Name=rep*"), "EC2InstanceTagValue"),
        (("--tag", "a+b=c"), "EC2InstanceTagName"),
    ],
)
def test_a_value_that_no_task_can_have_is_a_usage_error(
    case: Case, options: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        case.migrate("--dry-run", *options)


def test_the_end_of_the_input_is_a_no_and_an_interruption_is_none(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    with typing("\x04"):  # ^D
        assert case.migrate() == 0
    assert "Nothing was changed" in capsys.readouterr().err
    assert case.stacks == ()


class TestRollback:
    """By what a task can be named, and what must not come back."""

    @pytest.mark.parametrize(
        "name",
        [
            lambda stack: stack.id,
            lambda stack: stack.stack_name,
            lambda stack: f"{stack.stack_name[:-12]}*",
        ],
        ids=["id", "name", "glob"],
    )
    def test_one_of_two(self, case: Case, name: Callable[[Deployed], str]) -> None:
        case.migrate("--yes", "--comment-out")
        assert case.rollback(name(case.stack("backup"))) == 0
        assert [("poll" in stack.stack_name) for stack in case.stacks] == [True]
        assert case.marks == 1
        assert case.tab.read_bytes().startswith(TAB.splitlines()[0])

    def test_an_unknown_name_gets_near_misses(self, case: Case) -> None:
        case.migrate("--yes")
        name = case.stack("backup").stack_name
        with pytest.raises(UsageError, match="no task") as refused:
            case.rollback(name[:-1])
        assert name in (refused.value.fix or "")
        with pytest.raises(UsageError, match="no task") as refused:
            case.rollback("!")
        assert "status" in (refused.value.fix or "")

    def test_nothing_to_do(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        assert case.rollback() == 0
        assert "Nothing to roll back" in capsys.readouterr().err

    def test_without_a_yes_it_stays(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        line = given(rollback.rollback, "--source", str(case.tab), *HOST)
        with typing("n\n"):
            assert rollback.run(case.world, {}, line) == 0
        assert (len(case.stacks), case.marks) == (2, 2)

    @pytest.mark.parametrize(("other", "why"), [("000000000001", "account"), (None, "region")])
    def test_a_line_of_another_place_stays(self, case: Case, other: str | None, why: str) -> None:
        case.migrate("--yes", "--comment-out")
        place = case.world.place
        here = f"{place.account}/{place.region}/".encode()
        there = f"{other or place.account}/{'eu-central-1' if other is None else place.region}/"
        case.tab.write_bytes(case.tab.read_bytes().replace(here, there.encode()))
        with pytest.raises(SafetyError, match="was handed over to account") as refused:
            case.rollback()
        assert why in str(refused.value)
        assert case.marks == 2
        assert case.migrate("--yes") == 4

    def test_a_line_whose_stack_is_of_another_stays(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        relabel(case, case.stack("poll"), {TAG_SOURCE: "/etc/other"})
        with pytest.raises(SafetyError, match="another source or user"):
            case.rollback()
        assert (case.marks, len(case.stacks)) == (2, 2)

    def test_a_task_of_another_host_with_the_same_line_stays(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Same file, same line, same id: the stack's own tag says whose job it runs."""
        case.migrate("--yes", "--comment-out")
        for stack in case.stacks:
            relabel(case, stack, {TAG_HOST: "another-host"})
        marked, stack = case.tab.read_bytes(), case.stack("poll")
        case.tab.write_bytes(TAB)  # as it still stands on this host
        for name in (stack.stack_name, stack.id):
            with pytest.raises(SafetyError, match="made for another host: another-host") as no:
                case.rollback(name)
            assert "--without-lines" in (no.value.fix or "")
        assert case.rollback() == 0
        assert "Nothing to roll back" in capsys.readouterr().err
        assert len(case.stacks) == 2
        assert case.rollback(stack.id, "--without-lines") == 0
        case.tab.write_bytes(marked)  # where a line is marked here, it is this host's as well
        assert case.rollback() == 0
        assert not case.stacks

    def test_a_file_does_not_say_whose_it_is(self, case: Case) -> None:
        case.migrate("--yes", "--enable", "--only-this-host")
        with pytest.raises(SafetyError, match="no line here has its mark"):
            case.rollback()
        assert case.rollback("--without-lines") == 0
        assert (len(case.stacks), case.tab.read_bytes()) == (0, TAB)

    def test_a_tree_with_a_host_name_does(self, case: Case, tmp_path: Path) -> None:
        etc = tmp_path / "tree/etc"
        etc.mkdir(parents=True)
        (etc / "hostname").write_text("web-7\n")
        (etc / "crontab").write_bytes(TAB)
        tree = str(etc.parent)
        asked = (tree, "--tag", f"Name={case.name}", "--enable", "--only-this-host", "--yes", *HOST)
        assert migrate.run(case.world, {}, given(migrate.migrate, *asked)) == 0
        back = given(rollback.rollback, "--source", tree, "--yes", *HOST)
        (etc / "hostname").write_text("web-8\n")
        assert rollback.run(case.world, {}, back) == 0
        assert len(case.stacks) == 2  # they are web-7's
        (etc / "hostname").write_text("web-7\n")
        assert rollback.run(case.world, {}, back) == 0
        assert not case.stacks

    def test_a_line_whose_stack_is_gone_while_another_has_its_id_stays(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        marked = case.tab.read_bytes()
        gone = case.stack("poll").stack_name
        case.tab.write_bytes(marked.replace(gone.encode(), b"cron2aws-somebody-elses"))
        with pytest.raises(
            SafetyError, match="to cron2aws-somebody-elses, which is not here"
        ) as no:
            case.rollback()
        assert f"rollback {gone}" in (no.value.fix or "")
        relabel(case, case.stack("poll"), {TAG_HOST: "another-host"})
        assert case.rollback() == 0  # another host's stack is not this line's
        assert [stack.stack_name for stack in case.stacks] == [gone]

    def test_of_two_stacks_with_one_id_the_marked_one_is_its_lines(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        mine = case.stack("poll")
        twin = f"another-{mine.stack_name}"
        calls(case.world).create(
            twin, {**mine.parameters, "RuleName": "another", "Enabled": "false"}, dict(mine.tags)
        )
        with pytest.raises(UsageError, match="means 2 tasks"):
            by_hand.follow(case.world, {}, mine.id)
        assert case.migrate("--yes") == 4  # which of them is meant?
        assert case.rollback(twin) == 0  # as the hint says
        assert mine.stack_name in {stack.stack_name for stack in case.stacks}
        assert case.marks == 2
        assert case.migrate("--yes") == 0

    def test_a_failure_is_told_and_the_rest_goes(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes")
        bad = case.stack("poll")

        class Refusing(Stacks):
            def delete(self, stack: Deployed) -> None:
                if stack.id == bad.id:
                    raise SafetyError(what="no")
                super().delete(stack)

        case.world = replace(case.world, stacks=Refusing(calls(case.world)))
        assert case.rollback() == 6
        assert [stack.id for stack in case.stacks] == [bad.id]
        assert "the same command" in capsys.readouterr().err

    def test_with_sandbox_only_a_copy_comes_back(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        marked = case.tab.read_bytes()
        assert case.rollback(sandbox=True) == 0
        assert case.tab.read_bytes() == marked


def calls(world: World, template: str | None = None) -> StackCalls:
    session = Session(AwsSettings())
    text = template_text("task.yaml") if template is None else template
    return StackCalls(session, text, lambda _: world.clock.sleep_until(world.clock.now()))


def relabel(case: Case, stack: Deployed, tags: Mapping[str, str]) -> None:
    """Somebody has given a stack other tags."""
    case.world.session.client("cloudformation").update_stack(
        StackName=stack.stack_name,
        TemplateBody=template_text("task.yaml"),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in {**stack.parameters, "Overlap": "skip"}.items()
        ],
        Tags=[{"Key": key, "Value": value} for key, value in {**stack.tags, **tags}.items()],
        Capabilities=CAPABILITIES,
    )


def broken(case: Case) -> None:
    """The first stack's creation fails and is rolled back."""
    template = template_text("task.yaml").replace('"StartAt": "Send"', '"StartAt" "Send"')
    stacks = Stacks(calls(case.world, template))
    assert (
        case.migrate("--yes", "--only", "*backup*", world=replace(case.world, stacks=stacks)) == 6
    )


class TestRefusals:
    """What migrate does not go on with: exit 4, and nothing is changed."""

    def test_a_broken_stack_is_told_and_rolled_back(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        broken(case)
        err = capsys.readouterr().err
        assert "ended in ROLLBACK_COMPLETE" in err
        assert "InvalidDefinition" in err
        assert case.status() == 4
        assert "stack is broken" in shown(capsys)
        assert case.migrate("--yes", "--only", "*backup*") == 4
        assert "is in ROLLBACK_COMPLETE" in shown(capsys)
        assert case.rollback() == 0
        assert case.stacks == ()
        assert case.migrate("--yes") == 0

    def test_one_entry_under_two_tags(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        first, case.name = case.name, f"{case.name}-other"
        assert case.migrate("--yes", "--comment-out") == 4
        assert f"on Name={first}, not on Name={case.name}" in shown(capsys)
        assert (case.stacks, case.marks) == ((), 0)
        case.name = first

    def test_a_stack_of_another_line(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        relabel(case, case.stack("poll"), {TAG_SOURCE: "/etc/other"})
        assert case.migrate("--yes", "--comment-out", "--only", "*poll*") == 4
        assert "another source or user" in shown(capsys)
        assert case.marks == 0

    def test_two_stacks_with_one_id(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        stack = case.stack("poll")
        twin = {**stack.parameters, "RuleName": f"{stack.parameters['RuleName'][:-1]}x"}
        case.world.stacks.create(f"{stack.stack_name}-twin", twin, stack.tags)
        assert case.migrate("--yes", "--comment-out", "--only", "*poll*") == 4
        assert "several stacks have the id" in shown(capsys)
        assert case.marks == 0

    def test_a_marked_line_that_runs_nowhere(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes", "--comment-out")
        stack = case.stack("poll")
        case.switch(stack.id, DISABLE, "--yes")
        assert case.status() == 4
        assert "runs nowhere" in shown(capsys)
        assert case.migrate("--yes") == 4
        assert "is disabled: the job runs nowhere" in shown(capsys)

    def test_a_rollback_that_was_cut_short(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes", "--comment-out")
        case.world.stacks.update(case.stack("poll"), {"NotAfter": "2026-01-01T00:00:00Z"})
        assert case.status() == 4
        assert "runs nowhere" in shown(capsys)
        assert case.migrate("--yes") == 4
        assert "a rollback was cut short" in shown(capsys)
        assert case.rollback() == 0
        assert (case.tab.read_bytes(), case.stacks) == (TAB, ())

    def test_a_file_that_cannot_be_rewritten_is_refused_before_anything_is_deployed(
        self, case: Case
    ) -> None:
        link = case.tab.with_name("link")
        link.hardlink_to(case.tab)
        with pytest.raises(SafetyError, match="hard links"):
            case.migrate("--yes", "--comment-out")
        assert (case.stacks, case.tab.read_bytes()) == ((), TAB)

    def test_standard_input_cannot_be_commented_out(
        self, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stdin = io.TextIOWrapper(io.BytesIO(TAB))
        monkeypatch.setattr(sys, "stdin", stdin)
        case.tab = Path("-")
        with pytest.raises(SourceError, match="- cannot be edited"):
            case.migrate("--yes", "--comment-out", "--format-of", "system")
        assert case.stacks == ()


def test_an_interruption_leaves_every_job_to_cron_and_says_how_to_go_on(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupting:
        """^C while the hand-over is waited for."""

        now = case.world.clock.now

        def sleep_until(self, moment: datetime) -> None:
            del moment
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        case.migrate("--yes", "--comment-out", world=replace(case.world, clock=Interrupting()))
    assert [stack.enabled for stack in case.stacks] == [False, False]
    assert case.tab.read_bytes() == TAB
    assert "The same command again goes on" in capsys.readouterr().err
    assert case.migrate("--yes", "--comment-out") == 0
    assert ([stack.enabled for stack in case.stacks], case.marks) == ([True, True], 2)


class TestHosts:
    """Which hosts carry the tag, and whose crontabs were read."""

    def real(self, case: Case, here: str | None = None, *names: str) -> World:
        """The same AWS, seen as no sandbox."""
        assert case.world.sandbox
        for name in names:
            case.world.sandbox.add_host(
                replace(stand_in(name), tags={"Name": case.name, "Host": name})
            )
        return replace(case.world, sandbox=None, here=here)

    def test_a_tag_that_nobody_carries(self, case: Case) -> None:
        with pytest.raises(SafetyError, match="no instance carries the tag"):
            case.migrate("--yes", "--comment-out", world=self.real(case))
        assert case.migrate("--yes", "--dry-run", world=self.real(case)) == 0

    @pytest.mark.parametrize("option", ["--comment-out", "--enable"])
    def test_hosts_whose_crontabs_were_not_read(self, case: Case, option: str) -> None:
        world = self.real(case, None, "web-1", "web-2")
        with pytest.raises(SafetyError, match="whose crontabs were not read: host") as refused:
            case.migrate("--yes", option, world=world)
        assert "--only-this-host" in (refused.value.fix or "")
        assert (case.stacks, case.marks) == ((), 0)

    def test_the_one_host_with_the_tag_whose_crontab_was_read(self, case: Case) -> None:
        here = stand_in("web-1").instance_id
        world = self.real(case, here, "web-1")
        assert case.migrate("--yes", "--comment-out", "--parallel", "1", world=world) == 0
        assert (len(case.stacks), case.marks) == (2, 2)

    def test_only_this_host_says_that_no_other_has_the_lines(self, case: Case) -> None:
        world = self.real(case, None, "web-1", "web-2")
        options = ("--yes", "--comment-out", "--only-this-host", "--parallel", "1")
        assert case.migrate(*options, world=world) == 0
        assert (len(case.stacks), case.marks) == (2, 2)

    @pytest.mark.parametrize(
        ("here", "told"), [(None, "is no EC2 instance"), ("i-00000000", "machine is i-00000000")]
    )
    def test_this_hosts_own_crontabs_need_this_host_under_the_tag(
        self, case: Case, here: str | None, told: str
    ) -> None:
        line = given(migrate.migrate, "--tag", f"Name={case.name}", "--yes", *HOST)
        reading = {**line, "source": (str(case.tab),)}
        assert reading["comment_out"] is False
        wish = wish_of(line)
        with pytest.raises(SafetyError, match=told):
            migrate._preflight(self.real(case, here, "web-1"), wish, line)

    def test_this_host_under_the_tag_is_read(self, case: Case) -> None:
        me = stand_in("web-9").instance_id
        line = given(migrate.migrate, "--tag", f"Name={case.name}", "--comment-out", *HOST)
        migrate._preflight(self.real(case, me, "web-9"), wish_of(line), line)
