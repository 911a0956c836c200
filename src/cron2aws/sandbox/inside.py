"""The sandbox itself: an AWS in this process for as long as a `with` block lasts."""

from __future__ import annotations

import json
import logging
import os
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

from cron2aws.sandbox.environment import Environment
from cron2aws.sandbox.extra import require_moto
from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.functions.clients import Clients
from cron2aws.sandbox.functions.running import Functions
from cron2aws.sandbox.hook import Installed
from cron2aws.sandbox.machines.executions import Executions
from cron2aws.sandbox.parts import Parts
from cron2aws.sandbox.rates.load import DEFAULT_CONCURRENCY, Load
from cron2aws.sandbox.run_command.commands import Command
from cron2aws.sandbox.run_command.sending import RunCommand
from cron2aws.sandbox.speed.loading import loading_hooks, without_validator
from cron2aws.sandbox.telling import Notification, Told
from cron2aws.sandbox.time import triggers
from cron2aws.sandbox.time.clock import RealClock, VirtualClock
from cron2aws.sandbox.time.deliveries import Deliveries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cron2aws.sandbox.run_command.hosts import StandInHost
    from cron2aws.sandbox.time.clock import Clock

ACCOUNT = "123456789012"
DEFAULT_REGION = "us-east-1"
_TASK_BEGUN = ("TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled")


