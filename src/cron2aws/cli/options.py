"""The options of the commands: each group is one value of app/options.py, made here and only here.

A group names its value's fields one by one: an option without a field, or a field without an
option, is an error when the program starts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click

from cron2aws.app.options import (
    ActingOptions,
    CrontabFormat,
    FleetOptions,
    FromHosts,
    HandOverOptions,
    HistoryOptions,
    HostOptions,
    PlanFileOptions,
    ScheduleOptions,
    SelectionOptions,
    ShownOptions,
    SourceOptions,
)
from cron2aws.cli.length import LengthParam
from cron2aws.cli.point_in_time import PointInTimeParam, TimeOfDayParam
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.errors import UsageError
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from cron2aws.task.template import allowed, limits

CommandFunction = Callable[..., Any]
Decorator = Callable[[CommandFunction], CommandFunction]
E = TypeVar("E", bound=Enum)


class DayParam(click.ParamType[date]):
    """A day as `2027-03-14`."""

    name = "DATE"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day, or a usage error that shows the form."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day such as 2027-03-14", param, ctx)


class EnumParam(click.Choice[E]):
    """A member of an enumeration, given by its value."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:  # noqa: ARG002
        """What the user types for a member."""
        return str(choice.value if isinstance(choice, Enum) else choice)


def group(value: type, name: str, *options: Decorator) -> Decorator:
    """Options that reach the command as one argument `name`, a `value`.

    TypeError where options and fields are not the same.
    """
    expected = {field.name for field in fields(value)}

    def decorate(command: CommandFunction) -> CommandFunction:
        @functools.wraps(command)
        def with_value(*args: Any, **given: Any) -> Any:  # noqa: ANN401
            made = value(**{field: given.pop(field) for field in expected})
            return command(*args, **{**given, name: made})

        declared_before = {param.name for param in _params(command)}
        made: CommandFunction = with_value
        for option in reversed(options):
            made = option(made)
        if {param.name for param in _params(made)} - declared_before != expected:
            message = f"the options of {value.__name__} are not its fields"
            raise TypeError(message)
        return made

    return decorate


def _params(command: CommandFunction) -> list[click.Parameter]:
    return list(getattr(command, "__click_params__", ()))


target = click.option(
    "--tag",
    "target",
    metavar="KEY=VALUE[,VALUE]...",
    multiple=True,
    required=True,
    callback=lambda _context, _param, given: Target.parse(given),
    help="A tag of the instances to run on, with any of the values. Repeat it for "
    "instances that have all of the tags.",
)

optional_target = click.option(
    "--tag",
    "target",
    metavar="KEY=VALUE[,VALUE]...",
    multiple=True,
    callback=lambda _context, _param, given: Target.parse(given) if given else None,
    help="A tag of the target's instances, with any of the values. Repeat it for instances "
    "that have all of the tags.",
)


