"""First step of a task: judge whether the run is due, and if so, send the command to the hosts.

It returns where the command was sent. All else is raised, and the state machine goes on by the
error's name: `Skipped` (guard or overlap), `HandedOver` (of a task that runs on one host: this
delivery started the run under the name of its scheduled minute), `Duplicate` (another delivery
already did), `Unclear` (nobody knows whether the command was accepted: the step comes again, as the
hosts' ledgers start a run once), `NotStarted` with an error that the machine tells, and `NoAnswer`:
it is tried again. What these say is JSON, for whoever reads executions.
With CatchUp=once a minute whose hosts are all down starts one more execution, named after it, with
`late` in its input: that one raises `Later` until a host is there, and then goes on as a run.
The input {"probe": "1"} sends to all hosts at once, and now: they look at everything and run
nothing.
"""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from cron2aws.task.whole import whole

SOON = Config(connect_timeout=3, read_timeout=15)
"""Three tries that nobody answers are over before Lambda ends the function."""
UNREACHED = HTTPClientError, ConnectionError
ONCE = SOON.merge(Config(retries={"total_max_attempts": 1}))
SEVERAL_TIMES = SOON.merge(Config(retries={"total_max_attempts": 3, "mode": "standard"}))
LONGEST, REPORT_SECONDS, DAY = 172_620, 180, 86_400
"""Seconds: the longest limit of a job; what its runner has besides, to wait for the host's clock
(90), to end the job and to tell; and a day."""
MOST_SENDS = 5
PROBE_SECONDS = "60"
"""Within which a host must take a probe, and its session must have opened."""
NAME, LATE = "%Y-%m-%dT%H-%MZ", "-late"
"""Of a minute (a colon is not allowed in an execution's name), and of one that is caught up."""
WAITS = timedelta(days=2)
"""After its minute: as long as its hosts' ledgers are then kept."""
PASSES = ("Throttl", "TooManyRequests", "LimitExceeded")
"""In the names of errors by which a service says that it did nothing, and may do it later."""


class NoAnswer(Exception):
    """AWS did nothing because it was asked too often, or a question that is safe got no answer."""


class Later(Exception):
    """What is caught up has no host yet."""


class End(Exception):
    """The step's end where no command was sent, with what is to be known of it."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(json.dumps(facts))


class Skipped(End):
    """This run is not due, or not now."""


class HandedOver(End):
    """The run goes on under the name of its scheduled minute."""


class Duplicate(End):
    """Another delivery has started the run of this minute."""


class Unclear(End):
    """SendCommand gave no answer."""


class NotStarted(End):
    """An error, and its cause."""


class NoHost(Exception):
    """Nobody is there who could run the command."""


class NotSent(Exception):
    """SendCommand gave no answer, as often as it was asked."""


@cache
def client(service: str, config: Config = SEVERAL_TIMES) -> Any:
    return boto3.client(service, config=config)  # noqa: TID251


# while a function is loaded it has more of a processor than afterwards
client("ssm"), client("ssm", ONCE), client("stepfunctions")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    try:
        return {"run": decide(event)}
    except (NoHost, NotSent, ZoneInfoNotFoundError) as error:
        raise NotStarted(Error=type(error).__name__, Cause=str(error)) from None
    except (ClientError, *UNREACHED) as error:
        if passes(error):
            raise NoAnswer(str(error)) from None
        raise NotStarted(Error=code(error), Cause=str(error)) from None


def catching_up(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The handler of a task with CatchUp=once while it is enabled; with the other, nobody waits."""
    return handler(event | {"waits": 1}, context)


def decide(event: dict[str, Any]) -> dict[str, Any]:
    trigger = event["input"] if isinstance(event["input"], dict) else {}
    scheduled = minute(trigger.get("scheduled_time") or event["started"])
    run: dict[str, Any] = {"scheduled_time": f"{scheduled:%Y-%m-%dT%H:%M:%SZ}"}
    if "probe" in trigger:
        run["probe"] = "1"
        event = event | run | {
            "delivery_timeout": PROBE_SECONDS, "execution_timeout": PROBE_SECONDS,
            "overlap": "", "command": {"MaxConcurrency": "100%", "MaxErrors": "100%"},
        }  # fmt: skip
        trigger = {}
    if why := not_due(scheduled, trigger):
        raise Skipped(reason=why)
    due = scheduled if trigger.get("scheduled_time") else None
    is_late, earlier = bool(due) and "late" in trigger, earlier_try(event["state"])
    tried, unclear = earlier.get("tried", []), earlier.get("unclear", [])
    if due and not is_late:
        if event["run_on"] == "one" and event["execution"] != (name := f"{due:{NAME}}"):
            hand_over(event["machine"], name, trigger, event["execution"])
        if event.get("catch_up") == "once":
            run["once"], event = "1", event | {"due": due}
    if is_late:
        # what it sent is of the last hour, however long it waited; and the minute's first command
        # may have come to a host
        hour = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251 (Lambda's clock is AWS's)
        event = event | {"started": hour.isoformat(), "retries": 1}
    if "late" in earlier:
        raise NoHost("no host took the command" + caught_up(event, earlier["late"], unclear))
    if is_late and not unclear:
        sent = send_late(event, scheduled, trigger, earlier)
    elif event["overlap"] == "skip" and not tried + unclear and (other := still_running(event)):
        raise Skipped(reason=f"{other} is still running")
    else:
        sent = send(event, due, tried, unclear)
    if not due:
        run["by_hand"] = "1"
    now = int(time.time())  # noqa: TID251 (Lambda's clock is AWS's)
    return run | {"outcome": "sent", "unclear": unclear, "sent": now} | sent


