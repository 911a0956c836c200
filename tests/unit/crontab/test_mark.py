from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.mark import Mark, Note, read_mark, read_note
from cron2aws.errors import Bug

MARK = Mark(
    id="0123456789abcdef",
    account="123456789012",
    region="eu-west-1",
    stack="cron2aws-web-a",
    minute="2026-12-01T03:00Z",
)
TEXT = " # cron2aws:0123456789abcdef@2026-12-01T03:00Z 123456789012/eu-west-1/cron2aws-web-a | "
OLDER = "# cron2aws:0123abcd 123456789012/eu-west-1/cron2aws-web-a | "


def test_a_mark_is_text_and_back() -> None:
    assert MARK.format() == TEXT
    assert read_mark(TEXT + "* * * * * x") == (MARK, len(TEXT))


def test_a_mark_without_a_minute_has_a_dash() -> None:
    without = replace(MARK, minute=None)
    assert without.format() == TEXT.replace("2026-12-01T03:00Z", "-")
    assert read_mark(without.format()) == (without, len(without.format()))


def test_a_mark_is_read_where_its_blank_was_dropped() -> None:
    assert read_mark(TEXT[1:] + "x") == (MARK, len(TEXT) - 1)


@pytest.mark.parametrize("blank", ["", " "])
def test_the_mark_of_the_versions_before_is_read(blank: str) -> None:
    mark = replace(MARK, id="0123abcd", minute=None)
    assert read_mark(f"{blank}{OLDER}x") == (mark, len(blank + OLDER))


def test_a_task_of_the_versions_before_gets_the_mark_of_today() -> None:
    mark = replace(MARK, id="0123abcd")
    assert mark.format().startswith(" # cron2aws:0123abcd@2026-12-01T03:00Z ")
    assert read_mark(mark.format()) == (mark, len(mark.format()))


@given(
    st.from_regex(r"[0-9a-f]{8}|[0-9a-f]{16}", fullmatch=True),
    st.sampled_from([("0" * 12, "us-gov-west-1"), ("123456789012", "ap-southeast-4")]),
    st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,127}", fullmatch=True),
    st.sampled_from([None, "2026-12-01T03:00Z", "9999-12-31T23:59Z"]),
    st.text(alphabet=" |\t#x"),
)
def test_every_mark_comes_back(
    entry_id: str, place: tuple[str, str], stack: str, minute: str | None, line: str
) -> None:
    account, region = place
    mark = Mark(id=entry_id, account=account, region=region, stack=stack, minute=minute)
    text = mark.format()
    assert read_mark(text + line) == (mark, len(text))
    assert read_mark(text[1:] + line) == (mark, len(text) - 1)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# cron2aws: ignore",
        " " + TEXT,
        "\t" + TEXT,
        TEXT.rstrip(),
        OLDER.rstrip(),
        OLDER.replace("0123abcd", "0123ABCD"),
        OLDER.replace("0123abcd", "0123456789abcdef"),
        TEXT.replace("0123456789abcdef", "0123456789ABCDEF"),
        TEXT.replace("0123456789abcdef", "0123456789abcde"),
        TEXT.replace("@2026-12-01T03:00Z", "@"),
        TEXT.replace("@2026-12-01T03:00Z", "@2026-12-01T03:00:00Z"),
        TEXT.replace("@2026-12-01T03:00Z", "@2026-12-01 03:00Z"),
        TEXT.replace("@2026-12-01T03:00Z", "@2026-12-01T03:00"),
        TEXT.replace("2026", "٢٠٢٦"),
        TEXT.replace("123456789012", "12345678901"),
        TEXT.replace("eu-west-1", "EU"),
        TEXT.replace("cron2aws-web-a", "-a"),
        TEXT.replace("cron2aws-web-a", "a_b"),
        TEXT.replace("cron2aws-web-a", "a" * 129),
        TEXT.replace("#", "##"),
    ],
)
def test_what_is_no_mark(line: str) -> None:
    assert read_mark(line) is None


@pytest.mark.parametrize(
    "mark",
    [
        replace(MARK, id="x"),
        replace(MARK, stack="a | b"),
        replace(MARK, region="eu\nwest"),
        replace(MARK, minute="now"),
        replace(MARK, minute="-"),
        replace(MARK, minute=""),
    ],
)
def test_a_mark_that_would_not_come_back_is_not_written(mark: Mark) -> None:
    with pytest.raises(Bug, match="no mark can hold"):
        mark.format()


@pytest.mark.parametrize(
    ("comment", "note"),
    [
        ("# cron2aws: ignore", Note(ignored=True)),
        ("#cron2aws:  name=a-b_c ", Note(name="a-b_c")),
        ("# cron2aws: name=a name=b", Note(name="b")),
        ("# cron2aws: name=", Note()),
        ("# cron2aws: guard", Note(guard=True)),
        ("# cron2aws: guard name=a", Note(guard=True, name="a")),
        ("# cron2aws: catch-up=once", Note(settings=(("catch-up", "once"),))),
        (
            "# cron2aws: timeout=600 run-on=one overlap=skip, guard",
            Note(guard=True, settings=(("overlap", "skip"), ("run-on", "one"), ("timeout", "600"))),
        ),
        (
            "# cron2aws: catch-up=none catch-up=once",
            Note(settings=(("catch-up", "once"),)),
        ),
        ("# cron2aws: catch-up=twice", Note(unknown=("catch-up=twice",))),
        ("# cron2aws: catch-up", Note(unknown=("catch-up",))),
        ("# cron2aws: timeout=1h30m", Note(settings=(("timeout", "1h30m"),))),
        ("# cron2aws: timeout=48h", Note(settings=(("timeout", "48h"),))),
        ("# cron2aws: timeout=4", Note(settings=(("timeout", "4"),))),
        ("# cron2aws: timeout=5x", Note(unknown=("timeout=5x",))),
        ("# cron2aws: guards", Note(unknown=("guards",))),
        ("# cron2aws: guard=1", Note(unknown=("guard=1",))),
        ("# cron2aws: ignore,name=a", Note(ignored=True, name="a")),
        ("# cron2aws: later ignore", Note(ignored=True, unknown=("later",))),
        ("# cron2aws: ", Note()),
        ("# cron2aws:", None),
        ("# see cron2aws: ignore", None),
        ("# cron2aws ignore", None),
        (TEXT, None),
        (OLDER, None),
    ],
)
def test_a_note_has_its_words(comment: str, note: Note | None) -> None:
    assert read_note(comment) == note


def test_notes_add_up() -> None:
    first = Note(name="a", unknown=("x",))
    assert first.merge(Note(ignored=True)) == Note(name="a", ignored=True, unknown=("x",))
    assert first.merge(Note(name="b")).name == "b"
    assert first.merge(Note(guard=True)).guard
    assert Note(guard=True).merge(first).guard
    both = Note(settings=(("catch-up", "none"), ("overlap", "skip")))
    later = Note(settings=(("catch-up", "once"),))
    assert both.merge(later).settings == (("catch-up", "once"), ("overlap", "skip"))
    assert not first.merge(first).guard
