"""Stopping an execution, and the waits inside one.

moto stops in the middle of whatever it evaluates: a function is then called with half its payload,
and what breaks is told as the execution's failure. On AWS an execution is ABORTED at once and does
nothing more after its next transition. So a stop takes effect where a state begins and where a
Wait or a Retry ends its pause.
"""

from __future__ import annotations

import threading
import types
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable

    from cron2aws.sandbox.time.clock import Clock


class Stops:
    """The executions that were asked to stop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: dict[str, tuple[Foreign, str | None, str | None]] = {}
        self._woken: dict[str, threading.Event] = {}
        self._retrying = threading.local()
        self._lock = threading.Lock()

    def ask(
        self, execution: Foreign, stop_date: object, error: str | None, cause: str | None
    ) -> None:
        """Execution.stop: ABORTED from now on; one that has ended stays as it is."""
        from moto.stepfunctions.parser.api import ExecutionStatus

        del stop_date
        if execution.exec_status is not ExecutionStatus.RUNNING:
            return
        self._asked[execution.exec_arn] = (execution, error or None, cause or None)
        self._abort(execution)
        self._event(execution.exec_arn).set()

    def settle(self, execution: Foreign) -> None:
        """Where the execution's thread has ended after all: it was aborted, whatever it came to."""
        if execution.exec_arn in self._asked:
            self._abort(execution)

    def at_transition(self, evaluate: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        """CommonStateField._eval_body: nothing more begins once a stop was asked for."""

        def evaluated(state: Foreign, env: Foreign) -> None:
            if not self._take_effect(env):
                evaluate(state, env)

        return evaluated

    def pause(self, _state: Foreign, env: Foreign, wait_seconds: float) -> None:
        """WaitFunction._wait_interval: on the sandbox's clock, and over when it is stopped."""
        woken = self._event(_arn(env))
        self._clock.sleep(wait_seconds, in_execution=True, woken=woken)
        self._take_effect(env)

    def retrying(self, evaluate: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        """RetrierDecl._eval_body: its `time.sleep` must know whose pause it is."""

        def evaluated(retrier: Foreign, env: Foreign) -> None:
            self._retrying.env = env
            evaluate(retrier, env)

        return evaluated

    def retry_time(self) -> types.ModuleType:
        """The `time` of moto's retrier."""
        copy: Foreign = types.ModuleType("time")
        copy.sleep = lambda seconds: self.pause(None, self._retrying.env, seconds)
        return copy  # type: ignore[no-any-return]

    def _take_effect(self, env: Foreign) -> bool:
        asked = self._asked.get(_arn(env))
        if asked is None:
            return False
        execution, error, cause = asked
        whole = execution.exec_worker.env
        whole.set_stop(stop_date=execution.stop_date, error=error, cause=cause)
        return True

    def _abort(self, execution: Foreign) -> None:
        from moto.stepfunctions.parser.api import ExecutionStatus

        execution.exec_status = ExecutionStatus.ABORTED
        execution.stop_date = execution.stop_date or self._clock.now()
        _, execution.error, execution.cause = self._asked[execution.exec_arn]
        execution.output = None

    def _event(self, arn: str) -> threading.Event:
        with self._lock:
            return self._woken.setdefault(arn, threading.Event())


def _arn(env: Foreign) -> str:
    """The execution that an environment belongs to, a frame's as well."""
    return str(env.states.context_object.context_object_data["Execution"]["Id"])
