"""What an update changes, as diffs under the names that people know."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from cron2aws.lint.secrets import script_holds_secret
from cron2aws.plan.actions import Change
from cron2aws.report.model import Diff
from cron2aws.report.text import value_shown

NAMES = MappingProxyType(
    {
        "ScheduleExpression": "schedule",
        "ScheduleTimezone": "time zone of the schedule",
        "OnlyOnDaysOfMonth": "days of the month",
        "SecondScheduleExpression": "second schedule",
        "SecondScheduleTimezone": "time zone of the second schedule",
        "SecondOnlyOnDaysOfMonth": "days of the month of the second schedule",
        "GuardTimezone": "time zone of the days of the month",
        "OriginalSchedule": "schedule in the crontab",
        "Source": "crontab",
        "Command": "script",
        "CommandShown": "command as messages show it",
        "RunAs": "user",
        "RunOn": "--run-on",
        "Trigger": "--trigger",
        "Overlap": "--overlap",
        "CatchUp": "--catch-up",
        "TopicCommandExecutionSucceededArn": "--succeeded-topic-arn",
        "TopicCommandExecutionFailedArn": "--failed-topic-arn",
        "ExecutionTimeoutSeconds": "--execution-timeout",
        "DeliveryTimeoutSeconds": "--delivery-timeout",
        "MaxConcurrency": "--max-concurrency",
        "OutputLogGroup": "--output-log-group",
        "OutputS3Bucket": "--output-s3-bucket",
        "PermissionsBoundary": "--permissions-boundary",
        "RolePath": "--role-path",
    }
)
"""What a person calls a parameter; the others are called as the template calls them."""


def diffs(changes: Iterable[Change], template: tuple[int, int] | None) -> Iterator[Diff]:
    """A diff for each value that changes, whole texts line by line; and for the template."""
    if template:
        yield Diff("template", (f"-version {template[0]}", f"+version {template[1]}"))
    for change in changes:
        name = NAMES.get(change.name, change.name)
        if any(map(script_holds_secret, (change.before or "", change.after))):
            yield Diff(name, (" it changes, and holds a secret: `-o json` shows it",))
        else:
            before, after = change.before or "", change.after
            shown = (value_shown(change.name, before), value_shown(change.name, after))
            yield Diff(name, tuple(_lines(*shown)))


def _lines(before: str, after: str) -> Iterator[str]:
    """Lines with their sign; of a long text those that change and one around each."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    for line in list(found)[2:]:
        if not line.startswith("@@"):
            yield line
