"""What the edit script says, as the local command would say it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.errors import SafetyError
from cron2aws.handover.edit import Edited, late_told, not_again_told
from cron2aws.handover.record import FileEdit
from cron2aws.handover.told import read_answer, told

SUM = "0123456789abcdef" * 4
MINUTE = datetime(2026, 12, 1, 3, 2, tzinfo=UTC)
PLANNED = datetime(2026, 12, 1, 3, 1, tzinfo=UTC)
EDIT = FileEdit(
    path="/etc/cron.d/a b",
    location=Path("/etc/cron.d/a b"),
    sha256=SUM,
    ids=frozenset(),
    make=lambda before, _: before,
)
FILE = "file=/etc/cron.d/a\\0040b"


def said(*lines: str) -> Edited | None:
    text = "".join(f"[cron2aws] {line}\n" for line in lines)
    return told(EDIT, read_answer(f"a login message\n{text}"), "web-1")


def test_done() -> None:
    edited = said(f"edit=done {FILE} minute=2026-12-01T03:02Z sha256={SUM}")
    assert edited == Edited(edit=EDIT, minute=MINUTE, sha256=SUM)


def test_ready() -> None:
    assert said(f"edit=ready {FILE}") == Edited(edit=EDIT)


def test_what_is_told_besides() -> None:
    edited = said(
        f"edit=note {FILE} warning: the history cannot be written",
        f"edit=late {FILE} minute=2026-12-01T03:02Z planned=2026-12-01T03:01Z",
        f"edit=late {FILE} reason=the disk was too slow",
        f"edit=unkept {FILE}",
        f"edit=already {FILE} minute=2026-12-01T03:02Z sha256={SUM}",
    )
    assert edited is not None
    assert (edited.minute, edited.error) == (MINUTE, None)
    assert edited.notes[:3] == (
        "warning: the history cannot be written",
        late_told(EDIT.path, MINUTE, PLANNED),
        not_again_told(EDIT.path, "the disk was too slow"),
    )
    assert "extended attributes" in edited.notes[3]
    assert edited.notes[4] == "note: /etc/cron.d/a b on web-1 was edited by a command before"


@pytest.mark.parametrize(
    ("why", "fix"),
    [
        ("it has changed since it was read", "run the command again, so that it starts"),
        ("it has 2 names (hard links)", "give the file one name"),
        ("/etc/cron.d is immutable", "`chattr -i /etc/cron.d` there first"),
        ("/etc/cron.d/a b is append-only", "`chattr -a /etc/cron.d/a b` there first"),
        ("no cron daemon is running", "start its service there"),
        ("No space left on device", "make room"),
        ("a thing that nobody knows", "look at that host"),
    ],
)
def test_refused(why: str, fix: str) -> None:
    edited = said(f"edit=refused {FILE} reason={why}")
    assert edited is not None
    assert isinstance(edited.error, SafetyError)
    assert edited.error.what == "/etc/cron.d/a b on web-1 cannot be replaced"
    assert edited.error.why == why
    assert str(edited.error.fix).startswith(fix)


def test_a_script_that_did_nothing() -> None:
    edited = said("edit=failed reason=there is no gzip here")
    assert edited is not None
    assert edited.error is not None
    assert edited.error.why == "there is no gzip here"


@pytest.mark.parametrize(
    "line",
    [
        f"edit=done {FILE}",
        f"edit=done {FILE} minute=2026-12-01T03:02Z",
        f"edit=done {FILE} minute=2026-13-01T03:02Z sha256={SUM}",
        f"edit=done file=/etc/cron.d/other minute=2026-12-01T03:02Z sha256={SUM}",
        f"edit=odd {FILE}",
        f"edit=note {FILE} warning: x",
        "edit=",
    ],
)
def test_what_says_nothing_of_the_file(line: str) -> None:
    assert said(line) is None


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert told(EDIT, read_answer(text), "web-1") is None
    assert told(EDIT, read_answer(f"[cron2aws] edit={text}"), "web-1") is None
