from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.identity import (
    Digest,
    FileEntries,
    Ids,
    KnownTask,
    digest_of,
    identify,
    is_meant,
    shown_ids,
)
from cron2aws.crontab.items import Entry
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.reader import read_crontab

PATH = "/etc/cron.d/shop"


@dataclass(frozen=True, kw_only=True)
class Task:
    """A deployed task."""

    id: str
    schedule: str = "1 * * * *"
    source: str = PATH
    user: str = "root"

    def belongs_to(self, source: str, user: str) -> bool:
        return (source, user) == (self.source, self.user)


def of(files: dict[str, str], *known: KnownTask, digest: Digest = digest_of) -> Ids:
    """The ids of a host with these system crontabs."""
    lines = [
        FileEntries(
            path=path,
            entries=read_crontab(text.encode(), DIALECTS["debian"], system=True, user=None).entries,
        )
        for path, text in files.items()
    ]
    return identify(lines, known, digest=digest)


def ids(text: str, *known: KnownTask, path: str = PATH) -> list[str]:
    found = of({path: text}, *known)
    assert not found.clashing
    return list(found.of_files[0])


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def mark(entry_id: str) -> str:
    place = "111111111111/eu-west-1/s"
    if len(entry_id) == 8:
        return f"# cron2aws:{entry_id} {place} | "
    return Mark(id=entry_id, account="1" * 12, region="eu-west-1", stack="s").format()


X = "1 * * * * root x\n"
ONE, TWO, THREE, FOUR = (digest(PATH, "root", "x", n) for n in "1234")
OTHER = "0123456789abcdef"


def test_an_id_is_a_digest_of_what_the_job_is() -> None:
    assert ids("1 * * * * root echo 5\\% of %x\n") == [digest(PATH, "root", "echo 5\\% of %x", "1")]


def test_bytes_count_not_characters() -> None:
    crontab = read_crontab(b"1 * * * * root \xe4\n", DIALECTS["debian"], system=True, user=None)
    found = identify([FileEntries(path=PATH, entries=crontab.entries)])
    raw = b"/etc/cron.d/shop\0root\0\xe4\0" + b"1"
    assert found.of_files == ((hashlib.sha256(raw).hexdigest()[:16],),)


def test_an_id_survives_schedule_line_and_environment() -> None:
    assert ids("1 * * * * root x\n") == ids("# new\nA=b\n2 3 * * *   root x\n")


def test_path_user_and_command_make_another_one() -> None:
    texts = ["1 * * * * root x\n", "1 * * * * alice x\n", "1 * * * * root y\n"]
    found = [ids(text)[0] for text in texts] + [ids(texts[0], path="/etc/crontab")[0]]
    assert len(set(found)) == 4


def test_equal_jobs_are_counted_from_one() -> None:
    assert ids("1 * * * * root x\n2 * * * * root x\n3 * * * * root y\n") == [
        ONE,
        TWO,
        digest(PATH, "root", "y", "1"),
    ]


def test_two_jobs_on_one_line_have_two_ids() -> None:
    found = ids("1 * * * * root x\0002 * * * * root y\n")
    assert found == [ONE, digest(PATH, "root", "y", "1")]


def test_ids_are_the_same_for_ever() -> None:
    """The first 8 digits were written down two releases ago; stacks and marks have them."""
    assert ids("1 * * * * root x\n2 * * * * root x\n3 * * * * www-data /bin/y --all\n") == [
        "fd5d9880f7d6279b",
        "29d6dca603f33ded",
        "adce72d5c57fc923",
    ]


# --- the occurrence: marks, then tasks, then schedule and position


def test_a_marked_line_has_the_id_of_its_mark() -> None:
    assert ids(f"{mark(OTHER)}{X}") == [OTHER]


def test_an_unmarked_line_takes_the_lowest_free_number() -> None:
    assert ids(X + mark(ONE) + X) == [TWO, ONE]
    assert ids(X + mark(TWO) + X) == [ONE, TWO]
    assert ids(X + mark(ONE) + X + X + mark(THREE) + X) == [TWO, ONE, FOUR, THREE]


