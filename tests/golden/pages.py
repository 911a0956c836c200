"""The transcripts in the pages: what a reader is told to type is typed, and what came is filled in.

A block of a page is run where a comment stands above it. The comment says what of it is shown:

    <!-- run -->                       everything
    <!-- run; 2: from Carry -->        of the second command the lines from that one on
    <!-- run; 1: first 3; 2: last 4 -->
    <!-- run; 1: first 3, last 4; after 90 s -->   time goes by first, as a person reads
    <!-- sandbox; 1: last 9 -->        what the terminal with `cron2aws sandbox` has shown since

What is left out becomes `[...]`. Answers to questions are those that stand in the block already.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from cron2aws.app.opening import sandbox_context
from cron2aws.cli.sandbox import (
    SandboxOptions,
    greeting,
    hosts_of,
    sandbox,
    show_firing,
    show_message,
)
from cron2aws.cli.terminal import Terminal
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.sandbox.time.triggers import minutes_between
from tests.golden.golden import Golden
from tests.golden.screen import Keyboard, Screen, seen_by
from tests.golden.session import START, WIDTH, Session, at_terminal

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/tutorial.md", "docs/how-to/see-what-runs-when.md")
BLOCK = re.compile(
    r"(<!-- (run|sandbox)([^>]*) -->\n\n?```(?:console|text)\n)(.*?)(^```$)",
    re.MULTILINE | re.DOTALL,
)
LEFT_OUT = "[...]"
SERVER = "cron2aws sandbox "


def pages() -> Iterator[Golden]:
    """One golden a page."""
    for name in PAGES:
        yield Golden(name=f"page/{name}", make=partial(_filled, name), page=ROOT / name)


def _filled(name: str, folder: Path) -> str:
    text = (ROOT / name).read_text(encoding="utf-8")
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    with _reader(folder) as reader:
        return BLOCK.sub(lambda block: _block(reader, block), text)


def _block(reader: Reader, block: re.Match[str]) -> str:
    head, kind, rules, body, end = block.groups()
    of_command, seconds = _rules(rules)
    reader.let_pass(seconds)
    if kind == "sandbox":
        return head + _shown(reader.sandbox_has_shown(), of_command.get(1, "")) + end
    made = ""
    for number, typed in enumerate(_typed(body), 1):
        shown = reader.type(typed.line, typed.answers)
        made += f"$ {typed.line}\n{_shown(shown, of_command.get(number, ''))}"
    return head + made + end


@dataclass(frozen=True, kw_only=True)
class Typed:
    """A command of a block, and the answers that stand below it."""

    line: str
    answers: tuple[str, ...]


def _typed(body: str) -> Iterator[Typed]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        line, _, below = part.partition("\n")
        yield Typed(line=line, answers=tuple(re.findall(r"\[y/N\]: (.*)$", below, re.MULTILINE)))


def _rules(text: str) -> tuple[dict[int, str], int]:
    """What is shown of each command, and how many seconds go by before the first."""
    of_command, seconds = {}, 0
    for rule in filter(None, (each.strip() for each in text.split(";"))):
        if after := re.fullmatch(r"after (\d+) s", rule):
            seconds = int(after[1])
        elif numbered := re.fullmatch(r"(\d+): (.*)", rule):
            of_command[int(numbered[1])] = numbered[2]
        else:
            message = f"no rule: {rule}"
            raise ValueError(message)
    return of_command, seconds


def _shown(text: str, rule: str) -> str:
    """The lines that the rule names."""
    lines = text.splitlines()
    if not rule:
        return text
    if after := re.fullmatch(r"from (.*)", rule):
        start = next(number for number, line in enumerate(lines) if line.startswith(after[1]))
        kept = [LEFT_OUT, *lines[start:]]
    elif wanted := re.fullmatch(r"(?:first (\d+))?(?:, )?(?:last (\d+))?", rule):
        first, last = (int(each or 0) for each in wanted.groups())
        if first + last >= len(lines):
            message = f"{rule} leaves nothing out of {len(lines)} lines"
            raise ValueError(message)
        kept = [*lines[:first], LEFT_OUT, *lines[len(lines) - last :]]
    else:
        message = f"no rule: {rule}"
        raise ValueError(message)
    return "".join(f"{line}\n" for line in kept)


@contextmanager
def _reader(folder: Path) -> Iterator[Reader]:
    with at_terminal(folder, WIDTH), Sandbox(clock=VirtualClock(START)) as inside:
        yield Reader(inside, folder)


class Reader:
    """Whoever follows a page: types in one terminal while the other one serves the sandbox."""

    def __init__(self, inside: Sandbox, folder: Path) -> None:
        self._sandbox = inside
        self._folder = folder
        self._other = Screen()
        self._time = AttendedTime(inside, self._other)
        context = replace(
            sandbox_context(inside, Terminal()),
            clock=self._time,
            new_name=lambda: "3f9c01",
            stand_ins=None,  # it is served: the hosts are those that the sandbox was told of
        )
        self._session = Session(context, folder)

    def type(self, line: str, answers: tuple[str, ...]) -> str:
        """What is shown; `cron2aws sandbox` shows how it begins."""
        if not line.startswith(SERVER):
            return self._session.answer(line, *answers)[1]
        with contextlib.chdir(self._folder):
            asked = sandbox.make_context("sandbox", line.removeprefix(SERVER).split()).params
            wanted = SandboxOptions(port=asked["port"], trees=asked["trees"])
            hosts = hosts_of(wanted)
        for host in hosts:
            self._sandbox.add_host(host)
        text = greeting(wanted, hosts, self._sandbox, f"http://127.0.0.1:{wanted.port}")
        return f"{text}\n"

    def let_pass(self, seconds: int) -> None:
        """Read, and think."""
        self._time.sleep_until(self._time.now() + timedelta(seconds=seconds))

    def sandbox_has_shown(self) -> str:
        """What the other terminal shows since it was last looked at."""
        text = self._other.getvalue()
        self._other.seek(0)
        self._other.truncate()
        return text


class AttendedTime:
    """A sandbox's time in which schedules fire: what `cron2aws sandbox` does by the real clock."""

    def __init__(self, inside: Sandbox, screen: Screen) -> None:
        self._sandbox = inside
        self._screen = screen
        self._fired_until = inside.now
        self._told = 0

    def now(self) -> datetime:
        return self._sandbox.now

    def sleep_until(self, moment: datetime) -> None:
        for minute in list(minutes_between(self._fired_until, moment)):
            self._sleep(minute)
            self._fired_until = minute
            self._fire(minute)
        self._sleep(moment)

    def _sleep(self, moment: datetime) -> None:
        left = (moment - self.now()).total_seconds()
        if left > 0:
            self._sandbox.clock.sleep(left)

    def _fire(self, minute: datetime) -> None:
        started = self._sandbox.fire_due(minute)
        for execution in started:
            self._sandbox.wait(execution)
        with seen_by(self._screen, Keyboard(self._screen, (), is_terminal=True)):
            if started:
                show_firing(minute, len(started))
            messages = self._sandbox.notifications()
            for message in messages[self._told :]:
                show_message(message)
        self._told = len(messages)
