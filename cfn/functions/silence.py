"""Once a day: the runs that each enabled task should have had, beside those that it had.

A schedule that somebody deleted or disabled, or whose role went, starts nothing, and so tells
nothing. What did not start is published to the topic for failures, as one message for all tasks;
where nothing is missing, nothing is told.

The input is {"scheduled_time": "2026-12-01T05:30:00Z"}: looked at are the 24 hours that ended
SETTLED before it, of a rate of more than a day its whole length. Of a task that was changed since,
it is what came SETTLED after the change. A day that was not looked at can be given by hand.

The walls, by account and region (sources: "Step Functions service quotas", "Lambda quotas" and its
"recursive loop detection", DescribeStacks of CloudFormation, Publish of SNS):

- ListExecutions has a bucket of 100 calls that fills with 2 a second (200 and 5 in us-east-1,
  us-west-2 and eu-west-1), and gives 1,000 executions a call, the newest first. One call each PAUSE
  leaves others a fifth of it. 2,000 tasks with at most 1,000 executions a day are 2,000 calls, 21
  minutes; a task with two executions every minute is three calls.
- A function ends after 15 minutes. So where LEAST is left, the rest goes to the next invocation, by
  an asynchronous call of itself, whose input may have 256 KiB. Lambda may stop such a chain at 16.
- DescribeStacks gives 1 MB a page, and AWS tells no rate: 2,000 stacks are some tens of calls.
- Of at most MOST tasks it is looked up what is wrong with them now; a message has at most 256 KiB.
"""

import json
import os
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from time import sleep  # noqa: TID251 (AWS's rates)
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from cron2aws.task.due import LATEST, is_due, missing, span_of

PATIENCE = Config(
    connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 4, "mode": "standard"}
)
SETTLED = timedelta(minutes=15)
"""Before a look: what is due is started or given up by then. After a change: CloudFormation tells
when it began, and the schedule comes later."""
PAUSE = 0.625
LEAST = 150_000
"""Milliseconds: four tries of one call that nobody answers, and a last one."""
MOST, MOST_NAMES, SHOWN = 100, 1_000, 5
NEVER_UP = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
"""States of stacks without a schedule, which cron2aws itself shows; and those that go."""
NOT_BY_SCHEDULE = ("by-hand-", "probe-")
NAME, LATE = "%Y-%m-%dT%H-%MZ", "-late"
"""Of executions that another one started, which was the schedule's: see send.py."""
MISSED = (ClientError, HTTPClientError, ConnectionError, ValueError, ZoneInfoNotFoundError)
GONE = ("ResourceNotFoundException", "NoSuchEntity", "StateMachineDoesNotExist")
Facts = dict[str, Any]


@cache
def client(service: str) -> Any:
    return boto3.client(service, config=PATIENCE)  # noqa: TID251


def handler(event: Facts, context: Any) -> Facts:
    until = datetime.fromisoformat(event["scheduled_time"]).astimezone(UTC)
    until = until.replace(second=0, microsecond=0) - SETTLED
    found: Facts = {"last": "", "looked": 0, "runs": 0, "tasks": 0}
    found |= {"told": [], "names": [], "unseen": []}
    found |= event.get("found", {})
    for task in sorted(tasks(), key=lambda each: str(each["name"])):
        if task["name"] <= found["last"]:
            continue
        if context.get_remaining_time_in_millis() < LEAST:
            return go_on(event | {"found": found}, context)
        try:
            look(task, until, found)
        except MISSED as error:
            found["unseen"].append(f"{task['name']}: {error}"[:200])
        found["looked"] += 1
        found["last"] = task["name"]
    counts = {name: found[name] for name in ("looked", "runs", "tasks")}
    counts["unseen"] = len(found["unseen"])
    print(json.dumps({"until": f"{until:%Y-%m-%dT%H:%MZ}"} | counts))  # noqa: T201 (to the log)
    if found["tasks"] or found["unseen"]:
        tell(until, found)
    return counts


def go_on(event: Facts, context: Any) -> Facts:
    client("lambda").invoke(
        FunctionName=context.function_name, InvocationType="Event", Payload=json.dumps(event)
    )
    return {"goes_on_after": event["found"]["last"]}


def tasks() -> Iterator[Facts]:
    for page in client("cloudformation").get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            tags = {each["Key"]: each["Value"] for each in stack.get("Tags", [])}
            given = {
                each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])
            }
            state = stack["StackStatus"]
            if "cron2aws:id" not in tags or given.get("Enabled") != "true":
                continue
            if state in NEVER_UP or state.startswith(("DELETE_", "CREATE_IN", "ROLLBACK_IN")):
                continue
            outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
            yield {
                "name": stack["StackName"],
                "id": tags["cron2aws:id"][:8],
                "changed": stack.get("LastUpdatedTime") or stack["CreationTime"],
                "machine": outputs.get("StateMachineArn"),
                "given": {
                    name: given.get(name, "")
                    for slot in ("", "Second")
                    for name in (f"{slot}ScheduleExpression", f"{slot}ScheduleTimezone")
                }
                | {"RuleName": given["RuleName"], "Trigger": given.get("Trigger", "")}
                | {"tags": options(given)},
            }


def look(task: Facts, until: datetime, found: Facts) -> None:
    """Count what one task misses; what is said of it stands in `told`, or its name in `names`."""
    given = task["given"]
    after = max(until - span_of(given), task["changed"].astimezone(UTC) + SETTLED)
    if not is_due(given, after, until):
        return
    starts = list(starts_of(task, after - LATEST))
    not_had = missing(given, starts, after, until)
    if not not_had.count:
        return
    found["runs"] += not_had.count
    found["tasks"] += 1
    if len(found["told"]) < MOST:
        found["told"].append(said(task, not_had))
    elif len(found["names"]) < MOST_NAMES:
        found["names"].append(f"{task['name']}: {not_had.count}")


