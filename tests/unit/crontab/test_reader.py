"""Lines that tell the dialects apart; each row is false under another daemon's rule."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Blank, Comment, Crontab, Entry, Unreadable, Variable
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.text import encode_text

OLD, NEW, NEWEST = "cronie-1.4", "cronie", "cronie-1.7"
CRONIES = (OLD, NEW, NEWEST)


def read(
    text: str | bytes, dialect: str = "debian", *, system: bool = False, user: str | None = "root"
) -> Crontab:
    data = text if isinstance(text, bytes) else text.encode()
    return read_crontab(data, DIALECTS[dialect], system=system, user=user)


def answer(line: str, dialect: str, *, system: bool, user: str | None = "root") -> str:
    """A job's user and command, or the daemon's words for the error."""
    (item,) = read(line + "\n", dialect, system=system, user=user).items
    if isinstance(item, Entry):
        return f"{item.user}:{item.raw_command}"
    assert isinstance(item, Unreadable)
    return item.message.split(":")[0]


USER_LINES = [
    # line, debian, cronie 1.4, 1.5, 1.7
    ("1 2 3 4 5 x", *("root:x",) * 4),
    ("1\t2  3 \t4 5   x y ", *("root:x y ",) * 4),
    ("  1 2 3 4 5 x", *("root:x",) * 4),
    ("@daily \t x", *("root:x",) * 4),
    ("@daily", "root:", *("bad command",) * 3),
    ("1 2 3 4 5", "root:", *("bad command",) * 3),
    ("1 2 3 4 5 ", "root:", *("bad command",) * 3),
    ("1 2 3 4 5 *x", *("bad command",) * 4),
    ("@daily *x", *("bad command",) * 4),
    ("1 2 3 4 5 x*", *("root:x*",) * 4),
    ("@Daily x", *("bad time specifier",) * 4),
    ("@daily\r", *("bad time specifier",) * 4),
    ("-1 2 3 4 5 x", "bad minute", *("root:x",) * 3),
    ("-@daily x", "bad minute", *("root:x",) * 3),
    ("- 1 2 3 4 5 x", *("bad minute",) * 4),
    ("1 2 3 4 5 -n x", "root:-n x", "root:-n x", "root:-n x", "root:x"),
    ("1 2 3 4 5 -n  \tx", "root:-n  \tx", "root:-n  \tx", "root:-n  \tx", "root:x"),
    ("1 2 3 4 5 -x", "root:-x", "root:-x", "root:-x", "bad option"),
    ("1 2 3 4 5 -nx", "root:-nx", "root:-nx", "root:-nx", "bad option"),
    ("1 2 3 4 5 -n -n x", "root:-n -n x", "root:-n -n x", "root:-n -n x", "bad option"),
    ("1 2 3 4 5 -n ", "root:-n ", "root:-n ", "root:-n ", "bad command"),
    ("1 2 3 4 5 " + "x" * 998, *("root:" + "x" * 998,) * 4),
    ("1 2 3 4 5 " + "x" * 999, "command too long", *("root:" + "x" * 999,) * 3),
    ("1 2 3 4 5 " + "ä" * 500, "command too long", *("root:" + "ä" * 500,) * 3),
    ("1 2 3 4 x", *("bad day-of-week",) * 4),
    ("1 2 x", *("bad day-of-month",) * 4),
    ("1 2 3", *("bad month",) * 4),
    ("x", *("bad minute",) * 4),
    ("1 25 * * * x", *("bad hour",) * 4),
]
SYSTEM_LINES = [
    ("1 2 3 4 5 root x", *("root:x",) * 4),
    ("1 2 3 4 5 root  \t x", "root: \t x", "root: \t x", "root:x", "root:x"),
    ("1 2 3 4 5 root\tx", *("root:x",) * 4),
    ("1 2 3 4 5 root ", "root:", "root:", "bad command", "bad command"),
    ("1 2 3 4 5 root  ", "root: ", "root: ", "bad command", "bad command"),
    ("1 2 3 4 5 root", "bad username", *("bad command",) * 3),
    ("1 2 3 4 5", "bad username", *("bad command",) * 3),
    ("@daily  root x", *("root:x",) * 4),
    ("1 2 3 4 5 * x", "bad username", *("bad command",) * 3),
    ("1 2 3 4 5 root *x", *("root:*x",) * 4),
    ("1 2 3 4 5 0 x", "bad username", "bad username", "0:x", "0:x"),
    ("1 2 3 4 5 a/b x", "bad username", "bad username", "a/b:x", "a/b:x"),
    ("1 2 3 4 5 a:b x", "bad username", "bad username", "a:b:x", "a:b:x"),
    ("1 2 3 4 5 a.b-c_d x", *("a.b-c_d:x",) * 4),
    ("1 2 3 4 5 host$ x", *("host$:x",) * 4),
    ("-1 2 3 4 5 alice x", "bad minute", *("alice:x",) * 3),
    ("1 2 3 4 5 root -n x", "root:-n x", "root:-n x", "root:-n x", "root:x"),
]


@pytest.mark.parametrize(("line", "debian", "old", "new", "newest"), USER_LINES)
def test_a_line_of_a_user(line: str, debian: str, old: str, new: str, newest: str) -> None:
    answers = [answer(line, dialect, system=False) for dialect in ("debian", *CRONIES)]
    assert answers == [debian, old, new, newest]


@pytest.mark.parametrize(("line", "debian", "old", "new", "newest"), SYSTEM_LINES)
def test_a_line_of_the_system(line: str, debian: str, old: str, new: str, newest: str) -> None:
    answers = [answer(line, dialect, system=True) for dialect in ("debian", *CRONIES)]
    assert answers == [debian, old, new, newest]


@pytest.mark.parametrize(
    ("user", "expected"), [("root", "root:x"), ("alice", "bad option"), (None, ":x")]
)
def test_only_root_keeps_his_jobs_out_of_the_log(user: str | None, expected: str) -> None:
    assert answer("-1 2 3 4 5 x", "cronie", system=False, user=user) == expected


def test_the_dash_is_no_part_of_the_schedule() -> None:
    (entry,) = read("-*/5 *  * * * x\n", "cronie").entries
    assert (entry.schedule_text, entry.quiet) == ("*/5 *  * * *", True)
    (entry,) = read("*/5 * * * * x\n", "cronie").entries
    assert (entry.schedule_text, entry.quiet) == ("*/5 * * * *", False)
    (entry,) = read("-@daily x\n", "cronie").entries
    assert entry.schedule_text == "@daily"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"1 2 3 4 5 \xffx", "bad day-of-week"),
        (b"1 \xff 3 4 5 x", "bad minute"),
        (b"1 2 \xff 4 5 x", "bad hour"),
        (b"1 25 \xff 4 5 x", "bad hour"),
        (b"x 2 \xff 4 5 x", "bad minute"),
        (b"\xff 2 3 4 5 x", "bad minute"),
        (b"1 2\xff 3 4 5 x", "bad hour"),
        (b"1,2,*/3\xff 2 3 4 5 x", "bad minute"),
        (b"1 2:\xff 3 4 5 x", "root:x"),
        (b"1 2:\xff 3 \xff 5 x", "bad day-of-month"),
        (b"1 2 3 4 5 x\xff \xff", "root:x\udcff \udcff"),
        (b"\xff", "bad minute"),
        (b"@daily \xffx", "root:\udcffx"),
        (b"1 2 3 4 5 x\xff", "root:x\udcff"),
        (b"1 2 3 4 5 \xfex", "root:\udcfex"),
    ],
)
def test_0xff_ends_a_file_of_debian(line: bytes, expected: str) -> None:
    (item,) = read(line + b"\n").items
    got = f"{item.user}:{item.raw_command}" if isinstance(item, Entry) else ""
    message = item.message.split(":")[0] if isinstance(item, Unreadable) else ""
    assert got + message == expected


def test_what_the_lines_are() -> None:
    crontab = read("# c\n\n \t\nA = b \n 1 2 3 4 5 x\n61 * * * * y\n  # d")
    assert [type(item) for item in crontab.items] == [
        Comment,
        Blank,
        Blank,
        Variable,
        Entry,
        Unreadable,
        Comment,
    ]
    assert [item.line for item in crontab.items] == [1, 2, 3, 4, 5, 6, 7]
    assert [crontab.text[item.start : item.end] for item in crontab.items] == [
        item.text for item in crontab.items
    ]
    variable = crontab.items[3]
    assert isinstance(variable, Variable)
    assert (variable.name, variable.value) == ("A", "b")
    assert [line.line for line in crontab.unreadable] == [6]


def test_a_variable_holds_from_its_line_on() -> None:
    crontab = read("A=1\n1 * * * * x\nA=2\nB=3\n2 * * * * y\n")
    assert [entry.environment for entry in crontab.entries] == [
        (("A", "1"),),
        (("A", "2"), ("B", "3")),
    ]


def test_cron_tz_moves_the_entries_below_it() -> None:
    text = "1 * * * * x\nCRON_TZ=Asia/Tokyo\n1 * * * * y\nCRON_TZ=\n1 * * * * z\n"
    assert [e.cron_tz for e in read(text, "cronie").entries] == [None, "Asia/Tokyo", None]
    assert [e.cron_tz for e in read(text.replace("=\n", "=UTC\n")).entries] == [None] * 3


def test_random_delay_is_told_with_each_entry() -> None:
    text = "1 * * * * x\nRANDOM_DELAY=45\n1 * * * * y\nRANDOM_DELAY=9999\n1 * * * * z\n"
    crontab = read(text, "cronie")
    assert [entry.random_delay for entry in crontab.entries] == [0, 45, 0]
    assert [[f.code for f in entry.findings] for entry in crontab.entries] == [[], ["C113"], []]


def test_cronie_keeps_the_jobs_of_unknown_users() -> None:
    data = b"1 * * * * ghost x\n2 * * * * alice y\n"
    known = {"alice"}.__contains__
    crontab = read_crontab(data, DIALECTS[NEW], system=True, user=None, known_user=known)
    assert [[f.code for f in e.findings] for e in crontab.entries] == [["C109"], []]
    for dialect in ("debian", OLD):
        crontab = read_crontab(data, DIALECTS[dialect], system=True, user=None, known_user=known)
        assert [(line.line, line.code) for line in crontab.unreadable] == [(1, "C104")]
        assert crontab.loaded is (dialect == OLD)


def test_one_bad_line_and_debian_ignores_the_file_but_all_errors_are_told() -> None:
    text = "61 * * * * a\n1 * * * * b\n* 25 * * * c\n"
    crontab = read(text)
    assert not crontab.loaded
    assert [line.line for line in crontab.unreadable] == [1, 3]
    assert [entry.line for entry in crontab.entries] == [2]
    assert read(text, "cronie").loaded


@pytest.mark.parametrize(
    ("text", "debian", "entries"),
    [
        ("1 * * * * x", False, 0),
        ("1 * * * * x\nA=b", False, 1),
        ("1 * * * * x\n2 * * * * y", False, 1),
        ("1 * * * * x\n# c", True, 1),
        ("1 * * * * x\n  \t", True, 1),
        ("1 * * * * x\n", True, 1),
        ("", True, 0),
    ],
)
def test_the_last_line_needs_a_newline(text: str, debian: bool, entries: int) -> None:
    assert read(text).loaded is debian
    for dialect in ("debian", *CRONIES):
        crontab = read(text, dialect)
        assert len(crontab.entries) == entries
        assert [line.code for line in crontab.unreadable] == ["C108"] * (not debian)


def test_a_nul_begins_another_line() -> None:
    crontab = read("A=b\0001 * * * * x\0002 * * * * y\n\0\n3 * * * * z\0\n")
    assert [(e.line, e.raw_command, e.environment) for e in crontab.entries] == [
        (1, "x", (("A", "b"),)),
        (1, "y", (("A", "b"),)),
        (3, "z", (("A", "b"),)),
    ]
    assert [line.line for line in crontab.unreadable] == [2]


def test_a_nul_hides_a_missing_newline() -> None:
    crontab = read("1 * * * * x\0")
    assert [entry.raw_command for entry in crontab.entries] == ["x"]
    assert [line.code for line in read("1 * * * * x\0y").unreadable] == ["C108"]
    assert [line.code for line in read("1 * * * *\0 x").unreadable] == ["C108"]


def test_a_nul_ends_a_nickname() -> None:
    crontab = read("@daily\0002 * * * * y\n")
    assert [entry.raw_command for entry in crontab.entries] == ["", "y"]


MARK = "# cron2aws:0123abcd 123456789012/eu-west-1/cron2aws-web-x-0123abcd | "


def test_a_marked_line_is_still_an_entry() -> None:
    crontab = read(f"A=b\n{MARK}  1 * * * * x % y\r\n")
    (entry,) = crontab.entries
    assert entry.mark == Mark(
        id="0123abcd",
        account="123456789012",
        region="eu-west-1",
        stack="cron2aws-web-x-0123abcd",
    )
    assert (entry.text, entry.command, entry.stdin) == ("  1 * * * * x % y\r", "x ", " y\r\n")
    assert entry.environment == (("A", "b"),)
    assert crontab.text[entry.start : entry.end] == MARK + entry.text


@pytest.mark.parametrize("behind", ["", "A=b", "# comment", "61 * * * * x", "  "])
def test_a_mark_without_a_job_is_a_comment(behind: str) -> None:
    crontab = read(f"{MARK}{behind}\n1 * * * * y\n")
    assert crontab.loaded
    assert [type(item) for item in crontab.items] == [Comment, Entry]
    assert [found.code for found in crontab.findings] == ["C140"]


def test_a_marked_line_may_be_the_last_without_a_newline() -> None:
    crontab = read(f"{MARK}1 * * * * x")
    assert crontab.loaded
    assert [entry.raw_command for entry in crontab.entries] == ["x"]


@pytest.mark.parametrize(
    ("above", "name", "ignored", "codes"),
    [
        ("# cron2aws: ignore", None, True, []),
        ("# cron2aws: name=backup", "backup", False, []),
        ("  #cron2aws:\tname=backup, ignore\r", "backup", True, []),
        ("# cron2aws: name=a\n# cron2aws: ignore", "a", True, []),
        ("# cron2aws: name=a\n# cron2aws: name=b", "b", False, []),
        ("# cron2aws: ignored", None, False, ["C143"]),
        ("# cron2aws: ignore\n", None, False, ["C141"]),
        ("# cron2aws: ignore\n# other", None, False, ["C141"]),
        ("# cron2aws: ignore\nA=b", None, False, ["C141"]),
        ("# cron2aws: ignore\n61 * * * * x", None, False, ["C101", "C141"]),
        ("# about cron2aws: ignore", None, False, []),
        ("# cron2aws:ignore", None, False, []),
    ],
)
@pytest.mark.parametrize("mark", ["", MARK])
def test_a_note_is_for_the_line_below_it(
    above: str,
    name: str | None,
    ignored: bool,
    codes: list[str],
    mark: str,
) -> None:
    crontab = read(f"{above}\n{mark}1 * * * * x\n2 * * * * y\n")
    first, second = crontab.entries
    assert (first.name, first.ignored) == (name, ignored)
    assert (second.name, second.ignored) == (None, False)
    assert [f.code for f in crontab.findings if f.code != "C110"] == codes


@given(st.binary(), st.sampled_from(sorted(DIALECTS)), st.booleans())
@example(b"\0", "debian", True)
@example(b"A=\0\n", "cronie", False)
@example(b"-", "cronie", True)
@example(b"-\n@\n-@\n", "cronie-1.7", True)
@example(b"* * * * * \0", "cronie-1.7", True)
@example(b"* * * * * root\0 x", "cronie", True)
def test_any_bytes_are_read_and_come_back(data: bytes, dialect: str, system: bool) -> None:
    check_any(data, dialect, system=system)


_PIECES = [
    b"* * * * * ", b"@daily ", b"@", b"-", b"-n ", b"root ", b"A=b", b"'", b'"', b"=", b"%", b"\\",
    b"#", b" ", b"\t", b"\n", b"\r\n", b"\0", b"\xff", b"\xe4", "ä".encode(), b"x", b"*",
    b"0-59/7 ",
    MARK.encode(), b"# cron2aws: ignore", b"CRON_TZ=", b"RANDOM_DELAY=7",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(_PIECES)).map(b"".join),
    st.sampled_from(sorted(DIALECTS)),
    st.booleans(),
)
def test_what_looks_like_a_crontab_is_read_and_comes_back(
    data: bytes,
    dialect: str,
    system: bool,
) -> None:
    check_any(data, dialect, system=system)


def check_any(data: bytes, dialect: str, *, system: bool) -> None:
    crontab = read_crontab(data, DIALECTS[dialect], system=system, user="alice")
    assert encode_text(crontab.text) == data
    assert not crontab.loaded or dialect != "debian" or not crontab.unreadable
    end = 0
    for item in crontab.items:
        text = crontab.text[item.start : item.end]
        assert text.endswith(item.text)
        assert item.line == crontab.text.count("\n", 0, item.start) + 1
        assert set(crontab.text[end : item.start]) <= {"\n", "\0"}
        end = item.end
    assert set(crontab.text[end:]) <= {"\n", "\0"}
