"""This host's clock against the Date of AWS's answers."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.skew import Ahead, Skew
from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover.preflight import check_clock
from tests.answering import Answer, answering
from tests.fakes import FakeClock

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DATE = {"date": "Mon, 23 Nov 2026 10:00:00 GMT"}


def asked(sent: float, came: float, headers: dict[str, str] = DATE) -> Ahead | None:
    """What is known after an answer, by this host's seconds after ten."""
    clock = FakeClock(TEN + timedelta(seconds=sent))
    skew = Skew(clock.now)
    skew.sent()
    clock.time = TEN + timedelta(seconds=came)
    skew.came(headers)
    return skew.ahead


@pytest.mark.parametrize(
    ("sent", "came", "least", "most", "beyond"),
    [
        (0.2, 0.4, -0.8, 0.4, False),
        (15.9, 15.9, 14.9, 15.9, False),  # the Date is cut to whole seconds
        (16.1, 16.2, 15.1, 16.2, True),
        (-15.1, -15.1, -16.1, -15.1, True),
        (-14.9, -14.8, -15.9, -14.8, False),
        (0, 40, -1, 40, False),  # an answer that was long on its way
        (17, 57, 16, 57, True),
    ],
)
def test_between_what_it_lies(
    sent: float, came: float, least: float, most: float, beyond: bool
) -> None:
    ahead = asked(sent, came)
    assert ahead is not None
    assert ahead.least == pytest.approx(least)
    assert ahead.most == pytest.approx(most)
    assert ahead.is_surely_beyond(15) is beyond


@pytest.mark.parametrize("headers", [{}, {"date": ""}, {"date": "x"}, {"Date": "-1"}])
def test_an_answer_without_a_date_tells_nothing(headers: dict[str, str]) -> None:
    assert asked(0, 1, headers) is None


def test_a_slow_answer_counts_for_less_and_a_later_one_for_more() -> None:
    clock = FakeClock(TEN)
    skew = Skew(clock.now)

    def answer(seconds: float, date: str) -> float:
        skew.sent()
        clock.time += timedelta(seconds=seconds)
        skew.came({"Date": f"Mon, 23 Nov 2026 {date} GMT"})
        assert skew.ahead
        return skew.ahead.most

    assert answer(9, "10:00:00") == 9
    assert answer(1, "10:00:09") == 1
    assert answer(9, "10:00:00") == 1  # too slow to tell more
    assert answer(1, "09:59:00") == 80  # the clock was set meanwhile


def test_each_thread_has_its_own_answers() -> None:
    clock = FakeClock(TEN)
    skew = Skew(clock.now)
    skew.sent()
    other = threading.Thread(target=skew.came, args=(DATE,))
    other.start()
    other.join()
    unknown = skew.ahead
    assert unknown is None
    skew.came(DATE)
    known = skew.ahead
    assert known == Ahead(least=-1, most=0)


def test_a_session_looks_at_every_answer_and_tells_every_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Errors, too: they have a Date as any answer."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    clock, said = FakeClock(SYSTEM_CLOCK.now() + timedelta(seconds=120)), list[str]()
    with answering(lambda *_: Answer(status=403, body=b"")) as server:
        settings = AwsSettings(region="eu-west-1", endpoint_url=server.url)
        session = Session(settings, now=clock.now, say=said.append)
        before = session.ahead
        assert before is None
        with pytest.raises(AwsError):
            session.account()
    ahead = session.ahead
    assert ahead is not None
    assert 100 < ahead.seconds < 140
    assert said == ["aws: sts GetCallerIdentity"]
    with pytest.raises(
        SafetyError, match=r"clock is (1 min 5\d s|2 min( \d s)?) ahead of AWS's"
    ) as refused:
        check_clock(ahead)
    assert "chronyc" in (refused.value.fix or "")


def test_a_clock_that_is_right_or_unknown_is_no_obstacle() -> None:
    check_clock(None)
    check_clock(Ahead(least=-1, most=15))
    with pytest.raises(SafetyError, match="17 s behind AWS's"):
        check_clock(Ahead(least=-17.5, most=-16.5))
