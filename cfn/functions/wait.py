"""Second step of a task: see how the command stands on each of its hosts.

While any host is at work, `StillRunning` is raised and the state machine asks again later. At the
end the outcome is `succeeded`, `failed`, or `next-host` where it is certain that nothing started.
The message that is told is written here, so that it is short and can be read in an e-mail.
"""

import re
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

RETRIES = {"total_max_attempts": 3, "mode": "standard"}
PATIENCE = Config(connect_timeout=3, read_timeout=15, retries=RETRIES)
"""Three tries that nobody answers are over before Lambda ends the function."""
FIRST_SECONDS, BACKOFF, LONGEST_SECONDS = 2, 1.05, 300
"""The state machine's Retry: from the number of tries follows how many seconds have gone by."""
SETTLED_SECONDS = 120
"""After this, what Systems Manager does not list isn't merely not yet listed."""
ENDED = ("Success", "Failed", "TimedOut", "Cancelled")
NEVER_STARTED = ("AccessDenied", "InvalidPlatform")
FIRST_LINE = re.compile(r"\[cron2aws\] exit=(\d+) seconds=([0-9.]+)\n?")
WHOLE_OUTPUT = "[cron2aws] whole output"
"""What follows this line is for a log group or a bucket: its end is told before it."""
HOSTS_TOLD, HOSTS_WITH_OUTPUT, LINES, WIDTH, LONGEST_TEXT = 50, 5, 10, 200, 28_000
"""So that the message fits into the cause of a failed execution (32,768 characters), too."""


Facts = dict[str, Any]
"""What Systems Manager says of a command, or of a host's part of it."""


class StillRunning(Exception):
    """Ask again."""


class NoAnswer(Exception):
    """Systems Manager is throttling or out of reach: that says nothing of the hosts; ask later."""


@cache
def client(service: str) -> Any:
    return boto3.client(service, config=PATIENCE)  # noqa: TID251


