"""How a task and its line stand to each other: a row for each case, wrong under any other rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from cron2aws.assess.values import Assessment
from cron2aws.handover.status import BAD, Row, Standing, standing_of, status
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.task import TAG_HOST, TAG_ID, TAG_SOURCE, TAG_USER
from tests.fakes import START, FakeClock, FakeRuns, deployed
from tests.making import assessment_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PLACE = Place(account="123456789012", region="eu-west-1")
LINE = "0 3 * * * root /opt/backup\n"
(ID,) = (entry.id for entry in assessment_of(LINE).entries)
MARKED = f" # cron2aws:{ID}@- 123456789012/eu-west-1/stack | {LINE}"
OTHER_REGION = MARKED.replace("eu-west-1", "eu-west-2")
GONE = "0 4 * * * root /opt/other\n"
LATER = LINE.replace("0 3", "9 3")
ON = {"Enabled": "true", "OriginalSchedule": "0 3 * * *", "Source": "/etc/crontab"}
OFF = {**ON, "Enabled": "false"}
ENDED = {**ON, "NotAfter": "2026-11-23T10:00:00Z"}
ENDS = {**ON, "NotAfter": "2026-11-23T10:01:00Z"}
BEGINS = {**ON, "NotBefore": "2026-11-23T10:02:00Z"}


def stack(parameters: dict[str, str], state: str = "CREATE_COMPLETE") -> Deployed:
    tags = {TAG_ID: ID, TAG_SOURCE: "/etc/crontab", TAG_HOST: "web-1"}
    return replace(deployed(ID, parameters, tags=tags), status=state)


@pytest.mark.parametrize(
    ("parameters", "state", "text", "seen", "expected"),
    [
        (None, "", MARKED, True, "runs nowhere"),
        (ON, "CREATE_COMPLETE", MARKED, True, "ok"),
        (ON, "UPDATE_ROLLBACK_COMPLETE", MARKED, True, "ok"),
        (ON, "UPDATE_IN_PROGRESS", MARKED, True, "ok"),
        (OFF, "CREATE_COMPLETE", MARKED, True, "runs nowhere"),
        (OFF, "CREATE_COMPLETE", LINE, True, "disabled"),
        (ON, "CREATE_COMPLETE", LINE, True, "runs twice"),
        (ENDED, "UPDATE_COMPLETE", MARKED, True, "runs nowhere"),  # a rollback was cut short
        (ENDS, "UPDATE_COMPLETE", MARKED, True, "ok"),
        (ENDED, "UPDATE_COMPLETE", LINE, True, "disabled"),
        (ENDS, "UPDATE_COMPLETE", LINE, True, "runs twice"),
        (BEGINS, "UPDATE_COMPLETE", LINE, True, "runs twice"),  # from 10:02 on
        (BEGINS, "UPDATE_COMPLETE", MARKED, True, "ok"),
        (ON, "ROLLBACK_COMPLETE", LINE, True, "stack is broken"),
        (OFF, "DELETE_FAILED", MARKED, True, "stack is broken"),
        (ON, "UPDATE_ROLLBACK_FAILED", None, False, "stack is broken"),
        (ON, "CREATE_COMPLETE", None, True, "no line"),
        (ON, "CREATE_COMPLETE", None, False, "crontab not read"),
        (OFF, "CREATE_COMPLETE", LATER, True, "line differs"),
        (ON, "CREATE_COMPLETE", LATER, True, "runs twice"),  # worse than a difference
        (ON, "CREATE_COMPLETE", MARKED.replace("0 3", "9 3"), True, "line differs"),
    ],
)
def test_standings(
    parameters: dict[str, str] | None, state: str, text: str | None, seen: bool, expected: str
) -> None:
    entry = assessment_of(text).entries[0] if text else None
    found = stack(parameters, state) if parameters else None
    standing = standing_of(found, entry, seen=seen, now=NOW)
    assert standing.value == expected
    assert (standing in BAD) is (expected in {"runs nowhere", "runs twice", "stack is broken"})


def rows(found: Assessment, *stacks: Deployed) -> tuple[Row, ...]:
    runs = FakeRuns(FakeClock())
    runs.ends[f"machine-{ID}"] = START
    return status(found, stacks, runs, lambda _: NOW, now=NOW, place=PLACE)


def test_a_task_and_its_line_are_one_row() -> None:
    (row,) = rows(assessment_of(f"A=b\n{MARKED}"), stack(ON))
    assert (row.id, row.source, row.line, row.schedule) == (ID, "/etc/crontab", 2, "0 3 * * *")
    assert row.standing is Standing.OK
    assert not row.is_bad
    assert (row.next, row.last is not None) == (NOW, True)


@pytest.mark.parametrize("names", [{}, {"Source": "", "SourceLine": "/etc/crontab:1"}])
def test_a_task_whose_line_is_not_there_tells_its_file(names: dict[str, str]) -> None:
    (row,) = rows(assessment_of(GONE), stack({**OFF, **names}))
    assert (row.source, row.line) == ("/etc/crontab", None)


def test_a_task_whose_line_is_not_there_has_no_next_run() -> None:
    (row,) = rows(assessment_of(GONE), stack(OFF))
    assert (row.source, row.line, row.standing) == ("/etc/crontab", None, Standing.ORPHAN)
    assert row.next is None
    for other in ({TAG_SOURCE: "/x"}, {TAG_HOST: "web-2"}):
        elsewhere = replace(stack(ON), tags=MappingProxyType({**stack(ON).tags, **other}))
        (row,) = rows(assessment_of(GONE), elsewhere)
        assert row.standing is Standing.UNSEEN


def test_a_task_that_has_ended_has_no_next_run() -> None:
    (row,) = rows(assessment_of(MARKED), stack(ENDED))
    assert (row.next, row.is_bad) == (None, True)


def test_a_stack_made_by_hand_tells_what_it_can() -> None:
    bare = replace(stack({"SourceLine": "by hand"}), outputs=MappingProxyType({}))
    (row,) = rows(assessment_of(GONE), bare)
    assert (row.source, row.line, row.schedule, row.last) == ("", None, "", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [(MARKED, [Standing.NOWHERE]), (OTHER_REGION, [Standing.ELSEWHERE]), (LINE, [])],
)
def test_a_marked_line_without_a_stack_has_a_row(text: str, expected: list[Standing]) -> None:
    found = rows(assessment_of(text))
    assert [row.standing for row in found] == expected
    assert all(row.stack is None and row.line == 1 for row in found)


def test_rows_stand_as_the_lines_do() -> None:
    text = f"{MARKED}0 5 * * * root z\n{MARKED.replace(ID, 'f' * 16)}"
    other = replace(stack(ON), id="00000000", parameters=MappingProxyType({"Source": "/a"}))
    found = rows(assessment_of(text), other, stack(ON))
    assert [(row.source, row.line) for row in found] == [
        ("/a", None),
        ("/etc/crontab", 1),
        ("/etc/crontab", 3),
    ]


def test_two_stacks_of_one_line_are_two_rows() -> None:
    twin = replace(stack(OFF), stack_name="twin")
    assert [row.standing for row in rows(assessment_of(LINE), stack(ON), twin)] == [
        Standing.BOTH,
        Standing.DISABLED,
    ]


@pytest.mark.parametrize(
    ("text", "parameters", "standing"),
    [
        ("#Ansible: nightly\n0 3 * * * root /opt/backup --new\n", ON, "runs twice"),
        ("#Ansible: nightly\n0 3 * * * root /opt/backup --new\n", OFF, "disabled"),
        ("#Ansible: weekly\n0 3 * * * root /opt/backup --new\n", ON, "no line"),
        ("#Ansible: nightly\n0 3 * * * app /opt/backup --new\n", ON, "no line"),
        ("0 3 * * * root /opt/backup --new\n", ON, "no line"),
    ],
)
def test_a_line_that_its_program_wrote_again_with_another_command(
    text: str, parameters: dict[str, str], standing: str
) -> None:
    tags = {TAG_ID: ID, TAG_SOURCE: "/etc/crontab", TAG_USER: "root", TAG_HOST: "web-1"}
    task = replace(deployed(ID, parameters, tags=tags), stack_name=f"cron2aws-web-nightly-{ID}")
    (row,) = rows(assessment_of(text), task)
    assert row.standing.value == standing


def test_a_line_that_has_a_task_of_its_own_is_not_another_tasks() -> None:
    text = "#Ansible: nightly\n0 3 * * * root /opt/backup --new\n"
    (entry,) = assessment_of(text).entries
    tags = {TAG_ID: ID, TAG_SOURCE: "/etc/crontab", TAG_USER: "root", TAG_HOST: "web-1"}
    old = replace(deployed(ID, ON, tags=tags), stack_name=f"cron2aws-web-nightly-{ID}")
    new = replace(old, id=entry.id, stack_name=f"cron2aws-web-nightly-{entry.id}")
    standings = {row.id: row.standing.value for row in rows(assessment_of(text), old, new)}
    assert standings == {ID: "no line", entry.id: "runs twice"}
