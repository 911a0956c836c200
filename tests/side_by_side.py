"""Hosts that are edited side by side in the world's time, as real ones are.

A script that sleeps waits until all that are at work sleep; then the time goes on to the first that
is to wake. So thirty hosts take the minute that one takes.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from cron2aws.aws.commands import Invocation
from cron2aws.aws.editing import Editors, SentEdit
from tests.host_tree import DATE
from tests.shells import executable
from tests.two_hosts import World

SECOND = timedelta(seconds=1)
ASK = """\
rm -f {folder}/answer-$$ # of a process that was killed and had this number
mkfifo {folder}/answer-$$ && echo "$$ {seconds}" >{folder}/asks
read -r _ <{folder}/answer-$$
rm -f {folder}/answer-$$
"""
SLEEP = f"#!/bin/sh\n{ASK}"
MOVE = f'#!/bin/sh\n/usr/bin/mv "$@" || exit\n{ASK}'


class Passing:
    """Lets the world's time go on for those that sleep in hosts' shells."""

    def __init__(self, world: World) -> None:
        self.strikes: Callable[[int], bool] = lambda _: False
        """Whether the script of this process is to be killed with all that it has started."""

        self._world = world
        self._asks = world.folder / "asks"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        os.mkfifo(self._asks)
        date = DATE.replace("'+%s '*)", "+%s*)")
        for name, text, seconds in (
            ("sleep", SLEEP, "$1"),
            ("mv", MOVE, "0"),
            ("date", date, ""),
        ):
            made = text.format(folder=world.folder, real="/usr/bin/date", seconds=seconds)
            executable(world.folder / "bin" / name, made)

    @contextmanager
    def on(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self.tell("end")
            self._thread.join()

    def tell(self, word: str) -> None:
        """`begin`: a script is at work; `done`: it is so no longer."""
        with self._asks.open("w") as asks:
            asks.write(f"{word} 0\n")

    def _serve(self) -> None:
        at_work, asleep = 0, dict[str, datetime]()
        with os.fdopen(os.open(self._asks, os.O_RDWR)) as asks:
            while (asked := asks.readline().split()) != ["end", "0"]:
                who, seconds = asked
                if who == "begin":
                    at_work += 1
                elif who == "done":
                    at_work -= 1
                elif at_work and self.strikes(int(who)):
                    os.killpg(os.getpgid(int(who)), signal.SIGKILL)
                elif seconds == "0":
                    self._world.look()
                    self._answer(who)
                else:
                    asleep[who] = self._world.clock.now() + float(seconds) * SECOND
                while asleep and len(asleep) >= at_work:
                    self._pass_until(min(asleep.values()))
                    for each in [each for each, at in asleep.items() if at <= self._now]:
                        del asleep[each]
                        self._answer(each)

    @property
    def _now(self) -> datetime:
        return self._world.clock.now()

    def _pass_until(self, moment: datetime) -> None:
        while (left := (moment - self._now).total_seconds()) > 0:
            self._world.clock.advance(min(left, 1))
            self._world.now()
        self._world.look()

    def _answer(self, who: str) -> None:
        (self._world.folder / f"answer-{who}").write_text("\n")


Befall = Callable[[str, str], None]
"""Called with a host's id and the patch, where a script is about to be sent there to edit."""


class SideBySide:
    """Sends what waits when it is asked after, on all hosts at once (`Sends`)."""

    def __init__(self, world: World, passing: Passing, befall: Befall) -> None:
        self._world = world
        self._passing = passing
        self._befall = befall
        self._waiting: dict[str, tuple[str, str]] = {}
        self._sent: dict[str, str | BaseException] = {}

    @property
    def _editors(self) -> Editors:
        return self._world.context.editors

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        if check:
            return self._editors.send(instance, patch, check=True)
        self._befall(instance, patch)
        number = f"waits-{len(self._waiting) + len(self._sent)}"
        self._waiting[number] = (instance, patch)
        return number

    def answer(self, command_id: str, instance: str) -> Invocation | None:
        self.let_go()
        sent = self._sent.get(command_id, command_id)
        if isinstance(sent, BaseException):
            raise sent
        return self._editors.answer(sent, instance)

    def sent_since(self, moment: datetime) -> Sequence[SentEdit]:
        self.let_go()
        return self._editors.sent_since(moment)

    def let_go(self) -> None:
        """What was sent runs, whether or not anybody asks after it."""
        waiting, self._waiting = self._waiting, {}
        editors = without_pace(self._editors)
        threads = [
            threading.Thread(target=self._one, args=(editors, number, *edit))
            for number, edit in waiting.items()
        ]
        for _ in threads:
            self._passing.tell("begin")
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    def _one(self, editors: Editors, number: str, instance: str, patch: str) -> None:
        try:
            self._sent[number] = editors.send(instance, patch)
        except BaseException as failed:  # raised where the answer is asked for
            self._sent[number] = failed
        finally:
            self._passing.tell("done")


def without_pace(editors: Editors) -> Editors:
    """The same, for threads of which none may let time go on."""
    sender = type(editors._sender)(
        editors._sender._session, editors._sender._now, lambda _: None, lambda _: None
    )
    sender._missing |= editors._sender._missing
    return Editors(sender, editors._script)


def bytes_below(root: Path) -> Mapping[str, bytes]:
    """The crontabs of a host, by path."""
    tabs = [root / "etc/crontab", *(root / "etc/cron.d").iterdir()]
    tabs += (root / "var/spool/cron/crontabs").iterdir()
    return {str(tab.relative_to(root)): tab.read_bytes() for tab in tabs if tab.is_file()}
