"""What a hand-over or a rollback is refused for, before or midway."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from cron2aws.app.lines_back import lines_of
from cron2aws.app.returns import returns_of
from cron2aws.aws.instances import Instance
from cron2aws.errors import AwsError
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.deploy import Deployer, Failure
from cron2aws.handover.leaving import Leaving, Needed
from cron2aws.handover.looks import HostLook, Wanted, check_looks
from cron2aws.handover.preflight import check_any, check_this_host
from cron2aws.handover.probe import Probe
from cron2aws.plan.actions import Action
from cron2aws.plan.values import Deployed, Place, Step
from tests.fakes import FakeClock, FakeProgress, FakeRun, FakeRuns, FakeStacks, deployed
from tests.golden.hosts import assessed, host
from tests.golden.plans import PLACE, WEB, marked, planned, stack_of
from tests.handover_case import HandOver

LINE = "0 3 * * * root backup\n"
OTHERS = [
    Instance(id=f"i-0000000000000000{number}", name=f"web-{number}", state="running")
    for number in range(7)
]
HERE = OTHERS[0]


def _raised(failures: Sequence[Failure]) -> None:
    for failure in failures:
        raise failure.error


def _looked(*looks: HostLook, tagged: Sequence[Instance] = (HERE,)) -> None:
    check_looks(looks, Wanted(tagged=tagged, here=HERE.id), "one", "cron")


def _handed_over(folder: Path, change: Callable[[HandOver], object]) -> HandOver:
    case = HandOver(folder)
    case.hand_over()
    change(case)
    return case


def _taken_back(
    folder: Path,
    change: Callable[[HandOver], object] = lambda _: None,
    *,
    seen: bool = True,
    looks: tuple[HostLook, ...] | AwsError | None = None,
) -> None:
    case = _handed_over(folder, change)
    if looks is not None:
        case.prober.answers["every"] = looks
    returns = [replace(each, seen=seen) for each in case.returns(elsewhere=looks is not None)]
    _raised(case.take_back(returns).failed)


def _no_deletion(case: HandOver) -> None:
    for name in case.stacks.stacks:
        case.stacks.refuses.add(("delete", name))


def _live_from_stays(folder: Path) -> None:
    case = HandOver(folder)
    case.stacks.refuses |= {("update", step.stack_name) for step in case.plan().steps}
    _raised(case.hand_over().failed)


def _not_the_task(folder: Path) -> None:
    case = HandOver(folder)
    case.carry_out(case.plan(rehearse=True))
    plan = case.plan(comment_out=True)
    for name, stack in case.stacks.stacks.items():
        case.stacks.stacks[name] = replace(stack, id="f" * 16)
    _raised(case.carry_out(plan).failed)


def _disabled_meanwhile(folder: Path) -> None:
    case = HandOver(folder)
    plan = case.plan(comment_out=True)

    def by_another() -> None:
        stack = case.stacks.stacks[plan.steps[0].stack_name]
        case.stacks.update(stack, {"Enabled": "false"})

    _raised(case.carry_out(plan, ready=by_another).failed)


def _enabled_meanwhile(folder: Path) -> None:
    case = _handed_over(folder, lambda _: None)
    stacks = case.stacks

    class Meddling(FakeRuns):
        def running(self, machine: str) -> tuple[FakeRun, ...]:
            for stack in list(stacks.stacks.values()):
                stacks.update(stack, {"Enabled": "true"})
            return super().running(machine)

    case.leaving = Leaving(stacks, Meddling(case.clock), case.clock, case.progress)
    _raised(case.take_back().failed)


def _not_the_plans(folder: Path) -> None:
    (step,) = _steps(folder)
    deployer = Deployer(FakeStacks(FakeClock()), FakeProgress(), parallel=1)
    _raised(deployer.deploy([replace(step, action=Action.UPDATE)]).failed)


@dataclass(frozen=True)
class Execution(FakeRun):
    @property
    def running(self) -> bool:
        return self.status == "RUNNING"


class Looking:
    """An execution as it stands."""

    def __init__(self, status: str) -> None:
        self.run = Execution(status, FakeClock().now())
        self.stop: Callable[[], None] = lambda: None

    def start(self, machine: str, name: str, given: Mapping[str, object]) -> str:
        del machine, given
        return name

    def look(self, arn: str) -> tuple[Execution, Mapping[str, object]]:
        self.stop()
        return self.run, {"cause": f"AccessDenied: {arn}"}


def _probed(status: str, *, machine: str | None = "m", stops: bool = False) -> None:
    runs, stack = Looking(status), deployed("ea68b89a")
    probe = Probe(
        runs, lambda _: machine, FakeClock(), FakeProgress(), new_name=lambda: "1", parallel=1
    )
    if stops:
        runs.stop = probe._stopped.set
    found = probe.look([stack])[stack.stack_name]
    if isinstance(found, Exception):
        raise found


def _interrupted(folder: Path) -> None:
    class Stopped(Leaving):
        def leave(self, stack: Deployed, *needed: Needed) -> bool:
            self.stop()
            return super().leave(stack, *needed)

    case = _handed_over(folder, lambda _: None)
    case.leaving = Stopped(case.stacks, case.runs, case.clock, case.progress)
    _raised(case.take_back().failed)


def _steps(folder: Path) -> tuple[Step, ...]:
    return planned(assessed(host(folder / "before", {"/etc/crontab": LINE}))).steps


def _without_files(folder: Path) -> None:
    case = HandOver(folder)
    bare = replace(case.crontabs(), locations={})
    assert isinstance(bare, Crontabs)
    bare.out(case.plan(comment_out=True).steps, PLACE)


def _of(
    folder: Path,
    *,
    change: Callable[[Deployed], Deployed] = lambda stack: stack,
    place: Place | None = None,
    word: str = "",
) -> object:
    """A rollback of all that one host has, whose one stack is changed first."""
    steps = _steps(folder)
    (one,) = assessed(host(folder, {"/etc/crontab": marked(LINE, steps, place or PLACE)})).hosts
    stack = change(stack_of(steps[0], Enabled="true"))
    twin = replace(stack, id=f"{stack.id[:15]}x", stack_name="twin")
    returns_of(one, [stack, twin], [word or steps[0].task.id], PLACE, lambda _: None)
    return None


def _lines_only(folder: Path) -> object:
    steps = _steps(folder)
    (one,) = assessed(host(folder, {"/etc/crontab": marked(LINE, steps)})).hosts
    return lines_of(one, {}, ["0e001f8b"])


def _vain_mark(folder: Path) -> object:
    """A user's line with the mark of a line that stands in /etc/crontab."""
    steps = _steps(folder)
    own = marked(LINE, steps).replace(" root backup", " backup")
    files = {"/etc/crontab": LINE, "/var/spool/cron/crontabs/app": own}
    (one,) = assessed(host(folder, files)).hosts
    (line,) = [entry for entry in one.entries if entry.migrated]
    return returns_of(one, [], [line.id], PLACE, lambda _: None)


