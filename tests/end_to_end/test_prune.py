"""`--prune`: tasks whose line is gone are deleted, shown before, and never on a guess."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.context import Context
from cron2aws.app.homes import host_of
from cron2aws.app.installed import task_templates
from cron2aws.app.options import THIS_HOST
from cron2aws.app.rewriting import editable
from cron2aws.app.taking_back import asking
from cron2aws.aws.instances import Instance, Instances
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks
from cron2aws.errors import AwsError, SafetyError, UsageError
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return
from cron2aws.plan.values import Deployed
from cron2aws.preflight.facts import Credentials
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.task.target import Target
from tests.calling import HOST, command, opened
from tests.sandboxes import START

BACKUP, POLL = "17 3 * * * root /opt/backup --all\n", "*/5 * * * * root /opt/poll\n"


@dataclass
class Case:
    """A crontab of which lines go, an AWS, and a plan file."""

    sandbox: Sandbox
    context: Context
    folder: Path

    @property
    def tab(self) -> Path:
        return self.folder / "crontab"

    @property
    def file(self) -> Path:
        return self.folder / "plan.json"

    def migrate(self, *arguments: str) -> int:
        how = ("--tag", "Name=web", "--format-of", "system", *HOST)
        return command(self.context, "migrate", str(self.tab), *how, *arguments)

    def prune(self, *arguments: str) -> int:
        return self.migrate("--prune", "--yes", *arguments)

    def plan(self, *arguments: str) -> int:
        return self.migrate("--prune", "--dry-run", "--plan-file", str(self.file), *arguments)

    def apply(self, *arguments: str, context: Context | None = None) -> int:
        return command(context or self.context, "apply", str(self.file), "--yes", *arguments)

    @property
    def stacks(self) -> dict[str, Deployed]:
        """By the word that stands in their names."""
        found = self.context.stacks.deployed()
        return {("backup" if "backup" in each.stack_name else "poll"): each for each in found}


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with Sandbox([stand_in("web", tags={"Name": "web"})], clock=VirtualClock(START)) as sandbox:
        made = Case(sandbox, opened(sandbox), tmp_path)
        made.tab.write_text(BACKUP + POLL)
        yield made


@pytest.fixture
def orphaned(case: Case) -> Case:
    """Both were migrated, and one line is gone."""
    assert case.migrate("--yes", "--rehearse") == 0
    case.tab.write_text(BACKUP)
    return case


def words(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    return " ".join((told.out + told.err).split())


def test_without_it_the_task_stays_and_is_told(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    assert orphaned.migrate("--yes") == 0
    assert set(orphaned.stacks) == {"backup", "poll"}
    assert "has no line any more" in words(capsys)


def checked(case: Case, capsys: pytest.CaptureFixture[str], name: str, *given: str) -> set[str]:
    """The checks that are shown before anything is asked."""
    capsys.readouterr()
    arguments = (*given, "-o", "json")
    if name == "apply":
        with pytest.raises(UsageError, match="nobody can answer"):
            command(case.context, "apply", str(case.file), *arguments)
    else:
        assert case.migrate("--prune", "--dry-run", *arguments) == 0
    found = json.loads(capsys.readouterr().out)["checks"]
    return {each["id"] for each in found}


def test_deletions_alone_are_checked_beforehand(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    needed = {"credentials", "permissions", "instances", "agents", "states"}
    assert checked(orphaned, capsys, "migrate") == needed
    assert orphaned.plan() == 0
    assert checked(orphaned, capsys, "apply") == needed
    assert orphaned.prune() == 0
    # nothing is left to do
    assert checked(orphaned, capsys, "migrate") == set()


def test_credentials_that_end_before_a_deletion_does_stop_it(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    class Ending:
        def __init__(self, real: object) -> None:
            self._real = real

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def again(self) -> Ending:
            return self

        def credentials(self) -> Credentials:
            return Credentials(
                arn="arn:aws:iam::123456789012:user/ops",
                method="env",
                temporary=True,
                expires=START,
            )

    checkup = Ending(orphaned.context.checkup)
    orphaned.context = replace(orphaned.context, checkup=checkup)  # type: ignore[arg-type]
    with pytest.raises(SafetyError, match="failed preflight"):
        orphaned.prune()
    assert "they last for 0 s" in words(capsys)
    assert set(orphaned.stacks) == {"backup", "poll"}


def test_the_task_goes_and_no_line_is_touched(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    name, before = orphaned.stacks["poll"].stack_name, orphaned.tab.read_bytes()
    assert orphaned.prune() == 0
    assert set(orphaned.stacks) == {"backup"}
    assert orphaned.tab.read_bytes() == before
    told = words(capsys)
    assert f"{name}" in told
    assert "its job runs nowhere then" in told
    assert "1 to delete" in told
    assert "Done: 1 task" in told


def test_a_dry_run_shows_it_and_changes_nothing(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    assert orphaned.migrate("--prune", "--dry-run", "-o", "json") == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    poll = orphaned.stacks["poll"]
    assert [each["stack"] for each in document["deletions"]] == [poll.stack_name]
    assert document["deletions"][0]["enabled"] is True
    assert "--prune" in document["carried_out_by"]


@pytest.mark.parametrize("how", ["markdown", "html", "table", "csv"])
def test_every_face_shows_it(orphaned: Case, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert orphaned.migrate("--prune", "--dry-run", "-o", how) == 0
    told, poll = words(capsys).replace("\\", ""), orphaned.stacks["poll"]
    assert (poll.id if how == "csv" else poll.stack_name) in told
    assert "its job runs nowhere then" in told


def test_with_other_work_both_are_done(orphaned: Case) -> None:
    orphaned.tab.write_text(BACKUP.replace("17", "18") + "0 5 * * * root /opt/new\n")
    old = orphaned.stacks["poll"].stack_id
    assert orphaned.prune("--comment-out") == 0
    found = orphaned.context.stacks.deployed()
    assert sorted(each.schedule for each in found) == ["0 5 * * *", "18 3 * * *"]
    assert old not in {each.stack_id for each in found}
    assert orphaned.tab.read_text().count("# cron2aws:") == 2


def test_entries_that_are_left_out_are_no_orphans(case: Case) -> None:
    assert case.migrate("--yes") == 0
    assert case.prune("--only", "/opt/backup*") == 0
    assert case.prune("--exclude", "/opt/poll") == 0
    assert set(case.stacks) == {"backup", "poll"}


def test_a_task_that_runs_without_its_line_stays(case: Case) -> None:
    """Whoever deletes a line that was handed over keeps the task."""
    assert case.migrate("--yes", "--comment-out") == 0
    # a copy has no minute at which it was handed over
    case.context.stacks.flip(case.stacks["poll"], {"LiveFrom": "2026-12-01T03:00Z"})
    case.tab.write_text(case.tab.read_text().splitlines(keepends=True)[0])
    assert case.prune() == 0
    assert set(case.stacks) == {"backup", "poll"}


def test_a_task_of_another_target_stays(orphaned: Case) -> None:
    how = (str(orphaned.tab), "--format-of", "system", *HOST, "--prune", "--yes")
    assert command(orphaned.context, "migrate", *how, "--tag", "Name=db") == 0
    assert "poll" in orphaned.stacks


def test_where_the_daemon_ignores_the_file_nothing_is_deleted(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    orphaned.tab.write_text(BACKUP + "61 * * * * root x\n")
    assert orphaned.prune() == 4
    assert set(orphaned.stacks) == {"backup", "poll"}
    assert "is ignored by its daemon" in words(capsys)


def test_what_cannot_be_deleted_is_told_and_the_rest_goes(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    assert case.migrate("--yes") == 0
    case.tab.write_text("0 5 * * * root /opt/new\n")
    bad = case.stacks["poll"]

    class Refusing(Stacks):
        def delete(self, stack: Deployed) -> None:
            if stack.id == bad.id:
                raise SafetyError(what="no")
            super().delete(stack)

    calls = StackCalls(Session(AwsSettings()), lambda _: None)
    whole, case.context = (
        case.context,
        replace(case.context, stacks=Refusing(calls, task_templates())),
    )
    assert case.prune() == 6
    assert bad.id in {each.id for each in case.context.stacks.deployed()}
    assert f"deleting stack {bad.stack_name}" in words(capsys)
    case.context = whole
    assert case.prune() == 0
    assert [each.schedule for each in case.context.stacks.deployed()] == ["0 5 * * *"]


@pytest.mark.parametrize("more", [0, 1])
def test_where_aws_denies_the_first_stack_no_deletion_is_begun(
    orphaned: Case, more: int, capsys: pytest.CaptureFixture[str]
) -> None:
    class Refusing(Stacks):
        def create(self, *_: object, **__: object) -> None:
            raise AwsError(what="no", why="AccessDenied")

    calls = StackCalls(Session(AwsSettings()), lambda _: None)
    refusing = Refusing(calls, task_templates())
    orphaned.context = replace(orphaned.context, stacks=refusing)
    orphaned.tab.write_text("0 5 * * * root /opt/new\n" + "0 6 * * * root /opt/newer\n" * more)
    assert orphaned.prune() == 5
    assert set(orphaned.stacks) == {"backup", "poll"}
    assert f"Not begun: {more + 2} tasks" in words(capsys)


# --- in a plan file


def test_a_plan_file_has_it_and_apply_does_it(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    poll = orphaned.stacks["poll"]
    assert orphaned.plan() == 0
    (deletion,) = json.loads(orphaned.file.read_text())["deletions"]
    assert (deletion["id"], deletion["stack"]) == (poll.id, poll.stack_name)
    assert orphaned.apply() == 0
    assert set(orphaned.stacks) == {"backup"}
    assert orphaned.apply() == 0  # it was done before
    assert "Nothing to do" in words(capsys)


def test_apply_without_it_deletes_nothing(orphaned: Case) -> None:
    how = ("--dry-run", "--plan-file", str(orphaned.file), "--overlap", "skip")
    assert orphaned.migrate(*how) == 0
    assert orphaned.apply() == 0
    assert set(orphaned.stacks) == {"backup", "poll"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BACKUP + POLL, "its line stands again"),
        (BACKUP + "nonsense\n", "its line stands again, or it is not sure that it is gone"),
    ],
)
def test_apply_leaves_it_out_where_the_line_may_stand_again(
    orphaned: Case, text: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert orphaned.plan() == 0
    orphaned.tab.write_text(text)
    assert orphaned.apply() == 4
    assert why in words(capsys)
    assert set(orphaned.stacks) == {"backup", "poll"}
    with pytest.raises(SafetyError, match="1 step of 1 cannot be done as planned"):
        orphaned.apply("--all-or-nothing")


def test_apply_leaves_it_out_where_the_stack_is_another(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    assert orphaned.plan() == 0
    orphaned.context.stacks.flip(orphaned.stacks["poll"], {"Overlap": "skip"})
    assert orphaned.apply() == 4
    assert "has other parameters" in words(capsys)
    assert set(orphaned.stacks) == {"backup", "poll"}


def test_apply_goes_on_where_its_schedule_was_stopped_before(orphaned: Case) -> None:
    assert orphaned.plan() == 0
    orphaned.context.stacks.flip(orphaned.stacks["poll"], {"Enabled": "false"})
    assert orphaned.apply() == 0
    assert set(orphaned.stacks) == {"backup"}


def test_elsewhere_and_with_edits_only_it_waits(
    orphaned: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    assert orphaned.plan() == 0
    assert orphaned.apply(context=replace(orphaned.context, machine=lambda: "another")) == 0
    assert "only the host can tell" in words(capsys)
    assert orphaned.apply("--edits-only") == 0
    assert set(orphaned.stacks) == {"backup", "poll"}
    assert orphaned.apply("--stacks-only") == 0
    assert set(orphaned.stacks) == {"backup"}


class OnlyThisHost(Instances):
    """The target has one instance."""

    def __init__(self) -> None: ...

    def with_tag(self, target: Target) -> tuple[Instance, ...]:
        del target
        return (Instance(id="i-0123456789abcdef0", name="web", state="running"),)


@pytest.mark.parametrize(("read_long_ago", "asked"), [(False, False), (True, True)])
def test_even_this_host_says_itself_that_no_line_is_back(
    orphaned: Case, *, read_long_ago: bool, asked: bool
) -> None:
    """Between the reading and the deletion of `--prune` lies a whole migration."""
    context = replace(orphaned.context, here="i-0123456789abcdef0", instances=OnlyThisHost())
    back = Return(id="poll", stack=orphaned.stacks["poll"], line=None, seen=True)
    this = host_of((), THIS_HOST).read(label="web")
    files = editable(this, Way.BACK, THIS_HOST, context)
    (found,) = asking([back], files, context, read_long_ago=read_long_ago)
    assert found.elsewhere is asked


@pytest.mark.parametrize("away", [{"managed": False}, {"online": False}])
def test_a_host_that_cannot_be_asked_keeps_the_task(
    orphaned: Case, capsys: pytest.CaptureFixture[str], away: dict[str, bool]
) -> None:
    """Its line may be commented out with the task's mark."""
    other = stand_in("web-2", tags={"Name": "web"})
    orphaned.sandbox.add_host(replace(other, **away))  # type: ignore[arg-type]
    assert orphaned.prune() == 6
    assert set(orphaned.stacks) == {"backup", "poll"}
    assert "hosts that could not be read may need it" in words(capsys)
    orphaned.sandbox.add_host(other)
    assert orphaned.prune() == 0
    assert set(orphaned.stacks) == {"backup"}
