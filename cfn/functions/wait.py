"""Second step of a task: see how the command stands on each of its hosts.

It looks again and again for as long as the task's WatchSeconds say. While any host is at work then,
`Soon` is raised, or `StillRunning` where the job takes long, and the state machine calls again.
At the end it returns the message of a success, written here, so that it is short and can be read
in an e-mail. Where nobody is told, it raises `Skipped` (no host had anything to do) or `Silent` (a
success without a topic), whose JSON says how the hosts stand. All else is `Report`: the machine
calls once more, with what that says, and gets the whole: `failed`, `next-host` where it is certain
that nothing started, or of a probe `probed`, what each host answered. `next-host` with `late`: all
hosts were down, and the first step sees to it that the run is caught up (CatchUp=once).
"""

import json
import os
import re
import time
from datetime import UTC, datetime
from functools import cache
from random import random
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from cron2aws.task.outcomes import OUTCOMES

PATIENCE = Config(
    connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 3, "mode": "standard"}
)
"""Three tries that nobody answers are over before Lambda ends the function."""
UNREACHED = HTTPClientError, ConnectionError
EARLY_SECONDS, GRACE_SECONDS = 300, 15
"""So long it pays to watch (docs/explanation/what-a-run-costs.md); and longer where all is over but
the count, or where Systems Manager does not answer."""
SETTLED_SECONDS, LOST_SECONDS = 120, 900
"""After this, what Systems Manager does not list isn't merely not yet listed; and what it should
have ended by itself it never will."""
ENDED = ("Success", "Failed", "TimedOut", "Cancelled")
NEVER_STARTED, DOWN = ("AccessDenied", "InvalidPlatform"), ("DeliveryTimedOut", "Undeliverable")
FIRST_LINE = re.compile(r"\[cron2aws\] ((?=.*\bexit=)\w+=.*)\n?")
"""The runner writes it before anything else; only at the very start of the output is it read."""
WHOLE_OUTPUT = re.compile(r"^\[cron2aws\] whole output$", re.MULTILINE)
"""What follows this line is for a log group or a bucket: its end is told before it."""
TOLD_BYTES = {"out": 23_000, "err": 7_900}
"""What the runner tells of each output: a line above is the job's own, whatever it says."""
AGENTS_LINE = re.compile(r"\n?failed to run commands: (exit status -?\d+|signal: [^\n]*)\s*\Z")
COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
HOSTS_TOLD, HOSTS_WITH_OUTPUT, HOSTS_LISTED, LINES, WIDTH = 50, 5, 100, 40, 300
LONGEST_OUTPUTS, LONGEST_COMMAND, LONGEST_REASON, LONGEST_TEXT = 20_000, 2_000, 500, 28_000
"""So that the message fits into the cause of a failed execution (32,768 characters), too."""
LATE_SECONDS = 60
"""A host that starts later after its minute is told of."""
PROBE_SECONDS = 60
"""Within which a host must take a probe (send.py)."""

FAILED, TOLD, SILENT = "failed", "told", "silent"
TABLE, _, MORE = OUTCOMES.partition("\n\n")
ROWS = TABLE.splitlines()
KINDS = [(*row.split("|"), advice) for row, advice in zip(ROWS[::2], ROWS[1::2], strict=True)]
"""The first one that fits is taken."""
START = "start it by hand (cron2aws run)."
NOTES = dict(row.split("|") for row in MORE.splitlines())
"""What is said besides, where the first line has the mark before the bar."""
NOT_LISTED = NOTES.pop("missing")


Facts = dict[str, Any]
"""What Systems Manager says of a command, or of a host's part of it."""


class Soon(Exception):
    """Call again at once."""


class StillRunning(Exception):
    """Call again later."""


class Silent(Exception):
    """A success, and no topic for it."""


class Skipped(Exception):
    """No host had anything to do."""


class Report(Exception):
    """What the machine has to read before it goes on."""


class NoAnswer(Exception):
    """Systems Manager is throttling or out of reach: that says nothing of the hosts; ask later."""


@cache
def client(service: str) -> Any:
    return boto3.client(service, config=PATIENCE)  # noqa: TID251


# while a function is loaded it has more of a processor than afterwards
client("ssm")


