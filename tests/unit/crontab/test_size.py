from __future__ import annotations

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
        (JOB * 10_003, True),
        (JOB * 10_004, False),
        (b"A=b\n" * 10_003, True),
        (b"A=b\n" * 10_004, False),
        (b"#\n" * 10_002 + JOB, True),
        (b"#\n" * 10_003 + JOB, False),
        (JOB + b"#\n" * 20_000, True),
        (JOB + MARKED * 20_000, True),
    ],
)
@pytest.mark.parametrize("system", [True, False])
def test_debian_looks_at_the_last_line_that_says_something(
    data: bytes,
    loaded: bool,
    system: bool,
) -> None:
    assert read(data, "debian", system=system).loaded is loaded


@pytest.mark.parametrize(
    ("dialect", "limit"), [("cronie", 1_000), ("cronie-1.7", 10_000), ("cronie-1.4", None)]
)
def test_cronie_counts_the_entries_of_a_user(dialect: str, limit: int | None) -> None:
    most = limit or 10_000
    assert read(JOB * most, dialect).loaded
    assert read(JOB * (most + 1), dialect).loaded is (limit is None)
    assert read(JOB * (most + 1), dialect, system=True).loaded
    assert read(JOB * most + MARKED, dialect).loaded


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
