"""Which hosts have which entries, and how."""

from __future__ import annotations

import pytest

from cron2aws.assess.matrix import Matrix, matrix_of
from tests.making import assessment_of_hosts, host_of

LINE = "0 3 * * * root /opt/backup\n"
OTHER = "0 4 * * * root /opt/other\n"


def matrix(*texts: str, zones: tuple[str, ...] = (), dialects: tuple[str, ...] = ()) -> Matrix:
    hosts = [
        host_of(
            text,
            name=f"h{number}",
            zone=zones[number - 1] if zones else "UTC",
            dialect=dialects[number - 1] if dialects else "debian",
        )
        for number, text in enumerate(texts, 1)
    ]
    return matrix_of(assessment_of_hosts(*hosts))


def test_equal_entries_are_one_row() -> None:
    found = matrix(LINE + OTHER, OTHER + LINE, LINE + OTHER)
    assert [(row.first.entry.command, row.having, row.is_alike) for row in found.rows] == [
        ("/opt/backup", 3, True),
        ("/opt/other", 3, True),
    ]
    assert (found.unlike, found.alike) == ((), (("h1", "h2", "h3"),))


def test_hosts_that_are_alike_are_groups() -> None:
    found = matrix(LINE, LINE + OTHER, LINE, LINE + OTHER, LINE)
    assert found.alike == (("h1", "h3", "h5"), ("h2", "h4"))
    (row,) = found.unlike
    assert (row.having, row.without) == (2, ("h1", "h3", "h5"))


MARKED = " # cron2aws:{id}@- 123456789012/us-east-1/s | " + LINE


@pytest.mark.parametrize(
    ("texts", "ways"),
    [
        ((LINE, "7 3 * * * root /opt/backup\n"), ["`0 3 * * *` in UTC, to migrate",
                                                  "`7 3 * * *` in UTC, to migrate"]),
        ((LINE, "# cron2aws: ignore\n" + LINE), ["`0 3 * * *` in UTC, to migrate",
                                                 "`0 3 * * *` in UTC, to keep"]),
        (("P=1\n" + LINE, "P=2\n" + LINE), ["`0 3 * * *` in UTC, to migrate, with P=1",
                                            "`0 3 * * *` in UTC, to migrate, with P=2"]),
        ((LINE, "#Ansible: x\n" + LINE), [
            "`0 3 * * *` in UTC, to migrate",
            ("`0 3 * * *` in UTC, to migrate, named x, alone below `#Ansible: x`, "
             "written by Ansible"),
        ]),
    ],
)  # fmt: skip
def test_how_an_entry_is_had_is_told_where_it_differs(
    texts: tuple[str, ...], ways: list[str]
) -> None:
    (row,) = matrix(*texts).rows
    assert [(way.description, way.hosts) for way in row.ways] == [
        (said, (f"h{number}",)) for number, said in enumerate(ways, 1)
    ]


def test_another_zone_or_daemon_is_another_way() -> None:
    (row,) = matrix(LINE, LINE, zones=("UTC", "Asia/Tokyo")).rows
    assert [way.description for way in row.ways] == [
        "`0 3 * * *` in UTC, to migrate",
        "`0 3 * * *` in Asia/Tokyo, to migrate",
    ]
    (row,) = matrix(LINE, LINE, dialects=("debian", "cronie")).rows
    assert [way.description[-9:] for way in row.ways] == ["as debian", "as cronie"]


def test_a_line_that_is_handed_over_on_some_hosts_is_told() -> None:
    (first,) = assessment_of_hosts(host_of(LINE)).entries
    (row,) = matrix(LINE, MARKED.format(id=first.id), LINE).rows
    assert [(way.description, len(way.hosts)) for way in row.ways] == [
        ("`0 3 * * *` in UTC, to migrate", 2),
        ("`0 3 * * *` in UTC, to migrate, handed over", 1),
    ]


def test_two_secrets_that_look_alike_are_two_ways() -> None:
    (row,) = matrix(f"DB_PASSWORD=one\n{LINE}", f"DB_PASSWORD=two\n{LINE}").rows
    assert len(row.ways) == 2
    assert all(way.description.endswith("with DB_PASSWORD=****") for way in row.ways)
    assert "one" not in str([way.description for way in row.ways])
