"""The runner finds a task's line among others, whatever its command, in each awk."""

from __future__ import annotations

import hashlib
import json
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Entry
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.text import encode_text
from cron2aws.task.line_identity import (
    KIN_BYTES,
    LineIdentity,
    SameJobLines,
    key_of,
    line_identity_of,
    lines_by_job,
)
from tests.recognising import AWKS, ID, MINE, Recogniser, entries_of, is_there, shown

ROOT = Path(__file__).parent.parent.parent
FOUND = [awk for awk in AWKS if is_there(awk)]
ODD = (
    b"echo 'a b' \"c\" `d` $(e) \\\\ \\% x%in%put\\%",
    b"echo tab\tand\t\ttabs",
    b"echo trailing blanks   ",
    b"echo trailing tab\t",
    b"echo carriage return\r",
    b"printf '\xff\xfe \xc3\xa9 \xc3'",
    b"\xe2\x82\xac",
    b"-n",
    b"--help",
    b"#no comment",
    b"# | x",
    b"A=b c",
    b"|",
    b"&",
    b"0",
    b"1e3",
    b"0x10",
    b"%",
    b"\\",
    b"\\n\\001\\",
    b"echo " + b"x" * 993,
    b"echo " + b"x" * 992 + b"y",
    b"echo " + b"\xff" * 993,
    b"\x01 ends no tab",
    b"\x0b\x0c",
    b"* * * * * app echo nested",
    b"0 3 * * * app echo nested",
)
EXECUTED = ("execution-debian.json", "execution-cronie.json")


def of_fixtures() -> list[bytes]:
    found = []
    for path in sorted((ROOT / "fixtures/crontabs").rglob("*")):
        if path.is_file() and ("cron.d" in path.parts or "spool" in path.parts):
            system = "cron.d" in path.parts
            crontab = read_crontab(
                path.read_bytes(), DIALECTS["cronie"], system=system, user=None if system else "app"
            )
            found += [encode_text(entry.raw_command) for entry in crontab.entries]
    return found


def executed() -> list[bytes]:
    cases = chain.from_iterable(
        json.loads((ROOT / "tests/data" / name).read_text()) for name in EXECUTED
    )
    lines = [case["line"].encode("latin-1", "replace") for case in cases]
    return [encode_text(each.raw_command) for each in entries_of(lines, system=False)]


def made_up() -> list[bytes]:
    """Any bytes but those that end a line, many of the same length."""
    lengths = [4] * 100 + [40] * 100 + [998] * 30
    return [b"x" + _bytes(number, length - 1) for number, length in enumerate(lengths)]


def _bytes(number: int, length: int) -> bytes:
    data = hashlib.shake_128(str(number).encode()).digest(length)
    return data.translate(bytes(each or 1 for each in range(256)).replace(b"\n", b"\r"))


def commands() -> list[bytes]:
    """No two that are one to the runner, which does not look at blanks in front."""
    every = (*ODD, *executed(), *of_fixtures(), *made_up())
    return list(dict.fromkeys(each.lstrip(b" \t") for each in every))


@pytest.fixture(params=FOUND)
def recogniser(request: pytest.FixtureRequest, tmp_path: Path) -> Recogniser:
    made = Recogniser(awk=request.param, folder=tmp_path)
    made.lay_out()
    return made


def line_for(entry: Entry, everybody: list[Entry] | None = None) -> LineIdentity:
    return line_identity_of(
        entry, "/etc/cron.d/x", lines_by_job(everybody or [entry])[key_of(entry)]
    )


def written(command: bytes, *, system: bool) -> bytes:
    return b"17 3 * * 1 " + b"app " * system + command


@pytest.mark.parametrize("system", [True, False])
def test_each_command_is_found_and_no_other(recogniser: Recogniser, system: bool) -> None:
    every = commands()
    made = set(made_up())
    lines = [written(each, system=system) for each in every]
    asked = []
    for number, line in enumerate(lines):
        # of two that were made up, one is looked for beside the other; the one half of them in a
        # system's tab, and the other half in a user's
        if every[number] in made and number % 2 == system:
            continue
        for entry in entries_of([line], system=system):  # none, where it begins like a sixth field
            others = b"".join(b"%b\n" % each for each in near(lines, number, every[number] in made))
            asked.append(({"others": others, "own": line + b"\n"}, line_for(entry)))
    assert len(asked) >= 250
    found = recogniser.which(asked, system=system).splitlines()
    wrong = [(name, *case) for name, case in zip(found, asked, strict=True) if name != "own"]
    assert wrong == []


def near(lines: list[bytes], number: int, made: bool) -> list[bytes]:
    """The lines of the same length, but those that were `made` before it, and some others."""
    own = lines[number]
    return [
        each
        for at, each in enumerate(lines)
        if (each != own and len(each) == len(own) and (at > number or not made))
        or (at - number) % 30 == 1
    ]


