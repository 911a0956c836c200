"""Every command over an open sandbox: what it changes, what it refuses, its exit code."""

from __future__ import annotations

import io
import itertools
import os
import pty
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import click
import pytest

from cron2aws.app.context import Context
from cron2aws.app.installed import task_templates
from cron2aws.app.options import RunOptions, SwitchOptions
from cron2aws.app.run import run
from cron2aws.app.switch import Switch, switch
from cron2aws.aws.runs import Runs
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks, TaskTemplates
from cron2aws.crontab.mark import Mark
from cron2aws.errors import AwsError, SafetyError, UsageError
from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.commands import Command
from cron2aws.sandbox.run_command.hosts import Scripted, job_outcome, stand_in
from cron2aws.task.foundation import FROM_FOUNDATION, FROM_TARGET
from cron2aws.task.task import TAG_SOURCE
from tests.calling import HOST, command, opened
from tests.sandboxes import client

TOPIC = "arn:aws:sns:us-east-1:123456789012:mine"
TAB = b"17 3 * * * root /opt/backup --all\n*/5 * * * * root /opt/poll\n"
COUNT = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Shared:
    sandbox: Sandbox
    context: Context


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    with pytest.MonkeyPatch.context() as patch, Sandbox() as sandbox:
        patch.setenv("CRON2AWS_STATE", str(tmp_path_factory.mktemp("state")))
        yield Shared(sandbox=sandbox, context=opened(sandbox))


class Case:
    """One crontab and one tag of its own, in the sandbox that all share."""

    def __init__(self, shared: Shared, tab: Path) -> None:
        self.sandbox = shared.sandbox
        self.context = shared.context
        self.tab = tab
        self.tab.write_bytes(TAB)
        self.name = f"host-{next(COUNT)}"

    def migrate(
        self, *arguments: str, context: Context | None = None, before: Sequence[str] = ()
    ) -> int:
        line = (str(self.tab), "--tag", f"Name={self.name}", *HOST, *arguments)
        return command(context or self.context, "migrate", *line, before=before)

    def rollback(self, *arguments: str, context: Context | None = None) -> int:
        line = (*arguments, "--source", str(self.tab), *HOST)
        return command(context or self.context, "rollback", *line, "--yes")

    def status(self) -> int:
        return command(self.context, "status", str(self.tab), *HOST)

    def run(self, name: str, context: Context | None = None) -> int:
        return command(context or self.context, "run", name)

    @property
    def stacks(self) -> tuple[Deployed, ...]:
        found = self.context.stacks.deployed()
        mine = [stack for stack in found if stack.target.readable == self.name]
        return tuple(sorted(mine, key=lambda stack: stack.stack_name))

    def stack(self, word: str) -> Deployed:
        (found,) = [stack for stack in self.stacks if word in stack.stack_name]
        return found

    @property
    def marks(self) -> int:
        return self.tab.read_bytes().count(b"# cron2aws:")

    def answers(self, outcomes: Scripted) -> None:
        """The host plays these outcomes."""
        self.sandbox.add_host(stand_in(self.name, behaviour=outcomes))


@pytest.fixture
def shared(both: Shared) -> Context:
    return both.context


@pytest.fixture
def case(both: Shared, tmp_path: Path) -> Iterator[Case]:
    made = Case(both, tmp_path / "crontab")
    yield made
    for stack in made.stacks:
        both.context.stacks.delete(stack)


