"""`history` over an open sandbox: the real machine's runs, as they are told afterwards."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.context import Context
from cron2aws.errors import UsageError
from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import Outcome, Scripted, job_outcome, reported, stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.calling import HOST, command, opened

COUNT = itertools.count(1)
NOON = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
LEFT = reported("exit=- seconds=0 outcome=left-to-cron")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Context]]:
    with pytest.MonkeyPatch.context() as patch, Sandbox(clock=VirtualClock(NOON)) as sandbox:
        patch.setenv("CRON2AWS_STATE", str(tmp_path_factory.mktemp("state")))
        yield sandbox, opened(sandbox)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A task of one entry, enabled, and the hosts that it runs on."""

    sandbox: Sandbox
    context: Context
    stack: Deployed

    @property
    def machine(self) -> str:
        return self.stack.outputs["StateMachineArn"]

    def fire(self) -> str:
        """The run of the next minute; its ARN once it has ended."""
        clock = self.sandbox.clock
        clock.sleep(60 - clock.now().timestamp() % 60)
        arn = self.sandbox.fire(self.stack.stack_name, clock.now())
        assert arn
        return str(self.sandbox.wait(arn)["arn"])

    def start(self, name: str, given: str = "{}") -> str:
        arn = self.sandbox.start(self.machine, given, name)
        self.sandbox.wait(arn)
        return arn

    def sets(self, **parameters: str) -> None:
        self.context.stacks.update(self.stack, parameters)

    def runs(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert command(self.context, "history", self.stack.id, *arguments, "-o", "json") == 0
        document = json.loads(capsys.readouterr().out)
        assert document["schema"] == "cron2aws.history/1"
        return list(document["runs"])

    def table(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
        capsys.readouterr()
        assert command(self.context, "history", self.stack.id, *arguments) == 0
        return capsys.readouterr().out


@pytest.fixture
def job(both: tuple[Sandbox, Context], tmp_path: Path) -> Iterator[Job]:
    sandbox, context = both
    target = f"Role=web-{next(COUNT)}"
    tab = tmp_path / "crontab"
    tab.write_text(f"* * * * * root /opt/job-{target}\n")
    assert command(context, "migrate", str(tab), "--tag", target, *HOST, "--yes") == 0
    (stack,) = [each for each in context.stacks.deployed() if each.target.words.endswith(target)]
    context.stacks.update(stack, {"Enabled": "true"})
    sandbox._parts.run_command.hosts.clear()  # the host whose crontab it is
    yield Job(sandbox=sandbox, context=context, stack=stack)
    context.stacks.delete(stack)


def hosts(job: Job, **outcomes: Outcome | tuple[Outcome, ...]) -> dict[str, str]:
    """Hosts of the task that play these, one after the other; their instance ids by name.

    Each has a number, as a sandbox counts what a host has played.
    """
    _, _, value = job.stack.target.words.partition("=")
    ids = {}
    for name, each in outcomes.items():
        behaviour = Scripted(outcomes=each if isinstance(each, tuple) else (each,))
        made = replace(
            stand_in(f"{value} {name}", tags={"Role": value}, behaviour=behaviour), name=name
        )
        made = replace(made, tags={**made.tags, "Name": name})
        job.sandbox.add_host(made)
        ids[name] = made.instance_id
    return ids


def test_a_run_on_several_hosts(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    ids = hosts(job, one=job_outcome(0, "hello\n", seconds=4), two=job_outcome(0, "", seconds=90))
    arn = job.fire()
    (run,) = job.runs(capsys)
    minute = f"{job.sandbox.now:%Y-%m-%dT%H:}"
    assert run["execution"] == arn
    assert (run["outcome"], run["why"], run["by_hand"]) == ("succeeded", None, False)
    assert run["scheduled"].startswith(minute)
    assert run["started"][:16] == run["scheduled"][:16]
    assert 90 < run["seconds"] < 97
    assert [(each["name"], each["instance"], each["outcome"]) for each in run["hosts"]] == [
        ("one", ids["one"], "ran"),
        ("two", ids["two"], "ran"),
    ]
    assert [(each["exit"], each["seconds"]) for each in run["hosts"]] == [(0, 4), (0, 90)]
    assert abs(run["about"]["transitions"] - job.sandbox.transitions(arn)) <= 1
    assert 0.0001 < run["about"]["dollars"] < 0.001
    assert "printed" not in run["hosts"][0]


def test_a_run_that_failed_on_one_host(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    hosts(job, one=job_outcome(3, "no room\n", seconds=1), two=job_outcome(0))
    arn = job.fire()
    (run,) = job.runs(capsys, "--failed")
    assert (run["outcome"], run["why"]) == ("failed", "on 1 of 2 hosts")
    assert [(each["name"], each["exit"]) for each in run["hosts"]] == [("one", 3), ("two", 0)]
    # a task without a topic: Judge leads to Failed
    assert abs(run["about"]["transitions"] - job.sandbox.transitions(arn)) <= 1
    shown = job.table(capsys)
    assert "  failed " in shown
    assert "  on 1 of 2 hosts\n" in shown
    assert "one: exit 3 in 1 s" in shown
    assert "1 run, 1 failed; about $0.000" in shown


def test_a_run_that_sent_nothing_failed_too(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.sets(RunOn="one")
    job.fire()
    (run,) = job.runs(capsys)
    assert (run["outcome"], run["hosts"]) == ("failed", [])
    assert "no managed host has the tag" in job.table(capsys, "--show-output")
    assert "No host ran it." in job.table(capsys, "--show-output")


def test_cron_ran_it(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    hosts(job, one=LEFT)
    arn = job.fire()
    (run,) = job.runs(capsys)
    assert (run["outcome"], run["hosts"][0]["outcome"]) == ("left to cron", "left-to-cron")
    assert run["why"] == "the host's crontab still has its line, so cron runs it"
    assert run["about"]["transitions"] == job.sandbox.transitions(arn)


def test_a_run_that_was_not_due(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    hosts(job, one=job_outcome(0))
    job.sets(OnlyOnDaysOfMonth="1")
    arn = job.fire()
    (run,) = job.runs(capsys)
    assert (run["outcome"], run["hosts"]) == ("skipped", [])
    assert "is not one of the days 1" in run["why"]
    assert run["about"]["transitions"] == job.sandbox.transitions(arn)
    assert job.runs(capsys, "--failed") == []
    assert job.table(capsys, "--failed") == "No runs are known.\n"


def test_two_executions_of_a_minute_are_one_run(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    hosts(job, one=job_outcome(0, "x\n", seconds=2))
    job.sets(RunOn="one")
    named = job.fire()
    (run,) = job.runs(capsys)
    assert (run["execution"], run["outcome"]) == (named, "succeeded")
    assert run["scheduled"].replace(":", "-")[:16] in named
    listed = list(job.context.past.newest(job.machine, 10))
    assert len(listed) == 2
    taken = sum(job.sandbox.transitions(each.arn) for each in listed)
    assert abs(run["about"]["transitions"] - taken) <= 1


def test_by_hand_and_a_probe_and_one_that_goes_on(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    hosts(job, one=(job_outcome(0, "hello\n"), job_outcome(0), job_outcome(0, seconds=600)))
    job.start("by-hand-1")
    job.start("probe-1", '{"probe": "1"}')
    (run,) = job.runs(capsys)
    assert (run["run"], run["by_hand"], run["scheduled"]) == ("by-hand-1", True, None)
    assert "by hand" in job.table(capsys)
    with job.sandbox.clock.working():
        arn = job.sandbox.start(job.machine, "{}", "by-hand-2")
        newest, _ = job.runs(capsys)
        assert (newest["run"], newest["outcome"]) == ("by-hand-2", "running")
        assert (newest["ended"], newest["about"]) == (None, None)
    job.sandbox.wait(arn)


def test_what_a_run_printed(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    first = job_outcome(0, "hello\nmysqldump --password=hunter2hunter2\n", "\x1b[31mwarn\n", 4)
    hosts(job, one=(first, job_outcome(1, "second\n")))
    job.fire()
    job.fire()
    newest = job.table(capsys, "--show-output")
    assert "  | second\n" in newest
    assert "hello" not in newest
    assert "[cron2aws]" not in newest
    name = job.runs(capsys)[1]["run"]
    older = job.table(capsys, "--show-output", "--run", name[:8])
    assert "  | hello\n  | mysqldump --password=****\n  ! \\x1b[31mwarn\n" in older
    (run,) = job.runs(capsys, "--show-output", "--run", name)
    printed = run["hosts"][0]["printed"]
    assert printed == {
        "out": "hello\nmysqldump --password=****\n",
        "err": "\x1b[31mwarn\n",
    }
    both = job.runs(capsys, "--show-output", "--last", "2")
    assert [each["hosts"][0]["printed"]["out"][:6] for each in both] == ["second", "hello\n"]


def test_a_silent_run_s_output_is_found_by_its_history(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own output does not name the command."""
    hosts(job, one=job_outcome(0, "hello\n"))
    job.fire()
    assert "  | hello\n" in job.table(capsys, "--show-output")


def test_the_output_of_the_host_that_ran_it_in_the_end(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first had no line, so the run sent a second command."""
    job.sets(RunOn="one")
    not_here = reported("exit=- seconds=0 outcome=not-here")
    hosts(job, one=not_here, two=job_outcome(0, "hello\n"))
    job.fire()
    assert "two\n  exit 0 in 0 s\n  | hello\n" in job.table(capsys, "--show-output")


def test_a_run_that_goes_on_shows_what_is_known(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    hosts(job, one=job_outcome(0, "hello\n", seconds=600))
    with job.sandbox.clock.working():
        arn = job.sandbox.start(job.machine, "{}", "by-hand-3")
        assert "No host is known yet." in job.table(capsys, "--show-output")
    job.sandbox.wait(arn)
    assert "  | hello\n" in job.table(capsys, "--show-output")


def test_output_that_is_no_longer_kept(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    hosts(job, one=job_outcome(0, "hello\n"))
    job.fire()
    job.sandbox._parts.run_command.commands.clear()
    assert "Systems Manager has no output of it" in job.table(capsys, "--show-output")
    (run,) = job.runs(capsys, "--show-output")
    assert run["hosts"][0]["printed"] is None


def test_how_many_and_since_when(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    hosts(job, one=job_outcome(0))
    arns = [job.fire() for _ in range(12)]
    assert [run["execution"] for run in job.runs(capsys)] == arns[:1:-1]
    assert [run["execution"] for run in job.runs(capsys, "--last", "2")] == arns[:-3:-1]
    since = job.runs(capsys, "--last", "3")[-1]["started"]
    assert len(job.runs(capsys, "--since", since)) == 3
    assert len(job.runs(capsys, "--since", "1h")) == 12
    assert len(job.runs(capsys, "--since", "2027-01-01")) == 0


def test_all_tasks_the_newest_first(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    hosts(job, one=job_outcome(0))
    mine = {job.fire(), job.fire()}
    capsys.readouterr()
    assert command(job.context, "history", "-o", "json") == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert mine <= {run["execution"] for run in runs}
    started = [run["started"] for run in runs]
    assert started == sorted(started, reverse=True)


def test_names_that_mean_nothing(job: Job) -> None:
    with pytest.raises(UsageError, match="no task 'nosuch'"):
        command(job.context, "history", "nosuch")
    with pytest.raises(UsageError, match="--run needs the task"):
        command(job.context, "history", "--run", "x")
    with pytest.raises(UsageError, match=r"no run of .* begins with 'x'") as refused:
        command(job.context, "history", job.stack.id, "--run", "x")
    assert "--last 100" in (refused.value.fix or "")


def test_a_machine_of_an_earlier_release_has_no_known_cost(
    job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    hosts(job, one=job_outcome(0))
    job.fire()
    outputs = {name: it for name, it in job.stack.outputs.items() if name != "TemplateVersion"}
    older = replace(job.stack, outputs=outputs)

    class Stacks:
        """The stack as an earlier release made it."""

        def deployed(self) -> tuple[Deployed, ...]:
            return (older,)

        def machine(self, stack: Deployed) -> str:
            return stack.outputs["StateMachineArn"]

    context = replace(job.context, stacks=Stacks())  # type: ignore[arg-type]
    assert command(context, "history", older.id) == 0
    told = capsys.readouterr().out
    assert "1 run, 0 failed.\n" in told
