"""A rollback that was reviewed is carried out as it stands in its file, or left out where it moved.

Its lines and stacks are those of tests/apply_case.py; where several hosts matter, trees of files
that really run what is sent.
"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cron2aws.errors import SafetyError
from cron2aws.report.json_object import target_json
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.task.target import Target
from tests.apply_case import (
    TAB,
    Case,
    apply_case,
    changed,
    edit,
    edited,
    left_out,
    noted,
    of_an_older_template,
    plan_back,
    rollback,
    tagged,
    wide,
    words,
)
from tests.calling import HOST, command
from tests.host_tree import HAS_LINE, path_of
from tests.sandboxes import client
from tests.two_hosts import World, make_world

PARTLY, NOTHING_DONE = 6, 4


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Both lines are handed over."""
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with apply_case(tmp_path) as made:
        assert made.migrate("--comment-out", "--yes") == 0
        yield made


def returned(case: Case, which: str) -> dict[str, Any]:
    """The task whose name has this word."""
    found: dict[str, Any] = next(
        each
        for each in case.document["returns"]
        if which in (each["stack"] or {"name": each["lines"][0]["after"]})["name"]
    )
    return found


# --- the round trip


def test_a_rollback_that_is_applied_is_a_rollback(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    marked, before = case.tab.read_bytes(), case.stacks
    assert plan_back(case) == 0
    assert (case.tab.read_bytes(), case.stacks) == (marked, before)
    digest = case.document["digest"]
    assert f"apply {case.file} --digest {digest}" in words(capsys)
    assert stat.S_IMODE(case.file.stat().st_mode) == 0o600
    assert case.apply("--digest", digest) == 0
    told = words(capsys)
    assert case.tab.read_text() == TAB
    assert case.stacks == {}
    for stack in before.values():
        assert f"put the line back in {case.tab}, delete {stack.stack_name}" in told
    assert "Done: 2 tasks." in told


def test_the_file_names_all_that_is_done(case: Case) -> None:
    marked = case.tab.read_bytes()
    plan_back(case)
    document, stacks = case.document, case.stacks
    assert document["files"] == [
        {
            "host": document["hosts"][0],
            "path": str(case.tab),
            "sha256_before": hashlib.sha256(marked).hexdigest(),
            "sha256_after": hashlib.sha256(TAB.encode()).hexdigest(),
        }
    ]
    assert document["made_on"]["machine"] == case.context.machine()
    found = returned(case, "backup")
    (line,) = found["lines"]
    assert line["host"] == found["host"] == document["hosts"][0]
    assert line["after"] == "17 3 * * 1-5 root /usr/local/bin/backup --all"
    assert line["before"].endswith(f"{stacks['backup'].stack_name} | {line['after']}")
    assert line["sha256_after"] == hashlib.sha256(line["after"].encode()).hexdigest()
    stack = found["stack"]
    assert (stack["name"], stack["schedule"]) == (stacks["backup"].stack_name, "17 3 * * 1-5")
    assert stack["rests_on"]["stack_id"] == stacks["backup"].stack_id


def test_a_dry_run_changes_nothing(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    marked, before = case.tab.read_bytes(), case.stacks
    for more in ((), ("--lines-only",)):
        capsys.readouterr()
        assert rollback(case, "--dry-run", *more) == 0
        assert words(capsys).count(f"put the line back in {case.tab}") == 2
        assert (case.tab.read_bytes(), case.stacks) == (marked, before)


def test_it_can_be_applied_again(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    plan_back(case)
    assert case.apply() == 0
    capsys.readouterr()
    assert case.apply() == 0
    told = words(capsys)
    assert "Taken back already: 2 tasks." in told
    assert "Nothing to roll back." in told


def test_tasks_that_are_named_are_taken_back_alone(case: Case) -> None:
    assert plan_back(case, case.stacks["backup"].id) == 0
    assert len(case.document["returns"]) == 1
    assert case.apply() == 0
    assert (list(case.stacks), case.marked) == (["app"], 1)


def test_a_line_that_holds_a_secret_stands_in_no_file(case: Case) -> None:
    hides = "0 4 * * * root mysql -phunter2 shop < /srv/clean.sql"
    case.tab.write_text(f"{case.tab.read_text()}{hides}\n")
    assert case.migrate("--comment-out", "--yes", "--allow-secret", _new_id(case)) == 0
    assert (case.marked, plan_back(case)) == (3, 0)
    assert "hunter2" not in case.file.read_text()
    hidden = [
        line for each in case.document["returns"] for line in each["lines"] if not line["after"]
    ]
    assert [each["sha256_after"] for each in hidden] == [hashlib.sha256(hides.encode()).hexdigest()]
    assert case.apply() == 0
    assert case.tab.read_text() == f"{TAB}{hides}\n"


def _new_id(case: Case) -> str:
    report = case.folder / "scan.json"
    how = ("--format-of", "system", *HOST, "-o", "json", "--report-file", str(report))
    command(case.context, "scan", str(case.tab), *how)
    found = json.loads(report.read_text())["entries"]
    return next(str(each["id"]) for each in found if "mysql" in each["text"])


# --- two people, and elsewhere


def test_lines_first_then_the_stacks(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    plan_back(case)
    stacks = case.stacks
    assert case.apply("--edits-only") == 0
    told = words(capsys)
    assert (case.tab.read_text(), case.stacks) == (TAB, stacks)
    assert f"{stacks['app'].stack_name} stays" in told
    assert told.count("its stack") == 2
    assert "--stacks-only" in told
    assert case.apply("--stacks-only") == 0
    assert case.stacks == {}


def test_no_stack_goes_before_its_line(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    plan_back(case)
    marked, stacks = case.tab.read_bytes(), case.stacks
    capsys.readouterr()
    assert case.apply("--stacks-only") == 0
    assert words(capsys).count("its line, and with it its stack") == 2
    assert (case.tab.read_bytes(), case.stacks) == (marked, stacks)


def test_elsewhere_lines_wait_and_their_stacks_with_them(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_back(case)
    marked, stacks = case.tab.read_bytes(), case.stacks
    capsys.readouterr()
    assert case.apply(elsewhere=True) == 0
    told = words(capsys)
    assert told.count("its line, and with it its stack") == 2
    assert f"where the crontabs are, this does the rest: cron2aws apply {case.file}" in told
    assert (case.tab.read_bytes(), case.stacks) == (marked, stacks)
    with pytest.raises(SafetyError, match="cannot be edited here"):
        case.apply("--edits-only", elsewhere=True)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Two hosts of one target with the same line."""
    monkeypatch.setenv("PATH", path_of(tmp_path))
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    hosts = (("1", {"role": "web"}, HAS_LINE), ("2", {"role": "web"}, HAS_LINE))
    with make_world(tmp_path, *hosts).open() as made:
        for host in made.hosts:
            given = (str(host.root), "--tag", "role=web", "--yes", "--comment-out", *HOST)
            assert command(made.context, "migrate", *given) == 0
        yield made


def planned(world: World, number: int, *arguments: str) -> str:
    file = str(world.folder / f"plan-{number}.json")
    root = str(world.hosts[number].root)
    given = ("--source", root, *HOST, "--dry-run", "--plan-file", file, *arguments)
    assert command(world.context, "rollback", *given) == 0
    return file


def applied(world: World, file: str, *arguments: str, elsewhere: bool = False) -> int:
    context = world.context
    if elsewhere:
        context = replace(context, machine=lambda: "another")
    return command(context, "apply", file, "--yes", *arguments)


def test_a_stack_stays_while_another_host_leaves_its_line_to_it(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = world.hosts
    files = [planned(world, number) for number in (0, 1)]
    assert applied(world, files[0]) == PARTLY
    assert (one.text, two.is_marked, len(world.stacks())) == (HAS_LINE, True, 1)
    assert f"{two.id} would run the job nowhere" in capsys.readouterr().err
    # elsewhere as well
    assert applied(world, files[0], "--stacks-only", elsewhere=True) == PARTLY
    assert len(world.stacks()) == 1
    assert applied(world, files[1], "--edits-only") == 0
    assert ([host.text for host in world.hosts], len(world.stacks())) == ([HAS_LINE] * 2, 1)
    assert applied(world, files[0], "--stacks-only", elsewhere=True) == 0
    assert world.stacks() == ()


def test_elsewhere_a_stack_waits_for_a_host_that_cannot_be_asked(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its line is still marked, and it may start again."""
    one, two = world.hosts
    file = planned(world, 0)
    for host in world.hosts:
        host.tab.write_text(HAS_LINE)
    (stack,) = world.stacks()
    ec2 = client("ec2")
    ec2.stop_instances(InstanceIds=[one.id])
    assert applied(world, file, "--stacks-only", elsewhere=True) == 0
    assert f"({one.id}) does not run)" in capsys.readouterr().err
    assert world.stacks() == (stack,)
    ec2.start_instances(InstanceIds=[one.id])
    for host in world.hosts:
        ec2.delete_tags(Resources=[host.id], Tags=[{"Key": "role"}])
    assert applied(world, file, "--stacks-only", elsewhere=True) == 0
    assert "has not the tags role=web)" in capsys.readouterr().err
    assert world.stacks() == (stack,)
    tags = [{"Key": "role", "Value": "web"}]
    ec2.create_tags(Resources=[one.id, two.id], Tags=tags)
    assert applied(world, file, "--stacks-only", elsewhere=True) == 0
    assert world.stacks() == ()


@pytest.mark.parametrize("is_given", [False, True])
def test_elsewhere_the_hosts_are_asked_whatever_without_lines_says(
    world: World, is_given: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line of its host was active when the plan was made, and nobody here can see it now."""
    one, two = world.hosts
    (stack,) = world.stacks()
    for host in world.hosts:
        host.tab.write_text(HAS_LINE)
    file = planned(world, 0, stack.id, *(["--without-lines"] if is_given else []))
    given = (str(two.root), "--tag", "role=web", "--yes", "--comment-out", *HOST)
    assert command(world.context, "migrate", *given) == 0
    capsys.readouterr()
    code = applied(world, file, elsewhere=True)
    told = capsys.readouterr().err
    assert (code, len(world.stacks())) == (PARTLY, 1)
    assert f"{two.id} would run the job nowhere" in told
    assert one.text == HAS_LINE


# --- what it rests on


def delete_and_make(case: Case) -> None:
    """The line is as it was."""
    marked, before = case.tab.read_text(), case.stacks["backup"]
    case.context.stacks.delete(before)
    case.tab.write_text(TAB)
    case.migrate("--yes", "--comment-out", "--only", "*backup*")
    case.tab.write_text(marked)
    assert case.stacks["backup"].stack_name == before.stack_name


def over_again(case: Case) -> None:
    """Taken back by another command, and handed over anew."""
    stack = case.stacks["backup"].stack_name
    text = case.tab.read_text()
    case.tab.write_text(
        "\n".join(
            line.replace("@-", "@2026-12-01T03:00Z") if stack in line else line
            for line in text.split("\n")
        )
    )


def protected(case: Case) -> None:
    case.context.stacks.protect(case.stacks["backup"].stack_name, protected=True)


def twice(case: Case) -> None:
    text = case.tab.read_text()
    line = next(each for each in text.split("\n") if "backup" in each)
    case.tab.write_text(f"{text}{line}\n")


STALE: dict[str, tuple[Callable[[Case], object], str]] = {
    "a byte of the line": (edit("--all", "--All"), "the line is another"),
    "the schedule of the line": (edit("| 17 3", "| 18 3"), "the line is another"),
    "the user of the line": (edit("root", "mail"), "the line is another"),
    "the line is gone": (
        lambda case: case.tab.write_text(case.tab.read_text().rpartition(" # cron2aws")[0]),
        "the line is gone",
    ),
    "the line is back, and another": (
        lambda case: case.tab.write_text(
            case.tab.read_text().rpartition(" # cron2aws")[0]
            + "18 3 * * 1-5 root /usr/local/bin/backup --all\n"
        ),
        "the line is another",
    ),
    "the mark has another minute": (over_again, "the line was handed over anew since"),
    "the mark is of another stack": (
        edit("backup", "other"), "the line was handed over anew since"
    ),
    "the mark stands twice": (twice, "2 lines have its mark"),
    "a parameter of its stack": (
        lambda case: changed(case, "backup", Overlap="skip"), "stack {stack} has other parameters"
    ),
    "hosts without the line run it since": (
        lambda case: changed(case, "backup", LiveFrom="2026-12-01T03:00Z"),
        "stack {stack} has other parameters",
    ),
    "a tag of its stack": (
        lambda case: tagged(case, "backup", team="x"), "stack {stack} has other tags"
    ),
    "the template of its stack": (of_an_older_template, "stack {stack} has another template"),
    "its stack is deleted and made anew": (
        delete_and_make, "stack {stack} was deleted and made anew"
    ),
    "its stack is protected": (protected, "stack {stack} was protected since"),
}  # fmt: skip


@pytest.mark.parametrize("kind", STALE)
def test_what_has_moved_is_left_out(
    kind: str, case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    move, why = STALE[kind]
    stack = case.stacks["backup"].stack_name
    plan_back(case)
    move(case)
    text, before = case.tab.read_text(), case.stacks
    capsys.readouterr()
    with pytest.raises(SafetyError, match="1 step of 2 cannot be done as planned"):
        case.apply("--all-or-nothing")
    assert (case.tab.read_text(), case.stacks) == (text, before)
    assert case.apply() == PARTLY
    assert left_out(wide(capsys)) == [why.format(stack=stack)]
    assert case.stacks == {"backup": before["backup"]}
    mark = next(line for line in text.split("\n") if "cron.php" in line)
    # every other byte stays
    assert case.tab.read_text() == text.replace(mark, mark.partition(" | ")[2])
    # nothing else is to be done now, and that is told as well
    assert case.apply() == NOTHING_DONE


def test_a_line_that_was_handed_over_since_keeps_its_stack(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.tab.write_text(TAB)
    plan_back(case, case.stacks["backup"].id)
    assert case.document["returns"][0]["lines"] == []
    case.migrate("--comment-out", "--yes", "--only", "*backup*")
    capsys.readouterr()
    assert case.apply() == NOTHING_DONE
    assert left_out(wide(capsys)) == ["the line was commented out since"]
    assert (len(case.stacks), case.marked) == (2, 1)


OF_ANOTHER = "is of another job than the plan shows"
OTHERWISE = "has other parameters"
SHOWN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "its schedule": (lambda stack: stack.update(schedule="1 1 1 1 1"), OF_ANOTHER),
    "its command": (lambda stack: stack.update(command="true"), OF_ANOTHER),
    "its target": (
        lambda stack: stack.update(target=target_json(Target.having({"Name": ["db"]}))), OF_ANOTHER
    ),
    "that it runs": (lambda stack: stack.update(enabled=not stack["enabled"]), OTHERWISE),
    "where it runs without its line": (
        lambda stack: stack.update(live_from="2026-01-01T00:00Z"), OTHERWISE
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SHOWN)
def test_a_stack_that_is_not_what_is_shown_stays(
    what: str, case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_back(case)
    document = case.document
    stacks = [each["stack"] for each in document["returns"]]
    stack = next(each for each in stacks if "backup" not in each["name"])
    change, why = SHOWN[what]
    change(stack)
    case.rewrite(document)
    capsys.readouterr()
    assert case.apply() == PARTLY
    assert left_out(wide(capsys)) == [f"stack {stack['name']} {why}"]
    assert list(case.stacks) == ["app"]


def more_instances(case: Case) -> None:
    case.sandbox.add_host(stand_in("web-2", tags={"Name": "web"}))


def test_without_lines_no_host_may_be_new(case: Case) -> None:
    """Nobody asks it whether it leaves its line to the stack."""
    case.tab.write_text(TAB)
    plan_back(case, "--without-lines", case.stacks["backup"].id)
    assert stand_in("web").instance_id in case.document["instances"]
    more_instances(case)
    with pytest.raises(SafetyError, match="1 instance more with the tasks' tags than reviewed"):
        case.apply()
    assert len(case.stacks) == 2


def stopped(case: Case) -> None:
    """A rollback that was interrupted has stopped its schedule."""
    changed(case, "backup", Enabled="false")


def back_by_hand(case: Case) -> None:
    command(
        case.context, "rollback", "--source", str(case.tab), *HOST, "--lines-only", "--yes",
        case.stacks["backup"].id,
    )  # fmt: skip


ALLOWED: dict[str, tuple[Callable[[Case], object], tuple[str, ...]]] = {
    # what was reached is done
    "the line is back": (back_by_hand, ()),
    "its schedule is stopped": (stopped, ()),
    # nothing runs the job, and cron does as soon as its line is back
    "its stack is deleted": (
        lambda case: case.context.stacks.delete(case.stacks["backup"]),
        ("{task} (4): its stack is gone already",),
    ),
    # the edit goes by the mark, and every other byte stays
    "the line moved": (edit("# jobs\n", "# jobs\n#\n#\n"), ()),
    "a comment elsewhere": (edit("# jobs", "# JOBS"), ()),
    "another entry is added": (
        lambda c: c.tab.write_text(c.tab.read_text() + "1 2 * * * root new\n"), ()
    ),
    "a variable above the line": (edit("MAILTO=ops@example.com", "MAILTO=x\nHOME=/srv"), ()),
    # each is asked whether it leaves its line to a stack, before that goes
    "an instance more": (more_instances, ()),
    "the program's version": (
        edited(lambda d: d.update(version="0.0.9"), anew=True), ()
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ALLOWED)
def test_what_is_safe_is_allowed(kind: str, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    move, notes = ALLOWED[kind]
    task = case.stacks["backup"].id[:8]
    plan_back(case)
    move(case)
    bare = [line.partition(" | ")[2] or line for line in case.tab.read_text().split("\n")]
    capsys.readouterr()
    # hosts that were added answer no probe with their lines
    code = case.apply("--edits-only") if kind == "an instance more" else case.apply()
    assert code == 0
    told, document = wide(capsys), case.document
    assert noted(told, case) == [each.format(task=task) for each in notes]
    made = f"made {document['made']} by cron2aws {document['version']}"
    assert f"{case.file}: {made}, digest {document['digest']}" in told.splitlines()
    assert case.tab.read_text().split("\n") == bare