def handler(event: Facts, context: object) -> Facts:
    if again := event.get("again"):
        event = json.loads(json.loads(again)["errorMessage"])
    run, topic = event["run"], event.pop("topic", None)
    command, hosts = watched(event)
    # who started a run by hand waits for its report, also where there is no topic
    silent = topic == "" and "by_hand" not in run
    brief = "" if topic is None else "failed" + "succeeded" * silent
    end = ended(event, command, hosts, brief)
    if topic is None or (topic and end["outcome"] == "succeeded"):
        return {"run": run | end}
    if end["outcome"] == "skipped":
        raise Skipped(json.dumps(end))
    if silent and end["outcome"] == "succeeded":
        raise Silent(json.dumps(end))
    raise Report(json.dumps(event | {"watch": ""}))


def ended(event: Facts, command: Facts | None, hosts: list[Facts], brief: str) -> Facts:
    """How it ended; without words for the outcomes of `brief`."""
    run = event["run"]
    if "probe" in run:
        return probed(event, hosts)
    if run["tried"] and hosts and all(map(is_not_here, hosts)):
        return {"outcome": "next-host", "unclear": []}
    if run["tried"] and not run.get("unclear") and hosts and all(map(never_started, hosts)):
        return {"outcome": "next-host"}
    down = [host["InstanceId"] for host in hosts if host["StatusDetails"] in DOWN]
    idle = [host["InstanceId"] for host in hosts if is_not_here(host)]
    listed = len(down + idle) == len(hosts) >= command["TargetCount"] if command else False
    if "once" in run and down and listed:
        # of one host's the other hosts' ledgers know nothing
        return {"outcome": "next-host", "late": idle, "unclear": down if run["tried"] else []}
    return report(event, command, hosts, brief)


def watched(event: Facts) -> tuple[Facts | None, list[Facts]]:
    """The command and its hosts once they have ended, if that is soon; else an error says when."""
    run, begun = event["run"], time.time()  # noqa: TID251 (Lambda's clock is AWS's)
    sent = run.get("sent") or datetime.fromisoformat(run["scheduled_time"]).timestamp()
    age = begun - sent
    watch = int(event.get("watch") or 0) if age < EARLY_SECONDS else 0
    if watch and not event["retries"]:
        # the runs of one minute need not all ask at once
        time.sleep(random())  # noqa: S311, TID251
    while True:
        until, error = begun + watch, None
        command, at_work = None, True
        hosts: list[Facts] = []
        try:
            command, hosts, at_work = look(event, int(age))
        except NoAnswer as no:
            error = no
        if not at_work:
            return command, hosts
        if error or (command and hosts):
            until = max(until, begun + GRACE_SECONDS)
        pause = min(3, 1 + age / 150) * (1 + random() if error else 1)  # noqa: S311
        if time.time() + pause > until:  # noqa: TID251
            early = "watch" in event and age < EARLY_SECONDS
            raise error or (Soon if early else StillRunning)(f"after {age:.0f} s")
        time.sleep(pause)  # noqa: TID251
        age = time.time() - sent  # noqa: TID251


