from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from crontab import CronTab
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.edit import check_edit, comment_out, restore
from cron2aws.crontab.items import Entry
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.reader import read_crontab
from cron2aws.errors import SafetyError

DEBIAN = DIALECTS["debian"]
MINUTE = "2026-12-01T03:00Z"


def mark(n: int) -> Mark:
    return Mark(
        id=f"{n:016x}", account="123456789012", region="eu-west-1", stack=f"s{n}", minute=MINUTE
    )


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        (b"1 * * * * x\n", [1]),
        (b"A=b\r\n  1 * * * * x %y\r\n# c\r\n\t2 * * * * y\r\n", [2, 4]),
        (b"1 * * * * \xe4\n2 * * * * x\n3 * * * * \xc3\xa4\n", [1, 3]),
        (b"1 * * * * x\n\n\n2 * * * * y\n#", [1]),
        (b"\f1=2\n1 * * * * x\n   ", [2]),
    ],
)
def test_every_other_byte_stays(before: bytes, lines: list[int]) -> None:
    marks = {line: mark(line) for line in lines}
    after = comment_out(before, marks)

    expected = before.split(b"\n")
    for line in lines:
        expected[line - 1] = mark(line).format().encode() + expected[line - 1]
    assert after == b"\n".join(expected)
    check_edit(before, after, DEBIAN, system=False, gone=lines)

    ids = [mark(line).id for line in lines]
    assert restore(after, ids) == before
    check_edit(after, before, DEBIAN, system=False, back=ids)


def test_one_of_two_marks_goes() -> None:
    before = b"1 * * * * x\n2 * * * * y\n"
    both = comment_out(before, {1: mark(1), 2: mark(2)})
    assert restore(both, [mark(1).id]) == comment_out(before, {2: mark(2)})


_PIECES = st.sampled_from(
    [
        b"1 2 * * * x",
        b"@daily y %z",
        b"A=b",
        b"# c",
        b"",
        b" ",
        b"61 * * * * z",
        b"\t3 * * * * \xe4",
    ]
)
_ENDS = st.sampled_from([b"\n", b"\r\n"])


def as_written_now(mark: Mark) -> bytes:
    return mark.format().encode()


def without_its_blank(mark: Mark) -> bytes:
    return mark.format()[1:].encode()


def without_a_minute(mark: Mark) -> bytes:
    return replace(mark, minute=None).format().encode()


def as_written_before(mark: Mark) -> bytes:
    place = f"{mark.account}/{mark.region}/{mark.stack}"
    return f"# cron2aws:{mark.id[-8:]} {place} | ".encode()


_FORMS = st.sampled_from([as_written_now, without_its_blank, without_a_minute, as_written_before])


@given(st.lists(st.tuples(_PIECES, _ENDS)), st.randoms(), st.sampled_from(sorted(DIALECTS)))
def test_comment_out_and_restore_give_the_very_bytes(
    pieces: list[tuple[bytes, bytes]],
    random: object,
    dialect: str,
) -> None:
    rules = DIALECTS[dialect]
    before = b"".join(text + end for text, end in pieces)
    entries = read_crontab(before, rules, system=False, user=None).entries
    chosen = [e.line for e in entries if random.random() < 0.6]  # type: ignore[attr-defined]
    after = comment_out(before, {line: mark(line) for line in chosen})

    check_edit(before, after, rules, system=False, gone=chosen)
    read = read_crontab(after, rules, system=False, user=None)
    assert [e.line for e in read.entries] == [e.line for e in entries]
    assert [e.line for e in read.entries if e.mark] == chosen
    assert restore(after, [mark(line).id for line in chosen]) == before


@given(
    st.lists(st.tuples(_PIECES, _ENDS, st.none() | _FORMS)),
    st.sampled_from(sorted(DIALECTS)),
)
def test_marks_of_every_form_are_taken_back_to_the_very_bytes(
    pieces: list[tuple[bytes, bytes, Callable[[Mark], bytes] | None]], dialect: str
) -> None:
    rules = DIALECTS[dialect]
    before = b"".join(text + end for text, end, _ in pieces)
    active = {e.line for e in read_crontab(before, rules, system=False, user=None).entries}
    after, ids = b"", []
    for number, (text, end, form) in enumerate(pieces, 1):
        if form and number in active:
            after += form(mark(number))
            ids.append(mark(number).id[-8:] if form is as_written_before else mark(number).id)
        after += text + end
    read = read_crontab(after, rules, system=False, user=None)
    assert [e.mark.id for e in read.entries if e.mark] == ids
    assert restore(after, ids) == before
    check_edit(after, before, rules, system=False, back=ids)


def test_equal_lines_have_marks_of_their_own() -> None:
    before = b"1 * * * * x\n" * 3
    after = comment_out(before, {n: mark(n) for n in (1, 2, 3)})
    assert restore(after, [mark(2).id]) == comment_out(before, {1: mark(1), 3: mark(3)})
    assert restore(after, [mark(n).id for n in (3, 1, 2)]) == before


