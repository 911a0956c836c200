"""What the command line cannot be followed for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import click

from cron2aws.app.assessing import assess_reading
from cron2aws.app.calendar import calendar
from cron2aws.app.explain import explain
from cron2aws.app.export import wish_of
from cron2aws.app.history import check_found, check_run
from cron2aws.app.homes import check_nothing_assumed
from cron2aws.app.options import (
    CalendarOptions,
    ExplainOptions,
    ExportOptions,
    HandOverOptions,
    HistoryOptions,
    HostOptions,
    MigrateOptions,
    ScanOptions,
    ScheduleOptions,
    SelectionOptions,
    SetupOptions,
    ShownOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.policies import check_nothing_else
from cron2aws.app.report_file import write_report
from cron2aws.app.show import show
from cron2aws.app.sources import check_sandbox, only_host, read
from cron2aws.app.tasks import only
from cron2aws.app.wish import checked_wish
from cron2aws.app.zones import checked_zone
from cron2aws.assess.choose import meant_ids, select
from cron2aws.assess.values import Assessment
from cron2aws.cli.length import LengthParam
from cron2aws.cli.point_in_time import PointInTimeParam
from cron2aws.cli.sandbox import SandboxOptions, hosts_of
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.fakes import deployed
from tests.golden.hosts import NOW, host

WEB = Target.having({"Name": ["web"]})
UTC = HostOptions(dialect="debian", timezone="UTC")


def _two_hosts(folder: Path) -> object:
    trees = [host(folder, {"/etc/crontab": "@daily root x\n"}, name=name) for name in ("a", "b")]
    return only_host(read(Sources(named=tuple(map(str, trees)))), "--comment-out")


def _borrowed(folder: Path) -> object:
    (folder / "mytab").write_text("0 0 * * 0 nginx -s reload\n", encoding="utf-8")
    said = SourceOptions(user="bob")
    check_nothing_assumed(
        read(Sources(named=(str(folder / "mytab"),), host=UTC, source=said)).hosts
    )
    return None


def _assessed(folder: Path, *allowed: str) -> Assessment:
    tree = host(folder, {"/etc/crontab": "@daily root x\n"})
    reading = read(Sources(named=(str(tree),), host=UTC))
    selection = SelectionOptions(allow_secret=allowed)
    return assess_reading(reading, ScheduleOptions(), now=NOW, selection=selection)


def _explained(*expressions: str, since: date | None = None) -> object:
    schedule = ScheduleOptions(since=since)
    return explain(ExplainOptions(expressions=expressions, host=UTC, schedule=schedule))


def _length(text: str) -> object:
    option = click.Option(["--execution-timeout"])
    return LengthParam(5, 172_800).convert(text, option, None)


def _moment(text: str) -> object:
    return PointInTimeParam().convert(text, click.Option(["--since"]), None)


def _both_ways(_: Path) -> object:
    both = HandOverOptions(comment_out=True, rehearse=True)
    return checked_wish(MigrateOptions(target=WEB, hand_over=both))


def _wrong_value(_: Path) -> object:
    return checked_wish(
        MigrateOptions(target=WEB, task=TaskOptions(max_concurrency="many", run_on="some"))
    )


def _written_over_a_folder(folder: Path) -> object:
    write_report(folder, ["text"], sources=())
    return None


LONG = "v" * 256
MANY = [str(number) for number in range(51)]
STACKS = (deployed("ea68b89a"), deployed("0e001f8b"))

OF_USAGE: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "tag without a value": lambda _: Target.parse(["Name"]),
        "tag with a key twice": lambda _: Target.parse(["Name=a", "Name=b"]),
        "too many tags": lambda _: Target.parse([f"k{number}=a" for number in range(6)]),
        "too many values of a tag": lambda _: Target.parse([f"Name={','.join(MANY)}"]),
        "values of a tag that no parameter holds": lambda _: Target.parse(
            [f"Name={','.join(f'{number}{LONG[2:]}' for number in range(10, 30))}"]
        ),
        "too long a value of a tag": lambda _: Target.parse([f"Name={LONG}x"]),
        "a value of a tag with a blank at its end": lambda _: Target.parse(["Name=web "]),
        "a value of a tag beyond ASCII": lambda _: Target.parse(["Name=wéb"]),
        "a sign that no tag has": lambda _: Target.parse(["Name=we*b"]),
        "two ways to enable": _both_ways,
        "no length of time": lambda _: _length("1.5h"),
        "no moment": lambda _: _moment("yesterday"),
        "a number is no moment": lambda _: _moment("90"),
        "before all moments": lambda _: _moment("999999999h"),
        "no month": lambda _: _moment("2027-13-01"),
        "too short a length of time": lambda _: _length("4"),
        "too long a length of time": lambda _: _length("3d"),
        "values that no task can have": _wrong_value,
        "several hosts where one is meant": _two_hosts,
        "sandbox without a source": lambda _: check_sandbox(
            Sources(), "migrate --tag Name=web", copies=True
        ),
        "a crontab of nobody knows which host": _borrowed,
        "history: a run without its task": lambda _: check_run(HistoryOptions(run="7e04530e")),
        "history: no such run": lambda _: check_found(STACKS[0], "7e04530e", []),
        "no such finding": lambda _: _explained("C3140"),
        "no such finding, nor one like it": lambda _: _explained("X99999"),
        "no expression": lambda _: _explained(),
        "a day out of reach": lambda _: _explained("@daily", since=date(1900, 1, 1)),
        "a calendar of a day and a week": lambda _: calendar(
            CalendarOptions(shown=ShownOptions(day=date(2027, 3, 14), week=True))
        ),
        "a calendar of a day out of reach": lambda _: calendar(
            CalendarOptions(shown=ShownOptions(day=date(1900, 1, 1)))
        ),
        "show: no id": lambda _: show("backup", ScanOptions()),
        "no such zone": lambda _: checked_zone("Europe/Berlim"),
        "no such zone, nor one like it": lambda _: checked_zone("nothing-like-it"),
        "no such task": lambda _: only(STACKS, "ea68b89b"),
        "no such task, nor one like it": lambda _: only(STACKS, "nothing-like-it"),
        "several tasks where one is meant": lambda _: only(STACKS, "cron2aws-*"),
        "a stack that only has our tags": lambda _: only(
            [replace(STACKS[0], parameters=MappingProxyType({}))], "ea68b89a"
        ),
        "the beginning of two ids": lambda _: meant_ids(
            ["0123abcd"], ["0123abcd00000000", "0123abcd11111111"]
        ),
        "no entry is chosen": lambda folder: select(_assessed(folder), ["*mysql*"], []),
        "no entry has the secret": lambda folder: _assessed(folder, "ea68b89a"),
        "sandbox: no command to run inside": lambda _: hosts_of(
            SandboxOptions(port=0, insides=("web=docker 'exec",))
        ),
        "an export with roles of its own, and a foundation": lambda folder: wish_of(
            ExportOptions(
                folder=folder,
                target=WEB,
                task=TaskOptions(own_roles=True),
                email="ops@example.com",
            )
        ),
        "a service role that is none": lambda _: checked_wish(
            MigrateOptions(target=WEB, task=TaskOptions(service_role="deploys"))
        ),
        "a policy and a change at once": lambda _: check_nothing_else(SetupOptions(delete=True)),
        "report over a folder": _written_over_a_folder,
        "sandbox: a key twice": lambda _: hosts_of(
            SandboxOptions(port=0, tags=("Name=a", "Name=b"))
        ),
        "sandbox: no command to go inside": lambda _: hosts_of(
            SandboxOptions(port=0, insides=("web=docker 'exec",))
        ),
        "sandbox: host without a folder": lambda _: hosts_of(
            SandboxOptions(port=0, named=("web",))
        ),
        "sandbox: host with a missing folder": lambda folder: hosts_of(
            SandboxOptions(port=0, named=(f"web={folder}/gone",))
        ),
    }
)
