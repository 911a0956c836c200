"""A saved scan is a SOURCE: the same report again, of hosts of several accounts as one."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cron2aws.app.context import Context
from cron2aws.app.options import Sources
from cron2aws.app.sources import read
from cron2aws.errors import SafetyError, SourceError
from cron2aws.hosts.saved import saved_scan
from cron2aws.sandbox.inside import Sandbox
from tests.calling import command, opened
from tests.functional.cli import cron2aws

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
TREES = sorted(str(path) for path in FIXTURES.iterdir() if path.is_dir())


def scanned(*named: str) -> dict[str, Any]:
    document = cron2aws("scan", "-o", "json", *named).document
    document.pop("made")
    return document


def save(path: Path, document: object) -> str:
    path.write_text(json.dumps(document))
    return str(path)


@pytest.fixture(scope="module")
def fleet() -> dict[str, Any]:
    return scanned(*TREES)


def test_a_scan_of_a_scan_is_the_same(fleet: dict[str, Any], tmp_path: Path) -> None:
    again = scanned(save(tmp_path / "fleet.json", fleet))
    for name, value in fleet.items():
        assert again[name] == value, name


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: Path(tree).name)
def test_one_host_is_the_same(tree: str, tmp_path: Path) -> None:
    told = scanned(tree)
    assert scanned(save(tmp_path / "one", told)) == told


def test_several_documents_are_one_report(fleet: dict[str, Any], tmp_path: Path) -> None:
    half = len(TREES) // 2
    names = [save(tmp_path / f"{number}.json", scanned(*trees))
             for number, trees in enumerate((TREES[:half], TREES[half:]))]  # fmt: skip
    both = scanned(*names)
    assert len(both["hosts"]) == len(TREES)
    assert len(both["entries"]) == len(fleet["entries"])
    beside = scanned(names[0], TREES[-1])
    assert len(beside["hosts"]) == half + 1


def elsewhere(document: dict[str, Any], account: str, region: str) -> dict[str, Any]:
    """As `scan --from-hosts` would have written it."""
    changed = deepcopy(document)
    for host in changed["hosts"]:
        host.update(account=account, region=region, instance=f"i-{account[:3]}")
    changed["hosts_not_read"] = [{"instance": "i-9", "name": "off (i-9)", "why": "it is stopped"}]
    return changed


def test_hosts_of_several_accounts_are_told_apart(tmp_path: Path) -> None:
    web = scanned(TREES[1])
    names = [
        save(tmp_path / "a.json", elsewhere(web, "111111111111", "eu-west-1")),
        save(tmp_path / "b.json", elsewhere(web, "222222222222", "us-east-1")),
    ]
    document = scanned(*names)
    assert [(each["name"], each["account"], each["region"]) for each in document["hosts"]] == [
        ("web-1 in 111111111111 eu-west-1", "111111111111", "eu-west-1"),
        ("web-1 in 222222222222 us-east-1", "222222222222", "us-east-1"),
    ]
    assert [each["name"] for each in document["hosts_not_read"]] == [
        "off (i-9) in 111111111111 eu-west-1",
        "off (i-9) in 222222222222 us-east-1",
    ]
    rows = cron2aws("scan", "-o", "csv", *names).out.splitlines()
    assert rows[1].startswith("web-1 in 111111111111 eu-west-1,")
    one = scanned(names[0])
    assert [each["name"] for each in one["hosts"]] == ["web-1"]


def test_options_override_what_the_document_says(tmp_path: Path) -> None:
    name = save(tmp_path / "a.json", scanned(TREES[1]))
    (host,) = scanned(name, "--timezone", "Asia/Tokyo", "--dialect", "cronie")["hosts"]
    assert (host["timezone"], host["timezone_from"]) == ("Asia/Tokyo", "--timezone")
    assert (host["dialect"], host["dialect_from"]) == ("cronie", "--dialect")


def test_what_was_taken_from_the_machine_of_the_scan_is_asked_for(tmp_path: Path) -> None:
    tab = tmp_path / "jobs"
    tab.write_text("0 3 * * * root /opt/job\n")
    name = save(tmp_path / "a.json", scanned(str(tab)))
    (found,) = read(Sources(named=(name,))).hosts
    assert [each.option.split()[0] for each in found.host.borrowed] == ["--timezone", "--dialect"]
    assert cron2aws("calendar", name).code == 0


def test_a_calendar_can_be_made_of_it(tmp_path: Path) -> None:
    name = save(tmp_path / "a.json", scanned(TREES[1]))
    given = ("calendar", "--day", "2026-12-01", "-o", "csv")
    assert cron2aws(*given, name).out == cron2aws(*given, TREES[1]).out


@pytest.fixture
def planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., dict[str, Any]]:
    def plan(context: Context, *arguments: str, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        given = ("--tag", "Name=web", "--dry-run", "-o", "json", *arguments)
        assert command(context, "migrate", *given) == code
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    return plan


def test_a_plan_is_the_same_as_of_the_host(
    tmp_path: Path, planned: Callable[..., dict[str, Any]]
) -> None:
    web = scanned(TREES[1])
    name = save(tmp_path / "a.json", web)
    with Sandbox() as sandbox:
        context = opened(sandbox)
        of_host, of_scan = planned(context, TREES[1]), planned(context, name)
        assert of_scan["steps"] == of_host["steps"]
        away = save(tmp_path / "b.json", elsewhere(web, "999999999999", "eu-west-1"))
        refused = planned(context, away, code=4)
    assert refused["steps"] == []
    assert {each["what"].partition(", and")[0] for each in refused["problems"]} == {
        "its host is in account 999999999999, eu-west-1"
    }


def test_its_lines_cannot_be_handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    name = save(tmp_path / "a.json", scanned(TREES[1]))
    with Sandbox() as sandbox:
        context = opened(sandbox)
        given = ("--tag", "Name=web-1", "--only", "*verify-backups*", "--comment-out", "--yes")
        with pytest.raises(SafetyError) as refused:
            command(context, "migrate", name, *given)
        assert context.stacks.deployed() == ()
    assert refused.value.what == "/etc/crontab cannot be edited"
    assert "on the host itself" in str(refused.value.fix)


# --- what is none


def bad(document: dict[str, Any], **changed: object) -> str:
    return json.dumps({**document, **changed})


def without(document: dict[str, Any], where: str, name: str) -> str:
    changed = deepcopy(document)
    for each in changed[where]:
        del each[name]
    return json.dumps(changed)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("empty.json", "it ends too early, at character 0"),
        ("truncated", "Unterminated string starting at"),
        ("cut behind a value", "it ends too early"),
        ("another tool's", "it is no document of cron2aws"),
        ("a list.json", "`{` was expected, at character 0"),
        ("another command's", "it is the document of another command (`cron2aws.plan/1`)"),
        ("a later version", "it is of version 2 of a scan's document"),
        ("an earlier release's", "an earlier release wrote it, without the bytes"),
        ("without bytes", "it has not the bytes of /etc/crontab"),
        ("other bytes", "the bytes of /etc/crontab are not those that their digest is of"),
        ("no base64", "/etc/crontab"),
        ("an unknown daemon", "is read as `dcron`, which this release does not know"),
        ("an unknown finding", "it has a finding `C999`"),
        ("twice a host", "two hosts in it have the same name"),
        ("no such host", "it has crontabs of `web-1`, and no such host"),
        ("no hosts", "it has no host"),
        ("a path outside", "`/etc/..` is no path of a crontab"),
        ("UTF-16", "it is not in UTF-8, at byte 0"),
        ("deep.json", "it is nested too deeply"),
        ("more behind", "something follows the document"),
        ("two scans", "something follows the document"),
    ],
)
def test_what_is_no_saved_scan_is_refused(name: str, why: str, tmp_path: Path) -> None:
    web = scanned(TREES[1])
    text = json.dumps(web)
    tab = web["sources"][0]
    other = {**tab, "content": base64.b64encode(b"* * * * * root x\n").decode()}
    unknown = {"code": "C999", "detail": ""}
    cases: dict[str, str | bytes] = {
        "empty.json": "",
        "truncated": text[: len(text) // 2],
        "cut behind a value": text[: text.index(', "sources"')],
        "another tool's": '{"Reservations": []}',
        "a list.json": "[1, 2]",
        "another command's": bad(web, schema="cron2aws.plan/1"),
        "a later version": bad(web, schema="cron2aws.scan/2"),
        "an earlier release's": without(web, "hosts", "own_name"),
        "without bytes": without(web, "sources", "content"),
        "other bytes": bad(web, sources=[other]),
        "no base64": bad(web, sources=[{**tab, "content": "?"}]),
        "an unknown daemon": bad(web, hosts=[{**web["hosts"][0], "dialect": "dcron"}]),
        "an unknown finding": bad(web, hosts=[{**web["hosts"][0], "findings": [unknown]}]),
        "twice a host": bad(web, hosts=web["hosts"] * 2),
        "no such host": bad(web, hosts=[]),
        "no hosts": bad(web, hosts=[], sources=[]),
        "a path outside": bad(web, sources=[{**tab, "path": "/etc/.."}]),
        "UTF-16": text.encode("utf-16"),
        "deep.json": '{"a": ' + "[" * 200_000,
        "more behind": text + " x",
        "two scans": text + text,
    }  # fmt: skip
    given = cases[name]
    path = tmp_path / name
    path.write_bytes(given if isinstance(given, bytes) else given.encode())
    answer = cron2aws("scan", str(path))
    assert answer.code == 3
    assert f"{path} is no saved scan" in answer.err
    if name != "no base64":
        assert why in answer.err
    assert "hint: give a report that" in answer.err
    assert "Traceback" not in answer.err


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda some: st.lists(some, max_size=2) | st.dictionaries(st.text(), some, max_size=2),
    max_leaves=4,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_changed_in_it_is_read_or_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = deepcopy(SMALL)
    at: Any = document
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        inner = at[key]
        if not (isinstance(inner, dict | list) and inner) or data.draw(st.integers(0, 3)) == 0:
            break
        at = inner
    at[key] = data.draw(VALUES)
    path = tmp_path_factory.getbasetemp() / "changed.json"
    text = json.dumps(document)
    path.write_text(text[: data.draw(st.sampled_from([len(text), len(text) // 3]))])
    with suppress(SourceError):
        read(Sources(named=(str(path),)))


TAB = b"0 3 * * * root /opt/job\n"
SMALL: dict[str, Any] = {
    "schema": "cron2aws.scan/1",
    "hosts": [
        {
            "name": "a", "own_name": "a", "named": True, "instance": None, "account": None,
            "region": None, "dialect": "debian", "dialect_from": "x", "timezone": "UTC",
            "timezone_from": "x", "unknown_users": ["b"], "findings": [],
            "scripts": [
                {"path": "/etc/cron.daily/a", "executable": True, "package": None, "asked": True}
            ],
            "anacron": {
                "jobs": [{"period": "1", "delay": 5, "name": "a", "command": "b"}], "hour": 3,
            },
            "borrowed": [{"what": "w", "option": "--timezone UTC"}],
        }
    ],
    "hosts_not_read": [{"instance": "i-1", "name": "b", "why": "off"}],
    "sources": [
        {
            "host": "a", "path": "/etc/crontab", "format": "system", "owner": None, "package": None,
            "sha256": hashlib.sha256(TAB).hexdigest(), "loaded": True,
            "findings": [{"code": "C126", "detail": "d"}],
            "content": base64.b64encode(TAB).decode(),
        }
    ],
    "entries": [],
    "summary": {},
}  # fmt: skip


def test_the_small_one_is_read() -> None:
    found = saved_scan(json.dumps(SMALL))
    assert [each.label for each in found.hosts] == ["a"]
    assert [each.label for each in found.unread] == ["b"]
