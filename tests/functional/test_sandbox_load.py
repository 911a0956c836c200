"""An account under load: what is above its quotas is refused as AWS refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from cron2aws.aws.rates import LIMITS, CallRate
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.rates.bucket import Bucket
from cron2aws.sandbox.rates.load import CALLING, LOADING, WARM
from cron2aws.sandbox.time.clock import VirtualClock
from tests.sandboxes import START, deploy, small_template


def code(refused: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    answer = refused.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=VirtualClock(START), concurrency=2) as sandbox:
        yield sandbox


def once(service: str) -> Any:
    """A client that does not try again; made inside a sandbox, so that it leads there."""
    made = Session("sandbox", "sandbox", region_name="us-east-1")
    once: Any = made.client  # whichever service is named
    return once(service, config=Config(retries={"total_max_attempts": 1}))


def test_a_bucket_is_empty_after_its_burst_and_is_filled_by_the_second() -> None:
    bucket = Bucket(CallRate(burst=3, per_second=2))
    assert [bucket.take(START) for _ in range(5)] == [True, True, True, False, False]
    later = START + timedelta(seconds=1)
    assert [bucket.take(later) for _ in range(3)] == [True, True, False]
    assert [bucket.take(later + timedelta(hours=1)) for _ in range(4)] == [True] * 3 + [False]


def test_every_operation_has_one_row_that_says_where_it_was_read() -> None:
    assert len({(each.service, each.operation) for each in LIMITS}) == len(LIMITS)
    assert all(each.source for each in LIMITS)


def test_nothing_is_refused_until_it_is_asked_for(sandbox: Sandbox) -> None:
    del sandbox
    asked = once("ssm")
    for _ in range(50):
        asked.list_commands()


def test_what_is_asked_too_often_is_refused_in_each_protocol(sandbox: Sandbox) -> None:
    sandbox.load.enforced = True
    stacks, commands = once("cloudformation"), once("ssm")
    for _ in range(10):
        stacks.describe_stacks()
    with pytest.raises(ClientError) as refused:
        stacks.describe_stacks()
    assert code(refused) == ("Throttling", 400)
    for _ in range(40):
        commands.list_commands()
    with pytest.raises(ClientError) as refused:
        commands.list_commands()
    assert code(refused) == ("ThrottlingException", 400)
    assert sandbox.load.refused == {"DescribeStacks": 1, "ListCommands": 1}
    sandbox.clock.sleep(1)
    commands.list_commands()


def test_what_is_above_the_concurrent_executions_is_refused(sandbox: Sandbox) -> None:
    deploy("one", small_template())
    functions = once("lambda")
    name = functions.list_functions()["Functions"][0]["FunctionName"]
    sandbox.load.enforced = True
    with sandbox.load.place("a"), sandbox.load.place("b"):
        assert (sandbox.now - START).total_seconds() == pytest.approx(2 * (CALLING + LOADING))
        with pytest.raises(ClientError) as refused:
            functions.invoke(FunctionName=name, Payload=b"{}")
    assert code(refused) == ("TooManyRequestsException", 429)
    functions.invoke(FunctionName=name, Payload=b"{}")
    assert sandbox.load.most == 2


def test_a_function_is_loaded_once_for_each_call_at_the_same_time(sandbox: Sandbox) -> None:
    sandbox.load.enforced = True

    def seconds() -> float:
        before = sandbox.now
        with sandbox.load.place("one"):
            return (sandbox.now - before).total_seconds()

    assert [seconds(), seconds()] == pytest.approx([CALLING + LOADING, CALLING])
    with sandbox.load.place("one"):
        assert seconds() == pytest.approx(CALLING + LOADING)
    sandbox.clock.sleep(WARM)
    assert seconds() == pytest.approx(CALLING + LOADING)
