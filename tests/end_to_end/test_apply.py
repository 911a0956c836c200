"""A plan that was reviewed is carried out as it stands in its file, or left out where it moved."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from cron2aws.app.plan_files import MOST_BYTES
from cron2aws.errors import AwsError, SafetyError, UsageError
from cron2aws.plan.values import Place
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.task.foundation import FOUNDATION
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
    shape,
    tagged,
    values_in,
    wide,
    words,
    wrong_values_accepted,
)
from tests.calling import HOST, command
from tests.golden.hosts import host
from tests.sandboxes import client, given

HIDES = "0 4 * * * root mysql -phunter2 shop < /srv/clean.sql\n"


@contextmanager
def open_case(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Case]:
    patch.setenv("CRON2AWS_STATE", str(folder / "state"))
    with apply_case(folder) as made:
        yield made


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    with open_case(tmp_path, monkeypatch) as made:
        yield made


# --- the round trip


def test_a_plan_that_is_applied_does_what_migrate_does(case: Case) -> None:
    assert case.migrate("--comment-out", "--yes", "--overlap", "skip") == 0
    text, stacks = case.tab.read_text(), [shape(each) for each in case.context.stacks.deployed()]
    for each in case.context.stacks.deployed():
        case.context.stacks.delete(each)
    case.tab.write_text(TAB)
    assert case.plan("--comment-out", "--overlap", "skip") == 0
    assert case.context.stacks.deployed() == ()
    assert case.apply() == 0
    assert case.tab.read_text() == text
    assert [shape(each) for each in case.context.stacks.deployed()] == stacks


def test_the_file_is_its_owners_and_tells_its_digest(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    assert case.plan() == 0
    assert stat.S_IMODE(case.file.stat().st_mode) == 0o600
    digest = case.document["digest"]
    assert f"apply {case.file} --digest {digest}" in words(capsys)
    with pytest.raises(SafetyError, match="all 64 digits"):
        case.apply("--digest", digest[:63])
    assert case.apply("--digest", digest.upper()) == 0


def test_the_files_digests_are_those_of_the_bytes(case: Case) -> None:
    case.plan()
    before = case.document["files"][0]
    assert case.apply() == 0
    # a copy has no minute: these are the very bytes
    assert case.plan() == 0
    assert case.document["files"] == []
    assert before["sha256_before"] == hashlib.sha256(TAB.encode()).hexdigest()
    assert before["sha256_after"] == hashlib.sha256(case.tab.read_bytes()).hexdigest()


def test_it_can_be_applied_again(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.plan()
    assert case.apply() == 0
    after, stacks = case.tab.read_bytes(), case.stacks
    capsys.readouterr()
    assert case.apply() == 0
    assert "Nothing to do: 2 tasks deployed as planned." in words(capsys)
    assert (case.tab.read_bytes(), case.stacks) == (after, stacks)


def test_what_the_plan_could_not_do_is_told_to_who_applies_it(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    account = f"{case.context.place.account}/{case.context.place.region}"
    gone = f"# cron2aws:0123456789abcdef@- {account}/gone | 0 5 * * * root /opt/gone\n"
    case.tab.write_text(TAB + gone)
    assert case.plan("--comment-out") == 4
    (problem,) = case.document["problems"]
    capsys.readouterr()
    assert case.apply() == 0
    where = f"{problem['host']}: {case.tab}:{problem['line']}"
    told = words(capsys)
    assert f"not in the plan, and left as it is: {where}: {problem['what']}" in told
    assert "Done: 2 tasks." in told
    assert case.tab.read_text().endswith(gone)


def test_an_update_is_applied(case: Case) -> None:
    case.migrate("--yes")
    assert case.plan("--comment-out", "--overlap", "skip", "--stack-tag", "team=web") == 0
    assert case.apply() == 0
    assert case.marked == 2
    for each in case.stacks.values():
        assert (each.parameters["Overlap"], each.tags["team"]) == ("skip", "web")


def test_relative_sources_are_found_from_anywhere(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = ("migrate", "crontab", "--tag", "Name=web", *HOST, "--comment-out", "--dry-run")
    assert command(case.context, *line, "--plan-file", str(case.file)) == 0
    (tmp_path / "aside").mkdir()
    monkeypatch.chdir(tmp_path / "aside")
    assert case.apply() == 0
    assert case.marked == 2


# --- two people


def test_stacks_first_then_the_lines(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.plan()
    assert case.apply("--stacks-only") == 0
    assert (len(case.stacks), case.tab.read_text()) == (2, TAB)
    assert "waits: " in words(capsys)
    stacks = {name: each.stack_id for name, each in case.stacks.items()}
    assert case.apply("--edits-only") == 0
    assert case.marked == 2
    assert {name: each.stack_id for name, each in case.stacks.items()} == stacks


def test_elsewhere_the_stacks_alone_are_made(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.plan()
    capsys.readouterr()
    away = case.folder / "away"
    case.tab.rename(away)  # it is not even there
    assert case.apply(elsewhere=True) == 0
    told = words(capsys)
    assert case.stacks["backup"].stack_name in told
    assert "4 stacks to create, 0 to update, 0 lines to comment out" in told
    assert told.count("waits: ") == 2
    assert f"where the crontabs are, this does the rest: cron2aws apply {case.file}" in told
    away.rename(case.tab)
    assert case.apply() == 0
    assert case.marked == 2


@pytest.mark.parametrize("face", ["table", "markdown", "html", "csv", "json"])
def test_elsewhere_every_face_has_the_steps(
    case: Case, face: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case.plan()
    capsys.readouterr()
    away = replace(case.context, machine=lambda: "another")
    with pytest.raises(UsageError, match="nobody can answer"):
        command(away, "apply", str(case.file), "-o", face)
    told = capsys.readouterr().out
    for step in case.document["steps"]:
        assert step["stack"] in told
        assert step["parameters"]["CommandShown"] in told


def test_elsewhere_it_is_told_that_commands_rest_on_the_digest(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.plan()
    assert case.apply("--digest", case.document["digest"], elsewhere=True) == 0
    assert "nothing here can tell" not in words(capsys)
    assert case.apply(elsewhere=True) == 0
    assert "nothing here can tell whether its commands are those of the lines" in words(capsys)
    assert case.apply() == 0
    assert "nothing here can tell" not in words(capsys)


def test_lines_cannot_be_edited_elsewhere(case: Case) -> None:
    case.plan()
    with pytest.raises(SafetyError, match="cannot be edited here"):
        case.apply("--edits-only", elsewhere=True)


def test_lines_wait_for_their_stacks(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.plan()
    with pytest.raises(SafetyError, match="not all made yet"):
        case.apply("--edits-only")
    case.migrate("--yes", "--only", "*backup*")
    case.plan()
    capsys.readouterr()
    assert case.apply("--edits-only") == 4
    told = words(capsys)
    assert "is not yet as the plan makes it" in told
    assert "First `cron2aws apply" in told
    assert "it has moved" not in told
    assert (case.marked, len(case.stacks)) == (0, 1)


# --- secrets


def test_a_secret_stands_in_no_plan_file(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.tab.write_text(TAB + HIDES)
    entry = json.loads(_scanned(case, capsys))["entries"][-1]["id"]
    assert case.plan("--comment-out", "--allow-secret", entry) == 0
    assert "hunter2" not in case.file.read_text()
    step = next(each for each in case.document["steps"] if each["command"]["is_secret"])
    assert (step["command"]["line"], "Command" in step["parameters"]) == (5, False)
    capsys.readouterr()
    assert case.apply(elsewhere=True) == 0
    assert "its command holds a secret, which its host has alone" in words(capsys)
    assert len(case.context.stacks.deployed()) == 2
    assert case.apply() == 0
    assert (case.marked, len(case.context.stacks.deployed())) == (3, 3)
    assert any("hunter2" in each.parameters["Command"] for each in case.context.stacks.deployed())
    assert case.apply(elsewhere=True) == 0


def test_with_secrets_it_can_be_applied_anywhere(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.tab.write_text(HIDES)
    entry = json.loads(_scanned(case, capsys))["entries"][0]["id"]
    assert case.plan("--comment-out", "--allow-secret", entry, "--with-secrets") == 0
    assert "hunter2" in case.file.read_text()
    assert case.apply(elsewhere=True) == 0
    assert len(case.context.stacks.deployed()) == 1


def _scanned(case: Case, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    command(case.context, "scan", str(case.tab), "-o", "json", *HOST)
    return capsys.readouterr().out


# --- what it rests on


def delete(which: str) -> Callable[[Case], None]:
    return lambda case: case.context.stacks.delete(case.stacks[which])


def delete_and_make(case: Case) -> None:
    case.context.stacks.delete(case.stacks["backup"])
    case.migrate("--yes", "--only", "*backup*", "--overlap", "skip")


def more_instances(case: Case) -> None:
    case.sandbox.add_host(stand_in("web-2", tags={"Name": "web"}))


def fewer_instances(case: Case) -> None:
    gone = stand_in("web").instance_id
    assert gone in case.document["instances"]
    client("ec2").delete_tags(Resources=[gone], Tags=[{"Key": "Name"}])


def disabled(case: Case) -> None:
    changed(case, "backup", Enabled="true")
    changed(case, "backup", Enabled="false")


def of_foundation(case: Case) -> None:
    client("cloudformation").update_stack(
        StackName=FOUNDATION,
        UsePreviousTemplate=True,
        Parameters=given({**case.context.shared.foundation().parameters, "WatchSeconds": "30"}),  # type: ignore[union-attr]
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def mark_of_another_stack(case: Case) -> None:
    entry = case.stacks["backup"].id
    edit("17 3", f" # cron2aws:{entry}@- 123456789012/us-east-1/other | 17 3")(case)


LEFT_OUT = 6
"""The other entry is handed over."""

GONE = "the line is gone, or its user or command is another"
AROUND = "what is around the line is another (notes, variables, like lines, the zone)"

STALE: dict[str, tuple[Callable[[Case], None], str]] = {
    "a byte of the line": (edit("--all", "--All"), GONE),
    "the schedule of the line": (edit("17 3", "18 3"), "the line is another"),
    "the user of the line": (edit("root", "mail"), GONE),
    "the line is gone": (edit("17 3 * * 1-5", "#17 3 * * 1-5"), GONE),
    "a variable above the line": (edit("17 3", "HOME=/srv\n17 3"), AROUND),
    "a note above the line": (
        edit("17 3", "# cron2aws: overlap=skip\n17 3"), AROUND
    ),
    "a note that keeps the line": (
        edit("17 3", "# cron2aws: ignore\n17 3"), "the entry is to be kept now"
    ),
    "a mark of another stack": (
        mark_of_another_stack, "the line has the mark of 123456789012/us-east-1/other"
    ),
    "a mark of another line": (
        edit("17 3", " # cron2aws:0123456789abcdef@- 123456789012/us-east-1/other | 17 3"),
        GONE,
    ),
    "a parameter of its stack": (
        lambda case: changed(case, "backup", Overlap="skip"), "stack {stack} has other parameters"
    ),
    "a tag of its stack": (
        lambda case: tagged(case, "backup", team="x"), "stack {stack} has other tags"
    ),
    "the template of its stack": (of_an_older_template, "stack {stack} has another template"),
    "its stack is deleted": (delete("backup"), "stack {stack} was deleted"),
    "its stack is deleted and made anew": (
        delete_and_make, "stack {stack} was deleted and made anew"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", STALE)
def test_what_has_moved_is_left_out(
    kind: str, case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    move, why = STALE[kind]
    case.migrate("--yes")
    case.plan("--comment-out", "--max-concurrency", "1")
    stack = case.stacks["backup"].stack_name
    move(case)
    text, before = case.tab.read_text(), case.stacks.get("backup")
    capsys.readouterr()
    with pytest.raises(SafetyError, match="cannot be done as planned"):
        case.apply("--all-or-nothing")
    assert (case.tab.read_text(), case.stacks.get("backup")) == (text, before)
    assert case.apply() == LEFT_OUT
    assert left_out(wide(capsys)) == [why.format(stack=stack)]
    assert case.stacks.get("backup") == before
    assert case.stacks["app"].parameters["MaxConcurrency"] == "1"
    line = next(line for line in case.tab.read_text().split("\n") if "cron.php" in line)
    assert line.startswith(" # cron2aws:")
    assert case.tab.read_text().replace(line, "", 1) == text.replace(
        line.partition(" | ")[2], "", 1
    )
    # nothing else is to be done now, and that is told as well
    assert case.apply() == 4


def of_a_stack_that_was_made(case: Case) -> None:
    case.migrate("--yes", "--only", "*backup*", "--overlap", "skip")


def test_a_stack_that_was_made_meanwhile(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.migrate("--yes", "--only", "*cron.php*")
    case.plan()
    of_a_stack_that_was_made(case)
    capsys.readouterr()
    assert case.apply() == LEFT_OUT
    name = case.stacks["backup"].stack_name
    why = f"stack {name} was made meanwhile, and not as the plan makes it"
    assert left_out(wide(capsys)) == [why]
    assert (case.marked, case.stacks["backup"].enabled) == (1, False)


def test_a_line_that_was_handed_over_meanwhile(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.migrate("--yes")
    case.plan("--overlap", "skip")
    case.migrate("--yes", "--comment-out", "--only", "*backup*")
    before = case.stacks["backup"]
    capsys.readouterr()
    assert case.apply() == LEFT_OUT
    assert left_out(wide(capsys)) == ["the line was commented out since"]
    assert case.stacks["backup"] == before
    assert case.stacks["app"].parameters["Overlap"] == "skip"


def test_a_line_that_is_back(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.migrate("--yes", "--comment-out")
    case.plan("--overlap", "skip")
    back = ("rollback", "--source", str(case.tab), *HOST, "--lines-only", "--yes")
    command(case.context, *back, case.stacks["backup"].id)
    assert case.marked == 1
    before = case.stacks["backup"]
    capsys.readouterr()
    assert case.apply() == LEFT_OUT
    assert left_out(wide(capsys)) == ["the line is active again"]
    assert case.stacks["backup"] == before


def test_a_task_that_was_made_of_the_line_under_another_name(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.plan()
    case.migrate("--yes", "--only", "*backup*", "--name-prefix", "other")
    capsys.readouterr()
    assert case.apply() == LEFT_OUT
    (name,) = [each for each in case.context.stacks.deployed() if "other" in each.stack_name]
    assert left_out(wide(capsys)) == [f"stack {name.stack_name} was made for the entry meanwhile"]
    assert (case.marked, len(case.context.stacks.deployed())) == (1, 2)


def of_another_command(document: dict[str, Any]) -> None:
    step = next(each for each in document["steps"] if "backup" in each["stack"])
    step["parameters"]["Command"] = "echo other"
    step["command"]["sha256"] = hashlib.sha256(b"echo other").hexdigest()


def of_another_schedule(document: dict[str, Any]) -> None:
    step = next(each for each in document["steps"] if "backup" in each["stack"])
    step["parameters"]["ScheduleExpression"] = "cron(18 3 ? * MON-FRI *)"


def of_what_is_shown(name: str, value: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        step = next(each for each in document["steps"] if "backup" in each["stack"])
        step["parameters"][name] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        of_another_command,
        of_another_schedule,
        of_what_is_shown("CommandShown", "true"),
        of_what_is_shown("OriginalSchedule", "1 1 1 1 1"),
        of_what_is_shown("Source", "/etc/cron.d/other"),
        of_what_is_shown("RunAs", "nobody"),
    ],
)
def test_on_the_host_no_line_becomes_another_job(
    case: Case, change: Callable[[dict[str, Any]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    case.plan()
    edited(change, anew=True)(case)
    capsys.readouterr()
    assert case.apply() == LEFT_OUT
    why = "what the line becomes here runs something else, or at other times"
    assert left_out(wide(capsys)) == [why]
    assert (case.marked, list(case.stacks)) == (1, ["app"])


def test_several_hosts_are_one_plan(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    text = TAB.replace("www-data", "app")
    trees = [host(case.folder, {"/etc/crontab": text}, name=name) for name in ("web-1", "web-2")]
    line = ("migrate", *map(str, trees), "--tag", "Name=web", "--dry-run")
    assert command(case.context, *line, "--plan-file", str(case.file)) == 0
    assert [len(each["rests_on"]["entries"]) for each in case.document["steps"]] == [2, 2]
    tab = trees[1] / "etc/crontab"
    tab.write_text(text.replace("17 3", "18 3"))
    capsys.readouterr()
    assert case.apply() == LEFT_OUT
    assert left_out(wide(capsys)) == ["the line is another"]
    tab.write_text(text)
    assert case.apply() == 0
    assert len(case.stacks) == 2


SPREAD = ("run_on", "hosts", "hosts_without", "hosts_not_known", "runs", "runs_without_line")


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize("asked", [(), ("--run-on", "one")])
def test_what_is_shown_of_hosts_without_a_line_is_what_was_reviewed_and_is_done(
    case: Case, asked: tuple[str, ...], *, elsewhere: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TAB.replace("www-data", "app")
    lacks = "".join(line for line in text.splitlines(keepends=True) if "backup" not in line)
    trees = [
        host(case.folder, {"/etc/crontab": each}, name=name)
        for name, each in (("web-1", text), ("web-2", lacks))
    ]
    line = ("migrate", *map(str, trees), "--tag", "Name=web", *asked, "--dry-run", "-o", "json")
    capsys.readouterr()
    assert command(case.context, *line, "--plan-file", str(case.file)) == 0
    planned = spread(capsys.readouterr().out)
    run_on = asked[1] if asked else "marked"
    assert planned["backup"]["hosts_without"] == ["web-2"]
    assert (planned["backup"]["run_on"], planned["cron.php"]["run_on"]) == (
        run_on, asked[1] if asked else "all"
    )  # fmt: skip
    away = replace(case.context, machine=lambda: "another") if elsewhere else case.context
    with pytest.raises(UsageError, match="nobody can answer"):
        command(away, "apply", str(case.file), "-o", "json")
    assert spread(capsys.readouterr().out) == planned
    assert case.apply(elsewhere=elsewhere) == 0
    assert case.stacks["backup"].parameters["RunOn"] == run_on


def spread(document: str) -> dict[str, dict[str, Any]]:
    """Where each step's task runs, by a word of its command."""
    return {
        word: {name: step[name] for name in SPREAD}
        for step in json.loads(document)["steps"]
        for word in ("backup", "cron.php")
        if word in step["parameters"]["CommandShown"]
    }