def earlier_try(state: object) -> dict[str, Any]:
    """What this step said when it was here before in the same run."""
    given: dict[str, Any] = state if isinstance(state, dict) else {}
    if given.get("Error") == "Unclear":
        return dict(json.loads(json.loads(given["Cause"])["errorMessage"]))
    return dict(given.get("run") or {})


def minute(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(second=0, microsecond=0)


def not_due(scheduled: datetime, trigger: dict[str, Any]) -> str | None:
    """Judged on the scheduled time, never on the clock: deliveries are late, or come twice."""
    name = trigger.get("timezone") or "UTC"
    # An unknown zone is an error in every run, also where no guard needs it: seen at the first one
    local = scheduled.astimezone(UTC if name == "UTC" else ZoneInfo(name))
    days = trigger.get("days_of_month") or ""
    if days and local.day not in {int(day) for day in days.split(",")}:
        return f"{local:%Y-%m-%d} in {name} is not one of the days {days}"
    return None


def hand_over(machine: str, name: str, trigger: dict[str, Any], me: str) -> None:
    """Start the run under its minute's name, which Step Functions gives away only once."""
    execution = start(machine, name, trigger | {"delivery": me})
    if not execution:
        raise Duplicate(reason=f"{name} was already started", run=name)
    raise HandedOver(run=name, execution=execution)


def start(machine: str, name: str, given: dict[str, Any]) -> str:
    """The ARN of the new execution; nothing where the name is taken."""
    sfn = client("stepfunctions")
    try:
        started = sfn.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
    except ClientError as error:
        if code(error) != "ExecutionAlreadyExists":
            raise
        return ""
    return str(started["executionArn"])


def caught_up(event: dict[str, Any], idle: list[str], unclear: list[str]) -> str:
    """Start what runs this minute once a host is back, where that is wanted; the words for it.

    `idle` are hosts that have no line for it, `unclear` the one that alone may be asked.
    """
    if "due" not in event:
        return ""
    given = event["input"] | {"late": idle, "unclear": unclear}
    start(event["machine"], f"{event['due']:{NAME}}{LATE}", given)
    until = event["due"] + WAITS
    return f"; it runs once when a host is back, until {until:%Y-%m-%d %H:%M} UTC"


def send_late(
    event: dict[str, Any], due: datetime, trigger: dict[str, Any], earlier: dict[str, Any]
) -> dict[str, Any]:
    """Send what was missed, as soon as it may run somewhere."""
    if "waits" not in event:
        raise Skipped(reason="the task is disabled, or catches up no more")
    tried = earlier.get("tried", [])
    # the one host that alone may be asked: until it was, and said that nothing has started there
    unclear = [] if earlier else trigger["unclear"]
    try:
        look(event, due, trigger["late"] + tried, unclear)
        return {"unclear": unclear} | send(event, due, tried, unclear)
    except (NoHost, ClientError, *UNREACHED) as error:
        if not (isinstance(error, NoHost) or passes(error)):
            raise
        if datetime.now(UTC) > due + WAITS:  # noqa: TID251 (Lambda's clock is AWS's)
            raise NoHost(f"{error}; it is waited for no longer") from None
        raise Later(str(error)) from None


def look(event: dict[str, Any], due: datetime, tried: list[str], unclear: list[str]) -> None:
    """An error says why it may not run now: none of its hosts is online, or another run goes on."""
    if later_one(event, due):
        raise Skipped(reason="a later minute is caught up instead")
    found = online(event, tried)
    if not ({*found} & {*unclear} if unclear else found):
        raise NoHost("the hosts that did not take it are not back")  # noqa: EM101
    if event["overlap"] == "skip" and (other := still_running(event, late=True)):
        raise NoHost(f"{other} is still running")


def later_one(event: dict[str, Any], due: datetime) -> bool:
    """Whether a later minute is caught up, or was: what an execution is named says its minute."""
    pages = client("stepfunctions").get_paginator("list_executions")
    for page in pages.paginate(stateMachineArn=event["machine"], maxResults=1000):
        for other in page["executions"]:
            if other["startDate"] < due:  # the newest come first
                return False
            if other["name"].endswith(LATE) and other["name"] > event["execution"]:
                return True
    return False


def still_running(event: dict[str, Any], *, late: bool = False) -> str | None:
    """The name of an earlier run of this machine that has not ended; of any, to a `late` one."""
    sfn = client("stepfunctions")
    pages = sfn.get_paginator("list_executions").paginate(
        stateMachineArn=event["machine"], statusFilter="RUNNING"
    )
    started = milliseconds(datetime.fromisoformat(event["started"]))
    for other in (each for page in pages for each in page["executions"]):
        name, began = other["name"], other["startDate"]
        if name == event["execution"] or (not late and milliseconds(began) >= started):
            continue
        given = json.loads(sfn.describe_execution(executionArn=other["executionArn"])["input"])
        given = given if isinstance(given, dict) else {}
        if "late" in given:  # until it has sent it only waits
            # the account's commands of two days are too many to look through
            if already_sent(comment_of(event, name, 0), "ExecutionStage", "Executing"):
                return str(name)
            continue
        scheduled = given.get("scheduled_time")
        # the other trigger's delivery of this minute may be the one that is not due
        delivers = event["run_on"] == "one" and "delivery" not in given
        if "probe" not in given and not (
            scheduled and (delivers or not_due(minute(scheduled), given))
        ):
            return str(name)
    return None


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)  # the API's floats are off by a microsecond or two


