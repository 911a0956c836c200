"""What other users, editors and stacks put in the way of a hand-over: the commands on a tree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cron2aws.app.context import Context
from cron2aws.crontab import identity
from cron2aws.sandbox.inside import Sandbox
from tests.calling import command, opened
from tests.sandboxes import client

BACKUP = b"17 3 * * * root /opt/backup\n"
POLL = b"*/5 * * * * root /opt/poll\n"
ALICE = b"1 2 * * * /home/alice/mine\n"


class Tree:
    """A host's files, and the commands on them."""

    def __init__(self, root: Path, context: Context) -> None:
        self.root = root
        self.context = context
        self.tab, self.spool = root / "etc/crontab", root / "var/spool/cron/crontabs/alice"
        users = "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n"
        for name, text in {
            "etc/hostname": "web\n",
            "etc/passwd": users,
            "etc/debian_version": "12.0\n",
            "etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
            "etc/timezone": "Etc/UTC\n",
        }.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.spool.parent.mkdir(parents=True)
        self.tab.write_bytes(BACKUP + POLL)
        self.spool.write_bytes(ALICE)
        self.spool.chmod(0o600)

    def migrate(self, *more: str) -> int:
        return command(self.context, "migrate", str(self.root), "--tag", "Name=web", "--yes", *more)

    def hand_over(self, *more: str) -> int:
        return self.migrate("--comment-out", *more)

    def rollback(self, *tasks: str) -> int:
        return command(self.context, "rollback", *tasks, "--source", str(self.root), "--yes")

    def status(self, *more: str) -> int:
        return command(self.context, "status", str(self.root), *more)

    @property
    def stacks(self) -> tuple[str, ...]:
        return tuple(each.stack_name for each in self.context.stacks.deployed())


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


@pytest.fixture
def tree(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tree]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    made = Tree(tmp_path / "tree", opened(sandbox))
    yield made
    for stack in made.context.stacks.deployed():
        made.context.stacks.delete(stack)