def test_a_stack_that_runs_elsewhere_than_the_plan_shows_is_left_out(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its RunOn is no parameter of the plan, as it is the template's default."""
    case.plan()
    assert case.apply("--stacks-only") == 0
    changed(case, "backup", RunOn="one")
    capsys.readouterr()
    assert case.apply() == LEFT_OUT
    name = case.stacks["backup"].stack_name
    assert left_out(wide(capsys)) == [f"stack {name} has RunOn=one, and the plan shows all"]
    assert case.marked == 1


def test_a_mark_in_somebody_elses_crontab_moves_nothing(case: Case) -> None:
    """Whoever owns a crontab can write the id of another line into it."""
    root = "0 3 * * * root /opt/backup\n"
    tree = host(case.folder, {"/etc/crontab": root}, name="web-1")
    line = ("migrate", str(tree), "--tag", "Name=web", "--comment-out")
    assert command(case.context, *line, "--dry-run", "--plan-file", str(case.file)) == 0
    (step,) = case.document["steps"]
    spool = tree / "var/spool/cron/crontabs"
    spool.mkdir(parents=True, exist_ok=True)
    mark = f"# cron2aws:{step['id']}@- 123456789012/us-east-1/{step['stack']} | "
    (spool / "app").write_text(f" {mark}0 3 * * * /opt/other\n")
    (spool / "app").chmod(0o600)
    assert case.apply() == 0
    assert (tree / "etc/crontab").read_text() == f" {mark}{root}"


def of_another_template(document: dict[str, Any]) -> None:
    document["templates"]["task.json"] = "0" * 64


def of_another_account(case: Case) -> None:
    text = case.file.read_text().replace("123456789012", "210987654321")
    document = json.loads(text)
    for step in document["steps"]:
        edit = step["edits"][0]
        edit["sha256_after"] = hashlib.sha256(edit["after"].encode()).hexdigest()
    case.rewrite(document)


def of_a_disabled_task(document: dict[str, Any]) -> None:
    document["steps"][0]["enabled"] = False
    document["steps"][0]["parameters"]["Enabled"] = "false"


def of_a_second_task(document: dict[str, Any]) -> None:
    document["steps"].append({**document["steps"][0], "stack": "another"})


def of_two_lists_of_steps(case: Case) -> None:
    """The digest is that of the second one, and whoever reads the file may see the first one."""
    text = case.file.read_text()
    case.file.write_text(text.replace("{", '{"steps": [], ', 1))


REFUSED: dict[str, tuple[Callable[[Case], object], tuple[str, ...], str]] = {
    "an instance more": (more_instances, (), "1 instance more"),
    "the foundation's outputs": (of_foundation, (), "which all tasks of the plan share"),
    "the template": (
        edited(of_another_template, anew=True), (), "was made with other templates"
    ),
    "the file, by hand": (
        edited(lambda d: d["steps"].pop(), anew=False), (), "was edited"
    ),
    "the file, with its digest": (
        edited(lambda d: d["steps"].pop(), anew=True), ("DIGEST",), "not the plan that was reviewed"
    ),
    "a digest that is cut short": (lambda _: None, ("--digest", "0"), "not the plan"),
    "the schema": (
        edited(lambda d: d.update(schema="cron2aws.plan-file/2"), anew=True), (), "of this release"
    ),
    "what it is": (lambda case: case.file.write_text("[]"), (), "not a plan file of this release"),
    "no JSON": (lambda case: case.file.write_bytes(b"\xff{"), (), "is not a plan file"),
    "a field that is missing": (
        edited(lambda d: d.pop("made_on"), anew=True), (), "it lacks 'made_on'"
    ),
    "a field of another kind": (
        edited(lambda d: d.update(comment_out="yes"), anew=True), (), "cannot be carried out"
    ),
    "a parameter that no task can have": (
        edited(lambda d: d["steps"][0]["parameters"].update(RuleName="a b"), anew=True),
        (), "cannot be carried out",
    ),
    "the digest of a file afterwards": (
        edited(lambda d: d["files"][0].update(sha256_after="0" * 64), anew=True),
        (), "would not become what the plan says",
    ),
    "the account": (of_another_account, (), "account 210987654321"),
    "hosts that the plan is not for": (
        edited(lambda d: d["steps"][0]["parameters"].update(EC2InstanceTagValue="db"), anew=True),
        (), "is a task for Name=db, and the plan is for Name=web",
    ),
    "a task that nothing would know": (
        edited(lambda d: d["steps"][0]["tags"].pop("cron2aws:id"), anew=True), (), "without the tag"
    ),
    "a line for a task that is disabled": (
        edited(of_a_disabled_task, anew=True), (), "that would not run, and its line"
    ),
    "lines of a plan that hands none over": (
        edited(lambda d: d.update(comment_out=False), anew=True), (), "would not run, and its line"
    ),
    "hosts without the line that are not shown": (
        edited(lambda d: d["steps"][0].update(hosts_without=["web-9"]), anew=True),
        (), "whose hosts, or RunOn, are others than the plan has",
    ),
    "hosts that were not read": (
        edited(lambda d: d["steps"][0].update(hosts_not_known=1), anew=True),
        (), "whose hosts, or RunOn, are others than the plan has",
    ),
    "another RunOn than is shown": (
        edited(lambda d: d["steps"][0]["parameters"].update(RunOn="marked"), anew=True),
        (), "whose hosts, or RunOn, are others than the plan has",
    ),
    "no host": (
        edited(lambda d: d["steps"][0].update(hosts=[]), anew=True), (), "of no host that the plan"
    ),
    "what nobody carries out and a reviewer reads": (
        edited(lambda d: d["steps"][0]["command"].update(line=99), anew=True), (), "is 99, and not"
    ),
    "a stack twice": (
        edited(lambda d: d["steps"][1].update(stack=d["steps"][0]["stack"]), anew=True),
        (), "is in it 2 times",
    ),
    "an entry twice": (edited(of_a_second_task, anew=True), (), "is in it 2 times"),
    "a line that is not shown": (
        edited(lambda d: d["steps"][0]["edits"][0].update(before="1 1 * * * root true"), anew=True),
        (), "whose line before and after is another",
    ),
    "an edit that is not shown": (
        edited(lambda d: d["steps"][0].update(edits=[]), anew=True),
        (), "whose line before and after is another",
    ),
    "a name twice": (of_two_lists_of_steps, (), "stand twice"),
    "a path that is relative": (
        edited(lambda d: d["read"].update(named=["../../etc/cron.d/x"]), anew=True),
        (), "is not the absolute path of a file",
    ),
    "a file without end": (lambda case: case.file.write_text(" " * (MOST_BYTES + 1)), (), "MB"),
}  # fmt: skip


MOVING = ("an instance more", "the foundation's outputs")
"""What is done to AWS; all else is done to the file alone."""


class TestRefusedAsAWhole:
    """Nothing is changed, so that all may be tried on one AWS."""

    @pytest.fixture(scope="class")
    @classmethod
    def planned(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Case, str]]:
        """Two tasks are there, and a plan to hand their lines over."""
        folder = tmp_path_factory.mktemp("planned")
        with pytest.MonkeyPatch.context() as patch, open_case(folder, patch) as made:
            made.migrate("--yes")
            made.plan()
            yield made, made.file.read_text()

    @pytest.mark.parametrize("kind", [each for each in REFUSED if each not in MOVING])
    def test_for_what_stands_in_it(self, kind: str, planned: tuple[Case, str]) -> None:
        case, plan = planned
        case.file.write_text(plan)
        refused_as_a_whole(kind, case)


