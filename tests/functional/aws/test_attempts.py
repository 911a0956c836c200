"""What a failed SendCommand tells: surely not sent, or perhaps; by a server that plays AWS."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from botocore.config import Config

from cron2aws.aws.editing import Editors
from cron2aws.aws.sending import Sender
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.errors import AwsError
from tests.answering import JSON, Answer, Answering, answering
from tests.fakes import FakeClock
from tests.stubs import keys, nothing

SENT = {"Command": {"CommandId": "11111111-1111-1111-1111-111111111111"}}


def says(body: object, status: int = 200) -> Answer:
    return Answer(body=json.dumps(body).encode(), status=status, kind=JSON)


def refuses(code: str, status: int = 400) -> Answer:
    return says({"__type": code, "message": "no"}, status)


ANSWERS = {
    "taken": says(SENT),
    "throttled": refuses("ThrottlingException"),
    "denied": refuses("AccessDeniedException"),
    "expired": refuses("ExpiredTokenException"),
    "no instance": refuses("InvalidInstanceId"),
    "no document": refuses("InvalidDocument"),
    "error": refuses("InternalServerError", 500),
    "busy": Answer(body=b"", status=503),
    "a page": Answer(body=b"<html>Log in</html>"),
    "closed": Answer(body=b"", raw=True),
    "cut": Answer(body=b"{", kind=JSON, promised=99),
    "silence": Answer(body=b"", raw=True),
}


@contextmanager
def playing(*answers: str) -> Iterator[Answering]:
    """One for each attempt; the last one stays."""
    over = threading.Event()

    def speaks(_: str, number: int) -> Answer:
        name = answers[min(number, len(answers) - 1)]
        if name == "silence":
            over.wait()
        return ANSWERS[name]

    with answering(speaks) as server:
        try:
            yield server
        finally:
            over.set()


def editors_at(url: str) -> Editors:
    """Of an AWS there, asked twice at most."""
    retries = {"mode": "standard", "total_max_attempts": 2}
    config = Config(retries=retries, read_timeout=1)  # type: ignore[arg-type]
    session = Session(AwsSettings(region="eu-west-1", endpoint_url=url), config)
    clock = FakeClock()
    return Editors(Sender(session, clock.now, clock.sleep_until), lambda: "patch=''\nact=edit\n")


def failed(url: str) -> AwsError:
    with pytest.raises(AwsError) as error:
        editors_at(url).send("i-1", "x")
    assert error.value.what == "sending the edit script to i-1 failed"
    return error.value


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)


@pytest.mark.parametrize(
    ("answers", "came"),
    [
        (["denied"], 1),
        (["expired"], 1),
        (["no instance"], 1),
        (["throttled"], 2),
        (["no document", "denied"], 2),
    ],
)
def test_what_aws_refused_was_not_sent(answers: list[str], came: int) -> None:
    """Throttled, too, as often as the SDK asks."""
    with playing(*answers) as server:
        error = failed(server.url)
    assert not error.maybe_done
    assert len(server.asked) == came


@pytest.mark.parametrize(
    ("answers", "came"),
    [
        (["error"], 2),
        (["busy"], 2),
        (["closed"], 2),
        (["cut"], 1),
        (["silence"], 2),
        (["a page"], 1),
        # what comes last says nothing of what came before
        (["closed", "throttled"], 2),
        (["silence", "denied"], 2),
        (["error", "expired"], 2),
        (["throttled", "error"], 2),
        (["no document", "error"], 3),
    ],
)
def test_what_may_have_been_sent(answers: list[str], came: int) -> None:
    with playing(*answers) as server:
        error = failed(server.url)
    assert error.maybe_done
    assert len(server.asked) == came


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert not failed(f"http://127.0.0.1:{port}").maybe_done


def test_without_credentials_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing(monkeypatch)
    with playing("taken") as server:
        assert not failed(server.url).maybe_done
    assert server.asked == []


def test_a_call_says_nothing_of_the_one_before() -> None:
    with playing("error", "error", "denied") as server:
        editors = editors_at(server.url)
        for maybe_done in (True, False):
            with pytest.raises(AwsError) as error:
                editors.send("i-1", "x")
            assert error.value.maybe_done is maybe_done


def test_an_answer_that_was_lost_is_asked_for_again() -> None:
    with playing("closed", "taken") as server:
        assert editors_at(server.url).send("i-1", "x") == SENT["Command"]["CommandId"]
    assert len(server.asked) == 2