def commands_of(case: Case) -> tuple[Command, ...]:
    return case.sandbox.commands


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

    def test_nobody_at_the_terminal_is_refused(
        self, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Path(os.devnull).open() as nothing:
            monkeypatch.setattr(sys, "stdin", nothing)
            with pytest.raises(UsageError, match="nobody can answer") as refused:
                case.migrate("--comment-out")
        assert refused.value.exit_code == 2
        assert "give --yes" in (refused.value.fix or "")
        assert (case.stacks, case.tab.read_bytes()) == ((), TAB)

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
        assert command(case.context, "enable", name, "--yes") == 0
        assert [stack.enabled for stack in case.stacks] == [True, False]
        told = capsys.readouterr()
        assert told.out.endswith(f"{case.stack('backup').stack_name} is enabled\n")
        assert command(case.context, "enable", name, "--yes") == 0
        assert "enabled already" in capsys.readouterr().err
        assert command(case.context, "disable", f"*{case.name}-*", "--yes") == 0
        assert [stack.enabled for stack in case.stacks] == [False, False]

    def test_without_a_yes_it_stays(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        capsys.readouterr()
        with typing("n\n"):
            assert command(case.context, "enable", case.stack("backup").id) == 0
        assert not case.stack("backup").enabled
        assert capsys.readouterr().out == ""  # nothing came of it

    @pytest.mark.parametrize("known", [True, False])
    def test_disabling_says_that_a_job_runs_nowhere(
        self, case: Case, capsys: pytest.CaptureFixture[str], *, known: bool
    ) -> None:
        case.migrate("--yes", "--comment-out")
        stack = case.stack("poll")
        if known:
            case.context.stacks.update(stack, {"LiveFrom": "2026-01-01T00:00Z"})
        capsys.readouterr()
        assert command(case.context, "disable", stack.id, "--yes") == 0
        told = capsys.readouterr().err
        assert ("run nowhere while they are" in told) is known
        assert "cron2aws rollback" in told

    def test_what_failed_half_way_is_not_disabled_already(self, case: Case) -> None:
        case.migrate("--yes")
        stack = replace(case.stack("poll"), status="UPDATE_ROLLBACK_FAILED")
        updated = []

        class Half(Stacks):
            def deployed(self) -> tuple[Deployed, ...]:
                return (stack,)

            def flip(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
                updated.append((stack.stack_name, dict(parameters)))

        context = replace(case.context, stacks=Half(calls(case.context), task_templates()))
        assert command(context, "disable", stack.id, "--yes") == 0
        assert updated == [(stack.stack_name, {"Enabled": "false"})]


class TestRunning:
    """run: what each host said, and 0 or 7."""

    def test_a_run_that_succeeds(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        case.answers(Scripted(outcomes=(job_outcome(0, "all saved\n"),)))
        capsys.readouterr()
        assert case.run(case.stack("backup").stack_name) == 0
        out = capsys.readouterr().out
        assert "succeeded" in out
        assert case.name in out
        assert "all saved" in out

    def test_a_run_that_fails(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        case.answers(Scripted(outcomes=(job_outcome(194, "", "disk is full\n"),)))
        capsys.readouterr()
        assert case.run(case.stack("backup").id) == 7
        out = capsys.readouterr().out
        assert "failed" in out
        assert "194" in out
        assert "disk is full" in out

    def test_in_a_terminal_each_host_is_shown_while_it_works(
        self, case: Case, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case.migrate("--yes")
        working = Scripted(outcomes=(job_outcome(seconds=60),))
        case.answers(working)
        # brackets are part of a name, no mark-up
        case.sandbox.add_host(stand_in("[b]x", tags={"Name": case.name}, behaviour=working))
        capsys.readouterr()
        with terminal(monkeypatch) as seen:
            assert case.run(case.stack("backup").id) == 0
        assert f"{case.name}: InProgress" in seen()
        assert "[b]x: InProgress" in seen()
        assert re.search(r"running for \d+ (min|s)", seen())  # a whole minute has no seconds
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

        context = replace(case.context, runs=Blind(Session(AwsSettings())))
        with terminal(monkeypatch) as seen:
            assert case.run(case.stack("backup").id, context=context) == 0
        assert re.search(r"running for \d+ (min|s)", seen())  # a whole minute has no seconds
        assert len(asked) == 1  # a refusal is not asked for again

    def test_elsewhere_its_start_is_told_once(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes")
        stack = case.stack("backup")
        capsys.readouterr()
        case.run(stack.id)
        (line,) = capsys.readouterr().err.splitlines()
        name, said = line.split(": ", 1)
        assert name == stack.stack_name
        assert re.fullmatch(r"started by-hand-\d{8}T\d{6}-\w{6}; \^C leaves it running", said)

    def test_two_runs_at_once_are_two(self, case: Case) -> None:
        case.migrate("--yes")
        stack = case.stack("backup")
        before = len(commands_of(case))
        with ThreadPoolExecutor() as pool:
            ended = list(pool.map(lambda _: case.run(stack.id), range(2)))
        assert (ended, len(commands_of(case)) - before) == ([0, 0], 2)

    def test_several_tasks_cannot_be_run_at_once(self, case: Case) -> None:
        case.migrate("--yes")
        with pytest.raises(UsageError, match="matches 2 tasks"):
            case.run(f"*{case.name}-*")

    def test_a_stack_without_a_machine_cannot_run(self, case: Case) -> None:
        broken(case)
        with pytest.raises(SafetyError, match="ROLLBACK_COMPLETE"):
            case.run(case.stack("backup").id)


DELETED = "0123456789abcdef"
ASKS: dict[str, Callable[[str, Context, Sequence[Mark]], object]] = {
    "run": lambda name, context, marks: run(RunOptions(task=name), context, marks=lambda _: marks),
    "enable": lambda name, context, marks: switch(
        Switch.ENABLE, SwitchOptions(tasks=(name,)), context, marks=lambda _: marks
    ),
    "disable": lambda name, context, marks: switch(
        Switch.DISABLE, SwitchOptions(tasks=(name,)), context, marks=lambda _: marks
    ),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
class TestATaskWhoseStackWasDeleted:
    """Its mark still stands here: no word of a task that is not known."""

    @staticmethod
    def mark(context: Context, **other: str) -> Mark:
        place = context.place
        where = {"account": place.account, "region": place.region, **other}
        return Mark(id=DELETED, stack="cron2aws-web-gone", **where)

    @pytest.mark.parametrize("name", [DELETED, DELETED[:8], "cron2aws-web-gone", "*gone"])
    def test_it_is_said_with_what_to_do(
        self, shared: Context, ask: Callable[[str, Context, Sequence[Mark]], object], name: str
    ) -> None:
        with pytest.raises(SafetyError, match="stack cron2aws-web-gone is gone") as refused:
            ask(name, shared, [self.mark(shared)])
        assert f"`cron2aws rollback {DELETED}` puts the line back" in (refused.value.fix or "")

    def test_a_task_of_another_place(
        self, shared: Context, ask: Callable[[str, Context, Sequence[Mark]], object]
    ) -> None:
        with pytest.raises(SafetyError, match="is in account 999999999999, eu-west-1") as refused:
            ask(DELETED, shared, [self.mark(shared, account="999999999999", region="eu-west-1")])
        assert "--profile" in (refused.value.fix or "")

    def test_another_name_means_no_task(
        self, shared: Context, ask: Callable[[str, Context, Sequence[Mark]], object]
    ) -> None:
        with pytest.raises(UsageError, match="no task 'nothing'"):
            ask("nothing", shared, [self.mark(shared)])


class TestTelling:
    """Who is told of failures is never an accident."""

    def test_problems_are_told_beside_a_report_that_is_not_read_now(
        self, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes", "--comment-out")
        case.context.stacks.delete(case.stack("poll"))
        capsys.readouterr()
        report = str(tmp_path / "plan.json")
        assert case.migrate("--dry-run", "-o", "json", "--report-file", report) == 4
        assert "1 problem: see the report" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--failed-topic-arn", "nonsense"), "TopicCommandExecutionFailedArn"),
        (("--max-concurrency", "0"), "MaxConcurrency"),
        (("--tag", "Name=rep*"), r"'\*' is not one of"),
        (("--tag", "a+b=c"), r"'\+' is not one of"),
    ],
)
def test_a_value_that_no_task_can_have_is_a_usage_error(
    case: Case, options: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        case.migrate("--dry-run", *options)


def test_the_end_of_the_input_is_no_answer(case: Case) -> None:
    with typing("\x04"), pytest.raises(UsageError, match="the input ended; nothing was changed"):
        case.migrate()  # ^D
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
        with typing("n\n"):
            assert command(case.context, "rollback", "--source", str(case.tab), *HOST) == 0
        assert (len(case.stacks), case.marks) == (2, 2)

    @pytest.mark.parametrize(("other", "why"), [("000000000001", "account"), (None, "region")])
    def test_a_line_of_another_place_stays(self, case: Case, other: str | None, why: str) -> None:
        case.migrate("--yes", "--comment-out")
        place = case.context.place
        here = f"{place.account}/{place.region}/".encode()
        there = f"{other or place.account}/{'eu-central-1' if other is None else place.region}/"
        case.tab.write_bytes(case.tab.read_bytes().replace(here, there.encode()))
        assert case.rollback() == 0  # it is told, and stops no other line
        poll = case.stack("poll").id
        with pytest.raises(SafetyError, match="was handed over to account") as refused:
            case.rollback(poll)
        assert why in str(refused.value)
        assert case.marks == 2
        assert case.migrate("--yes") == 0

    def test_a_line_whose_stack_is_of_another_stays(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        relabel(case.stack("poll"), {TAG_SOURCE: "/etc/other"})
        with pytest.raises(SafetyError, match="another source, user or template"):
            case.rollback(case.stack("poll").id)
        assert (case.marks, len(case.stacks)) == (2, 2)
        assert case.rollback() == 0
        assert (case.marks, len(case.stacks)) == (1, 1)

    def test_a_tree_with_a_host_name_does(self, case: Case, tmp_path: Path) -> None:
        etc = tmp_path / "tree/etc"
        etc.mkdir(parents=True)
        (etc / "hostname").write_text("web-7\n")
        (etc / "crontab").write_bytes(TAB)
        tree = str(etc.parent)
        asked = (tree, "--tag", f"Name={case.name}", "--rehearse", "--yes", *HOST)
        assert command(case.context, "migrate", *asked) == 0
        back = ("rollback", "--source", tree, "--yes", *HOST)
        (etc / "hostname").write_text("web-8\n")
        assert command(case.context, *back) == 0
        assert len(case.stacks) == 2  # they are web-7's
        (etc / "hostname").write_text("web-7\n")
        assert command(case.context, *back) == 0
        assert not case.stacks

    def test_of_two_stacks_with_one_id_the_marked_one_is_its_lines(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        mine = case.stack("poll")
        twin = f"another-{mine.stack_name}"
        # its functions would have the names of the other's under the same target
        alone = dict.fromkeys((*FROM_FOUNDATION, *FROM_TARGET), "")
        given = {**mine.parameters, **alone, "RuleName": "another", "Enabled": "false"}
        case.context.stacks.create(twin, given, mine.tags)
        with pytest.raises(UsageError, match="matches 2 tasks"):
            case.run(mine.id)
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

        case.context = replace(case.context, stacks=Refusing(calls(case.context), task_templates()))
        assert case.rollback() == 6
        assert [stack.id for stack in case.stacks] == [bad.id]
        assert "the same command" in capsys.readouterr().err

    def test_with_sandbox_only_a_copy_comes_back(self, case: Case) -> None:
        case.migrate("--yes", "--comment-out")
        marked = case.tab.read_bytes()
        copying = replace(case.context, copies_sources=True)
        assert case.rollback(context=copying) == 0
        assert case.tab.read_bytes() == marked

    @pytest.mark.parametrize("line", [("migrate", "--tag", "Name=web"), ("rollback",)])
    def test_with_sandbox_this_hosts_own_crontabs_are_refused(
        self, case: Case, line: tuple[str, ...]
    ) -> None:
        copying = replace(case.context, copies_sources=True)
        with pytest.raises(UsageError, match="--sandbox needs a SOURCE"):
            command(copying, *line, "--yes")


def calls(context: Context) -> StackCalls:
    session = Session(AwsSettings())
    return StackCalls(session, lambda _: context.clock.sleep_until(context.clock.now()))


def relabel(stack: Deployed, tags: Mapping[str, str]) -> None:
    """Somebody has given a stack other tags."""
    client("cloudformation").update_stack(
        StackName=stack.stack_name,
        TemplateBody=task_templates().of(stack.parameters).body,
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in {**stack.parameters, "Overlap": "skip"}.items()
        ],
        Tags=[{"Key": key, "Value": value} for key, value in {**stack.tags, **tags}.items()],
        Capabilities=["CAPABILITY_IAM"],
    )


def broken(case: Case) -> None:
    """The first stack's creation fails and is rolled back."""
    whole = task_templates().shared
    template = replace(whole, body=(whole.body or "").replace("{`StartAt", "{StartAt"))
    stacks = Stacks(calls(case.context), TaskTemplates(shared=template, own_roles=template))
    assert (
        case.migrate("--yes", "--only", "*backup*", context=replace(case.context, stacks=stacks))
        == 6
    )


class TestRefusals:
    """What migrate does not go on with: exit 4, and nothing is changed."""

    def test_a_broken_stack_is_told_and_made_anew_or_rolled_back(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        broken(case)
        err = capsys.readouterr().err
        assert "ended in ROLLBACK_COMPLETE" in err
        assert "InvalidDefinition" in err
        assert case.status() == 4
        assert "stack is broken" in shown(capsys)
        assert case.rollback() == 0
        assert case.stacks == ()
        broken(case)
        assert case.migrate("--yes") == 0
        told = " ".join(capsys.readouterr().err.split())
        assert "is in ROLLBACK_COMPLETE, never came up, and is made anew" in told
        statuses = [stack.status for stack in case.context.stacks.deployed()]
        assert statuses == ["CREATE_COMPLETE"] * 2

    def test_one_entry_under_two_tags_is_two_tasks(self, case: Case) -> None:
        case.migrate("--yes")
        mine, case.name = case.stacks, f"{case.name}-other"
        assert case.migrate("--yes") == 0
        assert {stack.id for stack in case.stacks} == {stack.id for stack in mine}
        assert not {stack.stack_name for stack in case.stacks} & {each.stack_name for each in mine}
        for stack in mine:
            case.context.stacks.delete(stack)

    def test_a_stack_of_another_line(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        relabel(case.stack("poll"), {TAG_SOURCE: "/etc/other"})
        assert case.migrate("--yes", "--comment-out", "--only", "*poll*") == 4
        assert "another source or user" in shown(capsys)
        assert case.marks == 0

    def test_two_stacks_with_one_id(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        case.migrate("--yes")
        stack = case.stack("poll")
        alone = dict.fromkeys((*FROM_FOUNDATION, *FROM_TARGET), "")
        twin = {**stack.parameters, **alone, "RuleName": f"{stack.parameters['RuleName'][:-1]}x"}
        case.context.stacks.create(f"{stack.stack_name}-twin", twin, stack.tags)
        assert case.migrate("--yes", "--comment-out", "--only", "*poll*") == 4
        assert "several stacks have the id" in shown(capsys)
        assert case.marks == 0

    def test_a_marked_line_that_runs_nowhere(
        self, case: Case, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case.migrate("--yes", "--comment-out")
        stack = case.stack("poll")
        command(case.context, "disable", stack.id, "--yes")
        assert case.status() == 4
        assert "runs nowhere" in shown(capsys)
        assert case.migrate("--yes") == 4
        assert "is disabled: the job runs nowhere" in shown(capsys)

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
        with pytest.raises(SafetyError, match="- cannot be edited"):
            case.migrate("--yes", "--comment-out", "--format-of", "system")
        assert case.stacks == ()


def test_an_interruption_leaves_every_job_to_cron_and_says_how_to_go_on(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupting:
        """^C while the hand-over is waited for."""

        now = case.context.clock.now

        def sleep_until(self, moment: datetime) -> None:
            del moment
            raise KeyboardInterrupt

    with pytest.raises(click.Abort):
        case.migrate("--yes", "--comment-out", context=replace(case.context, clock=Interrupting()))
    assert case.tab.read_bytes() == TAB
    assert "The same command again goes on" in capsys.readouterr().err
    assert case.migrate("--yes", "--comment-out") == 0
    assert ([stack.enabled for stack in case.stacks], case.marks) == ([True, True], 2)


class TestHosts:
    """Which hosts carry the tag, and whose crontabs were read."""

    def real(self, case: Case, here: str | None = None, *names: str) -> Context:
        """The same AWS, seen as no sandbox."""
        for name in names:
            case.sandbox.add_host(replace(stand_in(name), tags={"Name": case.name, "Host": name}))
        return replace(case.context, stand_ins=None, here=here)

    def test_a_tag_that_nobody_carries(self, case: Case) -> None:
        with pytest.raises(SafetyError, match="no instance carries the tag"):
            case.migrate("--yes", "--comment-out", context=self.real(case))
        assert case.migrate("--yes", "--dry-run", context=self.real(case)) == 0

    def test_other_hosts_of_the_tag_keep_their_own_lines(self, case: Case) -> None:
        context = self.real(case, None, "web-1", "web-2")
        options = ("--yes", "--comment-out", "--parallel", "1")
        assert case.migrate(*options, context=context) == 0
        assert (len(case.stacks), case.marks) == (2, 2)

    def test_the_one_host_with_the_tag_whose_crontab_was_read(self, case: Case) -> None:
        here = stand_in("web-1").instance_id
        context = self.real(case, here, "web-1")
        assert case.migrate("--yes", "--comment-out", "--parallel", "1", context=context) == 0
        assert (len(case.stacks), case.marks) == (2, 2)
