"""Hosts elsewhere that nobody names, or that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, cast

from cron2aws.app.context import Context
from cron2aws.app.fleet import Fleet, check_all_read, check_fleet
from cron2aws.app.fleet_returns import Hosts, check_narrowed, fleet_returns
from cron2aws.app.from_hosts import check_hosts, read_hosts
from cron2aws.app.lines_back import lines_back
from cron2aws.app.options import (
    FleetOptions,
    FromHosts,
    HostOptions,
    MigrateOptions,
    RollbackOptions,
    Sources,
)
from cron2aws.app.remote import SendsAfterLook
from cron2aws.assess.values import UnreadHost
from cron2aws.aws.instances import Instance
from cron2aws.cli.main import call
from cron2aws.handover.fresh_look import FreshLook
from cron2aws.handover.remote import Sends
from cron2aws.handover.waves import Waves
from cron2aws.hosts.tick import MINUTE
from cron2aws.plan.advice import Advice
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.target import Target
from tests.fakes import FakeClock, FakeStacks, deployed
from tests.golden.hosts import assessed, host
from tests.golden.plans import PLACE, planned, stack_of

WEB = Target.having({"Role": ["web"]})
ID = "i-0123456789abcdef0"
SOME = FromHosts(from_hosts=True, instance_ids=(ID,))


def _checked(asked: FromHosts, *named: str) -> Callable[[Path], object]:
    return lambda _: check_hosts(asked, named)


def _read(*found: Instance) -> Callable[[Path], object]:
    """What comes of it where EC2 knows these instances, and Systems Manager none of them."""

    def managed(_: Sequence[str]) -> Mapping[str, object]:
        return {}

    context = SimpleNamespace(
        instances=SimpleNamespace(with_tag=lambda _: found),
        readers=SimpleNamespace(agents=managed),
        console=SimpleNamespace(note=lambda _: None),
        place=Place(account="123456789012", region="us-east-1"),
    )
    asked = FromHosts(from_hosts=True, target=WEB)
    return lambda _: read_hosts(asked, HostOptions(), cast("Context", context))


def _stopped(number: int) -> Instance:
    return Instance(id=f"i-{number:08x}", name="web", state="stopped")


def _fleet(*named: str, **asked: Any) -> Callable[[Path], object]:
    options = MigrateOptions(
        target=WEB,
        sources=Sources(named=named),
        fleet=FleetOptions(**asked),
    )
    return lambda _: check_fleet(options)


def _unread(count: int) -> Callable[[Path], object]:
    why = "its agent is not heard of (ConnectionLost)"
    rows = (
        UnreadHost(id=f"i-{n:08x}", label=f"web-{n} (i-{n:08x})", why=why) for n in range(count)
    )
    fleet = Fleet(waves=Waves.read("rest"), unread=tuple(rows))
    return lambda _: check_all_read(fleet, FleetOptions(from_hosts=True))


def _lines_only(_: Path) -> object:
    context = cast("Context", SimpleNamespace(copies_sources=False))
    hosts = FromHosts(from_hosts=True, target=WEB)
    return lines_back(RollbackOptions(hosts=hosts, lines_only=True), context)


def _others_task(folder: Path) -> object:
    line = "0 3 * * * root backup\n"
    found = assessed(host(folder, {"/etc/crontab": line}))
    (step,) = planned(found).steps
    hosts = Hosts(
        found=found,
        kept=lambda *_: None,
        tagged=lambda targets: dict.fromkeys(targets, ()),
        place=PLACE,
        advice=Advice(),
        note=lambda _: None,
    )
    options = RollbackOptions(tasks=(step.task.id,), hosts=SOME)
    return fleet_returns(hosts, [stack_of(step, Enabled="true")], options)


def _goes(instance: str) -> None:
    clock = FakeClock()
    stacks = FakeStacks(clock)
    look = FreshLook(stacks, {instance: deployed("0" * 16)}, clock, at=clock.now() - 2 * MINUTE)
    look.check([instance])


def _held() -> None:
    clock, stack = FakeClock(), deployed("0" * 16)
    stacks = FakeStacks(clock, stack)
    stacks.protect(stack.stack_name, protected=True)
    FreshLook(stacks, {ID: stack}, clock, at=clock.now() - 2 * MINUTE).check([ID])


def _slow_look() -> None:
    class Slow(FakeStacks):
        def deployed(self) -> tuple[Deployed, ...]:
            self.clock.sleep_until(self.clock.now() + 2 * MINUTE)
            return super().deployed()

    clock = FakeClock()
    FreshLook(Slow(clock), {}, clock, at=clock.now() - 2 * MINUTE).check(())


OF_HOSTS: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "a tag without --from-hosts": _checked(FromHosts(target=WEB)),
        "ids without --from-hosts": _checked(FromHosts(instance_ids=(ID,))),
        "a SOURCE beside --from-hosts": _checked(FromHosts(from_hosts=True), "/etc/crontab"),
        "no hosts named": _checked(FromHosts(from_hosts=True)),
        "hosts named twice": _checked(FromHosts(from_hosts=True, target=WEB, instance_ids=(ID,))),
        "an id that is none": lambda _: call(["scan", "--from-hosts", "--instance-ids", "web-1"]),
        "no instance has the tag": _read(),
        "none could be read": _read(Instance(id=ID, name="web-1", state="running"), _stopped(1)),
        "none of many could be read": _read(*map(_stopped, range(12))),
        "a SOURCE of a fleet": _fleet("/etc/crontab", from_hosts=True),
        "a wave without a fleet": _fleet(wave="1"),
        "offline hosts without a fleet": _fleet(allow_offline=True),
        "a wave that is none": _fleet(from_hosts=True, wave="rest,1"),
        "some of a fleet could not be read": _unread(2),
        "many of a fleet could not be read": _unread(12),
        "lines of a fleet without AWS": _lines_only,
        "stacks of other hosts without their lines": lambda _: check_narrowed(
            RollbackOptions(hosts=SOME, without_lines=True)
        ),
        "a named task of other hosts": _others_task,
        "a stack goes right before an edit is sent": lambda _: SendsAfterLook(
            cast("Sends", SimpleNamespace(answer=None)), _goes
        ).send(ID, ""),
        "a rollback holds the stack": lambda _: _held(),
        "stacks cannot be looked at in time": lambda _: _slow_look(),
        "no zone of a fleet": lambda _: check_hosts(
            SOME, (), HostOptions(timezone="Europe/Atlantis")
        ),
    }
)
