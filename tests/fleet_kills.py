"""`python -m tests.fleet_kills STRIKES SEED`: a fleet whose commands and hosts are killed.

The same command goes on each time. What is wrong is told with the seed, which makes it again.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import botocore.client

from cron2aws.app.context import Context
from cron2aws.errors import Cron2AwsError
from tests.calling import command
from tests.fleet_proof import Counting, counting
from tests.fleet_world import FROM_HOSTS
from tests.host_tree import path_of
from tests.side_by_side import SideBySide

CLIENT: Any = botocore.client.BaseClient
RUN_ON = ("marked", "all", "one")
KINDS = ("command", "command", "command", "script", "reboot")
ROUNDS = 40
"""There and back, at most."""

POINTS = {"migrate": 140, "rollback": 60}
"""So many moments at which a command can die; later ones are none."""

ASKS = 60
"""So often the script on three hosts lets time pass or renames a file, for all hosts together."""

JOBS = ("j1", "j5")


class Killed(BaseException):
    """`kill -9`: nothing of the command runs any more."""


@dataclass
class Death:
    """Before or after the `at`-th thing that a command does with the world it ends."""

    at: int = 0
    passed: int = 0
    dead: bool = False
    main: int = field(default_factory=threading.get_ident)

    def point(self) -> None:
        if threading.get_ident() != self.main:
            return
        self.passed += 1
        if self.at and self.passed >= self.at:
            self.dead = True
            raise Killed


class Mortal:
    """What a command uses; whenever it is used the command may end, before or after."""

    def __init__(self, used: object, death: Death) -> None:
        self._used = used
        self._death = death

    def __getattr__(self, name: str) -> object:
        real = getattr(self._used, name)

        def called(*given: object, **named: object) -> object:
            self._death.point()
            found = real(*given, **named)
            self._death.point()
            return found

        return called if name in {"send", "answer", "sleep_until"} else real


@dataclass(kw_only=True)
class Kills:
    """One fleet, handed over and taken back as often as it takes."""

    fleet: Counting
    chance: random.Random
    struck: Counter[str] = field(default_factory=Counter)
    run_on: dict[datetime, str] = field(default_factory=dict)
    """From which minute on."""

    said: list[str] = field(default_factory=list)
    death: Death = field(default_factory=Death)
    asks: int = 0
    down_for: int = 0
    """So many seconds a host is off whose script is struck; 0 where it stays on."""

    def strikes(self, process: int) -> bool:
        """Whether this process of a host's script is struck: with its host, where that reboots."""
        self.asks -= 1
        if self.asks:
            return False
        self.struck["reboot" if self.down_for else "script"] += 1
        if self.down_for:
            where = Path(f"/proc/{process}/cwd").resolve()
            world = self.fleet.world
            (name,) = [each.name for each in world.hosts if where.is_relative_to(each.root)]
            world.reboot(name, self.down_for)
        return True

    @contextmanager
    def mortal(self) -> Iterator[None]:
        real = CLIENT._make_api_call

        def call(client: object, operation: str, given: Mapping[str, Any]) -> Any:
            if self.fleet.world._is_delivering:
                return real(client, operation, given)
            self.death.point()
            found = real(client, operation, given)
            self.death.point()
            return found

        CLIENT._make_api_call = call
        try:
            yield
        finally:
            CLIENT._make_api_call = real

    def once(self, name: str, more: tuple[str, ...], kind: str) -> int | None:
        """The exit code; None where it was killed."""
        world, chance = self.fleet.world, self.chance
        self.death = Death(at=chance.randint(1, POINTS[name]) if kind == "command" else 0)
        self.asks = 0 if kind in {"command", ""} else chance.randint(1, ASKS)
        self.down_for = chance.choice((30, 90, 200)) if kind == "reboot" else 0
        at = f"{kind} at {self.death.at or self.asks}" if kind else ""
        sends = SideBySide(world, self.fleet.passing, lambda *_: None)
        context: Context = replace(
            world.context,
            editors=Mortal(sends, self.death),  # type: ignore[arg-type]
            clock=Mortal(world, self.death),  # type: ignore[arg-type]
        )
        self.fleet.passing.strikes = self.strikes
        code: int | None = None
        try:
            code = command(context, name, *FROM_HOSTS, *more)
        except Killed:
            self.struck["command"] += 1
        except Cron2AwsError as refused:  # as where a host is down that has to be read
            self.said.append(str(refused.what))
        finally:
            passed, self.death = self.death.passed, Death()
            world._is_delivering = False
            sends.let_go()
        self.said.append(
            f"{world.now():%H:%M:%S} {name} {' '.join(more)}: {at}: {code} after {passed}"
        )
        return code

    def there(self, strikes: int) -> None:
        """Hand over, and take back, with so many strikes at most each way."""
        run_on = self.chance.choice(RUN_ON)
        self.run_on[self.fleet.world.now()] = run_on
        out = ("--comment-out", "--yes", "--only", "*>>ran*", "--run-on", run_on)
        for name, more in (("migrate", out), ("rollback", ("--yes",))):
            for number in range(strikes + 6):
                kind = self.chance.choice(KINDS) if number < strikes else ""
                code = self.once(name, more, kind)
                self.fleet.world.pass_minutes(self.chance.choice((0, 0, 1, 2)) if kind else 4)
                if code == 0 and self.is_done(name):
                    break
            else:
                message = f"{name} does not come to its end"
                raise AssertionError(message, self.said)

    def is_done(self, name: str) -> bool:
        if name == "migrate":
            return self.fleet.active_lines() == []
        return self.fleet.crontabs() == self.fleet.before

    def wrong(self) -> list[str]:
        """What ran twice, and what ran nowhere and was told nowhere."""
        world, found = self.fleet.world, list[str]()
        for minute, jobs in self.fleet.counted().items():
            run_on = [how for at, how in self.run_on.items() if at <= minute][-1:] or ["all"]
            down = {name for at, name in world.was_down if at == minute}
            for job, runs in jobs.items():
                active = self.fleet.active(minute, job)
                told = world.told_of(minute, job)
                if what := amiss(runs, run_on[0], active, told=told, down=down):
                    by = f"{dict(runs)} by cron on {sorted(active)}"
                    found.append(f"{what}: {minute:%H:%M} {job} {run_on[0]} {by}")
        return found


