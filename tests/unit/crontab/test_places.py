"""File names, modes, owners and links, as each real daemon was seen to take or refuse them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.places import CrontabPlace, FileState, judge_name, judge_state

SEEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "file-names-and-modes.json").read_text("utf-8")
)
DAEMONS = {
    "debian": "debian",
    "cronie-1.4.11": "cronie-1.4",
    "cronie-1.5.7": "cronie",
    "cronie-1.7.2": "cronie-1.7",
}
DAEMON, BIN = 1, 2


def cases(table: str) -> list[tuple[str, str, bool]]:
    return [
        (dialect, name, seen[0] if isinstance(seen, list) else seen)
        for daemon, dialect in DAEMONS.items()
        for name, seen in SEEN[daemon][table].items()
    ]


def name_of(label: str) -> str:
    """`a*200` stands for a name of 200 letters."""
    letter, _, count = label.partition("*")
    return letter * int(count) if count else label


@pytest.mark.parametrize(("dialect", "label", "read"), cases("cron.d names"))
def test_names_in_cron_d(dialect: str, label: str, read: bool) -> None:
    found = judge_name(DIALECTS[dialect], CrontabPlace.CRON_D, name_of(label))
    assert (not found) is read
    assert all(each.code == "C120" for each in found)


def state_in_cron_d(label: str) -> FileState:
    if label.startswith("m"):
        return FileState(mode=int(label[1:], 8), owner=0)
    states = {
        "ownerdaemon": FileState(mode=0o644, owner=DAEMON),
        "groupdaemon": FileState(mode=0o644, owner=0),
        "symlink": FileState(mode=0o644, owner=0, link_owner=0),
        "symlink-nonroot-target": FileState(mode=0o644, owner=DAEMON, link_owner=0),
        "symlink-nonroot-link": FileState(mode=0o644, owner=0, link_owner=DAEMON),
        "hardlink": FileState(mode=0o644, owner=0, links=2),
        "inside-subdir": FileState(mode=0o755, owner=0, regular=False),
    }
    return states[label]


@pytest.mark.parametrize(("dialect", "label", "read"), cases("cron.d modes"))
def test_states_in_cron_d(dialect: str, label: str, read: bool) -> None:
    found = judge_state(DIALECTS[dialect], CrontabPlace.CRON_D, state_in_cron_d(label))
    assert (not found) is read


def state_in_spool(label: str) -> FileState:
    if label.startswith("m"):
        return FileState(mode=int(label[1:], 8), owner=0)
    owners = {"daemon owned by daemon": DAEMON, "daemon owned by bin": BIN}
    return FileState(
        mode=0o600,
        owner=owners.get(label, 0),
        links=2 if label == "hardlink" else 1,
        link_owner=0 if label == "symlink" else None,
    )


def spool_name(label: str) -> str:
    if label.startswith("name "):
        return label.removeprefix("name ")
    if label.startswith("daemon"):
        return "daemon"
    return "nosuchuser" if label == "nosuchuser" else "root"


@pytest.mark.parametrize(("dialect", "label", "read"), cases("spool"))
def test_the_spool(dialect: str, label: str, read: bool) -> None:
    rules, name = DIALECTS[dialect], spool_name(label)
    user_id = {"root": 0, "daemon": DAEMON}.get(name)
    refused = [
        *judge_name(rules, CrontabPlace.SPOOL, name),
        *judge_state(rules, CrontabPlace.SPOOL, state_in_spool(label), user_id=user_id),
    ]
    orphan = user_id is None  # told by whoever knows the host's users
    assert (not refused and not orphan) is read


@pytest.mark.parametrize(
    ("name", "debian", "cronie"),
    [
        ("root", True, True),
        (".root", False, False),
        ("tmp.abc", False, True),
        ("tmpabc", True, True),
        ("root~", True, False),
        ("#root", True, False),
        ("root.rpmsave", True, False),
    ],
)
def test_names_that_the_spool_passes_over(name: str, debian: bool, cronie: bool) -> None:
    """Others are read, and refused where no user has that name."""
    assert (not judge_name(DIALECTS["debian"], CrontabPlace.SPOOL, name)) is debian
    assert (not judge_name(DIALECTS["cronie"], CrontabPlace.SPOOL, name)) is cronie


@pytest.mark.parametrize("dialect", DIALECTS)
def test_etc_crontab(dialect: str) -> None:
    rules = DIALECTS[dialect]
    assert judge_name(rules, CrontabPlace.CRONTAB, "crontab") == ()
    assert judge_state(rules, CrontabPlace.CRONTAB, FileState(mode=0o644, owner=0)) == ()
    found = judge_state(rules, CrontabPlace.CRONTAB, FileState(mode=0o664, owner=0))
    assert [each.code for each in found] == ["C121"]
    assert "its mode is 0664; set 0644" in found[0].detail


def test_every_refusal_is_told_with_its_code() -> None:
    state = FileState(mode=0o666, owner=7, links=2, link_owner=8, regular=False)
    found = judge_state(DIALECTS["debian"], CrontabPlace.CRON_D, state)
    assert [each.code for each in found] == ["C123", "C123", "C121", "C122", "C122"]
    found = judge_state(DIALECTS["debian"], CrontabPlace.SPOOL, state, user_id=7)
    assert [each.code for each in found] == ["C123", "C123", "C123", "C121"]
    assert "set 0600" in found[-1].detail
