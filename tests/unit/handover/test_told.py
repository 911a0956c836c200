"""What the edit script says, as the local command would say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.errors import SafetyError
from cron2aws.handover.edit import Edited, digest, late_told, not_again_told
from cron2aws.handover.history import stamp
from cron2aws.handover.patch import BLANK
from cron2aws.handover.record import FileEdit
from cron2aws.handover.told import SILENT, Answered, Asked, read_answer

BEFORE = b"* * * * * root x\n"


def make(before: bytes, minute: datetime | None) -> bytes:
    return b"# %s %s" % (stamp(minute).encode() if minute else b"-", before)


def sum_at(minute: datetime) -> str:
    return digest(make(BEFORE, minute))


MINUTE = datetime(2026, 12, 1, 3, 2, tzinfo=UTC)
PLANNED = datetime(2026, 12, 1, 3, 1, tzinfo=UTC)
SUM = sum_at(MINUTE)
EDIT = FileEdit(
    path="/etc/cron.d/a b",
    location=Path("/etc/cron.d/a b"),
    sha256=digest(BEFORE),
    ids=frozenset(),
    make=make,
)
FILE = "file=/etc/cron.d/a\\0040b"
TOKYO = ZoneInfo("Asia/Tokyo")
DONE = f"edit=done {FILE} minute=2026-12-01T03:02Z sha256={SUM}"
LATE = f"edit=late {FILE} minute=2026-12-01T03:02Z planned=2026-12-01T03:01Z"
REFUSED = f"edit=refused {FILE} reason={{}}"


def answered(*lines: str, zone: tzinfo = UTC, check: bool = False) -> Answered:
    text = "".join(f"[cron2aws] {line}\n" for line in lines)
    asked = Asked(edit=EDIT, before=BEFORE, host="web-1", zone=zone, check=check)
    return asked.answered(read_answer(f"a login message\n{text}"))


def said(*lines: str, zone: tzinfo = UTC) -> Edited:
    found = answered(*lines, zone=zone).edited
    assert found is not None
    return found


def why(edited: Edited | None) -> str:
    assert edited is not None
    assert isinstance(edited.error, SafetyError)
    assert edited.error.what == "/etc/cron.d/a b on web-1 cannot be replaced"
    return str(edited.error.why)


def test_done() -> None:
    assert said(DONE) == Edited(edit=EDIT, minute=MINUTE, sha256=SUM)


def test_ready() -> None:
    found = answered(f"edit=ready {FILE}", check=True)
    assert (found.edited, found.is_as_read) == (Edited(edit=EDIT), True)


def test_what_is_told_besides() -> None:
    edited = said(
        f"edit=note {FILE} warning: the history cannot be written",
        LATE,
        f"edit=late {FILE} reason=the disk was too slow",
        f"edit=unkept {FILE}",
        f"edit=already {FILE} minute=2026-12-01T03:02Z sha256={SUM}",
    )
    assert (edited.minute, edited.error) == (MINUTE, None)
    assert edited.notes[:3] == (
        "warning: the history cannot be written",
        late_told(EDIT.path, MINUTE, PLANNED, UTC),
        not_again_told(EDIT.path, "the disk was too slow"),
    )
    assert "extended attributes" in edited.notes[3]
    assert edited.notes[4] == "note: /etc/cron.d/a b on web-1 was edited by a command before"


def test_a_file_that_was_not_put_once_more_has_the_planned_minute_in_its_marks() -> None:
    done = DONE.replace(SUM, sum_at(PLANNED))
    assert said(LATE, f"edit=late {FILE} reason=x", done).minute == MINUTE
    assert answered(done).edited is None


@pytest.mark.parametrize(
    ("reason", "fix"),
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
def test_refused(reason: str, fix: str) -> None:
    edited = said(REFUSED.format(reason))
    assert why(edited) == reason
    assert edited.error
    assert str(edited.error.fix).startswith(fix)


@pytest.mark.parametrize(
    ("line", "is_busy", "is_as_read"),
    [
        (REFUSED.format("x"), False, True),
        (f"edit=expired {FILE} until=2026-12-01T03:02Z now=2026-12-01T03:03Z", False, True),
        (f"edit=busy {FILE} reason=another cron2aws command", True, False),
        (f"edit=changed {FILE} reason=it has changed since it was read", False, False),
        ("edit=failed reason=there is no gzip here", False, False),
    ],
)
def test_what_a_refusal_tells_of_the_file(line: str, is_busy: bool, is_as_read: bool) -> None:
    """By its word, not by the beginning of a sentence."""
    found = answered(line)
    assert why(found.edited)
    assert (found.is_busy, found.is_as_read) == (is_busy, is_as_read)


def test_a_reason_that_begins_as_another_word_does() -> None:
    assert not answered(REFUSED.format("another cron2aws command")).is_busy


def test_a_script_that_did_nothing() -> None:
    assert why(said("edit=failed reason=there is no gzip here")) == "there is no gzip here"
    assert why(said("edit=failed reason=")) == "it does not say why"


BY_TOKYO = "2026-12-01T03:02Z (2026-12-01 12:02 in Asia/Tokyo)"


@pytest.mark.parametrize(
    "line",
    [
        REFUSED.format("the cron daemon (process 77) did not wake at 2026-12-01T03:02Z"),
        f"edit=expired {FILE} until=2026-12-01T03:02Z now=2026-12-01T03:03Z",
    ],
)
def test_minutes_of_reasons_are_in_the_hosts_zone(line: str) -> None:
    assert BY_TOKYO in why(said(line, zone=TOKYO))


def test_minutes_of_notes_are_in_the_hosts_zone() -> None:
    note = f"edit=note {FILE} warning: it is so from 2026-12-01T03:02Z on"
    first, second = said(note, LATE, DONE, zone=TOKYO).notes
    assert first == f"warning: it is so from {BY_TOKYO} on"
    assert f"counts from {BY_TOKYO} on, not from 2026-12-01T03:01Z (2026-12-01 12:01 in" in second


CANNOT_BE = "it says of it what cannot be: "
ODD = {
    "nothing": ((), SILENT),
    "of another file alone": ((DONE.replace("0040", "0041"),), SILENT),
    "no word": (("edit=",), SILENT),
    "a word without a file": (("edit=done",), SILENT),
    "an unknown word": ((f"edit=odd {FILE} x",), f"{CANNOT_BE}edit=odd x"),
    "what comes before an end alone": ((f"edit=unkept {FILE}", LATE), SILENT),
    "a note behind its end": ((DONE, f"edit=note {FILE} x"), f"{CANNOT_BE}edit=done minute="),
    "a check's answer to an edit": ((f"edit=ready {FILE}",), f"{CANNOT_BE}edit=ready"),
    "the same end twice": ((DONE, DONE), f"{CANNOT_BE}edit=done minute=2026-12-01T03:02Z"),
    "two ends": ((DONE, REFUSED.format("x")), f"{CANNOT_BE}edit=done minute="),
    "two ends, the other way round": (
        (REFUSED.format("x"), DONE),
        f"{CANNOT_BE}edit=refused reason=x",
    ),
    "no facts": ((f"edit=done {FILE}",), f"{CANNOT_BE}edit=done"),
    "no digest": (
        (f"edit=done {FILE} minute=2026-12-01T03:02Z",),
        f"{CANNOT_BE}edit=done minute=2026-12-01T03:02Z",
    ),
    "half a digest": ((DONE[:-1],), f"{CANNOT_BE}edit=done minute="),
    "another digest": (
        (f"edit=done {FILE} minute=2026-12-01T03:02Z sha256={sum_at(PLANNED)}",),
        f"{CANNOT_BE}edit=done minute=2026-12-01T03:02Z sha256={sum_at(PLANNED)[:30]}",
    ),
    "the digest of before": (
        (f"edit=already {FILE} minute=2026-12-01T03:02Z sha256={EDIT.sha256}",),
        f"{CANNOT_BE}edit=already minute=",
    ),
    "more behind the digest": ((f"{DONE} x",), f"{CANNOT_BE}edit=done minute="),
    "a month that is none": (
        (DONE.replace("-12-01T", "-13-01T"),),
        f"{CANNOT_BE}edit=done minute=2026-13-01T03:02Z",
    ),
    "the blank minute": (
        (
            f"edit=already {FILE} minute=2000-01-01T00:00Z sha256={sum_at(BLANK)}",
        ),
        f"{CANNOT_BE}edit=already minute=2000-01-01T00:00Z",
    ),
    "the last year of all": (
        (DONE.replace("2026", "9999"),),
        f"{CANNOT_BE}edit=done minute=9999-12-01T03:02Z",
    ),
    "the year 0": ((DONE.replace("2026", "0000"),), f"{CANNOT_BE}edit=done minute=0000-"),
    "late without a minute": ((f"edit=late {FILE}", DONE), f"{CANNOT_BE}edit=late"),
    "late by a month that is none": (
        (LATE.replace("-12-01T03:01", "-13-01T03:01"), DONE),
        f"{CANNOT_BE}edit=late minute=2026-12-01T03:02Z planned=2026-13-01",
    ),
    "expired without minutes": ((f"edit=expired {FILE}",), f"{CANNOT_BE}edit=expired"),
    "refused without a reason": ((f"edit=refused {FILE}",), f"{CANNOT_BE}edit=refused"),
    "busy without a reason": ((f"edit=busy {FILE} x",), f"{CANNOT_BE}edit=busy x"),
    "bytes that are not UTF-8": (
        (f"edit=done {FILE} minute=\udcff\ufffd\x1b[2J",),
        f"{CANNOT_BE}edit=done minute=\\udcff\ufffd\\x1b[2J",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
def test_what_the_script_does_not_say_tells_nothing(case: str) -> None:
    lines, expected = ODD[case]
    found = answered(*lines)
    assert found.edited is None
    assert found.why.startswith(expected)
    assert found.why.isprintable()
    assert not found.is_busy
    assert not found.is_as_read


def test_a_check_that_has_edited_says_what_cannot_be() -> None:
    assert answered(DONE, check=True).why.startswith(CANNOT_BE)


@pytest.mark.parametrize("text", ["\udcff\x1b[2J\x00", "caf\ufffd"])
def test_bytes_that_are_not_utf_8_are_shown_as_what_they_are(text: str) -> None:
    """A reason may have the name of a file."""
    edited = said(f"edit=note {FILE} warning: {text}", REFUSED.format(text))
    for told in (why(edited), *edited.notes):
        assert told.isprintable()
        assert "\x1b" not in told
    edited = said(REFUSED.format(f"/etc/{text} is immutable"))
    assert edited.error
    assert str(edited.error.fix).isprintable()


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=14)), timezone(-timedelta(hours=14))])
@pytest.mark.parametrize("text", ["9999-12-31T23:59Z", "0001-01-01T00:00Z", "9998-12-31T23:59Z"])
def test_a_minute_that_a_zone_does_not_have_stays(zone: tzinfo, text: str) -> None:
    assert text in why(said(REFUSED.format(f"it is {text}"), zone=zone))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for lines in (text, f"[cron2aws] edit={text}"):
        asked = Asked(edit=EDIT, before=BEFORE, host="web-1")
        assert asked.answered(read_answer(lines)).edited is None


@given(st.sampled_from(["done", "already", "late", "note", "refused", "busy"]), st.text())
def test_any_text_behind_a_word_is_read(word: str, text: str) -> None:
    found = answered(f"edit={word} {FILE} {text}", zone=TOKYO)
    assert found.why.isprintable()
    assert found.edited is None or found.edited.error is not None