def starts_of(task: Facts, since: datetime) -> Iterator[datetime]:
    """When its schedules started an execution, from then on."""
    machine = task["machine"]
    sleep(PAUSE)
    pages = client("stepfunctions").get_paginator("list_executions")
    try:
        for page in pages.paginate(stateMachineArn=machine, maxResults=1000) if machine else ():
            for each in page["executions"]:
                if each["startDate"] < since:
                    return
                if not each["name"].startswith(NOT_BY_SCHEDULE) and not is_minute(each["name"]):
                    yield each["startDate"]
            if "nextToken" in page:
                sleep(PAUSE)
    except ClientError as error:
        if code(error) not in GONE:
            raise
        task["machine"] = None


def is_minute(name: str) -> bool:
    try:
        return bool(datetime.strptime(name.removesuffix(LATE), NAME))  # noqa: DTZ007 (only whether it is one)
    except ValueError:
        return False


def said(task: Facts, not_had: Any) -> str:
    given = task["given"]
    shown = [f"{each:%Y-%m-%d %H:%M} {each.tzinfo}" for each in not_had.minutes[:SHOWN]]
    rest = not_had.count - len(shown)
    if not shown:
        shown = [f"of {given['ScheduleExpression']} {given['SecondScheduleExpression']}".strip()]
    elif rest:
        shown.append(f"and {rest} more")
    now, do = stands(task)
    return "\n".join(
        [
            f"Task       {given['RuleName']} ({task['id']}, stack {task['name']})",
            f"Missing    {counted(not_had.count, 'run')}: {', '.join(shown)}",
            f"Now        {now}",
            f"To do      {do}",
        ]
    )


def stands(task: Facts) -> tuple[str, str]:
    """What is wrong with a task now, and what to do about it."""
    migrate = shlex.join(["cron2aws", "migrate", *task["given"]["tags"]])
    anew = f"`cron2aws rollback {task['id']}`, then `{migrate}` makes it anew"
    if not task["machine"]:
        return "its state machine is gone", anew
    kind = "rule" if task["given"]["Trigger"] == "rule" else "schedule"
    second = ["-2"] if task["given"]["SecondScheduleExpression"] else []
    for name in (task["given"]["RuleName"] + end for end in ["", *second]):
        try:
            state, role = rule(name) if kind == "rule" else schedule(name)
            if state != "ENABLED":
                return f"its {kind} {name} was disabled by hand", (
                    f"`cron2aws disable {task['id']}`; if it is to run, then "
                    f"`cron2aws enable {task['id']}`"
                )
            if not role:
                return f"its rule {name} starts nothing: its target is gone", anew
        except MISSED as error:
            if code(error) in GONE:
                return f"its {kind} {name} is gone", anew
            return f"its {kind} {name} could not be looked at: {error}"[:300], "Look at it yourself"
        try:
            client("iam").get_role(RoleName=role.rpartition("/")[2])
        except MISSED as error:
            if code(error) in GONE:
                return f"the role of its {kind} is gone: {role}", (
                    "Make it again under this name and path, as TriggerRole in the template"
                )
            return f"the role {role} could not be looked at: {error}"[:300], "Look at it yourself"
    return f"its {kind} and the role are there, and on", f"`cron2aws run {task['id']}` runs it now"


def options(given: Facts) -> list[str]:
    """The target as `migrate` takes it."""
    tags = [f"{given['EC2InstanceTagName']}={given['EC2InstanceTagValue']}"]
    tags += filter(None, given.get("MoreTags", "").split(";"))
    return [word for tag in tags for word in ("--tag", tag)]


def schedule(name: str) -> tuple[str, str]:
    found = client("scheduler").get_schedule(Name=name)
    return found["State"], found["Target"]["RoleArn"]


def rule(name: str) -> tuple[str, str]:
    state = client("events").describe_rule(Name=name)["State"]
    targets = client("events").list_targets_by_rule(Rule=name)["Targets"]
    return state, targets[0].get("RoleArn", "") if targets else ""


def code(error: Any) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def tell(until: datetime, found: Facts) -> None:
    what = f"{counted(found['runs'], 'run')} of {counted(found['tasks'], 'task')} did not start"
    unseen = f"{counted(len(found['unseen']), 'task')} could not be looked at"
    subject = " and ".join(
        [what] * bool(found["tasks"]) + [unseen] * bool(found["unseen"])
    )  # fmt: skip
    head = (
        f"{subject}. {counted(found['looked'], 'enabled task')} should have started what was due "
        f"in the 24 hours until {until:%Y-%m-%d %H:%M} UTC."
    )
    parts = [head, kept(), *found["told"]]
    if found["names"]:
        others = found["tasks"] - len(found["told"])
        parts.append("\n".join([f"And {counted(others, 'task')} more:", *found["names"]]))
    if found["unseen"]:
        parts.append("\n".join([f"{unseen}:", *found["unseen"][:MOST]]))
    client("sns").publish(
        TopicArn=os.environ["TOPIC"],
        Subject=f"FAILED {subject}",
        Message="\n\n".join(each for each in parts if each),
        MessageAttributes={"outcome": {"DataType": "String", "StringValue": "failed"}},
    )


def kept() -> str:
    """What the foundation's queue has, of all tasks and all days."""
    queue = os.environ["QUEUE"]
    name = "ApproximateNumberOfMessages"
    try:
        found = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    except MISSED as error:
        return f"The queue of undelivered starts could not be looked at: {error}"[:300]
    number = int(found["Attributes"][name])
    return f"{counted(number, 'undelivered start')} kept in {queue}" if number else ""


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
