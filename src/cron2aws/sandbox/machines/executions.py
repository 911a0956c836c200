"""Executions of state machines: watched, on the sandbox's clock, and named by AWS's rules."""

from __future__ import annotations

import re
import threading
import uuid
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.machines.stopping import Stops
from cron2aws.sandbox.time.virtual_modules import datetime_module, threading_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from cron2aws.sandbox.time.clock import Clock

NAME_LIMIT = 80
FORBIDDEN = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
"""StartExecution: no blanks, brackets, wildcards, special characters or control characters."""
UNCATCHABLE = ("States.DataLimitExceeded", "States.Runtime")
"""What States.ALL doesn't stand for ("Handling errors in Step Functions workflows")."""


class Executions:
    """Knows when each execution has ended."""

    def __init__(self, clock: Clock, tell: Callable[[Foreign], None]) -> None:
        self.clock = clock
        self._tell = tell
        self.stops = Stops(clock)
        self._gone: dict[str, Foreign] = {}
        self._ended: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._starting = threading.RLock()
        self._unnamed: dict[str, int] = {}

    def ended(self, arn: str) -> threading.Event:
        """Set once the execution has ended."""
        with self._lock:
            return self._ended.setdefault(arn, threading.Event())

    def watch(self, run: Callable[[Any], None]) -> Callable[[Any], None]:
        """ExecutionWorker._execution_logic: counted as work, and its end noticed."""

        def watched(worker: Foreign) -> None:
            execution = worker._execution_communication.execution
            try:
                with self.clock.working():
                    run(worker)
            except Exception as error:
                _crashed(execution, error, self.clock)
            finally:
                self.stops.settle(execution)
                self._tell(execution)
                self.ended(execution.exec_arn).set()

        return watched

    def start(self, start: Callable[..., Any]) -> Callable[..., Any]:
        """StepFunctionsParserBackend.start_execution: a name by the rules, or one made up."""

        def started(
            backend: Foreign,
            state_machine_arn: str,
            name: str | None = None,
            *rest: Foreign,
            **more: Foreign,
        ) -> Foreign:
            if name is not None and (not 0 < len(name) <= NAME_LIMIT or FORBIDDEN.search(name)):
                from moto.stepfunctions.exceptions import InvalidName

                message = f"Invalid Name: '{name}'"
                raise InvalidName(message)
            self.clock.tick()
            with self._starting:  # of two at once with one name, one must be refused
                made = name or self._new_name(state_machine_arn)
                return start(backend, state_machine_arn, made, *rest, **more)

        return started

    def _new_name(self, machine: str) -> str:
        """What a trigger calls an execution; the same each time, as what a sandbox shows is."""
        number = self._unnamed[machine] = self._unnamed.get(machine, 0) + 1
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{machine} {number}"))

    def delete(self, delete: Callable[..., None]) -> Callable[..., None]:
        """StepFunctionBackend.delete_state_machine: its executions end at their next transition."""

        def deleted(backend: Foreign, arn: str) -> None:
            for machine in backend.state_machines:
                if machine.arn == arn:
                    for execution in machine.executions:
                        self._gone[execution.exec_arn] = execution
                        if execution.status == "RUNNING":
                            execution.stop(self.clock.now(), None, None)
            delete(backend, arn)

        return deleted

    def describe(self, describe: Callable[..., Foreign]) -> Callable[..., Foreign]:
        """StepFunctionBackend.describe_execution: AWS keeps executions 90 days."""

        def described(backend: Foreign, execution_arn: str) -> Foreign:
            return self._gone.get(execution_arn) or describe(backend, execution_arn)

        return described

    def datetime_module(self) -> ModuleType:
        """The `datetime` of moto's modules that stamp events and executions."""
        return datetime_module(self.clock)

    def threading_module(self) -> ModuleType:
        """The `threading` by which moto waits for a task, as long as its time-out allows."""
        return threading_module(self.clock)


def matching(match: Callable[[Foreign, Foreign], None]) -> Callable[[Foreign, Foreign], None]:
    """ErrorEqualsDecl._eval_body: whether a Retry or Catch is for the error on the stack."""

    def matched(declared: Foreign, env: Foreign) -> None:
        error = env.stack[-1]
        match(declared, env)
        named = error in declared.error_names
        if str(error.error_name) in UNCATCHABLE and not named:
            env.stack[-1] = False

    return matched


def within_quota(evaluate: Callable[[Foreign, Foreign], Foreign]) -> Callable[..., Foreign]:
    """StateTask._eval_parameters: what a task is handed has a limit, like what it gives back."""

    def evaluated(state: Foreign, env: Foreign) -> Foreign:
        parameters = evaluate(state, env)
        state._verify_size_quota(env, parameters)
        return parameters

    return evaluated


def status_of(execution: Foreign) -> str:
    """Execution.status, also of one that is made and not yet started."""
    return str(execution.exec_status.value) if execution.exec_status else "RUNNING"


def _crashed(execution: Foreign, error: Exception, clock: Clock) -> None:
    from moto.stepfunctions.parser.api import ExecutionStatus

    execution.exec_status = ExecutionStatus.FAILED
    execution.stop_date = clock.now()
    execution.error = "Moto.Crash"
    execution.cause = f"{type(error).__name__}: {error}"