def amiss(
    runs: Mapping[str, int],
    run_on: str,
    active: Collection[str],
    *,
    down: Collection[str],
    told: Collection[str],
) -> str:
    """What is wrong with a job's minute; empty where nothing is.

    `runs` by hosts; `active`: whose cron ran it; `told`: of which a failure of this very job and
    minute was told.
    """
    if any(count > 1 for count in runs.values()):
        return "twice"
    if run_on == "one":
        if sum(runs.values()) - len(active) > 1:
            return "twice in the fleet"
        return "" if any(runs.values()) or told else "nowhere"
    missing = {each for each in runs if not runs[each]} - {*down, *told}
    return f"not run on {', '.join(sorted(missing))}" if missing else ""


@dataclass(frozen=True, kw_only=True)
class Struck:
    """What came of it."""

    seed: int
    struck: Counter[str]
    minutes: int
    runs: int
    told: tuple[str, ...]
    wrong: tuple[str, ...]
    said: tuple[str, ...]


def kill(folder: Path, strikes: int, seed: int, hosts: int = 3) -> Struck:
    """So many strikes; PATH is to be `path_of`."""
    with counting(folder, hosts, jobs=JOBS) as fleet:
        kills = Kills(fleet=fleet, chance=random.Random(seed))  # noqa: S311 (nothing secret)
        with kills.mortal():
            for _ in range(ROUNDS):
                kills.there(3)
                if kills.struck.total() >= strikes and kills.struck.keys() >= set(KINDS):
                    break
            fleet.world.pass_minutes(3)
        counted = fleet.counted()
        return Struck(
            seed=seed,
            struck=kills.struck,
            minutes=len(counted),
            runs=sum(runs.total() for jobs in counted.values() for runs in jobs.values()),
            told=tuple(fleet.world.failures),
            wrong=tuple(kills.wrong()),
            said=tuple(kills.said),
        )


def main(strikes: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PATH"] = path_of(folder)
        os.environ["CRON2AWS_STATE"] = str(folder / "state")
        found = kill(folder, strikes, seed)
    for line in (*found.said, *found.told):
        sys.stderr.write(f"{line}\n")
    print(  # noqa: T201
        f"seed {seed}: {dict(found.struck)}, {found.minutes} minutes, {found.runs} runs, "
        f"{len(found.told)} told, {len(found.wrong)} wrong"
    )
    for line in found.wrong:
        print(line)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
