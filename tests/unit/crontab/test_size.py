from __future__ import annotations

from dataclasses import replace

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Crontab
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.size import longest_comment


def read(data: bytes, dialect: str, *, system: bool = False) -> Crontab:
    return read_crontab(data, DIALECTS[dialect], system=system, user="root")


JOB = b"1 * * * * root x\n"
MARKED = b"# cron2aws:0123abcd 123456789012/eu-west-1/s | " + JOB


@pytest.mark.parametrize(
    ("data", "loaded"),
    [
        (b"A=b\n" * 10_003, True),
        (b"A=b\n" * 10_004, False),
        (b"#\n" * 10_002 + b"A=b\n", True),
        (b"#\n" * 10_003 + b"A=b\n", False),
        (b"#\n" * 10_002 + JOB, True),
        (b"#\n" * 10_003 + JOB, False),
        (JOB + b"#\n" * 20_000, True),
        (JOB + b"#\n" * 10_003 + MARKED, True),
    ],
)
@pytest.mark.parametrize("system", [True, False])
def test_debian_looks_at_the_last_line_that_says_something(
    data: bytes,
    loaded: bool,
    system: bool,
) -> None:
    assert read(data, "debian", system=system).loaded is loaded


def test_the_limits_of_cronie() -> None:
    limits = {name: rules.file.max_user_entries for name, rules in DIALECTS.items()}
    without = ("debian", "debian-13", "cronie-1.4", "cronie-1.5.1", "cronie-1.5.2")
    assert limits == {
        **dict.fromkeys(without),
        **dict.fromkeys(("cronie-1.5.3", "cronie-1.5.5", "cronie"), 1_000),
        "cronie-1.7": 10_000,
    }


def test_cronie_counts_the_entries_of_a_user() -> None:
    cronie = DIALECTS["cronie"]
    small = replace(cronie, file=replace(cronie.file, max_user_entries=3))
    for data, system, loaded in [
        (JOB * 3, False, True),
        (JOB * 4, False, False),
        (JOB * 4, True, True),
        (JOB * 3 + MARKED, False, True),
    ]:
        read_so = read_crontab(data, small, system=system, user="root")
        assert read_so.loaded is loaded


@pytest.mark.parametrize(
    ("dialect", "limited"), [("cronie", True), ("cronie-1.7", True), ("cronie-1.4", False)]
)
def test_cronie_counts_the_variables_of_a_user(dialect: str, limited: bool) -> None:
    assert read(b"A=b\n" * 1_000, dialect).loaded
    assert read(b"A=b\n" * 1_001, dialect).loaded is not limited
    assert read(b"A=b\n" * 1_001, dialect, system=True).loaded


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"", 0),
        (b"#\n", 2),
        (b"#\n\n  \n", 6),
        (b"#\n" + JOB, 3),
        (b"#\n \t" + JOB, 5),
        (JOB + b"# \xc3\xa4\n", 5),
        (b"#12345\nA=b\n#123\n", 8),
        (b"#12345\n61 *\n#123\n", 8),
        (MARKED, len(MARKED)),
        (MARKED.replace(b"x", b"\xc3\xa4"), len(MARKED) + 1),
    ],
)
def test_comments_are_counted_in_bytes_as_the_daemon_reads_them(data: bytes, count: int) -> None:
    assert longest_comment(read(data, "debian", system=False).items) == count


@pytest.mark.parametrize("dialect", ["cronie", "cronie-1.7"])
def test_cronie_counts_the_comments_of_a_user(dialect: str) -> None:
    line = b"#" * 63 + b"\n"
    assert read(line * 512, dialect).loaded
    assert not read(line * 512 + JOB, dialect).loaded
    assert read(line * 512 + JOB, dialect, system=True).loaded
    assert read(line * 256 + JOB + line * 511, dialect).loaded
    (found,) = read(line * 512 + JOB, dialect).findings
    assert "32769 bytes of comments in a row, 32768 at most" in found.detail