def send(
    event: dict[str, Any], due: datetime | None, tried: list[str], unclear: list[str]
) -> dict[str, Any]:
    """To all hosts, or to one after the other.

    `unclear` has one item for each call that nobody answered: the host, or `all`. Only there may
    the command be running.
    """
    comment = comment_of(event, event["execution"], len(tried))
    again, one = bool(event["retries"] or unclear), event["run_on"] == "one"
    # who came too often has sent nothing, as a rule; and the hosts' ledgers start a run once, but
    # another host has another ledger
    if (unclear or (again and one)) and (
        found := already_sent(comment, "InvokedAfter", f"{event['started'][:19]}Z")
    ):
        hosts = found.get("InstanceIds") or []
        return {"command_id": found["CommandId"], "tried": [*tried, *hosts]}
    given = facts(event, due, again=again)
    if not one or "probe" in event:
        if "due" in event and not unclear:
            online(event, [])
        tags = [{"Key": key, "Values": values} for key, values in target(event)]
        return send_to(event, comment, given, {"Targets": tags}, unclear, []) | {"tried": []}
    before, why = tried, ""
    for host in unclear[-1:] or healthy_hosts(event, tried):
        try:
            sent = send_to(event, comment, given, {"InstanceIds": [host]}, unclear, before)
        except ClientError as error:
            if code(error) == "InvalidInstanceId":  # it has just stopped, though called online
                if unclear:
                    raise NoHost(str(error)) from None
                event["down"].add(host)
            elif unclear or not is_denied(error, host):
                raise
            tried, why = [*tried, host], f": {error}"
        else:
            return sent | {"tried": [*tried, host]}
    if down := event["down"]:
        why += caught_up(event, [*{*tried} - down], [])
    raise NoHost(
        f"no host is left to try: {', '.join(tried)} could not start the command, or have no line "
        f"for it in a crontab{why}"
    )


def comment_of(event: dict[str, Any], execution: str, tried: int) -> str:
    return f"{execution} {tried} {event['task']}"[:100]


def facts(event: dict[str, Any], due: datetime | None, *, again: bool) -> dict[str, str]:
    """What the runner is told of this run; a ledger is kept for as long as one may come again."""
    limit = min(int(event["execution_timeout"]), LONGEST)
    keep = int(event["delivery_timeout"]) + limit + DAY
    if event.get("catch_up") == "once":
        keep += 2 * DAY
    # whoever may call the function must not say by `entry` what stands behind it
    return {
        **event["entry"],
        "task": event["task"],
        "run": f"{due:{NAME}}" if due else event["execution"],
        "by": event["execution"],
        "due": str(int(due.timestamp())) if due else "",
        "limit": str(limit),
        "keep": str(keep),
        "resent": "1" if again else "",
        "whole": "1" if outputs(event) else "",
        "probe": event.get("probe", ""),
        "root": "",
    } | ({"live": ""} if event["run_on"] == "marked" else {})


def is_denied(error: ClientError, host: str) -> bool:
    """Whether this host may not be used; else the error is about the document, or everything."""
    return code(error) == "AccessDeniedException" and f":instance/{host}" in str(error)


