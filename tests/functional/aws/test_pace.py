"""Calls at AWS's pace: never more than our share of a bucket, and no longer than that takes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from cron2aws.app.several import about
from cron2aws.aws.pace import Pace
from cron2aws.aws.past_runs import PastRuns
from cron2aws.aws.rates import LARGE_REGIONS, CallRate, rate_of
from cron2aws.aws.session import AwsSettings, Session
from tests.answering import answering
from tests.right_answers import right
from tests.sandboxes import ROOT
from tests.stubs import keys

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Time:
    """A clock that is only moved by who sleeps."""

    def __init__(self) -> None:
        self.now = NOON

    def sleep_until(self, moment: datetime) -> None:
        self.now = max(self.now, moment)


class Bucket:
    """AWS's own: full at first, one call takes one, so many flow in a second."""

    def __init__(self, rate: CallRate, now: Callable[[], datetime]) -> None:
        self.rate, self.now = rate, now
        self.left, self.at = float(rate.burst), now()
        self.refused = 0

    def take(self) -> None:
        passed = (self.now() - self.at).total_seconds()
        self.left = min(self.rate.burst, self.left + passed * self.rate.per_second)
        self.at = self.now()
        self.refused += self.left < 1
        self.left -= self.left >= 1


def throttles(action: str, region: str) -> CallRate:
    found = rate_of(action, region)
    assert found
    return found


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
@pytest.mark.parametrize("action", ["ListExecutions", "DescribeExecution", "DescribeStacks"])
def test_no_call_is_refused_and_half_of_the_bucket_is_left(action: str, region: str) -> None:
    time, rate = Time(), throttles(action, region)
    bucket = Bucket(rate, lambda: time.now)
    pace = Pace(region, lambda: time.now, time.sleep_until)
    lowest = bucket.left
    for _ in range(2_000):
        pace.wait(action)
        bucket.take()
        lowest = min(lowest, bucket.left)
    assert bucket.refused == 0
    assert lowest >= rate.burst // 2
    took = (time.now - NOON).total_seconds()
    assert took == pytest.approx(rate.ours.seconds_for(2_000), rel=0.01)


def test_without_a_pace_calls_are_refused() -> None:
    """The bucket of this test can refuse."""
    time = Time()
    bucket = Bucket(throttles("ListExecutions", "us-east-1"), lambda: time.now)
    for _ in range(2_000):
        time.now += timedelta(seconds=0.1)
        bucket.take()
    assert bucket.refused > 500


def test_what_nothing_limits_is_called_at_once() -> None:
    time = Time()
    pace = Pace("us-east-1", lambda: time.now, time.sleep_until)
    for _ in range(1_000):
        pace.wait("GetCallerIdentity")
    assert time.now == NOON


def test_buckets_are_apart() -> None:
    time = Time()
    pace = Pace("us-east-1", lambda: time.now, time.sleep_until)
    for _ in range(100):
        pace.wait("ListExecutions")
        pace.wait("DescribeExecution")
    assert time.now == NOON


def test_threads_share_a_bucket() -> None:
    waited: list[datetime] = []
    pace = Pace("eu-central-1", lambda: NOON, waited.append)
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(lambda _: pace.wait("ListExecutions"), range(60)))
    ours = throttles("ListExecutions", "eu-central-1").ours
    later = sorted(moment - NOON for moment in waited if moment > NOON)
    assert len(later) == 60 - ours.burst
    assert later[-1].total_seconds() == pytest.approx(10 / ours.per_second)


def test_a_clock_that_is_set_back_holds_nothing_up_for_long() -> None:
    time = Time()
    pace = Pace("us-east-1", lambda: time.now, time.sleep_until)
    for _ in range(200):
        pace.wait("ListExecutions")
    time.now -= timedelta(hours=5)
    before = time.now
    pace.wait("ListExecutions")
    assert time.now - before < timedelta(seconds=60)


def test_a_session_calls_at_that_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)
    time = Time()
    with answering(lambda name, _: right(name)) as server:
        settings = AwsSettings(region="eu-central-1", endpoint_url=server.url)
        session = Session(settings, now=lambda: time.now, wait=time.sleep_until)
        past = PastRuns(session)
        for _ in range(52):
            assert [each.name for each in past.newest("m", 10)] == ["a"]
    assert (time.now - NOON).total_seconds() == pytest.approx(2 / 1.8)


def test_the_table_is_of_the_three_large_regions_and_all_others() -> None:
    assert {"us-east-1", "us-west-2", "eu-west-1"} == LARGE_REGIONS
    assert rate_of("ListExecutions", "eu-west-1") == CallRate(burst=200, per_second=5)
    assert rate_of("ListExecutions", "ap-northeast-1") == CallRate(burst=100, per_second=2)
    assert rate_of("CreateStack", "eu-west-1") == rate_of("CreateStack", "ap-northeast-1")
    assert rate_of("GetCallerIdentity", "eu-west-1") is None


@pytest.mark.parametrize("tasks", [100, 500, 2_000])
def test_the_page_says_how_long_many_tasks_take(tasks: int) -> None:
    page = (ROOT / "docs/how-to/see-what-ran.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| {tasks:,} | all")]
    regions = ("us-east-1", "eu-central-1")
    took = [throttles("ListExecutions", each).ours.seconds_for(tasks) for each in regions]
    cells = [about(each) if each else "at once" for each in took]
    assert row.endswith(f"| {cells[0]} | {cells[1]} |")