def look(event: Facts, age: int) -> tuple[Facts | None, list[Facts], bool]:
    """The command, where its hosts have ended; the hosts; and whether any is still at work."""
    ssm, command_id = client("ssm"), event["run"]["command_id"]
    try:
        pages = ssm.get_paginator("list_command_invocations")
        found = pages.paginate(CommandId=command_id, Details=True)
        hosts = [host for page in found for host in page["CommandInvocations"]]
        if any(host["Status"] not in ENDED for host in hosts) and age <= longest(event):
            return None, hosts, True
        commands = ssm.list_commands(CommandId=command_id)["Commands"]
    except UNREACHED as error:
        raise NoAnswer(str(error)) from None
    except ClientError as error:
        said = error.response
        if "Throttl" in said["Error"]["Code"] or said["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise NoAnswer(str(error)) from None
        raise
    if not commands:
        return None, hosts, age <= LOST_SECONDS
    return (
        commands[0],
        hosts,
        not_ended(commands[0], hosts, age) and age <= longest(event, *commands),
    )


def longest(event: Facts, command: Facts | None = None) -> int:
    """Seconds after which Systems Manager should have ended everything by itself.

    Each host may have to wait for another's end. Also where all may run at once: an older page of
    AWS has a command start on one, then two, then four, each step after the one before.
    """
    hosts = command["TargetCount"] if command else 1
    if command and command["MaxConcurrency"] == "100%":
        hosts = hosts.bit_length()
    each = int(event["delivery_timeout"]) + int(event["execution_timeout"])
    return int(each * (hosts or 1) + LOST_SECONDS)


def not_ended(command: Facts, hosts: list[Facts], waited: int) -> bool:
    if any(host["Status"] not in ENDED for host in hosts):
        return True
    ended, listed = command["Status"] in ENDED, len(hosts) >= max(1, command["TargetCount"])
    if ended and (listed or command["StatusDetails"] == "NoInstancesInTag"):
        return False
    # before that the list, the count and the parent's status may each lag behind
    return waited < SETTLED_SECONDS or not (ended or listed)


def is_not_here(host: Facts) -> bool:
    """Its ledger says so to every call, also to one that nobody has answered."""
    return facts_of(host)["outcome"] == "not-here"


def never_started(host: Facts) -> bool:
    """DeliveryTimedOut is no proof: finished commands were listed so (amazon-ssm-agent#316)."""
    details = host["StatusDetails"]
    codes = [plugin.get("ResponseCode") for plugin in host.get("CommandPlugins", [])]
    return details in NEVER_STARTED or (details == "Undeliverable" and codes == [-1])


def report(event: Facts, command: Facts | None, hosts: list[Facts], brief: str) -> Facts:
    # whoever has no line is passed over, but somebody must have it
    nowhere = {"nowhere": "1"} if all(map(is_not_here, hosts)) else {}
    judged = [judge(event, host, nowhere) for host in hosts]
    judged.sort(key=lambda host: ((FAILED, TOLD, SILENT).index(host["verdict"]), host["id"]))
    missing = max(0, command["TargetCount"] - len(judged)) if command else 0
    verdicts = [host["verdict"] for host in judged] + [FAILED] * missing
    bad, idle, total = verdicts.count(FAILED), verdicts.count(SILENT), len(verdicts)
    # the instances' own words, for who asks how a task stands
    said: Facts = {
        "hosts": {each["id"]: outcome_of(each["facts"]) for each in judged[:HOSTS_LISTED]}
    }
    if total and idle == total:
        reason = "; ".join({host["words"]: 1 for host in judged})
        return said | {"outcome": "skipped", "reason": reason[:LONGEST_COMMAND]}
    shown, ok = judged[:HOSTS_TOLD], total and not bad
    said["outcome"] = "succeeded" if ok else "failed"
    if said["outcome"] in brief:
        return said
    name_hosts(shown)
    add_outputs(event["run"]["command_id"], judged[:HOSTS_WITH_OUTPUT])
    one = judged[0] if judged and not missing and (total == 1 or bad == 1) else None
    # where no host or several are meant: the value of their tag; of several tags, all
    value = event.get("where") or event["tag"].partition("=")[2]
    where = (one["name"] or one["id"]) if one else value
    sign, user, task = "ok" if ok else "FAILED", os.environ["RUN_AS"], event["task"]
    count = f" on {total - idle if ok else bad} of {total}"
    words = f"{sign}{count} hosts" + f"; {idle} had nothing to do" * (idle > 0)
    if command and not total:
        words = f"FAILED: no host has the tag {event['tag']}"
    elif one and total == 1:
        words = f"{sign}: {one['words']}"
    elif bad == missing and not ok:
        words += f" (command: {command['StatusDetails'] if command else 'not known'})"
    advice = {host["advice"]: 1 for host in judged if host["verdict"] == FAILED}
    if missing or not total:
        advice[NOT_LISTED.format_map(event)] = 1
    lines = head(event, words, judged)
    lines[2:2] = [f"To do      {each}" for each in advice]
    for host in shown:
        lines += told(host, min(total, HOSTS_WITH_OUTPUT))
    rest = [f"and {total - HOSTS_TOLD} more hosts"] * (total > HOSTS_TOLD)
    outcome = "failed" if not ok else "output" if any(map(printed, judged)) else "silent"
    what = f"{user}@{where} {os.environ['COMMAND_SHOWN'] or task}"
    return said | {
        "subject": ascii_line(f"{sign}{count if total > 1 else ''} {what}"),
        "message": "\n".join(["\n".join(lines)[:LONGEST_TEXT], *rest, "", *links(event)]),
        "attributes": attributes(outcome=outcome, task=task, user=user, host=where),
    }


def probed(event: Facts, hosts: list[Facts]) -> Facts:
    """How each host stands: what it says of itself, else what Systems Manager says of it."""
    event = event | {"delivery_timeout": PROBE_SECONDS}
    said = {host["InstanceId"]: answer(event, host) for host in hosts}
    return {"outcome": "probed", "probed": said}


def answer(event: Facts, host: Facts) -> Facts:
    facts = facts_of(host)
    if not (clock := facts.get("clock", "")).isdecimal():
        facts, clock = {"outcome": "unready", "reason": judge(event, host)["words"]}, ""
    # it looked at its clock after it was asked, and before now
    asked = host["RequestedDateTime"].timestamp()
    now = datetime.now(UTC).timestamp()  # noqa: TID251 (Lambda's clock is AWS's)
    away = max(asked - int(clock) - 1, int(clock) - now, 0) if clock else 0
    return {
        "outcome": facts["outcome"],
        "line": facts.get("line", ""),
        "reason": facts.get("reason", "")[:250],
        "off": int(away),
    }


def judge(event: Facts, host: Facts, more: Facts = {}) -> Facts:  # noqa: B006 (never changed)
    """How the job went, in words; `more` is what the other hosts tell of this one."""
    facts = facts_of(host) | more
    kind = next(each for each in KINDS if each[0] in ("", facts["outcome"]) and has(facts, each[1]))
    begun = started(facts)
    if begun and kind[2] != SILENT and "by_hand" not in event["run"]:
        late = begun - datetime.fromisoformat(event["run"]["scheduled_time"])
        if late.total_seconds() > LATE_SECONDS:
            facts["late"] = span(late.total_seconds())
    shown = {"reason": "it gave no reason", **facts, "tag": event["tag"], "start": START}
    shown["limit"] = span(facts.get("limit") or event["execution_timeout"])
    shown["delivery"] = span(event["delivery_timeout"])
    notes = [NOTES[mark] for mark in NOTES if has(facts, mark)]
    words, advice, *notes = [each.format_map(shown) for each in (kind[3], kind[4], *notes)]
    return {
        "id": host["InstanceId"],
        "name": host.get("InstanceName") or "",
        "verdict": kind[2],
        "words": words,
        "advice": advice,
        "notes": notes,
        "facts": facts,
        "out": plugin_of(host).get("Output") or "",
        "err": "",
    }


def plugin_of(host: Facts) -> Facts:
    return dict((host.get("CommandPlugins") or [{}])[0])


def facts_of(host: Facts) -> dict[str, str]:
    """What the runner's first line says; where there is none, what the agent saw."""
    plugin = plugin_of(host)
    if line := FIRST_LINE.match(plugin.get("Output") or ""):
        return {"outcome": "ran", **first_line(line[1])}
    code = plugin.get("ResponseCode")
    facts = {"outcome": str(host["StatusDetails"]), "exit": "-" if code is None else str(code)}
    begun, ended = plugin.get("ResponseStartDateTime"), plugin.get("ResponseFinishDateTime")
    if begun and ended:
        facts["seconds"] = f"{(ended - begun).total_seconds():.0f}"
    return facts


def outcome_of(facts: dict[str, str]) -> str:
    """One word; the crontab, where another one than the task's has the line; how the job ended."""
    ended = facts.get("exit", "-") != "-"
    how = f"exit={facts['exit']} seconds={facts.get('seconds')}" if ended else facts.get("tab", "")
    return f"{facts['outcome']} {how}".rstrip()


def first_line(text: str) -> dict[str, str]:
    """Its facts; the reason is whatever follows, up to the end of the line."""
    words, _, reason = text.partition(" reason=")
    facts = dict(word.split("=", 1) for word in words.split() if "=" in word)
    return facts | ({"reason": plain(reason[:LONGEST_REASON])} if reason else {})


def has(facts: dict[str, str], mark: str) -> bool:
    """`key=value` is there; `key` alone: with any value that says something."""
    key, _, value = mark.partition("=")
    found = facts.get(key, "")
    return not mark or (found == value if value else found not in ("", "0"))


def started(facts: dict[str, str]) -> datetime | None:
    try:
        found = datetime.fromisoformat(facts.get("started", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


def span(seconds: object) -> str:
    """`1 h 2 min 5 s`; what is no number is shown as it is."""
    try:
        whole = round(float(str(seconds)))
    except (ValueError, OverflowError):
        return str(seconds)
    parts = ((whole // 3600, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def name_hosts(hosts: list[Facts]) -> None:
    """By their tags; without them, what Systems Manager calls a host."""
    ids = [host["id"] for host in hosts if host["id"].startswith("i-")]
    wanted = [{"Name": "resource-id", "Values": ids}, {"Name": "key", "Values": ["Name"]}]
    found: dict[str, str] = {}
    try:
        if ids:
            tags = client("ec2").describe_tags(Filters=wanted)["Tags"]
            found = {each["ResourceId"]: each["Value"] for each in tags}
    except (ClientError, *UNREACHED):
        pass  # a name is not worth losing the report of a run that has ended
    for host in hosts:
        host["name"] = plain(found.get(host["id"]) or host["name"])


def add_outputs(command_id: str, hosts: list[Facts]) -> None:
    """Both outputs, apart from each other; the listing has 2,500 characters of them mixed."""
    for host in hosts:
        try:
            found = client("ssm").get_command_invocation(
                CommandId=command_id, InstanceId=host["id"]
            )
            host["out"] = found.get("StandardOutputContent", "")
            host["err"] = found.get("StandardErrorContent", "")
        except (ClientError, *UNREACHED):
            pass  # what the listing showed is good enough to tell a run that has ended


def of_the_job(host: Facts, which: str) -> str:
    """What the job printed: nothing of the runner's or the agent's, nor the whole output."""
    text = FIRST_LINE.sub("", host[which], count=1) if which == "out" else host[which]
    written = host["facts"].get(which, "")
    least = min(int(written), TOLD_BYTES[which]) if written.isdecimal() else 0
    for mark in WHOLE_OUTPUT.finditer(text):
        if len(text[: mark.start()].encode(errors="replace")) >= least:
            return text[: mark.start()]
    return AGENTS_LINE.sub("", text) if which == "err" else text


def printed(host: Facts) -> bool:
    """Whether the job wrote anything, as cron's mail would have had it."""
    facts = host["facts"]
    if "out" in facts or "err" in facts:
        return any(has(facts, key) for key in ("out", "err", "lost"))
    return bool(of_the_job(host, "out") or of_the_job(host, "err"))


def head(event: Facts, words: str, judged: list[Facts]) -> list[str]:
    scheduled = datetime.fromisoformat(event["run"]["scheduled_time"])
    times = {f"{scheduled:%Y-%m-%d %H:%M} UTC": 1}
    for begun in filter(None, (started(host["facts"]) for host in judged)):
        times[f"{scheduled.astimezone(begun.tzinfo):%Y-%m-%d %H:%M %z} on the host"] = 1
    limit = span(min(int(event["execution_timeout"]), 172_620))
    return [
        f"Task       {event['task']}",
        f"Result     {words}",
        f"User       {os.environ['RUN_AS']}",
        f"Command    {os.environ['COMMAND_SHOWN'][:LONGEST_COMMAND] or 'that of the task'}",
        f"Schedule   {event['schedule']}",
        f"Source     {event['source']}",
        f"Scheduled  {', '.join(times)}",
        f"Limit      {limit}; a job that takes longer is stopped",
        "",
    ]


def told(host: Facts, hosts: int) -> list[str]:
    """A host's part of the message; its outputs get their share of the room."""
    sign = {FAILED: "FAILED", TOLD: "ok    ", SILENT: "      "}[host["verdict"]]
    lines = [f"{sign} {host['id']} {host['name']}".rstrip() + f": {host['words']}"]
    if begun := started(host["facts"]):
        lines.append(f"  started {begun:%Y-%m-%d %H:%M:%S %z}")
    if (seconds := host["facts"].get("seconds", "-")) != "-":
        lines.append(f"  took {span(seconds)}")
    lines += [f"  {note}" for note in host["notes"]]
    room, out, err = LONGEST_OUTPUTS // hosts, of_the_job(host, "out"), of_the_job(host, "err")
    first = end(out, room - sum(map(len, end(err, room // 2))))
    second = end(err, room - sum(map(len, first)))
    return lines + [f"  | {line}" for line in first] + [f"  ! {line}" for line in second]


def end(text: str, room: int) -> list[str]:
    """The last lines that have room, as they can be shown."""
    lines: list[str] = []
    for line in reversed(COLOURS.sub("", text).splitlines()[-LINES:]):
        shown = plain(line[:WIDTH])
        room -= len(shown)
        if room < 0:
            break
        lines.insert(0, shown)
    return lines


def plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " if c == "\t" else "?" for c in text)


def attributes(**given: str) -> Facts:
    """For the filters of subscriptions; SNS refuses an empty value."""
    return {
        name: {"DataType": "String", "StringValue": plain(value)[:256] or "-"}
        for name, value in given.items()
    }


def links(event: Facts) -> list[str]:
    """Links for a human, into the console of the task's partition."""
    site, run = f"https://{event['site']}", event["execution"]
    query = f"?region={run.split(':')[3]}"
    command = f"run-command/{event['run']['command_id']}{query}"
    return [
        f"Execution  {site}/states/home{query}#/v2/executions/details/{run}",
        f"Hosts      {site}/systems-manager/{command}",
    ]


def ascii_line(text: str) -> str:
    """SNS refuses a subject of 100 characters, or with anything but printable ASCII."""
    return re.sub(r"[^ -~]", "?", text)[:99]
