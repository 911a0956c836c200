"""`status` of saved scans judges what is of this account and region, and tells the rest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.context import Context
from cron2aws.sandbox.inside import Sandbox
from tests.calling import command, opened
from tests.functional.cli import cron2aws

TREE = Path(__file__).parents[2] / "fixtures" / "crontabs" / "fleet-web-1"
HERE = ("123456789012", "us-east-1")
ELSEWHERE = ("999999999999", "eu-west-1")
Saved = Callable[..., str]


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """With a task of web-1, which runs on Name=web-1."""
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with Sandbox() as sandbox:
        made = opened(sandbox)
        chosen = ("--only", "*check-disk*", "--rehearse", "--yes")
        assert command(made, "migrate", str(TREE), "--tag", "Name=web-1", *chosen) == 0
        (host,) = sandbox.hosts
        assert host.name == "web-1"
        yield made


@pytest.fixture
def saved(context: Context, tmp_path: Path) -> Saved:
    """A saved scan of web-1, with its line or without it, as `scan --from-hosts` writes it."""
    assert (context.place.account, context.place.region) == HERE

    def save(place: tuple[str, str], *, has_line: bool, instance: str, unread: str = "") -> str:
        tree = Path(shutil.copytree(TREE, tmp_path / f"tree-{len(list(tmp_path.iterdir()))}"))
        if not has_line:
            lines = (tree / "etc/crontab").read_text().splitlines(keepends=True)
            kept = "".join(line for line in lines if "check-disk" not in line)
            (tree / "etc/crontab").write_text(kept)
        document: dict[str, Any] = deepcopy(cron2aws("scan", "-o", "json", str(tree)).document)
        for host in document["hosts"]:
            host.update(account=place[0], region=place[1], instance=instance)
        if unread:  # as releases wrote it that said no more of it
            row = {"instance": unread, "name": unread, "why": "its agent is not heard of"}
            document["hosts_not_read"] = [row]
        path = tree.with_suffix(".json")
        path.write_text(json.dumps(document))
        return str(path)

    return save


def told(
    context: Context, capsys: pytest.CaptureFixture[str], *named: str
) -> tuple[int, set[tuple[str | None, str]], str]:
    capsys.readouterr()
    code = command(context, "status", *named, "-o", "json")
    said = capsys.readouterr()
    rows = json.loads(said.out)["tasks"]
    return code, {(row["host"], row["told"]) for row in rows}, said.err


@pytest.mark.parametrize("has_line", [True, False])
def test_a_host_of_another_account_is_not_looked_at(
    context: Context, saved: Saved, capsys: pytest.CaptureFixture[str], *, has_line: bool
) -> None:
    name = saved(ELSEWHERE, has_line=has_line, instance="i-0aaaaaaaa", unread="i-0bbbbbbbb")
    code, rows, said = told(context, capsys, name)
    assert (code, rows) == (0, {(None, "no run yet")})
    assert "not looked at: 2 hosts of account 999999999999, eu-west-1" in said
    assert "give the --profile and --region of that place" in said


def test_its_own_host_is(
    context: Context, saved: Saved, capsys: pytest.CaptureFixture[str]
) -> None:
    (web,) = context.instances.of_targets(
        [each.target for each in context.stacks.deployed()]
    ).values()
    its = web[0].id
    name = saved(HERE, has_line=True, instance=its)
    assert told(context, capsys, name) == (0, {("web-1", "rehearsing")}, "")
    name = saved(HERE, has_line=False, instance=its)
    assert told(context, capsys, name) == (4, {(None, "runs nowhere")}, "")
    name = saved(HERE, has_line=True, instance="i-0aaaaaaaa", unread=its)
    assert told(context, capsys, name)[:2] == (4, {(None, "no run yet")})


@pytest.mark.parametrize("has_line", [True, False])
def test_a_host_without_the_tag_is_none_of_the_tasks(
    context: Context, saved: Saved, capsys: pytest.CaptureFixture[str], *, has_line: bool
) -> None:
    """Copies of an image are called alike."""
    name = saved(HERE, has_line=has_line, instance="i-0aaaaaaaa", unread="i-0bbbbbbbb")
    assert told(context, capsys, name) == (0, {(None, "no run yet")}, "")


def test_several_places_in_one_report(
    context: Context, saved: Saved, capsys: pytest.CaptureFixture[str]
) -> None:
    (web,) = context.instances.of_targets(
        [each.target for each in context.stacks.deployed()]
    ).values()
    names = (
        saved(HERE, has_line=True, instance=web[0].id),
        saved(ELSEWHERE, has_line=False, instance="i-0aaaaaaaa"),
    )
    code, rows, said = told(context, capsys, *names)
    assert (code, rows) == (0, {("web-1 in 123456789012 us-east-1", "rehearsing")})
    assert "not looked at: 1 host of account 999999999999, eu-west-1" in said