@pytest.mark.parametrize("line", [0, 2, 3, 99])
def test_a_line_without_an_active_entry_is_refused(line: int) -> None:
    before = comment_out(b"1 * * * * x\nA=b\n", {1: mark(1)})
    if line != 2:
        with pytest.raises(SafetyError, match=f"line {line} cannot be commented out"):
            comment_out(before + b"\n" * (line == 0), {line: mark(2)})
    else:
        after = comment_out(before, {2: mark(2)})
        with pytest.raises(SafetyError, match="line 2 cannot be commented out"):
            check_edit(before, after, DEBIAN, system=False, gone=[2])


def test_a_line_is_not_marked_twice() -> None:
    once = comment_out(b"1 * * * * x\n", {1: mark(1)})
    with pytest.raises(SafetyError, match="line 1 cannot"):
        comment_out(once, {1: mark(2)})


def test_an_id_without_its_mark_is_not_restored() -> None:
    with pytest.raises(SafetyError, match="the file has 0 marks"):
        restore(b"1 * * * * x\n", [mark(1).id])


def test_a_copied_mark_is_not_restored() -> None:
    marked = comment_out(b"1 * * * * x\n", {1: mark(1)})
    with pytest.raises(SafetyError, match="the file has 2 marks"):
        restore(marked * 2, [mark(1).id])


BEFORE = b"A=b\n1 * * * * x\n2 * * * * y\n"


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,  # nothing commented out
        comment_out(BEFORE, {3: mark(3)}),  # another line
        comment_out(BEFORE, {2: mark(2), 3: mark(3)}),  # one more
        comment_out(BEFORE, {2: mark(2)}).replace(b"A=b", b"A=c"),  # another environment
        comment_out(BEFORE, {2: mark(2)}).replace(b"2 *", b"3 *"),  # another schedule
        comment_out(BEFORE, {2: mark(2)}).replace(b" x", b" z"),  # another command behind the mark
        comment_out(BEFORE, {2: mark(2)}) + b"# c\n",  # a line too many
        comment_out(BEFORE, {2: mark(2)})[:-12],  # a line too few
        b"A=b\n# 1 * * * * x\n2 * * * * y\n",  # commented out without a mark
        comment_out(BEFORE, {2: mark(2)}).replace(b"2 *", b"61 *"),  # a line broken
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_not_planned_is_refused(after: bytes, dialect: str) -> None:
    with pytest.raises(SafetyError):
        check_edit(BEFORE, after, DIALECTS[dialect], system=False, gone=[2])


def test_only_the_named_marks_may_go() -> None:
    both = comment_out(BEFORE, {2: mark(2), 3: mark(3)})
    with pytest.raises(SafetyError, match="more than was planned"):
        check_edit(both, BEFORE, DEBIAN, system=False, back=[mark(2).id])
    check_edit(both, BEFORE, DEBIAN, system=False, back=[mark(2).id, mark(3).id])


def many(count: int) -> bytes:
    return b"".join(b"%d * * * * job-%d\n" % (n % 60, n) for n in range(count))


@pytest.mark.parametrize(
    ("dialect", "system", "refused"),
    [
        ("cronie", False, True),
        ("cronie-1.7", False, True),
        ("cronie", True, False),
        ("cronie-1.4", False, False),
        ("debian", False, False),
    ],
)
def test_too_many_marks_in_a_row_would_drop_a_users_crontab(
    dialect: str,
    system: bool,
    refused: bool,
) -> None:
    before = many(600)
    lines = range(1, 601)
    after = comment_out(before, {n: mark(n) for n in lines})
    assert len(after) > 32_768
    if system:
        before, after = (data.replace(b" job", b" root job") for data in (before, after))
    rules = DIALECTS[dialect]
    if refused:
        with pytest.raises(SafetyError, match="ignore the edited crontab") as caught:
            check_edit(before, after, rules, system=system, gone=lines)
        assert "bytes of comments in a row" in str(caught.value)
        return
    check_edit(before, after, rules, system=system, gone=lines)


def test_an_edit_of_a_file_that_was_ignored_before_is_no_new_harm() -> None:
    before = b"61 * * * * z\n1 * * * * x\n"
    check_edit(before, comment_out(before, {2: mark(2)}), DEBIAN, system=False, gone=[2])


def test_a_line_that_a_nul_makes_two_of_is_refused() -> None:
    before = b"1 * * * * x\0002 * * * * y\n"
    after = comment_out(before, {1: mark(1)})
    with pytest.raises(SafetyError, match="more than was planned"):
        check_edit(before, after, DEBIAN, system=False, gone=[1])


def test_entries_are_what_is_left() -> None:
    after = comment_out(BEFORE, {2: mark(2)})
    active = [
        item
        for item in read_crontab(after, DEBIAN, system=False, user="root").items
        if isinstance(item, Entry) and item.mark is None
    ]
    assert [entry.line for entry in active] == [3]


def test_a_crontab_that_python_crontab_has_written_comes_back_to_the_byte() -> None:
    """It drops the blank in front of a mark, and nothing else of the line."""
    before = "1 * * * * x\n2 * * * *  y %z\n  3 * * * * \u00e4  \n"
    marks = {n: mark(n) for n in (1, 2, 3)}
    marked = comment_out(before.encode(), marks).decode()
    written = CronTab(tab=f"A=b\n{marked}").render()
    assert "\n# cron2aws:" in written
    assert "\n # cron2aws:" not in written
    restored = restore(written.encode(), [each.id for each in marks.values()])
    assert before.rstrip() in restored.decode()
