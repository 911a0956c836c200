"""Stand-ins for the world that the use-cases work on, held to the same contracts as the real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from cron2aws.errors import AwsError, SafetyError
from cron2aws.plan import Deployed
from cron2aws.task.task import TAG_ID

START = datetime(2026, 11, 23, 10, 0, 20, tzinfo=UTC)


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self, start: datetime = START) -> None:
        self.time = start
        self.slept: list[datetime] = []

    def now(self) -> datetime:
        return self.time

    def sleep_until(self, moment: datetime) -> None:
        self.slept.append(moment)
        self.time = max(self.time, moment)


@dataclass
class FakeJournal:
    """Keeps what was written."""

    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def write(self, event: str, **facts: object) -> None:
        self.events.append((event, facts))


@dataclass
class FakeProgress:
    """Keeps what was said."""

    said: list[str] = field(default_factory=list)

    def begin(self, what: str, total: int) -> None:
        self.said.append(f"{what} {total}")

    def done(self, what: str) -> None:
        self.said.append(f"done {what}")

    def say(self, text: str) -> None:
        self.said.append(text)


class FakeStacks:
    """Stacks in memory; `log` holds each change as it came, with the time of the clock."""

    def __init__(self, clock: FakeClock, *stacks: Deployed, seconds: float = 0) -> None:
        self.clock = clock
        self.stacks = {stack.stack_name: stack for stack in stacks}
        self.refuses: set[tuple[str, str]] = set()  # (what, stack name)
        self.log: list[tuple[datetime, str, str, dict[str, str]]] = []
        self.seconds = seconds

    def deployed(
    entry_id: str,
    parameters: Mapping[str, str] | None = None,
    *,
    name: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Deployed:
    """A settled stack of ours."""
    stack_name = name or f"cron2aws-web-job-{entry_id}"
    return Deployed(
        id=entry_id,
        stack_name=stack_name,
        stack_id=f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{stack_name}/1",
        status="CREATE_COMPLETE",
        parameters=MappingProxyType(dict(parameters or {})),
        tags=MappingProxyType(dict(tags or {TAG_ID: entry_id})),
        outputs=MappingProxyType({"StateMachineArn": f"machine-{entry_id}"}),
    )
