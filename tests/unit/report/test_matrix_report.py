"""The matrix of a fleet in each face: as long as hosts differ, whatever their number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cron2aws.assess.values import Assessment, UnreadHost
from cron2aws.crontab.identity import shown_ids
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Place, Wish
from cron2aws.report.compose.matrix import matrix, on_hosts
from cron2aws.report.formats import FORMATS
from cron2aws.report.model import Part, Report
from cron2aws.report.terminal import terminal_of
from cron2aws.report.text import Style
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.documents import document
from tests.making import assessment_of_hosts, host_of

LINES = [f"{number} 3 * * * root /opt/job-{number}\n" for number in range(20)]
PLACE = Place(account="123456789012", region="eu-west-1")


def fleet(count: int) -> Assessment:
    """Hosts of which number 7 lacks a line, 8 has one at another time, and 9 one more."""
    hosts = [host_of("".join(LINES), name=f"web-{number:03}") for number in range(count)]
    hosts[7] = host_of("".join(LINES[1:]), name="web-007")
    hosts[8] = host_of("".join(["9 9 * * * root /opt/job-0\n", *LINES[1:]]), name="web-008")
    hosts[9] = host_of("".join([*LINES, "1 1 1 1 * root /opt/alone\n"]), name="web-009")
    unread = (UnreadHost(id="i-1", label="off (i-1)", why="it is stopped"),)
    return replace(assessment_of_hosts(*hosts), unread=unread)


@pytest.fixture(scope="module")
def found() -> Assessment:
    return fleet(500)


def parts_of(found: Assessment) -> tuple[Part, ...]:
    return tuple(matrix(found, shown_ids(each.id for each in found.entries)))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_five_hundred_hosts_are_a_page(found: Assessment, width: int) -> None:
    report = Report(title="", parts=parts_of(found))
    lines = "".join(terminal_of(report, Style(width=width))).splitlines()
    assert len(lines) < 60
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert "19 entries on all 500 hosts" in text
    assert "1 host could not be read" in text
    assert "498 hosts: `0 3 * * *` in UTC, to migrate" in text
    assert "web-008: `9 9 * * *` in UTC, to migrate" in text
    assert "without it: web-007" in text
    assert "on 1 of 500 hosts today: all -> 500 runs, one -> 1, marked -> 1" in text
    assert "497: web-000, web-001" in text


def test_the_head_names_some_hosts_and_counts_the_rest(found: Assessment) -> None:
    lines = list(FORMATS["table"].write(document(found), Style(width=120)))
    head = "".join(lines[: lines.index("Summary\n")])
    assert len(head) < 1500
    assert "500 hosts: read as Debian's cron 3.0pl1 does, UTC, 1 crontab: web-000, " in (
        " ".join(head.split())
    )


def test_one_host_has_no_matrix() -> None:
    assert parts_of(assessment_of_hosts(host_of(LINES[0]))) == ()


def test_hosts_that_are_alike_take_one_line() -> None:
    (short,) = parts_of(assessment_of_hosts(host_of(*LINES[:3], name="a"), host_of(*LINES[:3])))
    assert [(each.name, each.texts[0].text) for each in short.facts] == [  # type: ignore[union-attr]
        ("alike", "3 entries on all 2 hosts")
    ]


def test_a_plan_says_what_its_task_runs_on(found: Assessment) -> None:
    wish = Wish(target=Target.having({"Name": ["web"]}), options=TaskOptions(run_on="one"))
    plan = make_plan(fleet(12), (), wish, PLACE)
    text = "".join(FORMATS["table"].write(document(plan), Style(width=200)))
    assert "run on one; on 1 of 12 hosts today: all -> 12 runs, one -> 1, marked -> 1" in text
    assert found.unread[0].label in text


@pytest.mark.parametrize("face", ["table", "markdown", "html"])
def test_every_face_has_it(face: str) -> None:
    text = "".join(FORMATS[face].write(document(fleet(12)), Style(width=200)))
    for said in ("Entries in which hosts differ", "without it: web-007", "Hosts that are alike"):
        assert said in text


def test_a_row_of_csv_says_on_which_hosts(found: Assessment) -> None:
    rows = list(FORMATS["csv"].write(document(fleet(12)), Style(width=80)))
    assert rows[0].rstrip().endswith(",on hosts")
    told = {row.rstrip().rpartition(",C")[2] for row in rows[1:]}
    assert any(each.endswith(",all 12") for each in told)
    lines = on_hosts(found)
    (line,) = (each for each in lines.values() if "in 2 ways" in each)
    assert line.startswith("499 of 500: web-000, web-001, ")
    assert line.endswith(" and 487 more; in 2 ways; without it: web-007")