def test_commenting_out_and_back_changes_no_id() -> None:
    before = ids(X * 3)
    assert ids("".join(f"{mark(each)}{X}" for each in before)) == before
    assert ids(f"{X}{mark(before[1])}{X}{X}") == before


LINES = ("1 * * * * root x\n", "2 * * * * root x\n", "3  * * * * root x\n", "9 * * * * root y\n")


def test_moving_lines_changes_no_id() -> None:
    own = dict(zip(LINES, ids("".join(LINES)), strict=True))
    for moved in itertools.permutations(LINES):
        assert ids("".join(moved)) == [own[line] for line in moved]


def test_a_line_above_with_an_earlier_schedule_takes_no_deployed_id() -> None:
    tasks = [Task(id=ONE, schedule="3 * * * *"), Task(id=TWO, schedule="2 * * * *")]
    assert ids("".join(LINES[:3]), *tasks) == [THREE, TWO, ONE]
    assert ids("".join(reversed(LINES[:3])), *tasks) == [ONE, TWO, THREE]


def test_a_changed_schedule_keeps_the_id_that_is_left() -> None:
    tasks = [Task(id=ONE, schedule="1 * * * *"), Task(id=TWO, schedule="2 * * * *")]
    assert ids("2 * * * * root x\n0 5 * * * root x\n", *tasks) == [TWO, ONE]


def test_a_task_of_a_later_number_is_found_when_the_lines_before_it_are_gone() -> None:
    assert ids(X, Task(id=FOUR)) == [FOUR]


def test_marks_come_before_tasks() -> None:
    tasks = [Task(id=ONE), Task(id=TWO, schedule="2 * * * *")]
    assert ids(f"2 * * * * root x\n{mark(TWO)}{X}", *tasks) == [ONE, TWO]


def test_tasks_of_others_give_no_number() -> None:
    foreign = [Task(id=TWO, user="alice"), Task(id=THREE, source="/etc/crontab")]
    assert ids(X, *foreign) == [ONE]


def test_lines_equal_in_all_have_the_ids_of_their_tasks() -> None:
    assert sorted(ids(X * 3, Task(id=TWO), Task(id=THREE))) == sorted([ONE, TWO, THREE])


@given(
    st.permutations(range(6)),
    st.sets(st.integers(0, 5)),
    st.sets(st.integers(0, 5)),
)
def test_marks_tasks_and_order_change_no_id(
    order: list[int], marked: set[int], deployed: set[int]
) -> None:
    lines = [f"{n} * * * * root x\n" for n in range(6)]
    own = ids("".join(lines))
    tasks = [Task(id=own[n], schedule=f"{n} * * * *") for n in deployed]
    text = "".join((mark(own[n]) if n in marked else "") + lines[n] for n in order)
    assert ids(text, *tasks) == [own[n] for n in order]


# --- tasks of the versions before


def test_a_task_of_the_versions_before_keeps_its_id() -> None:
    assert ids(X, Task(id=ONE[:8])) == [ONE[:8]]
    assert ids("5 * * * * root x\n", Task(id=ONE[:8])) == [ONE[:8]]
    assert ids(f"{mark(ONE[:8])}{X}") == [ONE[:8]]
    assert ids(f"{mark(ONE[:8])}{X}{X}", Task(id=ONE[:8])) == [ONE[:8], TWO]


def test_another_ones_task_gives_no_id_of_8_digits() -> None:
    assert ids(X, Task(id=ONE[:8], user="alice")) == [ONE]


# --- marks that prove nothing, and ids that meet


def test_the_mark_of_another_files_line_gives_way() -> None:
    spool = "/var/spool/cron/crontabs/alice"
    theirs = f"{mark(ONE)}1 * * * * alice theirs\n"
    own = digest(spool, "alice", "theirs", "1")
    for text in (X, f"{mark(ONE)}{X}"):
        assert of({spool: theirs, PATH: text}).of_files == ((own,), (ONE,))
    edited = f"{mark(ONE)}1 * * * * root edited\n"
    assert of({spool: theirs, PATH: edited}, Task(id=ONE)).of_files == ((own,), (ONE,))


