"""What the edit script is told gives the very bytes that the local command would write."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.edit import add_lines, comment_out, restore
from cron2aws.crontab.mark import Mark
from cron2aws.errors import Bug, SafetyError
from cron2aws.handover.edit import digest
from cron2aws.handover.history import TaskFolder, stamp
from cron2aws.handover.patch import BLANK, code, patch_of
from cron2aws.handover.record import FileEdit, Way, of_a_mark

MINUTE = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)


def mark(number: int, minute: datetime | None) -> Mark:
    return Mark(
        id=f"{number:016x}",
        account="123456789012",
        region="eu-west-1",
        stack=f"s{number}",
        minute=stamp(minute) if minute else None,
    )


def an_edit(before: bytes, make: object, path: str = "/etc/cron.d/x", *ids: str) -> FileEdit:
    return FileEdit(
        path=path,
        location=Path(path),
        sha256=digest(before),
        ids=frozenset(ids),
        make=make,  # type: ignore[arg-type]
        tasks={each: TaskFolder(f"t-{each}") for each in ids},
    )


def text_of(patch: str) -> list[str]:
    return gzip.decompress(base64.b64decode(patch)).decode("ascii").splitlines()


def made(lines: list[str], before: bytes, minute: datetime) -> bytes:
    """As the script makes it."""
    after = b""
    for line in lines:
        what, *words = line.split(" ")
        if what == "keep":
            start, count = map(int, words)
            after += before[start - 1 : start - 1 + count]
        elif what == "mark":
            after += f" # cron2aws:{words[0]}@{stamp(minute)} {words[1]} | ".encode()
        elif what == "text":
            after += base64.b64decode(words[0])
    return after


LINES = st.lists(
    st.one_of(
        st.sampled_from([b"1 2 * * * x", b"", b"# c", b"A=b\r", b"\t3 * * * * \xe4"]),
        st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")),
    ),
    max_size=8,
)


@given(LINES, st.booleans(), st.data())
def test_the_way_out(lines: list[bytes], ended: bool, data: st.DataObject) -> None:
    before = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    numbers = [n for n, line in enumerate(before.split(b"\n"), 1) if line]
    chosen = data.draw(st.sets(st.sampled_from(numbers))) if numbers else set()

    def make(old: bytes, minute: datetime | None) -> bytes:
        return comment_out(old, {each: mark(each, minute) for each in chosen})

    ids = [mark(each, None).id for each in sorted(chosen)]
    edit = an_edit(before, make, "/etc/cron.d/x", *ids)
    text = text_of(patch_of([(edit, before)], Way.OUT))
    assert made(text, before, MINUTE) == make(before, MINUTE)
    first = text[0].split(" ")
    assert int(first[5]) == len(make(before, MINUTE))
    assert first[4] == hashlib.sha256(make(before, BLANK)).hexdigest()
    if chosen:
        at = int(first[7]) - 1
        assert make(before, MINUTE)[at : at + 17] == stamp(MINUTE).encode()
    tasks = [line.split(" ") for line in text if line.startswith("task ")]
    kept = {words[5]: before[int(words[3]) - 1 :][: int(words[4])] for words in tasks}
    rows = before.split(b"\n")
    assert kept == {mark(each, None).id: rows[each - 1] for each in chosen}


@given(LINES, st.booleans(), st.data())
def test_the_way_back(lines: list[bytes], ended: bool, data: st.DataObject) -> None:
    old = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    numbers = [n for n, line in enumerate(old.split(b"\n"), 1) if line]
    chosen = data.draw(st.sets(st.sampled_from(numbers))) if numbers else set()
    before = comment_out(old, {each: mark(each, MINUTE) for each in chosen})
    coming = data.draw(st.sets(st.sampled_from(sorted(chosen)))) if chosen else set()
    lost = data.draw(st.lists(st.sampled_from([b"1 2 * * * y", b"\xff"]), max_size=2))
    ids = [mark(each, None).id for each in coming]

    def make(data: bytes, _: datetime | None) -> bytes:
        return add_lines(restore(data, ids), lost)

    edit = an_edit(before, make, "/etc/cron.d/x", *ids)
    text = text_of(patch_of([(edit, before)], Way.BACK))
    assert made(text, before, MINUTE) == make(before, None)
    has = {line.split(" ")[1]: line.split(" ")[2] for line in text if line.startswith("task ")}
    assert has == {f"t-{each}": of_a_mark(before, each) for each in ids}


def test_a_line_that_another_one_may_be_as_well_is_not_surely_the_tasks() -> None:
    before = comment_out(b"1 * * * * root x\n2 * * * * root x\n", {1: mark(1, MINUTE)})
    edit = an_edit(before, lambda old, _: restore(old, [mark(1, None).id]), "/c", mark(1, None).id)
    assert f"task t-{mark(1, None).id} unknown - - - -" in text_of(
        patch_of([(edit, before)], Way.BACK)
    )


@pytest.mark.parametrize("after", [b"other\n", b"x 1 * * * * x\n", b"# cron2aws: 1 * * * * x\n"])
def test_what_is_no_mark_is_a_bug(after: bytes) -> None:
    before = b"1 * * * * x\n"
    with pytest.raises(Bug):
        patch_of([(an_edit(before, lambda *_: after), before)], Way.OUT)


def test_more_than_a_command_has_room_for_is_refused() -> None:
    before = b"".join(b"%d * * * * x\n" % (n % 60) for n in range(6000))

    def make(old: bytes, minute: datetime | None) -> bytes:
        return comment_out(old, {n: mark(n * 7919**3, minute) for n in range(1, 6001)})

    with pytest.raises(SafetyError, match="one command of Systems Manager has room for"):
        patch_of([(an_edit(before, make), before)], Way.OUT)


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_a_path_is_plain_signs_that_printf_turns_back(name: bytes) -> None:
    path = Path("/etc/cron.d") / name.decode("utf-8", "surrogateescape").replace("/", "_")
    coded = code(path)
    assert re.fullmatch(r"[A-Za-z0-9_./@+,:=~\\-]+", coded)
    back = re.sub(rb"\\0([0-7]{3})", lambda match: bytes([int(match[1], 8)]), coded.encode())
    assert back == str(path).encode("utf-8", "surrogateescape")