def _pairs(
    _context: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Tags of stacks, in IAM's alphabet; UsageError for another one, or for one of ours."""
    found: dict[str, str] = {}
    for text in given:
        key, _, value = text.partition("=")
        if not (key and value) or not re.fullmatch(r"[\w .:/=+@-]+", text, re.ASCII):
            raise UsageError(
                what=f"--stack-tag {text!r} is not a stack tag",
                why="a tag is KEY=VALUE, in letters, digits, blanks and _.:/=+-@",
                fix="for example --stack-tag team=web",
            )
        if key.startswith(("aws:", "cron2aws:")):
            raise UsageError(
                what=f"--stack-tag {text!r} has a reserved prefix",
                why=f"only {key.partition(':')[0]} itself may set keys that begin with "
                f"{key.partition(':')[0]}:",
                fix="choose another key",
            )
        found[key] = value
    return tuple(sorted(found.items()))


stack_tags = click.option(
    "--stack-tag",
    "stack_tags",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_pairs,
    help="Add this tag to the stacks and to all that is in them. Repeatable.",
)


def _instance_ids(
    _context: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Ids of EC2's instances and of managed nodes; UsageError for what is none."""
    found = [each.strip() for text in given for each in text.split(",")]
    for each in found:
        if not re.fullmatch(r"(i|mi)-[0-9a-f]{8,17}", each):
            raise UsageError(
                what=f"--instance-ids {each!r} is not an instance id",
                fix="for example --instance-ids i-0123456789abcdef0,i-0fedcba9876543210",
            )
    return tuple(dict.fromkeys(found))


from_hosts = group(
    FromHosts,
    "hosts",
    click.option(
        "--from-hosts",
        is_flag=True,
        help="Read the hosts themselves through Run Command: those with --tag, or with "
        "--instance-ids.",
    ),
    optional_target,
    click.option(
        "--instance-ids",
        metavar="ID[,ID]...",
        multiple=True,
        callback=_instance_ids,
        help="The hosts that --from-hosts reads.",
    ),
)

fleet = group(
    FleetOptions,
    "fleet",
    click.option(
        "--from-hosts",
        is_flag=True,
        help="Read and edit the hosts with --tag themselves, through Run Command.",
    ),
    click.option(
        "--wave",
        metavar="N|N%|rest,...",
        help="With --from-hosts: how many hosts to edit before going on to the next "
        "(default: 1,10%,rest).",
    ),
    click.option(
        "--allow-offline",
        is_flag=True,
        help="Go on even if hosts with --tag cannot be read: they stay as they are.",
    ),
)

_dialect = click.option(
    "--dialect",
    type=click.Choice(list(DIALECTS)),
    help="The daemon that reads the crontabs (default: the host's).",
)

host = group(
    HostOptions,
    "host",
    _dialect,
    click.option("--timezone", metavar="ZONE", help="The host's time zone (default: the host's)."),
)

host_of_calendar = group(
    HostOptions,
    "host",
    _dialect,
    click.option(
        "--host-timezone",
        "timezone",
        metavar="ZONE",
        help="The hosts' time zone, `--timezone` of the other commands (default: each host's).",
    ),
)

shown = group(
    ShownOptions,
    "shown",
    click.option(
        "--at",
        type=TimeOfDayParam(),
        help="Show what is due then and in the hour after: 03:00 on each of seven days, or "
        "2027-03-14T03:00.",
    ),
    click.option("--day", type=DayParam(), help="Show the starts of this day, by time."),
    click.option(
        "--week", is_flag=True, help="Show the starts of seven days, by quarters of an hour."
    ),
    click.option(
        "--timezone",
        "zone",
        metavar="ZONE",
        help="Show every time in this zone (default: the hosts', if they share one, else UTC).",
    ),
)

source = group(
    SourceOptions,
    "source",
    click.option(
        "--format-of",
        type=EnumParam(CrontabFormat),
        help="Whether lines name their user: system, with a user column, or user, without "
        "(default: by place and content).",
    ),
    click.option("--user", metavar="NAME", help="The owner of a user crontab."),
)

schedule = group(
    ScheduleOptions,
    "schedule",
    click.option(
        "--trigger",
        type=EnumParam(TriggerKind),
        help="EventBridge Scheduler in the host's zone (default), or a rule in UTC.",
    ),
    click.option(
        "--from",
        "since",
        type=DayParam(),
        help="List clock changes and next runs from this day on (default: now).",
    ),
    click.option(
        "--prefer-rate", is_flag=True, help="Use rate() where only its phase would differ."
    ),
)

selection = group(
    SelectionOptions,
    "selection",
    click.option(
        "--only",
        multiple=True,
        metavar="ENTRY",
        help="Only these entries: an id, or a glob on source, user or command. Repeatable.",
    ),
    click.option(
        "--exclude", multiple=True, metavar="ENTRY", help="All entries but these. Repeatable."
    ),
    click.option("--strict", is_flag=True, help="Exit 1 if an entry needs a decision."),
    click.option(
        "--allow-secret",
        multiple=True,
        metavar="ID",
        help="Allow the secret in this entry to go to AWS. Repeatable.",
    ),
    click.option(
        "--quiet-guards/--no-quiet-guards",
        default=None,
        help="Count a guard's no (exit code 1, no output) as a skipped run.",
    ),
)

yes = click.option("--yes", is_flag=True, help="Do not ask.")

acting = group(
    ActingOptions,
    "acting",
    yes,
    click.option(
        "--parallel",
        type=click.IntRange(1, 20),
        default=4,
        show_default=True,
        metavar="N",
        help="How many stacks to work on at a time.",
    ),
)

hand_over = group(
    HandOverOptions,
    "hand_over",
    click.option("--dry-run", is_flag=True, help="Show the plan and change nothing."),
    click.option(
        "--comment-out",
        is_flag=True,
        help="Hand over: probe every host through the tasks, then comment the lines out.",
    ),
    click.option(
        "--rehearse",
        is_flag=True,
        help="Enable the tasks and leave the lines: each run goes all the way to the host, "
        "and cron runs the job.",
    ),
    click.option(
        "--prune",
        is_flag=True,
        help="Delete the tasks whose line is gone from the crontabs that are read, whatever "
        "--only says.",
    ),
)

plan_file = group(
    PlanFileOptions,
    "file",
    click.option(
        "--plan-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="With --dry-run: write the plan to this file, mode 0600, for `apply`.",
    ),
    click.option(
        "--with-secrets",
        is_flag=True,
        help="Write commands with secrets into the plan file, so that it can be applied anywhere.",
    ),
)

_EXECUTION = LengthParam(*limits("ExecutionTimeoutSeconds"))
_DELIVERY = LengthParam(*limits("DeliveryTimeoutSeconds"))

task = group(
    TaskOptions,
    "task",
    click.option(
        "--run-on",
        type=click.Choice(allowed("RunOn")),
        help="Where to run a task: on all tagged hosts, on one, or on those that had the "
        "line in their crontab (default of a new task: marked if only some hosts have "
        "the line, else all).",
    ),
    click.option("--succeeded-topic-arn", metavar="ARN", help="SNS topic for runs that succeeded."),
    click.option("--failed-topic-arn", metavar="ARN", help="SNS topic for runs that failed."),
    click.option(
        "--execution-timeout",
        type=_EXECUTION,
        metavar="TIME",
        help=f"How long a job may run: 90s, 15m, 1h, 2d; {_EXECUTION.bounds} (default: 48 h, "
        "less 3 min).",
    ),
    click.option(
        "--delivery-timeout",
        type=_DELIVERY,
        metavar="TIME",
        help=f"How late a host may start a job: {_DELIVERY.bounds} (default: its interval, at "
        "most 1 h).",
    ),
    click.option(
        "--overlap",
        type=click.Choice(allowed("Overlap")),
        help="Whether a run may start while an earlier one still runs (default: allow, as "
        "cron does).",
    ),
    click.option(
        "--catch-up",
        type=click.Choice(allowed("CatchUp")),
        help="What to do about a minute in which all hosts were down: none (default, as "
        "cron does), or once: run the newest one when a host is back.",
    ),
    click.option(
        "--output-log-group",
        metavar="GROUP",
        help="Write the whole output to this log group, from the hosts.",
    ),
    click.option(
        "--output-s3-bucket",
        metavar="BUCKET",
        help="Write the whole output to this bucket, from the hosts.",
    ),
    click.option(
        "--max-concurrency", metavar="N|N%", help="How many hosts may run the job at once."
    ),
    click.option(
        "--own-roles/--shared-roles",
        default=None,
        help="Give each task its own roles, or those of its target (default).",
    ),
    click.option(
        "--permissions-boundary", metavar="ARN", help="The permissions boundary of new roles."
    ),
    click.option("--role-path", metavar="PATH", help="The path of new roles."),
    click.option(
        "--service-role",
        metavar="ARN",
        help="CloudFormation's service role for the stacks (default: the target's).",
    ),
    stack_tags,
    click.option(
        "--termination-protection/--no-termination-protection",
        default=None,
        help="Protect the tasks' stacks against deletion; `rollback` lifts it, and says so.",
    ),
    click.option(
        "--name-prefix",
        metavar="PREFIX",
        help="Begin the names of new stacks with this (default: cron2aws).",
    ),
)

history = group(
    HistoryOptions,
    "asked",
    click.argument("task", required=False),
    click.option(
        "--last",
        type=click.IntRange(min=1, max=10_000),
        metavar="N",
        help="How many runs to show (default: 10 of one task, 20 of all; with --since every one).",
    ),
    click.option("--failed", is_flag=True, help="Show only runs that failed."),
    click.option(
        "--since",
        type=PointInTimeParam(),
        help="Show runs that started since then: 30m, 8h, 2d ago, 2027-03-14, "
        "2027-03-14T22:00 (UTC).",
    ),
    click.option(
        "--run",
        metavar="NAME",
        help="Show the run with a name that begins with this; needs a TASK.",
    ),
    click.option(
        "--show-output",
        is_flag=True,
        help="Show what the runs printed on each host (without --last: the newest run).",
    ),
)
