"""Schedules in words: what is due, however it was written."""

from __future__ import annotations

import pytest

from cron2aws.schedule.cron import BadSchedule, parse_expression
from cron2aws.schedule.eventbridge import BadExpression, parse_aws
from cron2aws.schedule.fields import CRONIE_1_7, DEBIAN
from cron2aws.schedule.meaning import dates_in_words, meaning, meaning_of_trigger


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 3 13 * 5", "at 03:00 on day 13 of the month and on Friday"),
        ("0 3 */15 * 5", "at 03:00 on Friday, but only on days 1, 16 and 31 of the month"),
        ("0 3 13 * 0-6", "at 03:00 every day"),
        ("0 3 1-31 * 5", "at 03:00 every day"),
        ("0 3 25-5 * 1", "at 03:00 on Monday"),
        ("0 3 1 * fri-mon", "at 03:00 on day 1 of the month"),
        ("* * * * *", "every minute every day"),
        ("*/15 * * * *", "every 15 minutes every day"),
        ("*/7 * * * *", "at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of the hour every day"),
        ("0 * * * *", "every hour, on the hour every day"),
        ("5 * * * 1-5", "at minute 5 of the hour on Monday to Friday"),
        ("*/5 9-17 * 3,6 1,3",
         "every 5 minutes in the hours 9-17 on Monday and Wednesday in March and June"),
        ("* 3 * * *", "every minute in the hour 3 every day"),
        ("15,45 1,2 * * *", "at 01:15, 01:45, 02:15 and 02:45 every day"),
        ("0 0 1-7 1-3 *", "at 00:00 on days 1-7 of the month from January to March"),
        ("@reboot", "once, when the cron daemon starts"),
        ("0~9 * * * *", "at a time drawn when the daemon loads the file"),
        ("0 0 30 2 *", "never"),
    ],
)  # fmt: skip
def test_a_schedule_in_words(text: str, words: str) -> None:
    timing = parse_expression(text, CRONIE_1_7 if "~" in text else DEBIAN)
    assert not isinstance(timing, BadSchedule)
    assert meaning(timing) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cron(0 3 ? * FRI *)", "at 03:00 on Friday"),
        ("cron(0 3 ? * SUN#2 *)", "at 03:00 on the second Sunday of the month"),
        ("cron(0 3 ? * 6L *)", "at 03:00 on the last Friday of the month"),
        ("cron(0 3 L * ? *)", "at 03:00 on the last day of the month"),
        ("cron(0 3 15W * ? *)", "at 03:00 on the weekday nearest to day 15 of the month"),
        ("cron(0/5 * ? * * *)", "every 5 minutes every day"),
        ("cron(0 3 1-31 * ? *)", "at 03:00 every day"),
        ("cron(0 3 1,5 3 ? 2027-2029)",
         "at 03:00 on days 1 and 5 of the month in March in 2027-2029"),
        ("cron(0 3 30 2 ? *)", "never"),
        ("rate(1 minute)", "every minute from its creation on"),
        ("rate(12 hours)", "every 12 hours from its creation on"),
    ],
)  # fmt: skip
def test_an_eventbridge_expression_in_words(text: str, words: str) -> None:
    value = parse_aws(text)
    assert not isinstance(value, BadExpression)
    assert meaning_of_trigger(value) == words


def test_days_of_the_month_in_words() -> None:
    assert dates_in_words([13]) == "day 13"
    assert dates_in_words([1, 2, 3, 5, 6, 31]) == "days 1-3, 5, 6 and 31"
