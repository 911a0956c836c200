"""Goldens of `explain`: each verdict, clock changes, bad expressions, EventBridge's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path

from cron2aws.app.explain import explain
from cron2aws.app.options import ExplainOptions, HostOptions, ScheduleOptions
from cron2aws.report.document import Answers
from cron2aws.schedule.trigger import TriggerKind
from tests.golden.golden import Golden, table
from tests.golden.hosts import NOW


class Fixed:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def sleep_until(self, moment: datetime) -> None:
        raise AssertionError(moment)


def explanations() -> Iterator[Golden]:
    """One golden a question."""
    for name, options in CASES.items():
        yield Golden(name=f"explain/{name}", make=partial(_explained, options))


def _explained(options: ExplainOptions, folder: Path) -> str:
    del folder
    return table(answered(options))


def answered(options: ExplainOptions) -> Answers:
    return explain(options, Fixed()).answers


def _asked(
    *expressions: str,
    zone: str = "UTC",
    dialect: str = "debian",
    kind: TriggerKind | None = None,
    from_aws: bool = False,
    rate: bool = False,
    since: date | None = None,
) -> ExplainOptions:
    return ExplainOptions(
        expressions=expressions,
        from_aws=from_aws,
        host=HostOptions(dialect=dialect, timezone=zone),
        schedule=ScheduleOptions(trigger=kind, prefer_rate=rate, since=since),
    )


CASES: Mapping[str, ExplainOptions] = {
    "findings": _asked("C315", "c102", "@daily"),
    "exact": _asked("0 3 * * 1-5", zone="Europe/Berlin"),
    "exact-in-utc": _asked("*/20 * * * *"),
    "two-triggers-and-a-guard": _asked("0 3 13 * 5", zone="Asia/Tokyo"),
    "schedules-of-the-clock-changes": _asked("30 2 * * *", "30 2 * 10 0", zone="Europe/Berlin"),
    "rule-in-utc": _asked("0 3 13 * 5", zone="Asia/Tokyo", kind=TriggerKind.RULE),
    "rule-cannot": _asked("0 3 * * *", zone="Europe/Berlin", kind=TriggerKind.RULE),
    "rate": _asked("*/7 * * * *", "*/5 * * * *", rate=True),
    "differs-in-more-than-six-moments": _asked(
        "*/7 1,2 * * *", zone="Australia/Lord_Howe", since=date(2026, 11, 24)
    ),
    "differs": _asked("*/30 1 * 4 0", zone="Australia/Lord_Howe"),
    "never": _asked("0 0 30 2 *"),
    "refused": _asked("@reboot", "0~30 3 * * *", dialect="cronie-1.7"),
    "invalid": _asked("61 * * * *", "", "1 2 3", "* * * * *\x1b[31m", "* * * * fry"),
    "words-behind-are-the-command": _asked("0 3 * * * root backup"),
    "several": _asked("@daily", "@hourly"),
    "from-aws": _asked(
        "cron(0 3 ? * FRI *)",
        "rate(5 minutes)",
        "cron(0 3 L * ? 2027)",
        zone="Asia/Tokyo",
        from_aws=True,
    ),
    "from-aws-rule": _asked(
        "cron(0 3 ? * FRI *)", zone="Asia/Tokyo", from_aws=True, kind=TriggerKind.RULE
    ),
    "from-aws-invalid": _asked(
        "nothing", "", "cron(0 3 * * * *)", "rate(0 minutes)", from_aws=True
    ),
}