@pytest.mark.parametrize("kind", MOVING)
def test_what_has_moved_refuses_the_whole(kind: str, case: Case) -> None:
    case.migrate("--yes")
    case.plan()
    refused_as_a_whole(kind, case)


def refused_as_a_whole(kind: str, case: Case) -> None:
    move, more, why = REFUSED[kind]
    digest = case.document["digest"]
    before = [shape(each) for each in case.context.stacks.deployed()]
    move(case)
    arguments = ("--digest", digest) if more == ("DIGEST",) else more
    with pytest.raises(SafetyError, match=why):
        case.apply(*arguments)
    assert case.tab.read_text() == TAB
    assert [shape(each) for each in case.context.stacks.deployed()] == before


def test_another_region_is_refused(case: Case) -> None:
    case.plan()
    case.context = replace(case.context, place=Place(account="123456789012", region="eu-west-1"))
    with pytest.raises(SafetyError, match="the plan is for account 123456789012, us-east-1"):
        case.apply()


ALLOWED: dict[str, tuple[Callable[[Case], object], tuple[str, ...]]] = {
    # the edit goes by the entry's own bytes, and every other byte stays
    "the line moved": (edit("# jobs\n", "# jobs\n#\n#\n"), (
        "3: it stands on line 5 now, and is the same", "4: it stands on line 6 now, and is the same"
    )),
    "a comment elsewhere": (edit("# jobs", "# JOBS"), ()),
    "another entry is added": (lambda c: c.tab.write_text(TAB + "1 2 * * * root new\n"), ()),
    # the tasks run on fewer of the hosts that were reviewed; each is looked at before its hand-over
    "an instance less": (
        fewer_instances,
        (f"web ({stand_in('web').instance_id}) has the tags no more: no task runs there",),
    ),
    # what is done is what the plan says, with templates and commands that are the same
    "the program's version": (
        edited(lambda d: d.update(version="0.0.9"), anew=True), ()
    ),
    # no task depends on who subscribes to the topics
    "somebody is mailed of failures": (
        lambda case: command(case.context, "setup", "--email", "ops@example.com", "--yes"), ()
    ),
    # it is what was reviewed
    "its stack was changed and changed back": (disabled, ()),
}  # fmt: skip


