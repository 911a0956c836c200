"""An edit that is stopped or killed at any step: who runs each minute, by the rule of the model."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cron2aws.handover.edit import Edited, digest
from cron2aws.handover.history import Has, stamp
from cron2aws.handover.record import Way
from cron2aws.hosts.sweep import sweep
from tests.edit_case import JOB, STEPS, Case, marked
from tests.handover_model import rule
from tests.played_host import at

STOPS = (39.9, 55.5, 62, 200)
MINUTES = range(-5, 12)
"""Around the edit, from 09:00 on."""
TICK = 1.3


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def seen(case: Case) -> rule.Seen:
    (tab,) = case.tabs
    state: rule.State = "cron" if tab.read_bytes() == JOB else "task"
    return rule.Seen(state, int(case.disk.changed_at(tab)))


def history(case: Case) -> rule.History:
    noted = case.tasks["one"].history()
    lines = tuple(rule.Line(seconds(each.minute), each.has.value) for each in noted.lines)
    return rule.History(lines, seconds(noted.looked) if noted.looked else None)


def answers(case: Case, order: Iterable[int]) -> dict[int, rule.Outcome]:
    """What the runner does with minutes that are delivered in this order, after all is over."""
    found, noted, task = seen(case), history(case), rule.Task()
    now = seconds(case.host.time) + 3
    outcomes: dict[int, rule.Outcome] = {}
    for number in order:
        minute = seconds(at(60 * number))
        now = max(now, minute + rule.SETTLE)
        outcomes[number] = rule.answer(minute, found, noted, task, now=now)
        noted = rule.record(found, noted, task, now=now)
    return outcomes


def ran_by_cron(case: Case, way: Way, number: int) -> bool:
    """By what the file was when the daemon read it."""
    (tab,) = case.tabs
    renames = case.disk.renamed(tab)
    renamed = bool(renames) and renames[0] <= at(60 * number + TICK)
    return renamed is (way is Way.BACK)


def not_run(case: Case, way: Way) -> set[int]:
    """The minutes that neither runs, which are told; each other one is run by exactly one."""
    left: set[int] = set()
    for order in (list(MINUTES), list(reversed(MINUTES)), [*MINUTES[9:], *MINUTES[:9]]):
        for number, outcome in answers(case, order).items():
            if outcome == "not-run":
                left.add(number)
            else:
                cron = ran_by_cron(case, way, number)
                assert outcome == ("left-to-cron" if cron else "runs"), (order[0], number)
    return left


def edited(case: Case, way: Way) -> Edited:
    (done,) = case.out() if way is Way.OUT else case.back()
    return done


def minutes_between(looked: datetime, renamed: datetime) -> set[int]:
    """Of which nobody knows what the file held, as it was renamed later than it was looked at."""
    first, last = ((each - at(0)) // timedelta(minutes=1) for each in (looked, renamed))
    return set(range(first + 1, last + 1))


def cases() -> list[tuple[Way, int, bool]]:
    return [
        (way, step, after)
        for way in Way
        for step in range(1, len(STEPS[way]) + 1)
        for after in (False, True)
    ]


@pytest.mark.parametrize("way", Way)
def test_the_steps_are_known(tmp_path: Path, way: Way) -> None:
    case = Case(tmp_path, "one", way=way)
    edited(case, way)
    assert tuple(case.steps.log) == STEPS[way]
    assert not_run(case, way) == set()


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize(("way", "step", "after"), cases())
def test_stopped_at_any_step(tmp_path: Path, way: Way, step: int, after: bool, stop: float) -> None:
    """SIGSTOP, or a hung disk."""
    case = Case(tmp_path, "one", way=way)
    (tab,) = case.tabs
    stopped = timedelta(seconds=stop)
    case.steps.at, case.steps.after = step, after
    began: list[datetime] = []

    def act() -> None:
        began.append(case.host.time)
        case.host.time += stopped

    case.steps.act = act
    done = edited(case, way)
    assert done.error is None
    first, *again = case.disk.renamed(tab)
    assert done.minute == at(60 * (int((first - at(0)).total_seconds() // 60) + 1))
    unknown = not_run(case, way)
    assert tab.read_bytes() == (marked(JOB, done.minute) if way is Way.OUT else JOB)
    assert done.sha256 == digest(tab.read_bytes())
    assert case.beside() == []
    if again:
        assert unknown == minutes_between(began[0], first) != set()
        (note,) = done.notes
        assert "renamed later than planned" in note
        assert f"counts from {stamp(done.minute)} on" in note
        (put,) = again
        assert 5 <= put.second <= 45
        assert put > first
    else:
        assert (unknown, done.notes) == (set(), ())
    has = Has.TASK if way is Way.OUT else Has.CRON
    assert case.history(tab)[-1] == f"from {stamp(done.minute)} {has}"


@pytest.mark.parametrize(("way", "step", "after"), cases())
def test_killed_at_any_step(tmp_path: Path, way: Way, step: int, after: bool) -> None:
    """kill -9: what is left is known to the runner, or told, and the next command goes on."""
    case = Case(tmp_path, "one", way=way)
    (tab,) = case.tabs
    old = tab.read_bytes()
    child = os.fork()
    if child == 0:
        case.steps.at, case.steps.after, case.steps.act = step, after, lambda: os._exit(9)
        edited(case, way)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    case.host.time = at(70)
    renames = case.disk.renamed(tab)
    new = marked(JOB, at(120)) if way is Way.OUT else JOB
    assert tab.read_bytes() == (new if renames else old)
    looked = case.tasks["one"].history().looked
    assert looked in {at(1), at(63)}  # a look says nothing of the last two seconds
    # the minute of the edit was looked at before it: nothing is lost by a kill alone
    assert not_run(case, way) == set()
    sweep([tab.parent])
    if not renames:
        case.host.time = at(200)
        done = edited(case, way)
        assert (done.error, done.minute, done.notes) == (None, at(300), ())
        assert not_run(case, way) == set()
    assert case.beside() == []


@pytest.mark.parametrize("way", Way)
def test_killed_between_renaming_and_look_and_changed_by_another(tmp_path: Path, way: Way) -> None:
    """One program more in that minute hides what cron saw: told, and never run twice."""
    case = Case(tmp_path, "one", way=way)
    (tab,) = case.tabs
    old = tab.read_bytes()
    child = os.fork()
    if child == 0:
        case.steps.at, case.steps.after = STEPS[way].index("rename") + 1, True
        case.steps.act = lambda: os._exit(9)
        edited(case, way)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    tab.write_bytes(old)
    case.host.time = at(130)  # after the tick of 09:02
    case.disk.told_of(tab)
    outcomes = answers(case, MINUTES)
    assert {number for number, each in outcomes.items() if each == "not-run"} == {2}
    now, then = ("left-to-cron", "runs") if way is Way.OUT else ("runs", "left-to-cron")
    assert then not in outcomes.values()
    assert [outcomes[number] for number in (1, 3)] == [now, now]
