from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.mark import Mark, Note, read_mark, read_note
from cron2aws.errors import Bug

MARK = Mark(id="0123abcd", account="123456789012", region="eu-west-1", stack="cron2aws-web-a")
TEXT = "# cron2aws:0123abcd 123456789012/eu-west-1/cron2aws-web-a | "


def test_a_mark_is_text_and_back() -> None:
    assert MARK.format() == TEXT
    assert read_mark(TEXT + "* * * * * x") == (MARK, len(TEXT))


@given(
    st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.sampled_from(["us-east-1", "us-gov-west-1", "ap-southeast-4"]),
    st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,127}", fullmatch=True),
    st.text(alphabet=" |\t#x"),
)
def test_every_mark_comes_back(
    entry_id: str, account: str, region: str, stack: str, line: str
) -> None:
    mark = Mark(id=entry_id, account=account, region=region, stack=stack)
    assert read_mark(mark.format() + line) == (mark, len(mark.format()))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# cron2aws: ignore",
        " " + TEXT,
        TEXT.rstrip(),
        TEXT.replace("0123abcd", "0123ABCD"),
        TEXT.replace("0123abcd", "0123abc"),
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
    [replace(MARK, id="x"), replace(MARK, stack="a | b"), replace(MARK, region="eu\nwest")],
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
        ("# cron2aws: guards", Note(unknown=("guards",))),
        ("# cron2aws: guard=1", Note(unknown=("guard=1",))),
        ("# cron2aws: ignore,name=a", Note(ignored=True, name="a")),
        ("# cron2aws: later ignore", Note(ignored=True, unknown=("later",))),
        ("# cron2aws: ", Note()),
        ("# cron2aws:", None),
        ("# see cron2aws: ignore", None),
        ("# cron2aws ignore", None),
        (TEXT, None),
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
    assert not first.merge(first).guard