@pytest.mark.parametrize("kind", ALLOWED)
def test_what_is_safe_is_allowed(kind: str, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    move, notes = ALLOWED[kind]
    case.migrate("--yes")
    case.plan()
    move(case)
    text = case.tab.read_text()
    capsys.readouterr()
    assert case.apply() == 0
    told, document = wide(capsys), case.document
    assert noted(told, case) == list(notes)
    made = f"made {document['made']} by cron2aws {document['version']}"
    assert f"{case.file}: {made}, digest {document['digest']}" in told.splitlines()
    after = case.tab.read_text()
    assert case.marked == 2
    bare = [line.partition(" | ")[2] or line for line in after.split("\n")]
    assert bare == text.split("\n")


def test_a_plan_for_another_release_with_like_commands_makes_what_it_says(case: Case) -> None:
    case.plan()
    planned = {each["stack"]: each["parameters"] for each in case.document["steps"]}
    case.apply()
    for each in case.stacks.values():
        said = planned[each.stack_name]
        assert {k: v for k, v in said.items() if not v.startswith("(of ")}.items() <= (
            each.parameters.items()
        )


# --- interrupted


class Stopping:
    """What makes stacks; the command ends before the next one once so many are made."""

    def __init__(self, real: object, made: list[str], most: int) -> None:
        self._real, self._made, self._most = real, made, most

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name not in {"create", "bring"}:
            return real

        def counted(*given: Any, **more: Any) -> Any:
            if len(self._made) == self._most:
                raise KeyboardInterrupt
            self._made.append(name)
            return real(*given, **more)

        return counted


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_an_apply_that_ended_early_goes_on(case: Case, most: int) -> None:
    """The foundation, the target, and two tasks."""
    case.plan()
    whole, made = case.context, list[str]()
    case.context = replace(
        whole,
        stacks=Stopping(whole.stacks, made, most),  # type: ignore[arg-type]
        shared=Stopping(whole.shared, made, most),  # type: ignore[arg-type]
    )
    with pytest.raises(click.Abort):
        case.apply()
    assert (len(made), case.marked) == (most, 0)
    case.context = whole
    assert case.apply() == 0
    assert (case.marked, len(case.stacks)) == (2, 2)


def test_what_a_hand_over_did_not_come_to_set_is_set_by_the_next_apply(case: Case) -> None:
    case.plan()
    case.apply()
    minute = "2026-11-23T12:01Z"
    case.tab.write_text(case.tab.read_text().replace("@-", f"@{minute}"))
    assert not any(each.parameters.get("LiveFrom") for each in case.stacks.values())
    assert case.apply("--stacks-only") == 0
    assert not any(each.parameters.get("LiveFrom") for each in case.stacks.values())
    assert case.apply() == 0
    assert [each.parameters["LiveFrom"] for each in case.stacks.values()] == [minute] * 2
    assert case.apply() == 0


# --- preflight


def delete_topics() -> None:
    for row in client("sns").list_topics()["Topics"]:
        client("sns").delete_topic(TopicArn=row["TopicArn"])


def checks(case: Case, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    """The checks that `apply` shows before it asks, by id: how each ends."""
    capsys.readouterr()
    with pytest.raises((SafetyError, UsageError), match=r"failed preflight|nobody can answer"):
        command(case.context, "apply", str(case.file), "-o", "json", *arguments)
    found = json.loads(capsys.readouterr().out)["checks"]
    return {each["id"]: each["outcome"] for each in found}


def test_a_check_that_stops_ends_it_and_nothing_is_changed(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    command(case.context, "setup", "--tag", "Name=web", "--yes")
    case.plan()
    delete_topics()
    capsys.readouterr()
    for part in ((), ("--stacks-only",)):
        with pytest.raises(SafetyError) as refused:
            case.apply(*part)
        assert refused.value.what == "failed preflight, and nothing was changed"
        assert "there is no topic" in (refused.value.why or "")
        shown = words(capsys)
        assert "stops" in shown
        assert "there is no topic" in shown
        assert (case.stacks, case.tab.read_text()) == ({}, TAB)


def test_the_topics_of_an_apply_that_ended_early_are_looked_at(case: Case) -> None:
    """In the plan they have no ARN yet."""
    case.plan()
    whole, made = case.context, list[str]()
    case.context = replace(
        whole,
        stacks=Stopping(whole.stacks, made, 2),  # type: ignore[arg-type]
        shared=Stopping(whole.shared, made, 2),  # type: ignore[arg-type]
    )
    with pytest.raises(click.Abort):
        case.apply()
    case.context = whole
    delete_topics()
    with pytest.raises(SafetyError, match="failed preflight"):
        case.apply()
    assert case.stacks == {}


def test_a_name_that_was_taken_meanwhile_stops_it(case: Case) -> None:
    case.plan()
    taken = next(each["stack"] for each in case.document["steps"] if "backup" in each["stack"])
    body = json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}})
    client("cloudformation").create_stack(StackName=taken, TemplateBody=body)
    with pytest.raises(SafetyError, match="failed preflight"):
        case.apply("--stacks-only")
    assert (case.stacks, case.tab.read_text()) == ({}, TAB)
    client("cloudformation").delete_stack(StackName=taken)
    assert case.apply() == 0