def standings(tree: Tree, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """How each task stands, by the last word of its stack's name before the id."""
    capsys.readouterr()
    tree.status("-o", "json")
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["tasks"]
    return {str(row["stack"]).split("-")[-2]: row["told"] for row in rows}


def test_two_lines_whose_ids_meet_are_refused(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A user who finds a command with the id of root's line gets neither of them moved."""

    def meets(data: bytes) -> object:
        jobs = (b"/opt/backup", b"/home/alice/mine")
        return hashlib.sha256(b"same" if any(job in data for job in jobs) else data)

    monkeypatch.setattr(identity, "hashlib", SimpleNamespace(sha256=meets))
    tree.hand_over()
    told = " ".join(capsys.readouterr().out.split())
    # in the summary, the checklist and the findings, and at each of the lines
    assert told.lower().count("c404 another entry of this host has the same id") == 5
    assert tree.tab.read_bytes().startswith(BACKUP + b" # cron2aws:")
    assert tree.spool.read_bytes() == ALICE
    (stack,) = tree.stacks
    assert "poll" in stack


@pytest.mark.parametrize("account", ["999999999999", "123456789012"])
def test_a_comment_that_looks_like_a_mark_in_a_users_crontab_holds_nothing_up(
    tree: Tree, capsys: pytest.CaptureFixture[str], account: str
) -> None:
    assert tree.hand_over() == 0
    root = next(each for each in tree.context.stacks.deployed() if "backup" in each.stack_name)
    forged = (
        f"# cron2aws:{root.id}@- {account}/us-east-1/{root.stack_name} | 9 9 * * * x\n".encode()
    )
    tree.spool.write_bytes(forged + tree.spool.read_bytes())
    capsys.readouterr()
    assert tree.hand_over() == 0
    told = capsys.readouterr()
    assert "crontabs/alice" in told.out + told.err
    assert tree.rollback() == 0
    told = capsys.readouterr()
    assert "left alone: /var/spool/cron/crontabs/alice:1 " in " ".join(told.err.split())
    assert tree.tab.read_bytes() == BACKUP + POLL
    assert tree.spool.read_bytes() == forged + ALICE
    assert tree.stacks == ()


def test_one_whose_stack_was_deleted_holds_nothing_up_and_is_told(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    """The user's job runs nowhere: the others are handed over, and the exit code says it."""
    mark = b"# cron2aws:0123456789abcdef@- 123456789012/us-east-1/gone | 9 9 * * * x\n"
    tree.spool.write_bytes(mark + tree.spool.read_bytes())
    assert tree.hand_over() == 4
    assert "its stack gone is missing: the job runs nowhere" in capsys.readouterr().out
    assert len(tree.stacks) == 3
    assert tree.tab.read_bytes().count(b"# cron2aws:") == 2


def test_nor_where_the_lines_come_back_without_aws(tree: Tree) -> None:
    assert tree.hand_over() == 0
    root = next(each for each in tree.context.stacks.deployed() if "backup" in each.stack_name)
    forged = f"# cron2aws:{root.id}@- 123456789012/us-east-1/{root.stack_name} | 9 9 * * * x\n"
    tree.spool.write_bytes(forged.encode() + tree.spool.read_bytes())
    assert tree.rollback("--lines-only") == 0
    assert tree.tab.read_bytes() == BACKUP + POLL
    assert tree.spool.read_bytes() == forged.encode() + ALICE


def test_a_stack_with_our_tags_and_another_template_is_not_deleted(tree: Tree) -> None:
    assert tree.hand_over() == 0
    ours = next(each for each in tree.context.stacks.deployed() if "poll" in each.stack_name)
    foreign = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
    client("cloudformation").create_stack(
        StackName="theirs",
        TemplateBody=json.dumps(foreign),
        Tags=[{"Key": key, "Value": value} for key, value in ours.tags.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    try:
        tree.rollback()
        left = client("cloudformation").describe_stacks()["Stacks"]
        shared = ["cron2aws-foundation", "cron2aws-target-web-88baf0f6"]
        assert sorted(stack["StackName"] for stack in left) == [*shared, "theirs"]
        assert tree.tab.read_bytes() == BACKUP + POLL
    finally:
        client("cloudformation").delete_stack(StackName="theirs")


def test_a_comment_more_on_top_changes_no_stack(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tree.hand_over() == 0
    tree.tab.write_bytes(b"# one line more\n\n" + tree.tab.read_bytes())
    capsys.readouterr()
    assert tree.hand_over() == 0
    assert "Nothing to do: 3 tasks deployed as planned." in capsys.readouterr().out


def test_marks_that_an_editor_threw_away_are_told(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `crontab -e` does with the first three comment lines; the task does not run unseen."""
    assert tree.hand_over() == 0
    tree.tab.write_bytes(b"".join(tree.tab.read_bytes().splitlines(keepends=True)[1:]))
    assert "runs nowhere" in standings(tree, capsys)["backup"]
    assert tree.status() == 4


@pytest.mark.parametrize(
    "changed", [BACKUP.replace(b"17", b"18"), BACKUP.replace(b"backup", b"backup --all")]
)
def test_a_line_that_is_back_in_another_form_is_told(
    tree: Tree, capsys: pytest.CaptureFixture[str], changed: bytes
) -> None:
    assert tree.hand_over() == 0
    _, poll = tree.tab.read_bytes().splitlines(keepends=True)
    tree.tab.write_bytes(changed + poll)
    capsys.readouterr()
    assert tree.status() == 4
    shown = " ".join(capsys.readouterr().out.split())
    assert "the line differs" in shown or "runs nowhere" in shown


def test_a_command_that_was_changed_behind_its_mark_is_told(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tree.hand_over() == 0
    tree.tab.write_bytes(tree.tab.read_bytes().replace(b"/opt/backup", b"/opt/backup --all"))
    assert standings(tree, capsys)["backup"].startswith("the line differs")
    assert tree.status() == 4


def test_a_run_by_hand_right_after_the_hand_over_runs(
    tree: Tree, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tree.hand_over() == 0
    name = next(each for each in tree.stacks if "poll" in each)
    sent = len(sandbox.commands)
    capsys.readouterr()
    assert command(tree.context, "run", name) == 0
    assert "succeeded" in capsys.readouterr().out
    assert len(sandbox.commands) == sent + 1


def test_the_first_minute_after_the_hand_over_is_sent(tree: Tree, sandbox: Sandbox) -> None:
    assert tree.hand_over() == 0
    name = next(each for each in tree.stacks if "poll" in each)
    sent = len(sandbox.commands)
    fired = sandbox.fire(name, tree.context.clock.now() + timedelta(minutes=1))
    assert fired
    assert sandbox.wait(fired)["status"] == "SUCCEEDED"
    assert len(sandbox.commands) == sent + 1
