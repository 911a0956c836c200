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
    """A member of an enumeration, by its value."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:  # noqa: ARG002
        """What the user types for it."""
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
    help="A tag of the instances to run on, with any of the values; repeated: with all the tags.",
)

optional_target = click.option(
    "--tag",
    "target",
    metavar="KEY=VALUE[,VALUE]...",
    multiple=True,
    callback=lambda _context, _param, given: Target.parse(given) if given else None,
    help="A tag of a target's instances, with any of the values; repeated: with all the tags.",
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
                what=f"--stack-tag {text!r} is no tag of a stack",
                why="a tag is KEY=VALUE, in letters, digits, blanks and _.:/=+-@",
                fix="for example --stack-tag team=web",
            )
        if key.startswith(("aws:", "cron2aws:")):
            raise UsageError(
                what=f"--stack-tag {text!r} is not yours to give",
                why=f"{key.partition(':')[0]}: is the beginning of tags of its own",
                fix="give it another key",
            )
        found[key] = value
    return tuple(sorted(found.items()))


stack_tags = click.option(
    "--stack-tag",
    "stack_tags",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_pairs,
    help="A tag of yours for the stacks, and for all that is in them. Repeatable.",
)


def _instance_ids(
    _context: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Ids of EC2's instances and of managed nodes; UsageError for what is none."""
    found = [each.strip() for text in given for each in text.split(",")]
    for each in found:
        if not re.fullmatch(r"(i|mi)-[0-9a-f]{8,17}", each):
            raise UsageError(
                what=f"--instance-ids {each!r} is no instance's id",
                fix="for example --instance-ids i-0123456789abcdef0,i-0fedcba9876543210",
            )
    return tuple(dict.fromkeys(found))


from_hosts = group(
    FromHosts,
    "hosts",
    click.option(
        "--from-hosts",
        is_flag=True,
        help="Read the hosts themselves, through Run Command: those with --tag, or these ids.",
    ),
    optional_target,
    click.option(
        "--instance-ids",
        metavar="ID[,ID]...",
        multiple=True,
        callback=_instance_ids,
        help="Which hosts --from-hosts reads.",
    ),
)

fleet = group(
    FleetOptions,
    "fleet",
    click.option(
        "--from-hosts",
        is_flag=True,
        help="Read the hosts with --tag themselves, and edit them, through Run Command.",
    ),
    click.option(
        "--wave",
        metavar="N|N%|rest,...",
        help="With --from-hosts: how many hosts are edited before the next ones (default: "
        "1,10%,rest).",
    ),
    click.option(
        "--allow-offline",
        is_flag=True,
        help="Go on although hosts with --tag cannot be read: they stay as they are.",
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
        help="What is due then, and in the hour after: 03:00 on each of seven days, or "
        "2027-03-14T03:00.",
    ),
    click.option("--day", type=DayParam(), help="The starts of this day, by time."),
    click.option("--week", is_flag=True, help="Starts in seven days, by quarters of an hour."),
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
        help="system: with a user column; user: without (default: judged).",
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
        help="Clock changes and next runs from this day on (default: now).",
    ),
    click.option("--prefer-rate", is_flag=True, help="rate() where only its phase would differ."),
)

selection = group(
    SelectionOptions,
    "selection",
    click.option(
        "--only",
        multiple=True,
        metavar="WHAT",
        help="Only these: an id, or a glob on source, user or command.",
    ),
    click.option("--exclude", multiple=True, metavar="WHAT", help="All but these."),
    click.option("--strict", is_flag=True, help="Exit 1 where an entry needs a decision."),
    click.option(
        "--allow-secret",
        multiple=True,
        metavar="ID",
        help="The secret in this entry may go to AWS.",
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
        help="How many stacks at a time.",
    ),
)

hand_over = group(
    HandOverOptions,
    "hand_over",
    click.option("--dry-run", is_flag=True, help="Show the plan and change nothing."),
    click.option(
        "--comment-out",
        is_flag=True,
        help="Hand over: look at every host through the tasks, then comment the lines out.",
    ),
    click.option(
        "--rehearse",
        is_flag=True,
        help="Enable the tasks and leave the lines: each run goes the whole way, and cron runs "
        "the job.",
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
        help="With --dry-run: write the plan there, mode 0600, for `apply`.",
    ),
    click.option(
        "--with-secrets",
        is_flag=True,
        help="Let commands with secrets stand in the plan file: it can be applied anywhere.",
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
        help="On all tagged hosts, on one, or on those whose own crontab had the line; without it "
        "a new task gets `marked` where hosts differ in having the line, else `all`.",
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
        help="Whether a run may start while an earlier one goes on (default: allow, as cron does).",
    ),
    click.option(
        "--catch-up",
        type=click.Choice(allowed("CatchUp")),
        help="What becomes of a run whose hosts are all down at its minute: none (default, as cron "
        "has it), or once: the newest one runs when a host is back.",
    ),
    click.option(
        "--output-log-group",
        metavar="G",
        help="The hosts write the whole output to this log group.",
    ),
    click.option(
        "--output-s3-bucket",
        metavar="B",
        help="The hosts write the whole output to this bucket.",
    ),
    click.option("--max-concurrency", metavar="N|N%", help="On how many hosts at once."),
    click.option(
        "--own-roles/--shared-roles",
        default=None,
        help="Each task with roles of its own, or with those of its target (default).",
    ),
    click.option(
        "--permissions-boundary", metavar="ARN", help="The policy that bounds roles that are made."
    ),
    click.option("--role-path", metavar="P", help="The path of roles that are made."),
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
        "--name-prefix", metavar="P", help="What new stacks' names begin with (default: cron2aws)."
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
        help="So many runs (default: 10 of one task, 20 of all; with --since every one).",
    ),
    click.option("--failed", is_flag=True, help="Only runs that failed."),
    click.option(
        "--since",
        type=PointInTimeParam(),
        help="Runs that started since then: 30m, 8h, 2d ago, 2027-03-14, 2027-03-14T22:00 (UTC).",
    ),
    click.option(
        "--run", metavar="NAME", help="The run whose name begins with this; needs a TASK."
    ),
    click.option(
        "--show-output",
        is_flag=True,
        help="Show what the runs printed on each host (without --last: the newest run).",
    ),
)
