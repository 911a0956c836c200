"""Our stacks over CloudFormation's stand-in, with what was told and how long it was slept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from botocore.config import Config

from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TAG_HOST, TAG_ID
from tests.cloudformation import FakeCloudFormation, FakeStack
from tests.fakes import FakeClock, FakeRun
from tests.query_protocol import Serving
from tests.stubs import templates

ID = "0000000a"
NAME = f"cron2aws-web-job-{ID}"
RULE = f"web-job-{ID}"
GIVEN = {
    "Command": "true",
    "Enabled": "true",
    "EntryId": ID,
    "RuleName": RULE,
    "EC2InstanceTagName": "Name",
    "EC2InstanceTagValue": "web",
}
TAGS = {TAG_ID: ID, TAG_HOST: "web-1"}
ONCE = Config(retries={"total_max_attempts": 1})


@dataclass(kw_only=True)
class StackWorld:
    cloudformation: FakeCloudFormation
    serving: Serving
    stacks: Stacks
    told: list[str]
    slept: list[float] = field(default_factory=list)

    def put(self, status: str, **parameters: str) -> Deployed:
        """A stack of ours in this state, as a listing before would have shown it."""
        raw = self.cloudformation.put(NAME, status, parameters={**GIVEN, **parameters}, tags=TAGS)
        return as_listed(raw)

    @property
    def stack(self) -> FakeStack:
        """The one that was made last."""
        return self.cloudformation.stacks[-1]

    @property
    def live(self) -> list[str]:
        """How the stacks stand that are not deleted."""
        states = [each.status for each in self.cloudformation.stacks]
        return [status for status in states if status != "DELETE_COMPLETE"]


def as_listed(raw: FakeStack) -> Deployed:
    return Deployed(
        id=ID,
        stack_name=raw.name,
        stack_id=raw.arn,
        status=raw.status,
        parameters=dict(raw.parameters),
        tags=dict(raw.tags),
    )


@contextmanager
def stack_world(session: Session) -> Iterator[StackWorld]:
    service, told, slept = FakeCloudFormation(), list[str](), list[float]()
    serving = service.serve(session.client("cloudformation"))
    stacks = Stacks(StackCalls(session, slept.append), templates(), told.append)
    try:
        yield StackWorld(
            cloudformation=service, serving=serving, stacks=stacks, told=told, slept=slept
        )
    finally:
        serving.end()


def session_of(config: Config = ONCE) -> Session:
    return Session(AwsSettings(region="eu-west-1"), config)


class EachMinute:
    """Executions of an every-minute schedule that cannot be stopped, beside one long one."""

    def __init__(self, clock: FakeClock, *, each: timedelta, long: timedelta) -> None:
        self._clock = clock
        self._start = clock.now()
        self._each = each
        self._long = long

    def running(self, _machine: str) -> tuple[FakeRun, ...]:
        now = self._clock.now()
        minutes = int((now - self._start).total_seconds() // 60) + 1
        starts = [self._start + timedelta(minutes=nth) for nth in range(minutes)]
        going = [each for each in starts if now < each + self._each]
        long = [self._start - timedelta(minutes=1)] if now < self._start + self._long else []
        return tuple(FakeRun("RUNNING", each) for each in (*long, *going))

    def last(self, _machine: str) -> FakeRun | None:
        return None

    def since_start(self, moment: datetime) -> timedelta:
        return moment - self._start
