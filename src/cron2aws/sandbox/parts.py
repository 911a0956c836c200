"""What a sandbox is made of: the repairs put its parts into moto."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from cron2aws.sandbox.functions.clients import Clients
    from cron2aws.sandbox.functions.running import Functions
    from cron2aws.sandbox.machines.executions import Executions
    from cron2aws.sandbox.rates.load import Load
    from cron2aws.sandbox.run_command.sending import RunCommand
    from cron2aws.sandbox.stacks.api import StackApi
    from cron2aws.sandbox.telling import Told
    from cron2aws.sandbox.time.clock import Clock


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Those of one sandbox."""

    clock: Clock
    run_command: RunCommand
    functions: Functions
    executions: Executions
    told: Told
    clients: Clients
    load: Load

    @cached_property
    def stacks(self) -> StackApi:
        """Made once moto is there."""
        from moto.cloudformation import parsing

        from cron2aws.sandbox.stacks.api import StackApi
        from cron2aws.sandbox.stacks.engine import StackEngine

        return StackApi(StackEngine(parsing))

    def task_client(self, region: str, service: str, state_credentials: object = None) -> Foreign:
        """boto_client_for: a state machine's task asks for a client."""
        del state_credentials
        return self.clients.client(service, region)
