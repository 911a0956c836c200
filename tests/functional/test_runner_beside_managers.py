"""Programs that write crontabs beside cron2aws: who runs each minute, by what they wrote.

The bytes were recorded (tests/oracle/record_managers.py). A step is written in the middle of a
minute; the next one is delivered to the real runner, and read as the daemon reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cron2aws.assess.values import Host as ReadHost
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Crontab
from cron2aws.crontab.reader import read_crontab
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Place, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.handover_model.answers import DUE
from tests.making import assessment_of_hosts, tab_of
from tests.shells import Host
from tests.switch_host import Tabs

DATA = Path(__file__).parents[1] / "data/managers"
DEBIAN = DIALECTS["debian"]
PLACE = Place(account="123456789012", region="eu-central-1")
MARKED, BACK = "the user's own lines are marked", "the user's own lines are back"
SHELL = "dash"
NIGHTLY, OWN = "nightly", ("above", "below")
TASK, CRON, STOPPED, GONE = "ran", "left-to-cron", "stopped-by-hand", "not-here"
WITH_MARKER = {
    "dropped": TASK,
    "dropped, and again": TASK,
    "disabled": STOPPED,
    "at the start of the host": STOPPED,
    "dropped at last": TASK,
    BACK: TASK,
    "after that": TASK,
    "disabled, to be dropped": STOPPED,
    "dropped while it was disabled": GONE,
}
"""What becomes of the line of a program that marks single jobs; at other steps cron has it."""
IN_A_BLOCK = dict.fromkeys((*WITH_MARKER, "another command"), GONE)
"""A line that is gone may be one that was changed."""
WITHOUT_SIGN = {
    **dict.fromkeys((MARKED, "dropped", "dropped, and again", "dropped at last"), TASK),
    **dict.fromkeys(("after that", "dropped while it was disabled"), GONE),
}
"""Nobody can know the program: its line has our mark, and the program writes it again."""
NIGHTLYS = {
    "ansible-playbook": WITH_MARKER,
    "ansible-playbook-file": WITH_MARKER,
    "puppet": WITH_MARKER | {"dropped while it was disabled": TASK},  # it cannot disable
    "salt": WITH_MARKER,
    "whenever": IN_A_BLOCK,
    "python-crontab": WITHOUT_SIGN
    | dict.fromkeys(("another command", "disabled", "at the start of the host"), TASK)
    | {"disabled, to be dropped": STOPPED},
    "cfengine": WITHOUT_SIGN,
}
TWICE = {("python-crontab", "another command"), ("cfengine", "dropped at last")}
"""Our mark stands, and the program has written another command somewhere else, or left it there."""


@dataclass(frozen=True, kw_only=True)
class Record:
    tab: str
    steps: Mapping[str, bytes]

    @property
    def system(self) -> bool:
        return not self.tab.startswith("var/")

    def read(self, title: str) -> Crontab:
        system = self.system
        return read_crontab(
            self.steps[title], DEBIAN, system=system, user=None if system else "alice"
        )


@dataclass(frozen=True, kw_only=True)
class Task:
    """What the runner is told of a job. `mark` is the one that the record has in front of it."""

    name: str
    job: str
    command: str
    facts: Mapping[str, str]


def record(name: str) -> Record:
    """A record, of a user of the host that is laid out."""
    text = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    user = text["user"]
    return Record(
        tab=text["tab"].lstrip("/").replace(user, "alice"),
        steps={
            each["title"]: each["after"].replace(f" {user} ", " alice ").encode()
            for each in text["steps"]
        },
    )


def job_of(command: str) -> str:
    """`nightly`, of whatever the programs wrap /srv/shop/bin/nightly into."""
    return command.partition("/srv/shop/bin/")[2].split()[0].strip("'")


def tasks_of(found: Record) -> Iterator[Task]:
    """The tasks that `migrate` makes of the file, before anything is handed over."""
    crontab = found.read("the same again")
    owner = None if found.system else "alice"
    tab = replace(
        tab_of("", path=f"/{found.tab}"), system=found.system, owner=owner, crontab=crontab,
        loaded=True,
    )  # fmt: skip
    host = ReadHost(name="web-1", label="web-1", dialect=DEBIAN, timezone="UTC", tabs=(tab,))
    wish = Wish(target=Target.having({"Name": ["web"]}), options=TaskOptions(), comment_out=True)
    marks = {job_of(each.command): each.mark for each in found.read(MARKED).entries if each.mark}
    for step in make_plan(assessment_of_hosts(host), [], wish, PLACE).steps:
        given, job = step.parameters, job_of(step.parameters["CommandShown"])
        mark = marks.get(job)
        stack = mark.stack if mark else step.stack_name
        yield Task(
            name=given["RuleName"],
            job=job,
            command=given["Command"],
            facts={
                "id": mark.id if mark else step.task.id,
                "mine": f"{PLACE.account}/{PLACE.region}/{stack}",
                "takes": given["TakesOver"],
            },
        )


def schedules(found: Record, title: str, job: str) -> list[str]:
    """The active lines of a job that come due, as the daemon reads the file."""
    return [
        each.schedule_text
        for each in found.read(title).entries
        if each.mark is None and job_of(each.command) == job and each.schedule_text != "@reboot"
    ]


def answers(found: Record, folder: Path) -> Iterator[tuple[str, str, str]]:
    """The title of each step, each job, and what the runner said of the minute after it."""
    tabs = Tabs(host=Host(shell=SHELL, folder=folder))
    tabs.lay_out()
    tabs.fake()
    tasks = [each for each in tasks_of(found) if each.job in {NIGHTLY, OWN[0]}]
    for task in tasks:
        # each minute is another run, and nobody asks for a ledger, which would make the folder
        replace(tabs, task=task.name).history.parent.mkdir(parents=True)
    for number, (title, data) in enumerate(found.steps.items()):
        due = DUE + number * 60
        tabs.write({found.tab: data})
        parents = (found.tab, *map(str, Path(found.tab).parents))
        tabs.tell(due + 3, dict.fromkeys(parents, due - 30))
        for task in tasks:
            run = replace(tabs, task=task.name).deliver(task.command, due=due, run="", **task.facts)
            yield title, task.job, run.said["outcome"]


def is_marked(found: Record, title: str) -> bool:
    titles = list(found.steps)
    return titles.index(MARKED) <= titles.index(title) < titles.index(BACK)


@pytest.mark.parametrize("name", NIGHTLYS)
def test_who_runs_each_minute(name: str, tmp_path: Path) -> None:
    found = record(name)
    wrong, twice = [], set()
    for title, job, outcome in answers(found, tmp_path):
        if job == NIGHTLY:
            wanted = NIGHTLYS[name].get(title, CRON)
        else:
            wanted = TASK if job in OWN and is_marked(found, title) else CRON
        if outcome != wanted:
            wrong.append((title, job, outcome, wanted))
        if outcome == TASK and schedules(found, title, job):
            twice.add((name, title))
    assert not wrong
    assert twice == {each for each in TWICE if each[0] == name}


@pytest.mark.parametrize("name", NIGHTLYS)
def test_marks_stay_and_come_back_as_they_were(name: str) -> None:
    """Also where the program has run in between; python-crontab writes all lines its own way."""
    found = record(name)
    own = {title: lines_of(found, title, *OWN) for title in found.steps}
    for title in found.steps:
        if is_marked(found, title):
            # the blank in front is not everybody's
            assert [each.lstrip() for each in own[title]] == [each.lstrip() for each in own[MARKED]]
    before = list(found.steps)[list(found.steps).index(MARKED) - 1]
    assert own[BACK] == own[before]


def lines_of(found: Record, title: str, *jobs: str) -> list[bytes]:
    ends = tuple(f"/srv/shop/bin/{job}".encode() for job in jobs)
    return [line for line in found.steps[title].split(b"\n") if line.endswith(ends)]
