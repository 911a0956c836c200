"""The parameters of cfn/task.yaml, checked before AWS sees them.

CloudFormation checks them as well, but one stack at a time and after the first ones are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring
from types import MappingProxyType

from cron2aws.task.rules import RULES

ENVIRONMENT_BYTES = 4096  # all keys and values of a function's environment together, as JSON

_LONGEST_SIGN = len(r"\u001b")  # bytes of JSON that one character can take

LEFT_TO_DEFAULT: Mapping[str, str] = MappingProxyType(
    {
        "MaxErrors": "under cron a failure on one host keeps no other host from its run",
        "Architecture": "arm64 costs less; x86_64 is for a region that lacks it",
        "LogRetentionInDays": "the functions' logs are for the search after a fault, not the job's",
    }
)
"""Parameters that the program never sets, and why; they are for stacks that are made by hand."""

_BY_NAME = {rule.name: rule for rule in RULES}


def limits(name: str) -> tuple[int, int]:
    """The smallest and the largest value of a parameter that is a number."""
    rule = _BY_NAME[name]
    if rule.least is None or rule.most is None:
        message = f"the template sets no limits for {name}"
        raise LookupError(message)
    return rule.least, rule.most


def allowed(name: str) -> tuple[str, ...]:
    """The values that a parameter may have, where the template lists them."""
    return _BY_NAME[name].allowed


def default_of(name: str) -> str:
    """What a stack gets that is made without the parameter; empty where it must be given."""
    return _BY_NAME[name].default or ""


def is_known(name: str) -> bool:
    """Whether the template has a parameter of this name."""
    return name in _BY_NAME


def violations(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """Everything that the template or Lambda would refuse; KeyError for an unknown parameter."""
    found = [
        f"{name}: {wrong}"
        for name, value in parameters.items()
        if (wrong := _BY_NAME[name].violation(value)) is not None
    ]
    too_much = too_long(parameters.get("Command", ""))
    return (*found, too_much) if too_much else tuple(found)


def too_long(command: str) -> str | None:
    """Why a command does not fit into the send function's environment, or None."""
    if len(command) * _LONGEST_SIGN < ENVIRONMENT_BYTES // 2:
        return None  # nearly always, and nothing need be counted
    size = environment_bytes(command)
    if size <= ENVIRONMENT_BYTES:
        return None
    return f"it takes {size} bytes of a function's environment, {ENVIRONMENT_BYTES} are allowed"


def environment_bytes(command: str) -> int:
    """The bytes that the send function's environment takes with this command."""
    return len('{"COMMAND": }') + _size(command)


def cut_to_environment(user: str, command: str) -> str:
    """As much of a command as the wait function's environment takes beside the user's name."""
    left = ENVIRONMENT_BYTES - len('{"RUN_AS": , "COMMAND_SHOWN": }') - _size(user)
    if _size(command) <= left:
        return command
    left -= len('"..."')
    for at, sign in enumerate(command):
        left -= _size(sign) - len('""')
        if left < 0:
            return command[:at] + "..."
    return command


def _size(value: str) -> int:
    """Bytes of its JSON, with its quotes."""
    coded = encode_basestring(value)
    return len(coded) if coded.isascii() else len(coded.encode("utf-8", "replace"))
