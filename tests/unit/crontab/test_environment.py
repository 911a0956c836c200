from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.environment import Environment, read_minutes, read_setting

DEBIAN = DIALECTS["debian"].environment
CRONIE = DIALECTS["cronie"].environment


@pytest.mark.parametrize(
    ("line", "debian", "cronie"),
    [
        ("A=b", ("A", "b"), ("A", "b")),
        ("A = b c  ", ("A", "b c"), ("A", "b c")),
        ("A=b # no comment", ("A", "b # no comment"), ("A", "b # no comment")),
        ("A=$B", ("A", "$B"), ("A", "$B")),
        ("=b", ("", "b"), ("", "b")),
        ('""=b', ("", "b"), ("", "b")),
        ("A=", None, ("A", "")),
        ("A=   ", None, ("A", "")),
        ('A=""', ("A", ""), ("A", "")),
        ("A='  b  '", ("A", "  b"), ("A", "  b  ")),
        ("A='\"b\"'", ("A", "b"), ("A", '"b"')),
        ("A='\"b\" '", ("A", "b"), ("A", '"b" ')),
        ("A=' \"b\"'", ("A", ' "b"'), ("A", ' "b"')),
        ('A="\'"', ("A", "'"), ("A", "'")),
        ('A="b" # note', None, None),
        ('A="b', None, None),
        ('A="a""b"', None, None),
        ("A=it's", ("A", "it's"), ("A", "it's")),
        ("A=b\r", ("A", "b"), ("A", "b")),
        ('A="b"\r', ("A", "b"), ("A", "b")),
        ("A\x0b=\x0cb\x0b", ("A", "b"), ("A", "b")),
        ("'A B'=c", ("A B", "c"), ("A B", "c")),
        ("'A B '  =c", ("A B ", "c"), ("A B ", "c")),
        ("A B=c", None, None),
        ('"A=B"=c', None, None),
        ("\"A'=c", None, None),
        ('A"B=c', ('A"B', "c"), ('A"B', "c")),
        ("A", None, None),
        ("A B", None, None),
        ("5 * * * * X=y", None, None),
        ("@daily = x", ("@daily", "x"), ("@daily", "x")),
        ("*=5 * * *", ("*", "5 * * *"), ("*", "5 * * *")),
        ("Ä=ö\u00a0", ("Ä", "ö\u00a0"), ("Ä", "ö\u00a0")),
    ],
)
def test_a_line_is_a_setting_or_none(
    line: str, debian: tuple[str, str] | None, cronie: tuple[str, str] | None
) -> None:
    assert read_setting(line, DEBIAN) == debian
    assert read_setting(line, CRONIE) == cronie


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("A=" + "x" * 996, 996),
        ("A=" + "x" * 997, 996),
        ("A   =  " + "x" * 1500, 991),  # the line is cut, not the value
        ("A=" + "ä" * 600, 498),
    ],
)
def test_debian_cuts_a_long_line(line: str, left: int) -> None:
    read = read_setting(line, DEBIAN)
    assert read is not None
    assert len(read[1]) == left


def test_debian_loses_the_closing_quote_of_a_long_line() -> None:
    assert read_setting('A="' + "x" * 1500 + '"', DEBIAN) is None


def test_cronie_has_room() -> None:
    assert read_setting("A=" + "x" * 100_000, CRONIE) == ("A", "x" * 100_000)


@given(st.text(alphabet="A =\"'\t#\r%é"))
def test_any_line_is_answered(line: str) -> None:
    for dialect in DIALECTS.values():
        read = read_setting(line, dialect.environment)
        assert read is None or "=" not in read[0]


def test_a_later_setting_overrides_in_place() -> None:
    environment = Environment(CRONIE)
    for name, value in [("A", "1"), ("B", "2"), ("A", "3")]:
        environment.set(name, value)
    assert environment.for_jobs == (("A", "3"), ("B", "2"))


@pytest.mark.parametrize(
    ("dialect", "left"),
    [("debian", ("USER",)), ("cronie", ()), ("cronie-1.4", ()), ("cronie-1.7", ())],
)
def test_what_the_daemon_sets_itself_is_not_the_crontabs(
    dialect: str, left: tuple[str, ...]
) -> None:
    environment = Environment(DIALECTS[dialect].environment)
    environment.set("LOGNAME", "x")
    environment.set("USER", "x")
    assert tuple(name for name, _ in environment.for_jobs) == left


@pytest.mark.parametrize(
    ("dialect", "zone", "expected"),
    [
        ("cronie", "Asia/Tokyo", "Asia/Tokyo"),
        ("cronie", "", None),
        ("cronie", None, None),
        ("debian", "Asia/Tokyo", None),
    ],
)
def test_cron_tz_is_cronies(dialect: str, zone: str | None, expected: str | None) -> None:
    environment = Environment(DIALECTS[dialect].environment)
    if zone is not None:
        environment.set("CRON_TZ", zone)
    assert environment.cron_tz == expected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30", 30),
        (" 45x", 45),
        ("x", 0),
        ("", 0),
        ("0", 0),
        ("+5", 5),
        ("1440", 1440),
        ("1441", None),
        ("-1", None),
        ("9" * 40, None),
    ],
)
def test_random_delay_is_read_as_c_reads_numbers(text: str, minutes: int | None) -> None:
    assert read_minutes(text) == minutes
    environment = Environment(CRONIE)
    environment.set("RANDOM_DELAY", text)
    assert environment.random_delay == minutes


def test_random_delay_is_nothing_to_debian() -> None:
    environment = Environment(DEBIAN)
    environment.set("RANDOM_DELAY", "30")
    assert environment.random_delay == 0