@pytest.mark.parametrize("system", [True, False])
def test_awk_reads_every_byte_of_a_tab(tmp_path: Path, system: bool) -> None:
    recogniser = Recogniser(awk=FOUND[0], folder=tmp_path)
    recogniser.lay_out()
    lines = (written(each, system=system) for each in (*commands(), b"a null\0byte"))
    tab = b"".join(b"%b\n" % each for each in lines)
    assert recogniser.show(tab, system=system) == shown("tab", tab, system)


BYTES = st.lists(
    st.sampled_from([bytes([each]) for each in b"ab0 \t\r'\"\\%#|&$`*=-n\x01\x7f\xc3\xa9\xff"]),
    min_size=1,
    max_size=40,
).map(b"".join)


@given(command=BYTES, at=st.integers(0, 39), byte=st.sampled_from([b"x", b"\xfe", b" ", b"\\"]))
@settings(max_examples=25, deadline=None)
def test_a_command_with_another_byte_is_another(
    tmp_path_factory: pytest.TempPathFactory, command: bytes, at: int, byte: bytes
) -> None:
    command = command.lstrip(b" \t") or b"x"
    at %= len(command)
    other = command[:at] + byte + command[at + 1 :]
    folder = tmp_path_factory.mktemp("awk")
    for awk, system in ((each, system) for each in FOUND for system in (True, False)):
        entries = entries_of([written(command, system=system)], system=system)
        if not entries:  # it begins like a sixth field, and no daemon takes it
            continue
        made = Recogniser(awk=awk, folder=folder)
        made.lay_out()
        same = other.lstrip(b" \t") == command
        for each, state in ((command, "cron"), (other, "cron" if same else "absent")):
            tab = written(each, system=system) + b"\n"
            assert made.state(tab, line_for(entries[0]), system=system) == state


APP = "0 3 * * *"


def app(*schedules: str, mark: str = "") -> bytes:
    return b"".join(f"{mark}{each} app backup\n".encode() for each in schedules)


def task(*schedules: str) -> LineIdentity:
    """Of the first of some lines with one command."""
    entries = entries_of([app(each).rstrip() for each in schedules], system=True)
    return line_for(entries[0], entries)


MARK = f" # cron2aws:{ID}@2026-12-01T03:00Z {MINE} | "
OTHERS = f" # cron2aws:fedcba9876543210@- {MINE}x | "
MANY = [f"{minute} {hour} * * *" for hour in range(4, 24) for minute in range(0, 60, 20)]


def test_a_command_of_many_lines_takes_no_more_room() -> None:
    some, many = task(APP, *MANY[:5]), task(APP, APP, *MANY)
    assert some.siblings == "\t".join(sorted(f"1 {each}" for each in MANY[:5]))
    assert many.siblings == f"{len(MANY)} *\t1 {APP}"
    assert len(many.siblings) < len(some.siblings) < KIN_BYTES


def test_two_thousand_equal_lines_are_a_count() -> None:
    group = SameJobLines(schedules={APP: 2000}, total=2000)
    assert group.without(APP) == f"1999 {APP}"


@pytest.mark.parametrize(
    ("tab", "state"),
    [
        (app(APP, *MANY), "cron"),
        (app(*MANY), "absent"),
        (app(APP, mark=MARK) + app(*MANY), "task"),
        (app(APP, mark=MARK) + app(*MANY, mark=OTHERS), "task"),
        (app(APP, mark="#") + app(*MANY), "stopped"),
        # one line more than there were entries is nobody's but ours
        (app("1 1 1 1 1", *MANY), "cron"),
        (app(APP, mark=MARK) + app("1 1 1 1 1", *MANY), "cron"),
        # as many as before: one of the others may have been moved
        (app("1 1 1 1 1", *MANY[1:]), "absent"),
        (app(APP, mark=MARK) + app("1 1 1 1 1", *MANY[1:]), "task"),
        (app(APP, mark=MARK) + app(APP, *MANY[1:]), "cron"),
    ],
)
def test_a_line_among_more_siblings_than_have_room(
    recogniser: Recogniser, tab: bytes, state: str
) -> None:
    assert recogniser.state(tab, task(APP, *MANY)) == state


@pytest.mark.parametrize(
    ("tab", "state"),
    [
        (b"0 3 * * * app backup\0rest", "cron"),
        (b"A=1\0000 3 * * * app backup\n", "cron"),
        (b"0 3 * * * app backup", "cron"),
        (b"  0\t3 *  * *\tapp\t\tbackup\n", "cron"),
        (b"-0 3 * * * app backup\n", "cron"),
        (b"0 3 * * * app -n backup\n", "cron"),
        (b"A = 0 3 * * * app backup\n", "absent"),
        (b"@daily app backup\n", "cron"),
        (b"@reboot app backup\n", "absent"),
        (b"0 3 * * * bob backup\n", "absent"),
        (b"0 3 * * * app backup \n", "absent"),
        (b"", "absent"),
    ],
)
def test_a_line_as_the_daemons_read_it(recogniser: Recogniser, tab: bytes, state: str) -> None:
    assert recogniser.state(tab, task(APP)) == state
