"""What AWS and this machine say, as values: `aws/checkup.py` asks for them.

What may not be asked, or was not answered, is `NotKnown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol, TypeAlias, TypeVar

from cron2aws.plan.setup import Concurrency

Fact = TypeVar("Fact")


@dataclass(frozen=True, kw_only=True)
class NotKnown:
    """No answer: why, and the action that was denied, if that is why."""

    why: str
    permission: str | None = None


Known: TypeAlias = Fact | NotKnown


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Whose credentials these are, and how long they last."""

    arn: str
    method: str
    """How the SDK found them, in its own word: `env`, `sso`, `iam-role`."""

    temporary: bool
    """They have a session token."""

    expires: datetime | None = None
    """None where the SDK does not know, and for those that never do."""


@dataclass(frozen=True, kw_only=True)
class Denied:
    """An action that the simulation does not allow on a resource."""

    action: str
    resource: str
    explicit: bool
    """A statement denies it; else none allows it."""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What IAM's simulation says: how many actions were asked about, and which are denied."""

    actions: int
    denied: tuple[Denied, ...]


@dataclass(frozen=True, kw_only=True)
class Number:
    """A count, and where it comes from."""

    value: int
    source: str
    is_least: bool = False
    """There may be more: it was not counted to the end."""

    is_default: bool = False
    """AWS's default: what counts for this account could not be learnt."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic's subscriptions; a pending one gets no messages."""

    confirmed: int
    pending: int


@dataclass(frozen=True, kw_only=True)
class Host:
    """An instance of the target; `state` is EC2's word."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Agent:
    """An SSM agent, as it reported last; each empty where that is not told."""

    ping: str
    """Systems Manager's own word: `Online`, or another."""

    version: str
    platform: str
    """`Linux`, `Windows` or `MacOS`."""

    @property
    def online(self) -> bool:
        """Whether Systems Manager has heard of the agent in the last minutes."""
        return self.ping == "Online"


@dataclass(frozen=True, kw_only=True)
class StackState:
    """A stack of ours that the plan works on, and its state."""

    name: str
    status: str
    shared: bool = False
    """All tasks need it: the foundation, or the target's."""

    ends: bool = False
    """The plan deletes it."""


class Ahead(Protocol):
    """How far this machine's clock is ahead of AWS's (aws/skew.py)."""

    @property
    def seconds(self) -> float: ...  # noqa: D102
    def is_surely_beyond(self, seconds: float) -> bool: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class PreflightFacts:
    """All that the checks look at."""

    now: datetime
    credentials: Known[Credentials]
    simulated: Known[Simulated]
    limits: Mapping[str, Known[Number]] = field(default_factory=lambda: MappingProxyType({}))
    """By what a quota counts: `stacks`."""

    used: Mapping[str, Known[Number]] = field(default_factory=lambda: MappingProxyType({}))
    concurrency: Known[Concurrency]
    topics: Mapping[str, Known[Topic | None]]
    """By ARN; None: there is no such topic."""

    hosts: tuple[Host, ...]
    agents: Known[Mapping[str, Agent]]
    """By instance; one that Systems Manager does not know is missing."""

    ahead: Ahead | None
    taken: Mapping[str, Known[frozenset[str]]]
    """By the kind of resource: names that are there."""

    stacks: tuple[StackState, ...]
    has_tasks: bool = False
    """A task of the target is deployed."""
