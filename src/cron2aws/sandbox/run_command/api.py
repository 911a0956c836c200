"""Run Command's part of the SSM API, spoken by our RunCommand instead of moto's.

moto answers SendCommand with an instant, empty Success, sends InstanceIds to everybody and lacks
ListCommandInvocations, DescribeInstanceInformation and CancelCommand. Each function here is one API
action: its argument is moto's request, and its answer the action's output as a dictionary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.run_command.commands import Command
from cron2aws.sandbox.run_command.documents import Refused, script_of
from cron2aws.sandbox.run_command.refusals import filter_refusals, target_refusals
from cron2aws.sandbox.run_command.sending import RunCommand, new_id
from cron2aws.sandbox.run_command.shapes import describe, information, listed, result, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE, INFORMATION_PAGE = 50, 10
COMMENT_LIMIT, INSTANCE_LIMIT = 100, 50


def actions(run: RunCommand) -> dict[str, Callable[[Any], dict[str, Any]]]:
    """Each action by the name of the method that moto calls."""
    return {
        "send_command": lambda request: _send(run, request),
        "list_commands": lambda request: _list_commands(run, request),
        "get_command_invocation": lambda request: _get_invocation(run, request),
        "list_command_invocations": lambda request: _list_invocations(run, request),
        "cancel_command": lambda request: _cancel(run, request),
        "describe_instance_information": lambda request: _information(run, request),
    }


def _send(run: RunCommand, request: Foreign) -> dict[str, Any]:
    now = run.clock.now()
    document, parameters = request._get_param("DocumentName"), request._get_param("Parameters", {})
    version = request._get_param("DocumentVersion", "$DEFAULT")
    command = Command(
        command_id=new_id(),
        document=document,
        version=version,
        parameters=parameters,
        run=script_of(request.ssm_backend, document, version, parameters),
        comment=request._get_param("Comment", ""),
        targets=request._get_param("Targets", []),
        instance_ids=request._get_param("InstanceIds", []),
        timeout_seconds=int(request._get_param("TimeoutSeconds", 3600)),
        max_concurrency=str(request._get_param("MaxConcurrency", "50")),
        max_errors=str(request._get_param("MaxErrors", "0")),
        requested=now,
        visible=now + run.lag,
    )
    _check(run, command)
    run.send(command)
    return {"Command": {**describe(command, now), "Status": "Pending", "StatusDetails": "Pending"}}


def _check(run: RunCommand, command: Command) -> None:
    if bool(command.targets) == bool(command.instance_ids):
        raise Refused(
            code="ValidationException", message="either Targets or InstanceIds must be given"
        )
    for wrong in target_refusals(command.targets):
        raise Refused(code="ValidationException", message=wrong)
    unknown = [each for each in command.instance_ids if each not in _managed(run)]
    if unknown or len(command.instance_ids) > INSTANCE_LIMIT:
        raise Refused(
            code="InvalidInstanceId",
            message=f"Instances {unknown} not in a valid state for account",
        )
    if len(command.comment) > COMMENT_LIMIT:
        raise Refused(code="ValidationException", message="comment: length must be at most 100")
    if not 30 <= command.timeout_seconds <= 2_592_000:
        raise Refused(
            code="ValidationException", message="timeoutSeconds: must be between 30 and 2592000"
        )


def _managed(run: RunCommand) -> set[str]:
    return {host.instance_id for host in run.hosts.values() if host.managed}


def _find(run: RunCommand, command_id: str) -> Command:
    if command_id not in run.commands:
        raise Refused(code="InvalidCommandId")
    return run.commands[command_id]


def _list_commands(run: RunCommand, request: Foreign) -> dict[str, Any]:
    now, wanted = run.clock.now(), request._get_param("CommandId")
    every = reversed(run.commands.values())
    # a list lags behind, by as much as the invocations do
    chosen = [_find(run, wanted)] if wanted else [each for each in every if now >= each.visible]
    instance = request._get_param("InstanceId")
    if instance:
        chosen = [each for each in chosen if instance in _instances(each)]
    page, token = _page(request, chosen, PAGE)
    return {"Commands": [describe(each, now) for each in page], "NextToken": token}


def _instances(command: Command) -> list[str]:
    return [each.host.instance_id for each in command.invocations]


def _get_invocation(run: RunCommand, request: Foreign) -> dict[str, Any]:
    now, command = run.clock.now(), _find(run, request._get_param("CommandId"))
    for invocation in visible(command, now):
        if invocation.host.instance_id == request._get_param("InstanceId"):
            return result(command, invocation, now)
    raise Refused(code="InvocationDoesNotExist")


def _list_invocations(run: RunCommand, request: Foreign) -> dict[str, Any]:
    now, wanted = run.clock.now(), request._get_param("CommandId")
    instance, with_details = request._get_param("InstanceId"), request._get_param("Details", False)
    commands = [_find(run, wanted)] if wanted else list(run.commands.values())
    asked = {each["key"]: each["value"] for each in request._get_param("Filters", [])}
    after, document = asked.get("InvokedAfter", ""), asked.get("DocumentName")
    commands = [
        each
        for each in commands
        if document in (None, each.document) and f"{each.requested:%Y-%m-%dT%H:%M:%SZ}" >= after
    ]
    everything = [
        listed(command, invocation, now, with_details=with_details)
        for command in commands
        for invocation in visible(command, now)
        if instance in (None, invocation.host.instance_id)
    ]
    page, token = _page(request, everything, PAGE)
    return {"CommandInvocations": page, "NextToken": token}


def _cancel(run: RunCommand, request: Foreign) -> dict[str, Any]:
    command = _find(run, request._get_param("CommandId"))
    run.cancel(command, request._get_param("InstanceIds", []))
    return {}


def _information(run: RunCommand, request: Foreign) -> dict[str, Any]:
    filters = request._get_param("Filters", [])
    filters += [
        {"Key": each["key"], "Values": each["valueSet"]}
        for each in request._get_param("InstanceInformationFilterList", [])
    ]
    for wrong in filter_refusals(filters):
        raise Refused(code="InvalidInstanceInformationFilterValue", message=wrong)
    now = run.clock.now()
    pings = [each for each in filters if each["Key"] == "PingStatus"]
    hosts = run.targets([each for each in filters if each["Key"] != "PingStatus"])
    shown = [information(each, now) for each in hosts]
    shown = [each for each in shown if all(each["PingStatus"] in p["Values"] for p in pings)]
    page, token = _page(request, shown, INFORMATION_PAGE)
    return {"InstanceInformationList": page, "NextToken": token}


def _page(
    request: Foreign, everything: Sequence[Any], default: int
) -> tuple[list[Any], str | None]:
    start = int(request._get_param("NextToken") or 0)
    size = min(int(request._get_param("MaxResults") or default), PAGE)
    token = str(start + size) if start + size < len(everything) else None
    return list(everything[start : start + size]), token
