"""What goes wrong on AWS while a task's stack runs in the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from cron2aws.sandbox.functions.running import Invoked
from tests.fake_clients import refused
from tests.sandboxes import client
from tests.stack_runs import Harm, Stack

ALWAYS = 10_000


def breaks(function: str, error: str, times: int = ALWAYS) -> Harm:
    """The invocations of a function end with that error, the first `times` of them."""
    payload = {"errorType": error, "errorMessage": "made by the test"}
    return _instead(
        function, lambda _: Invoked(payload=json.dumps(payload), failed=True, log=""), times
    )


def answers(function: str, answer: object, times: int = ALWAYS) -> Harm:
    """A function answers that, whatever it is asked."""
    return _instead(
        function, lambda _: Invoked(payload=json.dumps(answer), failed=False, log=""), times
    )


def hangs(function: str, times: int = ALWAYS) -> Harm:
    """Lambda does not answer for ten minutes, and then with an error."""

    def invoked(stack: Stack) -> Invoked:
        stack.sandbox.clock.sleep(600, in_execution=True)
        return Invoked(payload="{}", failed=True, log="")

    return _instead(function, invoked, times)


def _instead(function: str, answer: Callable[[Stack], Invoked], times: int) -> Harm:
    @contextmanager
    def harm(stack: Stack) -> Iterator[None]:
        functions, left = stack.sandbox._parts.functions, [times]
        invoke = functions.invoke

        def invoked(called: Any, event: object) -> Invoked:
            if function in called.function_name and left[0]:
                left[0] -= 1
                return answer(stack)
            return invoke(called, event)

        vars(functions)["invoke"] = invoked
        yield
        del vars(functions)["invoke"]

    return harm


def refuses(
    service: str,
    operation: str,
    code: str,
    status: int = 400,
    times: int = ALWAYS,
    *,
    done: bool = False,
) -> Harm:
    """A service answers with an error, the first `times`; `done`: after it did what was asked."""
    event = f"{'after' if done else 'before'}-call.{service}.{operation}"

    @contextmanager
    def harm(stack: Stack) -> Iterator[None]:
        left = [times]

        def answer(**_: Any) -> None:
            if left[0]:
                left[0] -= 1
                raise refused(code, status, operation)

        events = stack.sandbox._parts.clients.client(service).meta.events
        events.register(event, answer)
        yield
        events.unregister(event, answer)

    return harm


def machine_gone(stack: Stack) -> AbstractContextManager[None]:
    client("stepfunctions").delete_state_machine(stateMachineArn=stack.output("StateMachineArn"))
    return nullcontext()


def trigger_role_gone(stack: Stack) -> AbstractContextManager[None]:
    name = _made(stack, "TriggerRole")
    client("iam").delete_role_policy(RoleName=name, PolicyName="start-the-machine")
    client("iam").delete_role(RoleName=name)
    return nullcontext()


def function_gone(stack: Stack) -> AbstractContextManager[None]:
    client("lambda").delete_function(FunctionName=_made(stack, "SendFunction"))
    return nullcontext()


def _made(stack: Stack, logical: str) -> str:
    """The name of what the stack has made."""
    found = client("cloudformation").describe_stack_resource(
        StackName=stack.name, LogicalResourceId=logical
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


@contextmanager
def role_gone(stack: Stack) -> Iterator[None]:
    """Nothing may be called and nothing published."""
    denied = breaks("SendFunction", "Lambda.AccessDeniedException")
    silenced = refuses("sns", "Publish", "AuthorizationError", status=403)
    with denied(stack), silenced(stack):
        yield