class Sandbox:
    """moto with what it lacks, the stand-in hosts, and a clock that need not be waited for.

    One sandbox at a time in a process. Clients of boto3 must be made inside the `with` block.
    With `ramp` the hosts of a command begin in steps of one, two, four (see run_command/queue.py).
    """

    def __init__(
        self,
        hosts: Iterable[StandInHost] = (),
        *,
        clock: Clock | None = None,
        lag_seconds: float = 1.0,
        ramp: bool = False,
        concurrency: int = DEFAULT_CONCURRENCY,
    ) -> None:
        """`concurrency`: how many functions may run at once, as Lambda says of the account.

        It holds only while `load.enforced` is set, as do the buckets of AWS's operations.
        """
        self.region = os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
        self.account = ACCOUNT
        self.clock = clock or VirtualClock(RealClock().now())
        self._first_hosts = tuple(hosts)
        clients, told = Clients(self.region), Told(self.clock)
        self._parts = Parts(
            clock=self.clock,
            run_command=RunCommand(self.clock, lag_seconds=lag_seconds, ramp=ramp),
            functions=Functions(self.clock, clients, self.region),
            executions=Executions(self.clock, told.of_execution),
            told=told,
            clients=clients,
            load=Load(self.clock, concurrency, self.region),
        )
        self._deliveries = Deliveries(self.clock, self.account, self.region)
        self._environment: Environment | None = None
        self._mock: Foreign = None
        self._loading: Installed | None = None
        self._installed: Installed | None = None

    def __enter__(self) -> Self:
        """Everything that boto3 does in this process now goes to the sandbox."""
        require_moto()
        from moto import mock_aws

        from cron2aws.sandbox.moto import repairs
        from cron2aws.sandbox.speed import hooks as speed

        # a failed execution is logged as an error: here that is a result, not a fault
        logging.getLogger("moto").addHandler(logging.NullHandler())
        self._environment = Environment.sealed(self.region)
        self._loading = Installed(loading_hooks())
        self._mock = mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
        self._mock.start()
        with without_validator():  # it is loaded with what the hooks look for
            self._installed = Installed(chain(repairs.hooks(self._parts), speed.hooks()))
            _learn_types()
        from cron2aws.sandbox.run_command.instances import tags_now

        self._parts.run_command.tags_of = partial(tags_now, self.account, self.region)
        for host in self._first_hosts:
            self.add_host(host)
        return self

    def __exit__(self, *_: object) -> None:
        """Everything is forgotten."""
        self._mock.stop()
        if self._installed:
            self._installed.remove()
        if self._loading:
            self._loading.remove()
        if self._environment:
            self._environment.restore()

    @property
    def load(self) -> Load:
        """What is taken of the account's quotas."""
        return self._parts.load

    @property
    def now(self) -> datetime:
        """The sandbox's time, UTC."""
        return self.clock.now()

    def add_host(self, host: StandInHost) -> None:
        """One more instance with its tags; a host of the same instance id is replaced."""
        from cron2aws.sandbox.run_command.instances import put_instance

        self._parts.run_command.hosts[host.instance_id] = host
        put_instance(self.account, self.region, host)

    @property
    def hosts(self) -> tuple[StandInHost, ...]:
        """The stand-in hosts, in the order they were added."""
        return tuple(self._parts.run_command.hosts.values())

    @property
    def commands(self) -> tuple[Command, ...]:
        """Every command that was sent, oldest first."""
        return tuple(self._parts.run_command.commands.values())

    def fire(self, stack_name: str, scheduled_time: datetime, which: int = 1) -> str | None:
        """Do what the stack's trigger does at that time; the execution's ARN.

        None where the trigger is disabled, or where the execution could not be started: then the
        input lies in the trigger's queue of dead letters, if it has one, and an alarm rings.
        `which` counts the stack's schedules and scheduled rules in the template's order, from 1.
        """
        trigger = triggers.of_stack(self._stack(stack_name))[which - 1]
        if not trigger.enabled:
            return None
        return self._deliveries.deliver(trigger, scheduled_time, self.start)

    def fire_due(self, minute: datetime) -> list[str]:
        """Start what fires in that minute (UTC), whosever it is; the executions' ARNs."""
        due = [
            trigger
            for trigger in triggers.everywhere(self.account, self.region)
            if trigger.enabled and trigger.fires_at(minute)
        ]
        started = [self._deliveries.deliver(trigger, minute, self.start) for trigger in due]
        return [execution for execution in started if execution is not None]

    def start(self, machine_arn: str, given: str = "{}", name: str | None = None) -> str:
        """Start an execution; its ARN."""
        execution = self._machines().start_execution(machine_arn, name, given)
        return str(execution.exec_arn)

    def wait(self, execution_arn: str, *, real_seconds: float = 60) -> dict[str, Any]:
        """Wait until it has ended: its status, output, error and cause, start and stop.

        Where it only handed the run over to an execution named after the scheduled minute, that
        one is waited for instead, and told of: `arn` says which it was.
        """
        if not self._parts.executions.ended(execution_arn).wait(real_seconds):
            message = f"{execution_arn} has not ended after {real_seconds} s of real time"
            raise TimeoutError(message)
        execution = self._machines().describe_execution(execution_arn)
        went_on_as = handed_over_to(execution.output)
        if went_on_as:
            return self.wait(went_on_as, real_seconds=real_seconds)
        return {
            "arn": execution_arn,
            "status": str(execution.status),
            "output": execution.output,
            "error": execution.error,
            "cause": execution.cause,
            "started": execution.start_date,
            "stopped": execution.stop_date,
        }

    def history(self, execution_arn: str) -> list[dict[str, Any]]:
        """The events of an execution, oldest first."""
        found = self._machines().get_execution_history(execution_arn)["events"]
        return [dict(event) for event in found]

    def transitions(self, execution_arn: str) -> int:
        """State transitions as AWS bills them: every state entered, and every retry."""
        events = self.history(execution_arn)
        entered = sum(event["type"].endswith("StateEntered") for event in events)
        begun = sum(event["type"] in _TASK_BEGUN for event in events)
        tasks = sum(event["type"] == "TaskStateEntered" for event in events)
        return int(entered + max(begun - tasks, 0))

    def notifications(self) -> list[Notification]:
        """What was published to the topics, oldest first."""
        return self._parts.told.messages

    def _machines(self) -> Foreign:
        from moto.stepfunctions.parser.models import (
            stepfunctions_parser_backends,
        )

        return stepfunctions_parser_backends[self.account][self.region]

    def _stack(self, name: str) -> Foreign:
        from moto.cloudformation.models import cloudformation_backends

        return cloudformation_backends[self.account][self.region].get_stack(name)


def handed_over_to(output: object) -> str | None:
    """The execution under which a run goes on, if this one only started that."""
    if isinstance(output, dict) and output.get("Error") == "HandedOver":
        return str(json.loads(json.loads(output["Cause"])["errorMessage"])["execution"])
    return None


def _learn_types() -> None:
    """Moto lists the resource types once; it must look again once ours are there."""
    from moto.cloudformation import parsing

    for known in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        known.cache_clear()
