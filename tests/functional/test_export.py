"""`export`: the folder that it writes, and when it writes none."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.context import HostContext
from cron2aws.app.export import export
from cron2aws.app.export_folder import put
from cron2aws.app.options import ExportOptions, Sources
from cron2aws.app.sources import read
from cron2aws.cli.terminal import Terminal
from cron2aws.errors import UsageError
from cron2aws.handover.crontabs import Crontabs
from cron2aws.plan.values import Place
from cron2aws.task.target import Target
from cron2aws.task.template import LEFT_TO_DEFAULT
from tests.fakes import FakeClock
from tests.functional.cli import Answer, cron2aws
from tests.golden.hosts import FIXTURE_NAMES, fixture, host

LINES = "0 3 * * * root backup --all\n5 * * * * app tidy\n"
MARK = " # cron2aws:ea68b89a5c21b3d6@- 123456789012/eu-west-1/cron2aws-db-x | "
SHELLCHECK = Path(sys.executable).with_name("shellcheck")
PLACE = Place(account="123456789012", region="eu-west-1")
WEB = Target.having({"Name": ["web"]})


@pytest.fixture(autouse=True)
def no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody answers; what is kept between commands is the test's."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", PLACE.region)
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))


def exported(folder: Path, *arguments: str | Path) -> Answer:
    words = [str(each) for each in arguments]
    return cron2aws("export", str(folder), "--tag", "Name=web", "--account", PLACE.account, *words)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_bytes()))


def values(folder: Path, file: str, key: str = "ParameterKey") -> dict[str, str]:
    """The parameters or tags of a stack."""
    listed = json.loads((folder / file).read_bytes())
    return {each[key]: each[key.replace("Key", "Value")] for each in listed}


def patched(patch: Path, root: Path, *options: str) -> None:
    with patch.open("rb") as text:
        words = ["patch", "-p1", "-s", "--fuzz=0", "--no-backup-if-mismatch", "-d", str(root)]
        subprocess.run([*words, *options], stdin=text, check=True)


# --- the same bytes


def made_at(folder: Path, source: Path, moment: datetime, state: Path) -> None:
    context = HostContext(clock=FakeClock(moment), console=Terminal(), backups=state, state=state)
    options = ExportOptions(folder=folder, target=WEB, sources=Sources(named=(str(source),)))
    export(options, context, lambda _: PLACE)


@pytest.mark.parametrize("name", ["debian-web", "amazon-batch", "tokyo-reports"])
def test_the_same_crontabs_give_the_same_bytes_on_any_day(name: str, tmp_path: Path) -> None:
    source = fixture(name, tmp_path)
    made_at(tmp_path / "a", source, datetime(2026, 1, 5, tzinfo=UTC), tmp_path)
    made_at(tmp_path / "b", source, datetime(2029, 7, 31, 12, 30, 59, tzinfo=UTC), tmp_path)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert str(tmp_path).encode() not in b"".join(tree(tmp_path / "a").values())


def test_a_second_time_nothing_is_new(tmp_path: Path) -> None:
    source = host(tmp_path, {"/etc/crontab": LINES})
    assert (
        exported(tmp_path / "out", source).out == f"Wrote {tmp_path / 'out'}: 2 tasks, 1 patch.\n"
    )
    before = (tmp_path / "out/README.md").stat()
    again = exported(tmp_path / "out", source)
    assert again.out == f"Nothing is new in {tmp_path / 'out'}: 2 tasks, 1 patch.\n"
    assert (tmp_path / "out/README.md").stat() == before


# --- what is in it


@pytest.mark.parametrize("options", [(), ("--own-roles", "--role-path", "/x/")])
def test_every_parameter_has_a_value_or_a_stack_that_gives_it(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    exported(out, fixture("debian-web", tmp_path), *options)
    stacks = manifest(out)["stacks"]
    tasks = [each for each in stacks if each["kind"] == "task"]
    assert len(tasks) == 13
    for stack in tasks:
        told = values(out, stack["parameters"])
        known = set(json.loads((out / stack["template"]).read_bytes())["Parameters"])
        assert told.keys() | stack["outputs"].keys() | LEFT_TO_DEFAULT.keys() == known
        assert not told.keys() & stack["outputs"].keys()
        assert told["Enabled"] == "true"
        assert told["LiveFrom"] == ""
        assert values(out, stack["tags"], "Key")["cron2aws:id"] == told["EntryId"]
    assert {each["kind"] for each in stacks} == (
        {"task"} if options else {"foundation", "target", "task"}
    )
    assert manifest(out)["files"] == sorted(tree(out))


def test_what_options_say(tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = exported(
        out, host(tmp_path, {"/etc/crontab": LINES}), "--email", "ops@example.com", "--tell", "all",
        "--watch-for", "0", "--kms-key", "arn:aws:kms:eu-west-1:123456789012:key/k", "--live-from",
        "2027-03-14T22:00+09:00", "--stack-tag", "team=web", "--termination-protection",
        "--output-s3-bucket", "logs",
    )  # fmt: skip
    assert (said.code, said.err) == (0, "")
    foundation, target, *tasks = manifest(out)["stacks"]
    key = "arn:aws:kms:eu-west-1:123456789012:key/k"
    assert values(out, foundation["parameters"]) == {
        "Email": "ops@example.com", "Tell": "all", "WatchSeconds": "0", "KmsKeyArn": key,
    }  # fmt: skip
    assert values(out, target["parameters"])["OutputS3Bucket"] == "logs"
    for stack in tasks:
        assert values(out, stack["parameters"])["LiveFrom"] == "2027-03-14T13:00Z"
        assert stack["protected"]
    for stack in (foundation, target, *tasks):
        assert values(out, stack["tags"], "Key")["team"] == "web"


def test_a_line_of_another_program_has_no_patch(tmp_path: Path) -> None:
    out = tmp_path / "out"
    lines = "#Ansible: nightly\n0 3 * * * root backup\n"
    exported(out, host(tmp_path, {"/etc/crontab": lines}))
    assert manifest(out)["patches"] == []
    [task] = [each for each in manifest(out)["stacks"] if each["kind"] == "task"]
    told = values(out, task["parameters"])
    assert (told["Enabled"], told["TakesOver"]) == ("true", "removal")
    assert "/etc/crontab:2, written by Ansible" in (out / "README.md").read_text()


def test_a_secret_is_exported_where_it_is_allowed_and_told(tmp_path: Path) -> None:
    out = tmp_path / "out"
    lines = "0 3 * * * root mysqldump --password=hunter2\n0 4 * * * root tidy\n"
    source = host(tmp_path, {"/etc/crontab": lines})
    exported(out, source)
    assert b"hunter2" not in b"".join(tree(out).values())
    [kept] = manifest(out)["kept"]
    said = exported(out, source, "--allow-secret", kept["id"])
    assert re.search(r"warning: stacks/cron2aws-web-\S+ holds a secret", said.err)
    assert re.search(r"warning: patches/\S+/etc/crontab.patch holds a secret", said.err)
    assert b"hunter2" not in (out / "README.md").read_bytes() + (out / "manifest.json").read_bytes()


def test_the_script_is_a_clean_program(tmp_path: Path) -> None:
    for number, options in enumerate(((), ("--own-roles",))):
        out = tmp_path / str(number)
        exported(out, host(tmp_path, {"/etc/crontab": LINES}), *options)
        assert os.access(out / "deploy.sh", os.X_OK)
        subprocess.run([SHELLCHECK, "--shell=sh", out / "deploy.sh"], check=True)


# --- patches


@pytest.mark.parametrize("name", FIXTURE_NAMES)
def test_a_patch_makes_what_the_hand_over_makes_but_for_the_minute(
    name: str, tmp_path: Path
) -> None:
    """As real GNU patch applies it, without fuzz; and back again."""
    out, source = tmp_path / "out", fixture(name, tmp_path)
    before = tree(source)
    made_at(out, source, datetime(2026, 11, 23, tzinfo=UTC), tmp_path)
    context = HostContext(clock=FakeClock(datetime(2026, 11, 23, tzinfo=UTC)),
                          console=Terminal(), backups=tmp_path, state=tmp_path)  # fmt: skip
    options = ExportOptions(folder=out, target=WEB, sources=Sources(named=(str(source),)))
    made = export(options, context, lambda _: PLACE).export
    assert made
    [one] = read(Sources(named=(str(source),))).hosts
    crontabs = Crontabs(
        dialect=one.host.dialect,
        tabs={tab.path: tab for tab in one.host.tabs},
        locations={file.path: file.location for file in one.files if file.location},
    )
    edits = crontabs.out([step for step in made.plan.steps if step.comment_out], PLACE)
    wanted = {edit.path: edit.make(edit.location.read_bytes(), None) for edit in edits}
    for patch in made.patches:
        patched(out / patch.file, source)
    assert {path: (source / path.lstrip("/")).read_bytes() for path in wanted} == wanted
    assert len(made.patches) == len(edits)
    assert {name for name, data in tree(source).items() if before[name] != data} == {
        path.lstrip("/") for path in wanted
    }
    for patch in made.patches:
        patched(out / patch.file, source, "-R")
    assert tree(source) == before


def test_a_patch_keeps_owner_and_mode(tmp_path: Path) -> None:
    source = host(tmp_path, {"/var/spool/cron/crontabs/app": "5 * * * * tidy\n"})
    tab = source / "var/spool/cron/crontabs/app"
    tab.chmod(0o600)
    os.chown(tab, 1000, 107)
    exported(tmp_path / "out", source)
    before = tab.stat()
    [patch] = manifest(tmp_path / "out")["patches"]
    patched(tmp_path / "out" / patch["file"], source)
    after = tab.stat()
    assert b"@-" in tab.read_bytes()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode, before.st_uid, before.st_gid,
    )  # fmt: skip


def test_once_a_line_is_marked_its_task_stays_as_it_is(tmp_path: Path) -> None:
    out, source = tmp_path / "out", host(tmp_path, {"/etc/crontab": LINES})
    exported(out, source)
    before = tree(out / "stacks")
    [patch] = manifest(out)["patches"]
    patched(out / patch["file"], source)
    crontab = source / "etc/crontab"
    crontab.write_text(crontab.read_text() + "7 7 * * * root third\n")
    said = exported(out, source)
    assert (said.code, said.out) == (0, f"Wrote {out}: 3 tasks, 1 patch.\n")
    after = tree(out / "stacks")
    assert {name: after[name] for name in before} == before
    [patch] = manifest(out)["patches"]
    assert len(patch["ids"]) == 1
    patched(out / patch["file"], source)
    assert [line.startswith(" # cron2aws:") for line in crontab.read_text().splitlines()] == [
        True
    ] * 3
    assert exported(out, source).out == f"Wrote {out}: 3 tasks, 0 patches.\n"


def test_a_line_of_another_stack_is_a_problem_and_left_out(tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = host(tmp_path, {"/etc/crontab": f"{LINES}{MARK}0 6 * * * root other\n"})
    said = exported(out, source)
    assert said.code == 4
    assert "web-1: /etc/crontab:3: the line is handed over to stack cron2aws-db-x" in said.err
    assert [each["task"]["line"] for each in manifest(out)["stacks"] if each["task"]] == [1, 2]
    assert exported(out, source, "--exclude", "other").code == 0


def test_equal_hosts_are_one_task_and_a_patch_for_each(tmp_path: Path) -> None:
    sources = [host(tmp_path, {"/etc/crontab": LINES}, name=name) for name in ("web-1", "web-2")]
    exported(tmp_path / "out", *sources)
    made = manifest(tmp_path / "out")
    assert [each["task"]["hosts"] for each in made["stacks"] if each["task"]] == [
        ["web-1", "web-2"]
    ] * 2
    assert [each["file"] for each in made["patches"]] == [
        f"patches/{name}/etc/crontab.patch" for name in ("web-1", "web-2")
    ]


# --- the folder


def test_what_went_is_told_with_the_stack_that_stays(tmp_path: Path) -> None:
    out, source = tmp_path / "out", host(tmp_path, {"/etc/crontab": LINES})
    exported(out, source)
    name = next(each["name"] for each in manifest(out)["stacks"] if "tidy" in each["name"])
    said = exported(out, source, "--exclude", "tidy")
    assert f"note: stack {name} is no longer in the export" in said.err
    assert f"stacks/{name}.tags.json" not in tree(out)


def strange(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")


def extra(folder: Path) -> None:
    exported(folder, host(folder.parent, {"/etc/crontab": LINES}))
    strange(folder)


def of_another(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"schema": "cron2aws.scan/1"}')


REFUSED: Mapping[str, tuple[Any, int, str]] = {
    "files of somebody": (strange, 4, "is not empty and not an export"),
    "a file more": (extra, 4, "has files that no export wrote: notes.txt"),
    "another manifest": (of_another, 4, "is not empty and not an export"),
    "a file": (lambda out: (out.rmdir(), out.write_text("x")), 2, "it is not a folder"),
    "a link": (
        lambda out: (out.rmdir(), out.symlink_to(out.parent / "else")),
        2,
        "it is not a folder",
    ),
}


@pytest.mark.parametrize(("prepare", "code", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_folder_that_is_not_ours_stays(
    prepare: Any, code: int, said: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "else").mkdir()
    prepare(out)
    before = tree(out) if out.is_dir() else out.lstat()
    answer = exported(out, host(tmp_path, {"/etc/crontab": LINES}))
    assert answer.code == code
    assert said in answer.err
    assert (tree(out) if out.is_dir() else out.lstat()) == before


def test_no_folder_of_cron_and_not_the_one_that_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = host(tmp_path, {"/etc/crontab": LINES})
    assert "a cron daemon may run" in exported(source / "etc/cron.d/out", source).err
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert "the folder that you are in" in exported(Path(), source).err
    assert list((tmp_path / "here").iterdir()) == []


def test_a_folder_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    out = tmp_path / "out"
    exported(out, host(tmp_path, {"/etc/crontab": LINES}))
    before, beside = tree(out), sorted(each.name for each in tmp_path.iterdir())
    files = {"manifest.json": b'{"stacks": []}', "a": b"a file", "a/b": b"and a folder?"}
    with pytest.raises(UsageError, match="cannot write"):
        put(out, files, ())
    assert tree(out) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == beside


# --- usage


def test_with_strict_nothing_is_written_before_a_decision(tmp_path: Path) -> None:
    source = host(tmp_path, {"/etc/crontab": "0 3 * * * root mysqldump --password=hunter2\n"})
    said = exported(tmp_path / "out", source, "--strict")
    assert said.code == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--own-roles", "--email", "a@example.com"), "--own-roles makes no foundation"),
        (("--email", "nobody"), "it is not an e-mail address"),
        (("--live-from", "tomorrow"), "is not a full minute such as"),
        (("--live-from", "2027-03-14T22:00:30"), "is not a full minute such as"),
        (("--account", "12"), "which has 12 digits"),
    ],
)
def test_wrong_usage(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    answer = exported(tmp_path / "out", host(tmp_path, {"/etc/crontab": LINES}), *options)
    assert answer.code == 2
    assert said in answer.err
    assert not (tmp_path / "out").exists()


def test_without_an_account_aws_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = host(tmp_path, {"/etc/crontab": LINES})
    words = ["export", str(tmp_path / "out"), str(source), "--tag", "Name=web"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:99999")  # nobody is called
    assert cron2aws(*words).code == 5
    assert not (tmp_path / "out").exists()
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    answer = cron2aws("--sandbox", *words)
    assert answer.code == 0, answer.err
    assert manifest(tmp_path / "out")["account"] == "123456789012"
