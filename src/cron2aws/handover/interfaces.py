"""What the use-cases need of the world, so that tests can stand in for it without patches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from cron2aws.plan.actions import Action
from cron2aws.plan.reports import NamedRun
from cron2aws.plan.values import Deployed


class StackStep(Protocol):
    """What becomes of one task's stack."""

    @property
    def action(self) -> Action: ...
    @property
    def id(self) -> str: ...
    @property
    def stack_name(self) -> str: ...
    @property
    def parameters(self) -> Mapping[str, str]:
        """Those that are set; an update keeps all others."""

    @property
    def tags(self) -> Mapping[str, str]: ...
    @property
    def deploy_role(self) -> str | None:
        """CloudFormation's service role; None: the caller's own rights."""

    @property
    def protect(self) -> bool | None:
        """Termination protection to be set or lifted; None leaves it."""

    @property
    def replaces(self) -> bool:
        """Whether a stack of its name never came up, and goes before it is created."""


class StackStore(Protocol):
    """Stacks of tasks (aws/stacks.py)."""

    def deployed(self) -> tuple[Deployed, ...]: ...
    def get(self, stack_id: str) -> Deployed | None: ...
    def create(
        self,
        name: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        *,
        role_arn: str | None = None,
        replaces: bool = False,
    ) -> None: ...
    def update(
        self, stack: Deployed, parameters: Mapping[str, str], *, role_arn: str | None = None
    ) -> None: ...
    def flip(self, stack: Deployed, parameters: Mapping[str, str]) -> None: ...
    def protect(self, name: str, *, protected: bool) -> None: ...
    def delete(self, stack: Deployed) -> None: ...


class RunLog(Protocol):
    """Executions (aws/runs.py)."""

    def running(self, machine: str) -> Sequence[NamedRun]: ...


class Clock(Protocol):
    """The time in UTC, and waiting; instant in tests and in the sandbox."""

    def now(self) -> datetime: ...
    def sleep_until(self, moment: datetime) -> None: ...


class Progress(Protocol):
    """Where the use-cases tell how far they are."""

    def begin(self, what: str, total: int) -> None: ...
    def done(self, what: str) -> None: ...
    def failed(self, what: str) -> None: ...
    def say(self, text: str) -> None: ...
