"""Stand-ins for the world that the use-cases work on, held to the same contracts as the real."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from cron2aws.aws.instances import Instance
from cron2aws.errors import AwsError, Cron2AwsError
from cron2aws.handover.edits_over import EditsOver
from cron2aws.handover.looks import HostLook, Looks
from cron2aws.hosts.tick import MINUTE, QUIET_FROM, QUIET_UNTIL, QuietTime, minute_of
from cron2aws.plan.stack_states import Doing
from cron2aws.plan.values import OF_TEMPLATE, Deployed
from cron2aws.task.foundation import TEMPLATE_VERSION
from cron2aws.task.target import Target
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
class FakeProgress:
    """Keeps what was said."""

    said: list[str] = field(default_factory=list)

    def begin(self, what: str, total: int) -> None:
        self.said.append(f"{what} {total}")

    def done(self, what: str) -> None:
        self.said.append(f"done {what}")

    def failed(self, what: str) -> None:
        self.said.append(f"failed {what}")

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
        self.why = "ValidationError: no"
        self.service_roles: dict[str, str | None] = {}

    def deployed(self) -> tuple[Deployed, ...]:
        return tuple(self.stacks.values())

    def get(self, stack_id: str) -> Deployed | None:
        by_id = {stack.stack_id: stack for stack in self.stacks.values()}
        return self.stacks.get(stack_id) or by_id.get(stack_id)

    def ready(self, stack: Deployed, doing: Doing) -> Deployed | None:  # noqa: ARG002
        return self.get(stack.stack_id)

    def machine(self, stack: Deployed) -> str | None:
        return stack.outputs.get("StateMachineArn")

    def create(
        self,
        name: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        *,
        role_arn: str | None = None,
        replaces: bool = False,
    ) -> None:
        self._act("create", name, parameters)
        self.service_roles[name] = role_arn
        if replaces:
            self.stacks.pop(name, None)
        if name in self.stacks:
            raise AwsError(what=f"creating stack {name} failed", why="AlreadyExistsException")
        self.stacks[name] = deployed(tags[TAG_ID], parameters, name=name, tags=tags, bare=True)

    def update(
        self, stack: Deployed, parameters: Mapping[str, str], *, role_arn: str | None = None
    ) -> None:
        self.service_roles[stack.stack_name] = role_arn
        self.flip(stack, parameters)

    def flip(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
        self._act("update", stack.stack_name, parameters)
        now = self.stacks[stack.stack_name]
        merged = {**now.parameters, **parameters}
        self.stacks[stack.stack_name] = replace(now, parameters=MappingProxyType(merged))

    def protect(self, name: str, *, protected: bool) -> None:
        self._act("protect", name, {})
        self.stacks[name] = replace(self.stacks[name], is_protected=protected)

    def delete(self, stack: Deployed) -> None:
        self._act("delete", stack.stack_name, {})
        self.stacks.pop(stack.stack_name, None)

    def _act(self, what: str, name: str, parameters: Mapping[str, str]) -> None:
        if (what, name) in self.refuses:
            raise AwsError(what=f"{what} {name} failed", why=self.why)
        self.log.append((self.clock.now(), what, name, dict(parameters)))


@dataclass(frozen=True)
class FakeRun:
    status: str
    started: datetime
    name: str = "4711"


class FakeRuns:
    """Executions that end at given times."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.ends: dict[str, datetime] = {}

    def running(self, machine: str) -> tuple[FakeRun, ...]:
        end = self.ends.get(machine)
        return (FakeRun("RUNNING", START),) if end and end > self.clock.now() else ()


class FakeDaemon:
    """A cron daemon that is always seen to wake: the quiet part of each minute comes."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock

    def expected(self) -> datetime:
        now = self.clock.now()
        late = timedelta(minutes=1) if now > minute_of(now) + QUIET_UNTIL else timedelta()
        return minute_of(now) + late + MINUTE

    def wait(self) -> QuietTime:
        minute = self.expected() - MINUTE
        if self.clock.now() < minute + QUIET_FROM:
            self.clock.sleep_until(minute + QUIET_FROM)
        return QuietTime(minute=minute)


class FakeProber:
    """What the hosts of each stack answer, by its name; `asked` are those that were."""

    def __init__(self, **answers: tuple[HostLook, ...] | Cron2AwsError) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []

    def look(self, stacks: Sequence[Deployed]) -> Looks:
        self.asked += [stack.stack_name for stack in stacks]
        return {stack.stack_name: self.answer(stack) for stack in stacks}

    def ask(self, stack: Deployed) -> tuple[HostLook, ...] | Cron2AwsError:
        return self.look([stack])[stack.stack_name]

    def stop(self) -> None:
        pass

    def answer(self, stack: Deployed) -> tuple[HostLook, ...] | Cron2AwsError:
        return self.answers.get(stack.stack_name, self.answers.get("every", ()))


def deployed(
    entry_id: str,
    parameters: Mapping[str, str] | None = None,
    *,
    name: str | None = None,
    tags: Mapping[str, str] | None = None,
    bare: bool = False,
) -> Deployed:
    """A settled stack of ours; a `bare` one has no more parameters than these."""
    stack_name = name or f"cron2aws-web-job-{entry_id}"
    return Deployed(
        id=entry_id,
        stack_name=stack_name,
        stack_id=f"arn:aws:cloudformation:eu-west-1:123456789012:stack/{stack_name}/1",
        status="CREATE_COMPLETE",
        parameters=MappingProxyType(
            {
                **({} if bare else {**dict.fromkeys(OF_TEMPLATE, ""), "EntryId": entry_id}),
                **(parameters or {}),
            }
        ),
        tags=MappingProxyType(dict(tags or {TAG_ID: entry_id})),
        outputs=MappingProxyType(
            {"StateMachineArn": f"machine-{entry_id}", "TemplateVersion": str(TEMPLATE_VERSION)}
        ),
    )


@dataclass(frozen=True, kw_only=True)
class FakeEdit:
    """An edit that somebody has sent."""

    instance: str
    at: datetime
    status: str = "InProgress"


class FakeSentEdits:
    """What Systems Manager lists of edits."""

    def __init__(self) -> None:
        self.sent: list[FakeEdit] = []
        self.refuses = False

    def sent_since(self, moment: datetime) -> Sequence[FakeEdit]:
        if self.refuses:
            raise AwsError(what="looking for edits failed", why="AccessDenied: no")
        return [each for each in self.sent if each.at >= moment]


class FakeTagged:
    """Instances of every target; None where EC2 may not be asked."""

    def __init__(self, *ids: str) -> None:
        self.ids: Sequence[str] | None = ids

    def __call__(self, targets: Iterable[Target]) -> Mapping[Target, Sequence[Instance]]:
        if self.ids is None:
            raise AwsError(what="looking for the instances failed", why="AccessDenied: no")
        its = [Instance(id=each, name=each, state="running") for each in self.ids]
        return dict.fromkeys(targets, its)


def no_edits(clock: FakeClock, progress: FakeProgress) -> EditsOver:
    """Nobody edits anything."""
    return EditsOver(FakeSentEdits(), FakeTagged(), clock, progress)
