"""Findings about files that the daemon would not tell."""

from __future__ import annotations

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.reader import read_crontab
from cron2aws.findings import CATALOGUE


def codes(data: bytes, dialect: str = "debian") -> list[tuple[str, str]]:
    crontab = read_crontab(data, DIALECTS[dialect], system=False, user="root")
    return [(found.code, found.detail) for found in crontab.findings]


@pytest.mark.parametrize(
    ("data", "dialect", "code", "detail"),
    [
        (b"61 * * * * x\n", "debian", "C101", "runs no line of it: line 1: bad minute"),
        (b"a\n" * 5, "debian", "C101", "line 3: bad minute"),
        (b"a\n" * 5, "debian", "C101", "and 2 more"),
        (b"A=b\r\n# c\n", "debian", "C110", "1 of 2 lines end with a carriage return"),
        (b"# c\n# \xe4\n", "debian", "C118", "first in line 2"),
        (b"# c\n\n# \0\n", "debian", "C119", "first in line 3"),
        (b"\xef\xbb\xbfA=b\n", "debian", "C142", "byte-order mark"),
        (b"CRON_TZ=UTC\n", "debian", "C111", "line 1: `CRON_TZ=UTC`"),
        (b"\nTZ=UTC\n", "debian", "C112", "line 2: `TZ=UTC`"),
        (b"TZ=UTC\n", "cronie", "C112", "line 1: `TZ=UTC`"),
        (b"LOGNAME=a\n", "debian", "C115", "line 1: `LOGNAME`"),
        (b"USER=a\n", "cronie", "C115", "line 1: `USER`"),
        (b"RANDOM_DELAY=2000\n", "cronie", "C114", "`2000` is not 0 to 1440"),
        (b"RANDOM_DELAY=20\n", "debian", "C116", "`RANDOM_DELAY`, to Debian's cron"),
        (b"START_HOURS_RANGE=3-22\n", "cronie", "C116", "`START_HOURS_RANGE`, to cronie"),
        (b"A=" + b"x" * 997 + b"\n", "debian", "C117", "`A` is cut after 998 bytes"),
    ],
)
def test_what_is_told(data: bytes, dialect: str, code: str, detail: str) -> None:
    found = codes(data, dialect)
    assert [each for each, _ in found] == [code]
    assert detail in found[0][1]


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        (b"61 * * * * x\n", "cronie"),
        (b"a=b\rc\n", "debian"),
        ("# ä\n".encode(), "debian"),
        (b"CRON_TZ=UTC\n", "cronie"),
        (b"USER=a\n", "debian"),
        (b"RANDOM_DELAY=20\n", "cronie"),
        (b"A=" + b"x" * 996 + b"\n", "debian"),
        (b"  A=" + b"x" * 996 + b"  \n", "debian"),
        (b"A=" + b"x" * 997 + b"\n", "cronie"),
        (b"A=\xef\xbb\xbfb\n", "debian"),
    ],
)
def test_what_is_not_told(data: bytes, dialect: str) -> None:
    assert codes(data, dialect) == []


def test_each_code_is_in_the_catalogue() -> None:
    told = {"C101", "C109", "C110", "C111", "C112", "C113", "C114", "C115", "C116", "C117"}
    assert told | {"C118", "C119", "C140", "C141", "C142", "C143", "C190"} <= CATALOGUE.keys()