def test_a_good_plan_passes_and_shows_its_checks(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.plan()
    found = checks(case, capsys)
    assert {"credentials", "permissions", "quota-stacks", "instances", "agents", "names"} <= (
        found.keys()
    )
    assert "stops" not in found.values()
    assert case.apply() == 0
    capsys.readouterr()
    # nothing is to be done, so nothing is asked
    assert command(case.context, "apply", str(case.file), "-o", "json") == 0
    assert json.loads(capsys.readouterr().out)["checks"] == []


OF_HOSTS = {"instances", "agents", "platforms", "agent-versions", "workers", "clock", "host-clocks"}


def test_each_part_has_its_own_checks(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    case.plan()
    of_stacks = checks(case, capsys, "--stacks-only").keys()
    assert {"credentials", "permissions", "quota-stacks", "concurrency", "names"} <= of_stacks
    assert not of_stacks & OF_HOSTS
    assert case.apply("--stacks-only") == 0
    assert checks(case, capsys, "--edits-only").keys() == {"credentials", "topics", *OF_HOSTS}


def away(case: Case) -> None:
    """Its hosts' agents are heard of no more."""
    for each in case.sandbox.hosts:
        case.sandbox.add_host(replace(each, online=False))


def back(case: Case) -> None:
    for each in case.sandbox.hosts:
        case.sandbox.add_host(replace(each, online=True))


@pytest.fixture
def without_more(case: Case) -> Case:
    """No stand-in is made for the lines' host."""
    case.context = replace(case.context, stand_ins=None)
    return case


@pytest.mark.usefixtures("without_more")
def test_a_host_that_is_offline_stops_the_lines_alone(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.plan()
    away(case)
    with pytest.raises(SafetyError, match=r"failed preflight.*0 of 1 are online"):
        case.apply()
    assert case.stacks == {}
    assert checks(case, capsys, "--stacks-only").get("agents") is None
    assert case.apply("--stacks-only") == 0
    with pytest.raises(SafetyError, match=r"failed preflight.*0 of 1 are online"):
        case.apply("--edits-only")
    assert (len(case.stacks), case.tab.read_text()) == (2, TAB)
    back(case)
    assert case.apply("--edits-only") == 0
    assert case.marked == 2


@pytest.mark.usefixtures("without_more")
def test_elsewhere_a_host_that_is_offline_is_told(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines wait there, and cron runs the jobs."""
    case.plan()
    away(case)
    capsys.readouterr()
    assert case.apply(elsewhere=True) == 0
    assert "0 of 1 are online" in words(capsys)
    assert (len(case.stacks), case.tab.read_text()) == (2, TAB)


@pytest.mark.usefixtures("without_more")
def test_a_host_that_is_offline_stops_a_rehearsal(case: Case) -> None:
    case.plan("--rehearse")
    away(case)
    with pytest.raises(SafetyError, match="failed preflight"):
        case.apply()
    assert case.apply("--stacks-only") == 0


# --- change sets


def test_the_change_set_of_an_older_template_is_shown(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    case.migrate("--yes")
    of_an_older_template(case)
    case.plan()
    capsys.readouterr()
    assert case.apply() == 0
    assert words(capsys).count(f"change set of {case.stacks['backup'].stack_name}:") == 1


def test_a_change_set_that_is_denied_is_told(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator's policy has no right to make one; the plan was reviewed."""
    case.migrate("--yes")
    of_an_older_template(case)
    case.plan()
    capsys.readouterr()
    case.context = replace(case.context, stacks=Silent(case.context.stacks))  # type: ignore[arg-type]
    assert case.apply() == 0
    assert "note: previewing a stack: denied" in words(capsys)
    assert case.marked == 2


class Silent:
    """What says nothing of what it would change."""

    def __init__(self, real: object) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def preview(self, *_: object) -> None:
        raise AwsError(what="previewing a stack", why="denied", fix="get the right")


# --- what cannot be


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--plan-file", "p.json"), "goes with --dry-run"),
        (("--with-secrets", "--dry-run"), "belongs to --plan-file"),
    ],
)
def test_what_is_no_way_to_write_one(case: Case, arguments: tuple[str, ...], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        case.migrate(*arguments)


def test_standard_input_is_no_source_of_a_plan_file(case: Case) -> None:
    with pytest.raises(UsageError, match="takes no standard input"):
        command(
            case.context, "migrate", "-", "--tag", "Name=web", "--dry-run",
            "--plan-file", str(case.file),
        )  # fmt: skip


def test_what_is_no_way_to_apply_one(case: Case) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        case.apply()
    case.plan()
    with pytest.raises(UsageError, match="contradict each other"):
        case.apply("--stacks-only", "--edits-only")


def test_nothing_is_done_without_a_yes(case: Case) -> None:
    case.plan()
    with pytest.raises(UsageError, match="nobody can answer"):
        command(case.context, "apply", str(case.file))
    assert (case.tab.read_text(), case.stacks) == (TAB, {})


def test_a_value_of_another_kind_is_refused_wherever_it_stands(case: Case) -> None:
    case.migrate("--yes", "--only", "*backup*")
    case.plan()
    places = list(values_in(case.document))
    assert len(places) > 100
    accepted = wrong_values_accepted(case.document)
    assert accepted == []