def send_to(  # noqa: PLR0917
    event: dict[str, Any],
    comment: str,
    given: dict[str, str],
    hosts: dict[str, Any],
    unclear: list[str],
    tried: list[str],
) -> dict[str, Any]:
    """`tried` are the hosts before these."""
    try:
        command = client("ssm", ONCE).send_command(
            DocumentName="AWS-RunShellScript",
            Parameters={
                "commands": [whole(os.environ["COMMAND"], given)],
                "executionTimeout": [str(int(given["limit"]) + REPORT_SECONDS)],
            },
            TimeoutSeconds=int(event["delivery_timeout"]),
            Comment=comment,
            **event["command"],
            **outputs(event),
            **hosts,
        )
    except (ClientError, *UNREACHED) as error:
        if is_no_answer(error):
            raise not_answered(hosts, unclear, tried, error) from None
        raise
    return {"command_id": command["Command"]["CommandId"]}


def not_answered(
    hosts: dict[str, Any], unclear: list[str], tried: list[str], error: Exception
) -> Exception:
    """The same hosts are asked again, as another one has another ledger."""
    if len(unclear) + 1 == MOST_SENDS:
        return NotSent(f"{MOST_SENDS} calls of SendCommand, no answer: {error}")
    return Unclear(unclear=[*unclear, *hosts.get("InstanceIds", ["all"])], tried=tried)


def outputs(event: dict[str, Any]) -> dict[str, Any]:
    """Where the hosts write the whole output, by the rights of their own instance profile."""
    found: dict[str, Any] = {}
    if event["s3"]["OutputS3BucketName"]:
        found |= event["s3"]
    if group := event["log_group"]:
        found["CloudWatchOutputConfig"] = {
            "CloudWatchOutputEnabled": True, "CloudWatchLogGroupName": group
        }  # fmt: skip
    return found


def passes(error: Any) -> bool:
    """Whether nothing was done, and the same call may well succeed later."""
    return is_no_answer(error) or any(word in code(error) for word in PASSES)


def is_no_answer(error: Any) -> bool:
    return (
        isinstance(error, UNREACHED)
        or int(error.response["ResponseMetadata"]["HTTPStatusCode"]) >= 500
    )


def code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def already_sent(comment: str, key: str, value: str) -> dict[str, Any] | None:
    pages = client("ssm").get_paginator("list_commands")
    for page in pages.paginate(Filters=[{"key": key, "value": value}]):
        for command in page["Commands"]:
            if command.get("Comment") == comment:
                return dict(command)
    return None


def target(event: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Any of a key's values, all of the keys, as Systems Manager and EC2 call them."""
    more = [each.partition("=")[::2] for each in event.get("more_tags", "").split(";") if each]
    tags = [(event["tag_name"], event["tag_value"]), *more]
    return [(f"tag:{key}", values.split(",")) for key, values in tags]


def online(event: dict[str, Any], tried: list[str]) -> list[str]:
    """Online managed instances with the tags, without those."""
    tags = target(event)
    pages = client("ssm").get_paginator("describe_instance_information")
    found = pages.paginate(Filters=[{"Key": key, "Values": values} for key, values in tags])
    hosts = {
        host["InstanceId"]: host["PingStatus"]
        for page in found
        for host in page["InstanceInformationList"]
        if host["InstanceId"].startswith("i-")
    }
    up = [host for host, ping in hosts.items() if ping == "Online"]
    there, event["down"] = [host for host in up if host not in tried], {*hosts} - {*up}
    shown = " ".join(f"{key[4:]}={','.join(values)}" for key, values in tags)
    why = ""
    if not hosts:
        why = f"no managed host has the tag {shown}"
    elif not there and not tried:
        why = f"none of the {len(hosts)} hosts with the tag {shown} is online"
    if why:
        raise NoHost(why + caught_up(event, [], []))
    return there


def healthy_hosts(event: dict[str, Any], tried: list[str]) -> list[str]:
    """Those that are online, oldest first: a newcomer never comes before it."""
    there = online(event, tried)
    born = birthdays(target(event))
    return sorted(there, key=lambda host: (host not in born, born.get(host), host))


def birthdays(tags: list[tuple[str, list[str]]]) -> dict[str, datetime]:
    """When each instance was made; a stop and a start change LaunchTime, but no AttachTime."""
    pages = client("ec2").get_paginator("describe_instances")
    found = pages.paginate(Filters=[{"Name": key, "Values": values} for key, values in tags])
    each = (host for page in found for made in page["Reservations"] for host in made["Instances"])
    return {
        host["InstanceId"]: min(
            [host["LaunchTime"]]
            + [card["Attachment"]["AttachTime"] for card in host.get("NetworkInterfaces", [])]
        )
        for host in each
    }
