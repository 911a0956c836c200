"""A Wait, a Retry and a time-out take real time, and retries are spread at random.

AWS: the same; here hours of waiting are tried out, and what is shown is shown again.
Report: StepFunctions: let a test set the clock of executions and schedules
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook, method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts

_ASL = "moto.stepfunctions.parser.asl"
_BACKEND = "moto.stepfunctions.parser.backend"
STAMPING = (
    f"{_ASL}.eval.event.event_manager",
    f"{_ASL}.component.state.state",
    f"{_ASL}.component.state.wait.wait_function.timestamp",
    f"{_BACKEND}.execution",
    "moto.stepfunctions.parser.models",
)
"""Modules that write times: events, executions and $$.State.EnteredTime."""


def hooks(parts: Parts) -> Iterator[Hook]:
    """The sandbox's clock in all of these places."""
    watching = parts.executions
    for module in STAMPING:
        yield Hook(owner=module, name="datetime", replace=lambda _: watching.datetime_module())
    retrier = f"{_ASL}.component.common.retry.retrier_decl"
    yield method(
        f"{_ASL}.component.state.wait.wait_function.wait_function:WaitFunction",
        "_wait_interval",
        watching.stops.pause,
    )
    yield Hook(owner=retrier, name="time", replace=lambda _: watching.stops.retry_time())
    yield Hook(owner=f"{retrier}:RetrierDecl", name="_eval_body", replace=watching.stops.retrying)
    yield Hook(
        owner=f"{_ASL}.component.common.retry.jitter_strategy_decl",
        name="random",
        replace=lambda _: parts.load.random_module(),
    )
    # TimeoutSeconds
    yield Hook(
        owner=f"{_ASL}.component.state.exec.execute_state",
        name="threading",
        replace=lambda _: watching.threading_module(),
    )
    # a rate counts from when its schedule was made
    yield Hook(
        owner="moto.scheduler.models",
        name="unix_time",
        replace=lambda _: lambda: parts.clock.now().timestamp(),
    )
