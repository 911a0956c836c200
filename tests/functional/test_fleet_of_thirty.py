"""Thirty hosts that ought to be the same: each difference is found, and none is invented."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cron2aws.app.assessing import assess_reading
from cron2aws.app.options import ScheduleOptions, Sources
from cron2aws.app.sources import read
from cron2aws.assess.matrix import Matrix, MatrixRow, matrix_of
from cron2aws.assess.values import Assessment
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Place, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.fleets import JOBS, Fleet, Job, make_fleet

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    return make_fleet(tmp_path_factory.mktemp("fleet"))


@pytest.fixture(scope="module")
def found(fleet: Fleet) -> Assessment:
    reading = read(Sources(named=tuple(map(str, fleet.trees.values()))))
    return assess_reading(reading, ScheduleOptions(), now=NOW)


@pytest.fixture(scope="module")
def matrix(found: Assessment) -> Matrix:
    return matrix_of(found)


def job_of(row: MatrixRow) -> Job:
    words = [
        word
        for path, word in (*JOBS, ("/var/spool/cron/crontabs/root", "only-here"),
                           ("/etc/cron.d/old", "/opt/old/run"))
        if path == row.first.source and word in row.first.entry.command
    ]  # fmt: skip
    (word,) = words
    return row.first.source, word


Difference = tuple[str, Job, str]


def differences(matrix: Matrix) -> set[Difference]:
    """What a reader of the matrix sees: by host and job, `lacks`, `alone` or how it has it."""
    seen: set[Difference] = set()
    for row in matrix.unlike:
        job = job_of(row)
        if row.having == 1:
            seen.add((row.ways[0].hosts[0], job, "alone"))
            continue
        seen |= {(host, job, "lacks") for host in row.without}
        seen |= {(host, job, "otherwise") for way in row.ways[1:] for host in way.hosts}
    return seen


def test_each_planted_difference_is_found_and_none_is_invented(
    fleet: Fleet, matrix: Matrix
) -> None:
    planted = {
        (each.host, job, kind)
        for each in fleet.planted
        for kind in ("lacks", "alone", "otherwise")
        for job in getattr(each, kind)
    }
    assert len(fleet.planted) == 25
    assert differences(matrix) == planted


def test_each_is_told_in_words(fleet: Fleet, matrix: Matrix) -> None:
    ways = {
        (host, job_of(row)): way.description
        for row in matrix.unlike
        if row.having > 1
        for way in row.ways
        for host in way.hosts
    }
    told = [(each.host, job, each.told) for each in fleet.planted for job in each.otherwise]
    assert [case for case in told if case[2] not in ways[case[0], case[1]]] == []


def test_hosts_that_are_written_otherwise_are_alike(matrix: Matrix) -> None:
    most, *others = matrix.alike
    assert most == ("web-26", "web-27", "web-28", "web-29", "web-30")
    assert [len(group) for group in others] == [1] * 25


def test_the_plan_has_a_task_for_what_differs_in_having_alone(
    fleet: Fleet, found: Assessment
) -> None:
    wish = Wish(target=Target.having({"Name": ["web"]}), options=TaskOptions())
    plan = make_plan(found, (), wish, Place(account="123456789012", region="eu-west-1"))
    otherwise = {job for each in fleet.planted for job in each.otherwise}
    problems = {each.id for each in plan.problems}
    assert {job_of(row) for row in matrix_of(found).rows if row.first.id in problems} <= otherwise
    assert Counter(step.run_on.value for step in plan.steps).keys() <= {"all", "marked"}
    for step in plan.steps:
        assert (step.run_on == "marked") == bool(step.without)
        assert len(step.hosts) + len(step.without) == 30


def test_a_fleet_is_made_the_same_again(fleet: Fleet, tmp_path: Path) -> None:
    again = make_fleet(tmp_path)
    for name, tree in fleet.trees.items():
        files = {path.relative_to(tree): path for path in tree.rglob("*") if path.is_file()}
        assert {
            path.relative_to(again.trees[name]): path.read_bytes()
            for path in again.trees[name].rglob("*")
            if path.is_file()
        } == {path: file.read_bytes() for path, file in files.items()}
