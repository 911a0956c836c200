"""Any text has an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.schedule.explanation import ExplainSettings, explain, explain_aws, first_day
from cron2aws.schedule.fields import DEBIAN
from cron2aws.schedule.trigger import TriggerKind

MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VERDICTS = {"exact", "differs", "never", "refused", "invalid"}


def setting(
    zone: str = "UTC", *, dialect: str = "debian", rule: bool = False, moment: datetime = MOMENT
) -> ExplainSettings:
    return ExplainSettings(
        grammar=DIALECTS[dialect].grammar,
        timezone=zone,
        start=moment,
        kind=TriggerKind.RULE if rule else TriggerKind.SCHEDULER,
    )


def test_an_exact_answer() -> None:
    found = explain("0 3 13 * 5", setting("Asia/Tokyo"), ZoneInfo)
    assert found.verdict == "exact"
    assert found.meaning == "at 03:00 on day 13 of the month and on Friday"
    assert found.next_runs[0].isoformat() == "2026-11-27T03:00:00+09:00"
    assert len(found.next_runs) == 5
    assert found.findings == ()


@pytest.mark.parametrize(
    ("text", "verdict", "codes", "runs"),
    [
        ("0 3 * * * run this", "exact", ["C213"], 5),
        ("@reboot", "refused", ["C201"], 0),
        ("0 0 30 2 *", "never", ["C203"], 0),
        ("61 * * * *", "invalid", ["C212"], 0),
        ("", "invalid", ["C212"], 0),
    ],
)
def test_other_answers(text: str, verdict: str, codes: list[str], runs: int) -> None:
    found = explain(text, setting(), ZoneInfo)
    assert found.verdict == verdict
    assert [finding.code for finding in found.findings] == codes
    assert len(found.next_runs) == runs


def test_the_detail_names_field_value_reason_and_daemon() -> None:
    found = explain("0 25 * * *", setting(dialect="cronie-1.7"), ZoneInfo)
    assert found.findings[0].detail == "hour `25`: 25 is not 0-23 (cronie-1.7)"


def test_an_eventbridge_expression_is_told_where_to_go() -> None:
    found = explain("cron(0 3 ? * FRI *)", setting(), ZoneInfo)
    assert found.verdict == "invalid"
    assert found.findings[0].detail.endswith("with `--from-aws` it is read as EventBridge's")


def test_the_years_begin_with_the_day_after_the_moment() -> None:
    before = datetime(2026, 12, 31, 14, 59, 59, tzinfo=UTC)
    assert str(first_day(before, ZoneInfo("Asia/Tokyo"))) == "2027-01-01"


def test_the_next_runs_are_the_daemons_own_when_the_clock_changes() -> None:
    night = datetime(2027, 3, 14, 5, 0, tzinfo=UTC)
    found = explain("30 2 * * *", setting("America/New_York", moment=night), ZoneInfo)
    assert found.next_runs[0].isoformat() == "2027-03-14T03:00:00-04:00"
    back = datetime(2027, 11, 7, 5, 0, tzinfo=UTC)
    twice = explain("*/30 1 * * *", setting("America/New_York", moment=back), ZoneInfo)
    assert [run.isoformat()[11:] for run in twice.next_runs[:3]] == [
        "01:30:00-04:00",
        "01:00:00-05:00",
        "01:30:00-05:00",
    ]


@given(st.text(), st.sampled_from(sorted(DIALECTS)), st.booleans())
def test_any_text_has_a_verdict(text: str, dialect: str, rule: bool) -> None:
    found = explain(text, setting("Asia/Tokyo", dialect=dialect, rule=rule), ZoneInfo)
    assert found.verdict in VERDICTS


@given(st.lists(st.text("0123456789*,-/~sunmo", min_size=1, max_size=4), min_size=5, max_size=5))
def test_almost_schedules_have_a_verdict(words: list[str]) -> None:
    found = explain(" ".join(words), setting("America/New_York"), ZoneInfo)
    assert found.verdict in VERDICTS
    assert all(run > MOMENT for run in found.next_runs)


# --- the other way -----------------------------------------------------------------------------


def test_an_eventbridge_expression_answered() -> None:
    found = explain_aws("cron(0 3 ? * FRI *)", setting("Asia/Tokyo"), ZoneInfo)
    assert (found.verdict, found.meaning) == ("valid", "at 03:00 on Friday")
    assert found.next_runs[0].isoformat() == "2026-11-27T03:00:00+09:00"
    assert len(found.next_runs) == 5


def test_a_local_time_that_does_not_exist_is_skipped() -> None:
    night = datetime(2027, 3, 14, 5, 0, tzinfo=UTC)
    found = explain_aws("cron(30 2 * * ? *)", setting("America/New_York", moment=night), ZoneInfo)
    assert found.next_runs[0].isoformat() == "2027-03-15T02:30:00-04:00"


def test_a_repeated_local_time_fires_once_before_the_change() -> None:
    between = datetime(2027, 11, 7, 5, 45, tzinfo=UTC)  # 01:45, first pass
    found = explain_aws(
        "cron(0/30 1 * * ? *)", setting("America/New_York", moment=between), ZoneInfo
    )
    assert found.next_runs[0].isoformat() == "2027-11-08T01:00:00-05:00"


def test_expressions_that_end_have_fewer_runs() -> None:
    found = explain_aws("cron(0 3 1 1 ? 2027-2028)", setting(), ZoneInfo)
    assert [run.year for run in found.next_runs] == [2027, 2028]


def test_a_rate_counts_from_the_moment() -> None:
    found = explain_aws("rate(12 hours)", setting(), ZoneInfo)
    assert [f"{run:%d %H}" for run in found.next_runs] == [
        "24 00",
        "24 12",
        "25 00",
        "25 12",
        "26 00",
    ]
    assert explain_aws("rate(999999999 days)", setting(), ZoneInfo).next_runs == ()


def test_what_aws_would_not_take_is_told() -> None:
    found = explain_aws("cron(0 3 * * * *)", setting(), ZoneInfo)
    assert (found.verdict, found.meaning, found.next_runs) == ("invalid", "", ())
    assert found.why == "exactly one of day-of-month and day-of-week is `?`"


@given(st.text("cron(rate) 0123456789*?/,-LW#MONFRI", max_size=40))
def test_any_expression_has_a_verdict(text: str) -> None:
    assert explain_aws(text, setting("Europe/London"), ZoneInfo).verdict in {"valid", "invalid"}


def test_the_grammar_is_the_settings() -> None:
    assert setting().grammar is DEBIAN
