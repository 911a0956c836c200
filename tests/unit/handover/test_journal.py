"""The journal: on the disk before the step, for its owner alone."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cron2aws.errors import SafetyError
from cron2aws.handover.journal import Journal

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "journal" / "one.jsonl", lambda: NOW)


def test_a_line_an_event_in_order(journal: Journal) -> None:
    journal.write("create", id="0000000a", stack="s")
    journal.write("edit", source="/etc/caf\udce9", ids=["0000000a"])
    lines = [json.loads(line) for line in journal.path.read_text().splitlines()]
    assert lines == [
        {"at": "2026-11-23T10:00:00+00:00", "event": "create", "id": "0000000a", "stack": "s"},
        {
            "at": "2026-11-23T10:00:00+00:00",
            "event": "edit",
            "source": "/etc/caf\udce9",
            "ids": ["0000000a"],
        },
    ]


def test_nobody_else_can_read_it(journal: Journal) -> None:
    before = os.umask(0)
    try:
        journal.write("create")
    finally:
        os.umask(before)
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert journal.path.parent.stat().st_mode & 0o777 == 0o700


def test_nothing_is_made_before_there_is_something_to_write(journal: Journal) -> None:
    assert not journal.path.parent.parent.exists()


def test_a_step_that_cannot_be_written_down_must_not_be_done(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SafetyError, match="cannot be written") as refused:
        Journal(tmp_path / "file" / "one.jsonl", lambda: NOW).write("create")
    assert "CRON2AWS_STATE" in (refused.value.fix or "")


def test_it_is_on_the_disk_when_write_returns(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []

    def fsync(descriptor: int) -> None:
        assert os.fstat(descriptor).st_ino == journal.path.stat().st_ino
        synced.append(journal.path.read_bytes())

    monkeypatch.setattr(os, "fsync", fsync)
    journal.write("create", id="0000000a")
    assert len(synced) == 1
    assert b"0000000a" in synced[0]


def test_an_earlier_journal_is_added_to(journal: Journal) -> None:
    journal.write("one")
    Journal(journal.path, lambda: NOW).write("two")
    assert len(journal.path.read_text().splitlines()) == 2


def test_each_line_can_be_said_as_well(tmp_path: Path) -> None:
    said: list[str] = []
    journal = Journal(tmp_path / "j.jsonl", lambda: NOW, say=said.append)
    journal.write("create", id="0000abcd")
    assert said == [f"journal: {journal.path.read_text().rstrip()}"]