def _tagged(**tags: str) -> Callable[[Deployed], Deployed]:
    given = {f"cron2aws:{name}": value for name, value in tags.items()}
    return lambda stack: replace(stack, tags=MappingProxyType({**stack.tags, **given}))


OF_HAND_OVER: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "no instance has the tag": lambda _: check_any(WEB, []),
        "this is no instance": lambda _: check_this_host(WEB, OTHERS[:1], None),
        "this instance has another tag": lambda _: check_this_host(WEB, OTHERS[:1], "i-other"),
        "a host is not ready": lambda _: _looked(
            HostLook(id=HERE.id, line="cron", why="user app does not exist")
        ),
        "its clock is wrong": lambda _: _looked(HostLook(id=HERE.id, line="cron", off=99)),
        "its line is not there": lambda _: _looked(HostLook(id=HERE.id, line="absent")),
        "many hosts did not answer": lambda _: _looked(tagged=OTHERS),
        "the probe failed": lambda _: _probed("FAILED"),
        "the probe was interrupted": lambda _: _probed("RUNNING", stops=True),
        "the stack cannot look": lambda _: _probed("FAILED", machine=None),
        "the stack is no longer the plan's": _not_the_plans,
        "the stack is not the task": _not_the_task,
        "LiveFrom is not set": _live_from_stays,
        "the stack was disabled meanwhile": _disabled_meanwhile,
        "the file was not read": _without_files,
        "rollback: a deletion fails": lambda folder: _taken_back(folder, _no_deletion),
        "rollback: interrupted": _interrupted,
        "rollback: the stack was enabled meanwhile": _enabled_meanwhile,
        "rollback: others need the stack": lambda folder: _taken_back(
            folder, looks=(HostLook(id="i-2", line="task"),)
        ),
        "rollback: others cannot be asked": lambda folder: _taken_back(
            folder, looks=AwsError("starting the execution failed", why="AccessDenied: no")
        ),
        "rollback: nobody read the line": lambda folder: _taken_back(
            folder, seen=False, looks=(HostLook(id="i-2", line="unknown"),)
        ),
        "rollback: in another place": lambda folder: _of(
            folder, place=Place(account="210987654321", region="us-west-2")
        ),
        "rollback: the stack's tags say otherwise": lambda folder: _of(
            folder, change=_tagged(user="somebody")
        ),
        "rollback: the beginning of two ids": lambda folder: _of(
            folder, word=_steps(folder)[0].task.id[:8]
        ),
        "rollback: the mark is another line's": _vain_mark,
        "rollback --lines-only: no such line": _lines_only,
    }
)
