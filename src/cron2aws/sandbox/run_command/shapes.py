"""Commands, invocations and hosts in the shapes of SSM's API, at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.run_command.agent import LISTED_LIMIT, STDERR_LIMIT, STDOUT_LIMIT
from cron2aws.sandbox.run_command.commands import (
    ERRORS,
    TERMINAL,
    Command,
    Invocation,
    parent_status,
    status_of,
)
from cron2aws.sandbox.run_command.hosts import BEGAN, StatusDetails

if TYPE_CHECKING:
    from datetime import datetime

    from cron2aws.sandbox.run_command.hosts import StandInHost


def visible(command: Command, now: datetime) -> list[Invocation]:
    """What the listing calls know of: nothing, right after SendCommand."""
    return command.invocations if now >= command.visible else []


def describe(command: Command, now: datetime) -> dict[str, Any]:
    """A command of ListCommands."""
    status, details = parent_status(command, now)
    shown = visible(command, now)
    ended = [each.details(now) for each in shown]
    return {
        "CommandId": command.command_id,
        "DocumentName": command.document,
        "DocumentVersion": command.version,
        "Comment": command.comment,
        "Parameters": command.parameters,
        "Targets": command.targets,
        "InstanceIds": command.instance_ids,
        "RequestedDateTime": command.requested,
        "Status": status,
        "StatusDetails": details,
        "MaxConcurrency": command.max_concurrency,
        "MaxErrors": command.max_errors,
        "TimeoutSeconds": command.timeout_seconds,
        "TargetCount": len(shown),
        "CompletedCount": sum(each in TERMINAL for each in ended),
        "ErrorCount": sum(each in ERRORS for each in ended),
        "DeliveryTimedOutCount": ended.count(StatusDetails.DELIVERY_TIMED_OUT),
    }


def _output(invocation: Invocation, details: StatusDetails) -> tuple[int, str, str]:
    outcome = invocation.outcome
    if outcome is None or details not in TERMINAL or not outcome.started:
        return -1, "", ""
    if details is StatusDetails.CANCELLED:
        return -1, "", ""
    stdout = outcome.stdout.replace(BEGAN, f"{invocation.starts:%Y-%m-%dT%H:%M:%S+00:00}")
    return outcome.exit_code, stdout, outcome.stderr


def result(command: Command, invocation: Invocation, now: datetime) -> dict[str, Any]:
    """The answer of GetCommandInvocation."""
    details = invocation.details(now)
    code, stdout, stderr = _output(invocation, details)
    ended = details in TERMINAL and invocation.ends is not None
    started = invocation.has_started(now)
    seconds = (invocation.ends - invocation.starts).total_seconds() if invocation.ends else 0.0
    return {
        "CommandId": command.command_id,
        "InstanceId": invocation.host.instance_id,
        "Comment": command.comment,
        "DocumentName": command.document,
        "DocumentVersion": command.version,
        "PluginName": "aws:runShellScript",
        "ResponseCode": code,
        "ExecutionStartDateTime": f"{invocation.starts:%Y-%m-%dT%H:%M:%SZ}" if started else "",
        "ExecutionElapsedTime": f"PT{seconds:.3f}S" if ended and started else "",
        "ExecutionEndDateTime": f"{invocation.ends:%Y-%m-%dT%H:%M:%SZ}"
        if ended and started
        else "",
        "Status": status_of(details),
        "StatusDetails": details.value,
        "StandardOutputContent": stdout[:STDOUT_LIMIT],
        "StandardOutputUrl": "",
        "StandardErrorContent": stderr[:STDERR_LIMIT],
        "StandardErrorUrl": "",
        "CloudWatchOutputConfig": {"CloudWatchLogGroupName": "", "CloudWatchOutputEnabled": False},
    }


def listed(
    command: Command, invocation: Invocation, now: datetime, *, with_details: bool
) -> dict[str, Any]:
    """An invocation of ListCommandInvocations."""
    details = invocation.details(now)
    code, stdout, stderr = _output(invocation, details)
    common = {"Status": status_of(details), "StatusDetails": details.value}
    output = stdout + (f"\n----------ERROR-------\n{stderr}" if stderr else "")
    plugin = {
        **common,
        "Name": "aws:runShellScript",
        "ResponseCode": code,
        "ResponseStartDateTime": invocation.starts,
        "ResponseFinishDateTime": invocation.ends or now,
        "Output": output[:LISTED_LIMIT],
        "StandardOutputUrl": "",
        "StandardErrorUrl": "",
    }
    return {
        **common,
        "CommandId": command.command_id,
        "InstanceId": invocation.host.instance_id,
        "InstanceName": invocation.host.name,
        "Comment": command.comment,
        "DocumentName": command.document,
        "DocumentVersion": command.version,
        "RequestedDateTime": invocation.requested,
        "TraceOutput": "",
        "CommandPlugins": [plugin] if with_details else [],
    }


def information(host: StandInHost, now: datetime) -> dict[str, Any]:
    """A host of DescribeInstanceInformation."""
    return {
        "InstanceId": host.instance_id,
        "PingStatus": "Online" if host.online else "ConnectionLost",
        "LastPingDateTime": now,
        "AgentVersion": host.agent,
        "IsLatestVersion": True,
        "PlatformType": "Linux",
        "PlatformName": "cron2aws stand-in",
        "PlatformVersion": "1",
        "ResourceType": "EC2Instance",
        "IPAddress": "192.0.2.1",
        "ComputerName": host.name,
    }
