"""What befalls a host of a fleet while `migrate --from-hosts` is at work, and what is told then."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from cron2aws.errors import Cron2AwsError
from cron2aws.sandbox.run_command.hosts import RunWithShell
from tests.fleet_world import FleetWorld, fleet
from tests.host_tree import HAS_LINE, OneHost
from tests.shells import executable

OUT = ("migrate", "--comment-out", "--yes", "--wave", "100%")


@dataclass(frozen=True, kw_only=True)
class Here:
    """One bad host in its world."""

    made: FleetWorld
    host: OneHost
    stack: ExitStack

    def changes(self, **what: object) -> None:
        """To the instance, its tags or its agent."""
        sandbox = self.made.world.sandbox
        found = next(each for each in sandbox.hosts if each.name == self.host.name)
        sandbox.add_host(replace(found, **what))  # type: ignore[arg-type]

    def through(self, *words: str) -> None:
        self.changes(behaviour=RunWithShell(through=words))

    def tool(self, name: str, text: str) -> None:
        """A program that this host finds before all others."""
        (self.host.root / "bin").mkdir(exist_ok=True)
        executable(self.host.root / "bin" / name, f"#!/bin/sh\n{text}")
        self.through("env", f"PATH={self.host.root}/bin:{os.environ['PATH']}")

    def when_edited(self, act: Callable[[], None]) -> None:
        self.made.befalls[self.host.name] = act


@dataclass(frozen=True, kw_only=True)
class BadHost:
    """A host, what is told of it, and how it stands at the end."""

    what: str
    meet: Callable[[Here], None]
    says: str
    """What `migrate` says of it. Every `~` stands for a number, and `MINUTE` for one."""
    do: str
    """What helps."""
    code: int
    """The exit code of `migrate` on a fleet of which this host is the only bad one."""
    stands: str = "cron"
    """Who runs its job at the end, by its crontab."""
    status: str = "not handed over: cron runs it"
    """What `status` says of it."""
    advice: str | None = None
    """What `migrate` itself says helps, in its very words; None where it says what `do` has."""
    is_long: bool = False

    @property
    def pattern(self) -> str:
        return re.escape(self.says).replace(re.escape("~"), r"\d+").replace("MINUTE", r"\S+Z")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was told of a bad host, and what has become of it."""

    says: str
    do: str
    stands: str
    status: str | None

    def check(self, row: BadHost) -> None:
        assert re.fullmatch(row.pattern, self.says), (row.what, self)
        assert self.stands == row.stands, (row.what, self)
        assert self.status in {None, row.status}, (row.what, self)
        assert self.do == (row.do if row.advice is None else row.advice), (row.what, self)


def play(
    rows: Sequence[BadHost], folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[Told]]:
    """`migrate` and `status` on web-1, which is well, and a host for each row; the exit code.

    Where it refuses hosts that could not be read, it goes on without them.
    """
    names = [f"web-{number}" for number in range(2, len(rows) + 2)]
    with fleet(folder, *[HAS_LINE] * (len(rows) + 1)) as made, ExitStack() as stack:
        hosts = [made.host(name) for name in names]
        for row, host in zip(rows, hosts, strict=True):
            row.meet(Here(made=made, host=host, stack=stack))
        code, unread = exit_of(made, *OUT)
        if code == 4:
            assert exit_of(made, *OUT, "--allow-offline")[0] in {0, 6}
        said = capsys.readouterr()
        # the others go on
        assert made.host("web-1").is_marked
        stands = [standing(host) for host in hosts]
        status: dict[str, Any] = {}
        if len(rows) == 1:  # what fails on one host is told of the task
            exit_of(made, "status", "-o", "json")
            status = json.loads(capsys.readouterr().out)
        told = []
        for host, each in zip(hosts, stands, strict=True):
            err, out = (text.replace(str(host.root), "") for text in (said.err, said.out))
            told.append(
                Told(
                    says=says(err, out, host),
                    do=does(err, host) or (unread if f"not read: {host.name} (" in err else ""),
                    stands=each,
                    status=status_of(status, host) if status else None,
                )
            )
    return code, told


def exit_of(made: FleetWorld, *arguments: str) -> tuple[int, str]:
    """The exit code, and what the error that ended it says to do."""
    try:
        return made.command(*arguments), ""
    except Cron2AwsError as error:
        return error.exit_code, error.fix or ""


def standing(host: OneHost) -> str:
    if host.is_marked:
        return "task"
    return "cron" if host.by_cron() else "nobody"


def says(text: str, report: str, host: OneHost) -> str:
    """What is told of a host, once each."""
    label = rf"(?:{host.name} \({host.id}\)|{host.id})"
    found = re.findall(rf"^ *((?:not read: )?{label}: .*)$", text, re.MULTILINE)
    found += re.findall(rf"older than [\d.]+: {host.name} \([\d.]+\)", report)
    told = [re.sub(rf"( on )?{label}(: )?", "", each) for each in found]
    return "; ".join(dict.fromkeys(each.replace(host.name, "HOST") for each in told))


def does(text: str, host: OneHost) -> str:
    """What helps, as its row in the report says."""
    found = re.search(rf"^  (?:{host.name} \()?{host.id}\)?: .*\n    (.*)$", text, re.MULTILINE)
    return found[1] if found else ""


def status_of(document: dict[str, Any], host: OneHost) -> str:
    if host.id in {each["instance"] for each in document["hosts_not_read"]}:
        return "not read"
    rows = [each for each in document["tasks"] if host.id in str(each["host"])]
    return "; ".join(each["told"] for each in rows)


def table(rows: Sequence[BadHost]) -> str:
    titles = (
        "the host",
        "`migrate --from-hosts` says of it",
        "exit",
        "its job is run by",
        "`status` says",
        "what helps",
    )
    lines = [f"| {' | '.join(titles)} |", f"|{' --- |' * len(titles)}"]
    for row in rows:
        cells = (
            row.what,
            f"`{row.says.replace('~', 'N')}`" if row.says else "",
            str(row.code),
            row.stands,
            row.status,
            row.do,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
