"""SendCommand is an empty Success at once, for every instance, and three actions are missing.

AWS: a command goes to managed hosts, takes its time, and can fail in many ways ("Run Command
    statuses"; ListCommandInvocations, CancelCommand, DescribeInstanceInformation, API reference).
Report: SSM: commands with states; implement list_command_invocations, cancel_command and
    describe_instance_information
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook
from cron2aws.sandbox.run_command.api import actions
from cron2aws.sandbox.run_command.documents import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """Run Command of our own."""
    for name, action in actions(parts.run_command).items():
        yield Hook(
            owner="moto.ssm.responses:SimpleSystemManagerResponse",
            name=name,
            replace=_answering(action),
            new=name not in ("send_command", "list_commands", "get_command_invocation"),
        )


def _answering(action: Callable[[Foreign], dict[str, Any]]) -> Callable[[object], object]:
    def answer(request: Foreign) -> object:
        from moto.core.exceptions import ServiceException
        from moto.core.responses import ActionResult

        try:
            return ActionResult(action(request))
        except Refused as refused:
            # moto takes the service from the error's module
            told = type(refused.code, (ServiceException,), {"__module__": "moto.ssm.exceptions"})
            raise told(refused.code, refused.message) from refused

    return lambda _: answer