def handler(event: Facts, context: object) -> Facts:
    run, waited = event["run"], seconds_waited(event["retries"])
    try:
        command, hosts = ask(run["command_id"])
    except (HTTPClientError, ConnectionError) as error:
        raise NoAnswer(str(error)) from error
    except ClientError as error:
        said = error.response
        if "Throttl" in said["Error"]["Code"] or said["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise NoAnswer(str(error)) from error
        raise
    if not_ended(command, hosts, waited) and waited <= longest(event, command):
        raise StillRunning(f"{len(hosts)} hosts after {waited} seconds")
    if run["tried"] and hosts and all(never_started(host) for host in hosts):
        return {"run": run | {"outcome": "next-host"}}
    return {"run": run | report(event, command, hosts)}


def longest(event: Facts, command: Facts | None) -> int:
    """Seconds after which Systems Manager should have ended everything by itself."""
    if command is None:
        return 900
    rounds = 1 if command["MaxConcurrency"] == "100%" else max(1, command["TargetCount"])
    return int(event["delivery_timeout"]) + int(event["execution_timeout"]) * rounds + 900


def seconds_waited(retries: int) -> int:
    return int(sum(min(LONGEST_SECONDS, FIRST_SECONDS * BACKOFF**n) for n in range(retries)))


def ask(command_id: str) -> tuple[Facts | None, list[Facts]]:
    ssm = client("ssm")
    commands = ssm.list_commands(CommandId=command_id)["Commands"]
    pages = ssm.get_paginator("list_command_invocations")
    found = pages.paginate(CommandId=command_id, Details=True)
    hosts = [host for page in found for host in page["CommandInvocations"]]
    return (commands[0] if commands else None), hosts


def not_ended(command: Facts | None, hosts: list[Facts], waited: int) -> bool:
    if command is None or any(host["Status"] not in ENDED for host in hosts):
        return True
    ended, listed = command["Status"] in ENDED, len(hosts) >= max(1, command["TargetCount"])
    if ended and (listed or command["StatusDetails"] == "NoInstancesInTag"):
        return False
    # before that the list, the count and the parent's status may each lag behind
    return waited < SETTLED_SECONDS or not (ended or listed)


def never_started(host: Facts) -> bool:
    """DeliveryTimedOut is no proof: finished commands were listed so (amazon-ssm-agent#316)."""
    details = host["StatusDetails"]
    codes = [plugin.get("ResponseCode") for plugin in host.get("CommandPlugins", [])]
    return details in NEVER_STARTED or (details == "Undeliverable" and codes == [-1])


def report(event: Facts, command: Facts | None, hosts: list[Facts]) -> Facts:
    judged = sorted(map(judge, hosts), key=lambda host: (host["ok"], host["name"]))
    status = command["StatusDetails"] if command else "not known to Systems Manager"
    missing = max(0, command["TargetCount"] - len(judged)) if command else 0
    bad, total = sum(not host["ok"] for host in judged) + missing, len(judged) + missing
    if command and not total:
        verdict = f"FAILED: no host has the tag {event['tag']}"
    elif bad or not total:
        verdict = f"FAILED on {bad} of {total} hosts" + f" (command: {status})" * (bad == missing)
    else:
        verdict = f"succeeded on {total} of {total} hosts"
    add_outputs(event["run"]["command_id"], judged[:HOSTS_WITH_OUTPUT])
    rest = f"and {total - HOSTS_TOLD} more hosts\n" * (total > HOSTS_TOLD)
    text = "\n".join([*head(event, verdict), *map(told, judged[:HOSTS_TOLD])])[:LONGEST_TEXT]
    return {
        "outcome": "failed" if bad or not total else "succeeded",
        "subject": ascii_line(f"[cron2aws] {event['task']} {verdict}"),
        "message": "\n".join([text, rest, *links(event)]),
        "hosts": [
            {key: host[key] for key in ("name", "status", "exit_code", "seconds")}
            for host in judged[:HOSTS_TOLD]
        ],
    }


def judge(host: Facts) -> Facts:
    """The exit code is the job's own, from the script's first line; else what the agent saw."""
    plugin = (host.get("CommandPlugins") or [{}])[0]
    output = plugin.get("Output") or ""
    line = FIRST_LINE.match(output)
    code = int(line[1]) if line else plugin.get("ResponseCode")
    begun, ended = plugin.get("ResponseStartDateTime"), plugin.get("ResponseFinishDateTime")
    seconds = f"{(ended - begun).total_seconds():.0f}" if begun and ended else None
    return {
        "id": host["InstanceId"],
        "name": f"{host['InstanceId']} {host.get('InstanceName') or ''}".rstrip(),
        "ok": host["StatusDetails"] == "Success" and code in (0, None),
        "status": host["StatusDetails"],
        "exit_code": code,
        "seconds": line[2] if line else seconds,
        "stdout": output,
        "stderr": "",
    }


def add_outputs(command_id: str, hosts: list[Facts]) -> None:
    """Both outputs, apart from each other; the listing has 2,500 characters of them mixed."""
    for host in hosts:
        try:
            found = client("ssm").get_command_invocation(
                CommandId=command_id, InstanceId=host["id"]
            )
        except (ClientError, ConnectionError, HTTPClientError):
            continue  # what the listing showed is good enough to tell a run that has ended
        host["stdout"] = found.get("StandardOutputContent", "").partition(WHOLE_OUTPUT)[0]
        host["stderr"] = found.get("StandardErrorContent", "").partition(WHOLE_OUTPUT)[0]


def head(event: Facts, verdict: str) -> list[str]:
    return [
        f"Task       {event['task']}",
        f"Result     {verdict}",
        f"Schedule   {event['schedule']}",
        f"Source     {event['source']}",
        f"Scheduled  {event['run']['scheduled_time']}",
        "",
    ]


def told(host: Facts) -> str:
    facts = [host["status"], f"exit code {host['exit_code']}", f"{host['seconds']} s"]
    known = [fact for fact in facts if "None" not in fact]
    lines = [f"{'ok    ' if host['ok'] else 'FAILED'} {host['name']}: {', '.join(known)}"]
    for mark, text in (("|", FIRST_LINE.sub("", host["stdout"], count=1)), ("!", host["stderr"])):
        lines += [f"  {mark} {line[:WIDTH]}" for line in text.splitlines()[-LINES:]]
    return "\n".join(lines)


def links(event: Facts) -> list[str]:
    """Links for a human, into the console of the task's partition."""
    site, run = f"https://{event['site']}", event["execution"]
    query = f"?region={run.split(':')[3]}"
    command = f"run-command/{event['run']['command_id']}{query}"
    return [
        f"Execution  {site}/states/home{query}#/v2/executions/details/{run}",
        f"Command    {site}/systems-manager/{command}",
    ]


def ascii_line(text: str) -> str:
    """SNS refuses a subject of 100 characters, or with anything but printable ASCII."""
    return re.sub(r"[^ -~]", "?", text)[:99]