def test_a_crafted_command_does_not_get_an_older_tasks_id() -> None:
    def crafted(path: str, entry: Entry, occurrence: int) -> str:
        made = digest_of(path, entry, occurrence)
        return ONE[:8] + made[8:] if entry.user == "alice" else made

    task = Task(id=ONE[:8])
    for first in ("", mark(ONE[:8])):
        found = of({"/a": f"{first}1 * * * * alice x\n", PATH: X}, task, digest=crafted)
        assert found.of_files[1] == (ONE[:8],)
        assert found.of_files[0][0] != ONE[:8]
        assert not found.clashing


def test_a_copied_mark_is_the_first_lines() -> None:
    assert ids(f"{mark(ONE)}{X}" * 2) == [ONE, TWO]
    assert ids(f"{mark(ONE)}{X}" * 2 + X) == [ONE, THREE, TWO]
    assert ids(f"{mark(OTHER)}{X}" * 2) == [OTHER, ONE]


@pytest.mark.parametrize("files", [("/a", "/a"), ("/a", "/b")])
def test_ids_that_meet_are_told(files: tuple[str, str]) -> None:
    def same(path: str, entry: Entry, occurrence: int) -> str:
        return OTHER if entry.command in {"x", "y"} else digest_of(path, entry, occurrence)

    texts: dict[str, str] = {}
    for path, command in zip(files, ("x", "y"), strict=True):
        texts[path] = texts.get(path, "1 * * * * root z\n") + f"1 * * * * root {command}\n"
    found = of(texts, digest=same)
    assert found.clashing == {OTHER}


@pytest.mark.parametrize("texts", [[X * 500], [X] * 500, ["1 * * * * root y\n" + X] * 250])
def test_each_line_takes_one_digest(texts: list[str]) -> None:
    made: list[str] = []

    def counted(path: str, entry: Entry, occurrence: int) -> str:
        made.append(path)
        return digest_of(path, entry, occurrence)

    found = of({f"/{n}": text for n, text in enumerate(texts)}, digest=counted)
    assert len({entry_id for each in found.of_files for entry_id in each}) == len(made) == 500


@pytest.mark.parametrize("texts", [[X * 500], [X] * 500])
def test_with_tasks_a_line_takes_nine_digests_at_most(texts: list[str]) -> None:
    made: list[str] = []

    def counted(path: str, entry: Entry, occurrence: int) -> str:
        made.append(path)
        return digest_of(path, entry, occurrence)

    of({f"/{n}": text for n, text in enumerate(texts)}, Task(id=OTHER), digest=counted)
    assert len(made) <= 9 * 500


# --- what people see and type


def test_8_digits_are_shown_where_they_are_enough() -> None:
    near = f"{ONE[:8]}00000000"
    assert shown_ids([ONE, TWO, ONE, "0123abcd"]) == {
        ONE: ONE[:8],
        TWO: TWO[:8],
        "0123abcd": "0123abcd",
    }
    assert shown_ids([ONE, near]) == {ONE: ONE, near: near}


@pytest.mark.parametrize(
    ("word", "entry_id", "meant"),
    [
        (ONE, ONE, True),
        (ONE[:8], ONE, True),
        (ONE[:11], ONE, True),
        (ONE[:7], ONE, False),
        ("", ONE, False),
        (ONE[:8] + "x", ONE, False),
        (ONE + "0", ONE, False),
        (TWO, ONE, False),
        (ONE[:8], ONE[:8], True),
        (ONE, ONE[:8], True),
        (ONE[:8] + "-x", ONE[:8], False),
        (TWO, ONE[:8], False),
    ],
)
def test_what_names_an_id(word: str, entry_id: str, meant: bool) -> None:
    assert is_meant(word, entry_id) is meant
