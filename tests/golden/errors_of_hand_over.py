"""What a hand-over or a rollback is refused for, before or midway."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from cron2aws.app.returns import check_lines_seen, returns_of
from cron2aws.assess.values import HostAssessment
from cron2aws.handover.cutover import CutOver
from cron2aws.handover.deploy import Deployer, Failure
from cron2aws.handover.moment import Move
from cron2aws.handover.preflight import check_hosts, check_this_host
from cron2aws.plan.values import Action, Deployed, Place, Step
from tests.fakes import (
    FakeClock,
    FakeEdit,
    FakeProgress,
    FakeStacks,
    deployed,
)
from tests.golden.hosts import assessed, host
from tests.golden.plans import PLACE, WEB, marked, planned, stack_of

LINE = "0 3 * * * root backup\n"
MOVE = Move(id="ea68b89a", stack_name="cron2aws-web-job-ea68b89a", source="/etc/crontab")


@dataclass(frozen=True, kw_only=True)
class Instance:
    id: str
    name: str


OTHERS = [Instance(id=f"i-0000000000000000{number}", name=f"web-{number}") for number in range(7)]


class SlowStacks(FakeStacks):
    """An update takes ten minutes."""

    def _act(self, what: str, name: str, parameters: Mapping[str, str]) -> None:
        super()._act(what, name, parameters)
        self.clock.time += timedelta(minutes=10)


def _raised(failures: Sequence[Failure]) -> None:
    for failure in failures:
        raise failure.error


def _handed_over(stacks: FakeStacks, edit: FakeEdit) -> tuple[Failure, ...]:
    over = CutOver(stacks, stacks.clock, FakeProgress(), parallel=1)
    return over.to_aws([MOVE], edit)


def _too_late(_: Path) -> None:
    clock = FakeClock()
    stacks = SlowStacks(clock, deployed(MOVE.id, {"Enabled": "false"}))
    _raised(_handed_over(stacks, FakeEdit(clock)))


def _back_too_late(_: Path) -> None:
    clock = FakeClock()
    stacks = SlowStacks(clock, deployed(MOVE.id, {"Enabled": "true"}))
    _raised(_handed_over(stacks, FakeEdit(clock))[1:])


def _not_the_task(_: Path) -> None:
    clock = FakeClock()
    _raised(_handed_over(FakeStacks(clock), FakeEdit(clock)))


def _not_the_plans(folder: Path) -> None:
    (step,) = _steps(folder)
    deployer = Deployer(FakeStacks(FakeClock()), FakeProgress(), parallel=1)
    _raised(deployer.deploy([replace(step, action=Action.UPDATE)]).failed)


def _steps(folder: Path) -> tuple[Step, ...]:
    return planned(assessed(host(folder / "before", {"/etc/crontab": LINE}))).steps


def _of(
    folder: Path,
    *,
    change: Callable[[Deployed], Deployed] = lambda stack: stack,
    place: Place | None = None,
    named: bool = True,
    seen: bool = False,
    other_file: bool = False,
) -> object:
    """A rollback of all that one host has, whose one stack is changed first."""
    steps = _steps(folder)
    text = marked(LINE, steps, place or PLACE) if place or not seen else "# nothing\n"
    path = "/etc/cron.d/other" if other_file else "/etc/crontab"
    (one,) = assessed(host(folder, {path: text})).hosts
    found: HostAssessment = replace(one, host=replace(one.host, named=named))
    stack = change(stack_of(steps[0], Enabled="true"))
    names = [stack.stack_name if seen else steps[0].task.id]
    returns = returns_of(found, [stack], names, PLACE, lambda _: None)
    check_lines_seen(returns, found)
    return None


def _tagged(**tags: str) -> Callable[[Deployed], Deployed]:
    given = {f"cron2aws:{name}": value for name, value in tags.items()}
    return lambda stack: replace(stack, tags=MappingProxyType({**stack.tags, **given}))


def _renamed(stack: Deployed) -> Deployed:
    return replace(stack, stack_name="another-stack")


OF_HAND_OVER: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "no instance has the tag": lambda _: check_hosts(WEB, [], [], only_this_host=False),
        "other instances have the tag": lambda _: check_hosts(
            WEB, OTHERS[:2], [], only_this_host=False
        ),
        "many other instances have the tag": lambda _: check_hosts(
            WEB, OTHERS, [], only_this_host=False
        ),
        "this is no instance": lambda _: check_this_host(WEB, OTHERS[:1], None),
        "this instance has another tag": lambda _: check_this_host(WEB, OTHERS[:1], "i-other"),
        "the stack is no longer the plan's": _not_the_plans,
        "the stack is not the task": _not_the_task,
        "it is too late": _too_late,
        "it went back too late": _back_too_late,
        "rollback: in another place": lambda folder: _of(
            folder, place=Place(account="210987654321", region="us-west-2")
        ),
        "rollback: another stack of this id": lambda folder: _of(folder, change=_renamed),
        "rollback: the stack's tags say otherwise": lambda folder: _of(
            folder, change=_tagged(user="somebody")
        ),
        "rollback: the crontab was not read": lambda folder: _of(
            folder, seen=True, other_file=True
        ),
        "rollback: made for another host": lambda folder: _of(
            folder, seen=True, change=_tagged(host="web-2")
        ),
        "rollback: nobody knows of which host a file is": lambda folder: _of(
            folder, seen=True, named=False
        ),
    }
)
