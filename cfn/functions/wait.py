"""Second step of a task: see how the command stands on each of its hosts.

While any host is at work, `StillRunning` is raised and the state machine asks again later. At the
end the outcome is `succeeded`, `failed`, `skipped` where no host had anything to do (nobody is
told), or `next-host` where it is certain that nothing started.
The message that is told is written here, so that it is short and can be read in an e-mail.
"""

import os
import re
from datetime import datetime
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
FIRST_LINE = re.compile(r"\[cron2aws\] (exit=\S+ seconds=.*)\n?")
"""The runner writes it before anything else; only at the very start of the output is it read."""
WHOLE_OUTPUT = re.compile(r"^\[cron2aws\] whole output$", re.MULTILINE)
"""What follows this line is for a log group or a bucket: its end is told before it."""
TOLD_BYTES = {"out": 23_000, "err": 7_900}
"""What the runner tells of each output: a line above is the job's own, whatever it says."""
AGENTS_LINE = re.compile(r"\n?failed to run commands: (exit status -?\d+|signal: [^\n]*)\s*\Z")
COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
HOSTS_TOLD, HOSTS_WITH_OUTPUT, LINES, WIDTH = 50, 5, 40, 300
LONGEST_OUTPUTS, LONGEST_COMMAND, LONGEST_REASON, LONGEST_TEXT = 20_000, 2_000, 500, 28_000
"""So that the message fits into the cause of a failed execution (32,768 characters), too."""

FAILED, TOLD, SILENT = "failed", "told", "silent"
START = "start it by hand (cron2aws run)."
THEN, IF_GONE = f"then {START}", f"look for it on the host (ps); if it is gone, {START}"
KINDS: tuple[tuple[str, str, str, str, str], ...] = (
    ("ran", "ended=limit", FAILED,
     "it was stopped at its limit of {limit}",
     f"Its work may be half done. Find out why it took so long, or allow it more time, {THEN}"),
    ("ran", "guard=1", SILENT, "its own guard said that there was nothing to do", ""),
    ("ran", "exit=0", TOLD, "it ran and ended with exit code 0", ""),
    ("ran", "", FAILED,
     "it ran and ended with exit code {exit}",
     f"Read its output below and repair the cause, {THEN}"),
    ("left-to-cron", "reason", FAILED,
     "it did not run: its line is still in the host's crontab, but cron won't run it: {reason}",
     f"See to the cron daemon of the host, or take the line out of the crontab, {THEN}"),
    ("left-to-cron", "", SILENT, "its line is still in the host's crontab, so cron runs it", ""),
    ("not-here", "", SILENT, "no crontab of the host has its line, so it is not for this host", ""),
    ("stopped-by-hand", "", FAILED,
     "it did not run: somebody commented its line out on the host",
     f"Ask why. Is it to stay off: cron2aws disable. If not, take the comment away, {THEN}"),
    ("duplicate", "", SILENT,
     "this minute was already run on the host, so it was not started again", ""),
    ("too-late", "", FAILED,
     "it did not run now: the minute is so long ago that the host no longer knows whether it ran",
     f"See whether the work of that minute is done. If it is missing, {START}"),
    ("interrupted", "", FAILED,
     "it was started, but cut off before its end: the host went down, or somebody killed it",
     f"Its work may be half done, and it was not started again. Look at what it left, {THEN}"),
    ("runner-lost", "", FAILED,
     "it still runs, but what watched it was killed: its end will not be told",
     "Don't start it again yet. Look for it on the host (ps), and wait for its end there."),
    ("clock-behind", "", FAILED,
     "it did not run: the clock of the host is more than 90 s behind",
     f"Set the clock of the host (timedatectl), {THEN}"),
    ("not-run", "", FAILED,
     "it could not be started: {reason}",
     f"Repair that on the host, {THEN}"),
    # without a first line: what Systems Manager says of the host
    ("Success", "exit=0", TOLD, "it ended with exit code 0", ""),
    ("Success", "exit=-", TOLD, "it ended, as Systems Manager says", ""),
    ("Failed", "", FAILED,
     "it ended with exit code {exit}, and without a report of how it went",
     f"It may have been killed. Read what is left of its output, look at the host, {THEN}"),
    ("DeliveryTimedOut", "", FAILED,
     "it did not run, as far as is known: the host did not take it within {delivery}",
     f"Was the host off, or its agent busy? Look there whether it ran. If it did not, {START}"),
    ("ExecutionTimedOut", "", FAILED,
     "it was past its limit of {limit}: Systems Manager ended it, without a report of how it went",
     f"Its output is lost, and the job may still run: {IF_GONE}"),
    ("Undeliverable", "", FAILED,
     "it did not run: Systems Manager cannot reach the host",
     f"Is the host on, and its agent (amazon-ssm-agent) running? See to that, {THEN}"),
    ("Terminated", "", FAILED,
     "it did not run: too many other hosts had failed (MaxErrors)",
     f"See to the other hosts first, {THEN}"),
    ("Cancelled", "", FAILED,
     "somebody cancelled it",
     f"If it had begun, the job may still run: {IF_GONE}"),
    ("InvalidPlatform", "", FAILED,
     "it did not run: the host is not one for shell commands",
     "Take the tag {tag} from the host if it is not meant."),
    ("AccessDenied", "", FAILED,
     "it did not run: the task may not use the host",
     f"Has the host the tag {{tag}}, as Systems Manager sees it? See to that, {THEN}"),
    ("", "", FAILED,
     "its end is not known: {outcome}",
     "Look at the command (the link below) and at the host before you start it again."),
)  # fmt: skip
"""How a host's part can end, the first row that fits: the outcome (of the first line, or Systems
Manager's status), what else the line must say, the verdict, what it is, what to do."""
NOTES = (
    ("dropped", "Its output was too long to be kept: {dropped} bytes of it are lost."),
    ("lost", "Its output is lost: the host had no place to keep it."),
    ("ledger=none", "The host cannot note which minutes it ran: a repeated delivery runs again."),
    ("again", "The agent ran the command again; the job was not, and this is its first report."),
)
NOT_LISTED = "Hosts are missing. Is each that should have the tag {tag} on, and its agent running?"


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
    judged = [judge(event, host) for host in hosts]
    judged.sort(key=lambda host: ((FAILED, TOLD, SILENT).index(host["verdict"]), host["id"]))
    missing = max(0, command["TargetCount"] - len(judged)) if command else 0
    total, bad = len(judged) + missing, missing + sum(each["verdict"] == FAILED for each in judged)
    if judged and not missing and judged[0]["verdict"] == SILENT:
        return {"outcome": "skipped", "reason": "; ".join({each["words"]: 1 for each in judged})}
    shown, failed = judged[:HOSTS_TOLD], bad > 0 or not total
    name_hosts(shown)
    add_outputs(event["run"]["command_id"], judged[:HOSTS_WITH_OUTPUT])
    one = judged[0] if judged and not missing and (total == 1 or bad == 1) else None
    # where no host or several are meant: the value of their tag
    where = (one["name"] or one["id"]) if one else event["tag"].partition("=")[2]
    user, task = os.environ["RUN_AS"], event["task"]
    advice = [each["advice"] for each in judged if each["advice"]]
    advice += [NOT_LISTED.format(tag=event["tag"])] * bool(missing or not total)
    words = verdict(event, command, judged, missing)
    lines = head(event, words, judged, list(dict.fromkeys(advice)))
    for each in shown:
        lines += told(each, min(total, HOSTS_WITH_OUTPUT))
    text, rest = "\n".join(lines)[:LONGEST_TEXT], f"and {total - HOSTS_TOLD} more hosts\n"
    count = f" on {bad if failed else total} of {total}" if total > 1 else ""
    what = f"{user}@{where} {os.environ['COMMAND_SHOWN'] or task}"
    outcome = "failed" if failed else "output" if any(map(printed, judged)) else "silent"
    return {
        "outcome": "failed" if failed else "succeeded",
        "subject": ascii_line(f"{'FAILED' if failed else 'ok'}{count} {what}"),
        "message": "\n".join([text, rest if total > HOSTS_TOLD else "", *links(event)]),
        "attributes": attributes(outcome=outcome, task=task, user=user, host=where),
        "hosts": [
            {key: each[key] for key in ("name", "status", "outcome", "exit_code", "seconds")}
            for each in shown
        ],
    }


def verdict(event: Facts, command: Facts | None, judged: list[Facts], missing: int) -> str:
    """The result in a line."""
    total = len(judged) + missing
    idle: int = sum(each["verdict"] == SILENT for each in judged)
    bad: int = missing + sum(each["verdict"] == FAILED for each in judged)
    words: str = judged[0]["words"] if len(judged) == total == 1 else ""
    if command and not total:
        return f"FAILED: no host has the tag {event['tag']}"
    if words:
        return f"{'FAILED' if bad else 'ok'}: {words}"
    if bad or not total:
        status = command["StatusDetails"] if command else "not known to Systems Manager"
        return f"FAILED on {bad} of {total} hosts" + f" (command: {status})" * (bad == missing)
    return f"ok on {total - idle} of {total} hosts" + f"; {idle} had nothing to do" * (idle > 0)


def judge(event: Facts, host: Facts) -> Facts:
    """How the job went, by the runner's first line; where there is none, by what the agent saw."""
    plugin = (host.get("CommandPlugins") or [{}])[0]
    output, code = plugin.get("Output") or "", plugin.get("ResponseCode")
    begun, ended = plugin.get("ResponseStartDateTime"), plugin.get("ResponseFinishDateTime")
    facts = {"outcome": host["StatusDetails"], "exit": "-" if code is None else str(code)}
    if line := FIRST_LINE.match(output):
        facts = {"outcome": "ran", **first_line(line[1])}
    elif begun and ended:
        facts["seconds"] = f"{(ended - begun).total_seconds():.0f}"
    kind = next(each for each in KINDS if each[0] in ("", facts["outcome"]) and has(facts, each[1]))
    shown = {"reason": "it gave no reason", **facts, "tag": event["tag"]}
    shown["limit"] = span(facts.get("limit") or event["execution_timeout"])
    shown["delivery"] = span(event["delivery_timeout"])
    return {
        "id": host["InstanceId"],
        "name": host.get("InstanceName") or "",
        "status": host["StatusDetails"],
        "outcome": facts["outcome"],
        "exit_code": int(facts["exit"]) if facts["exit"].lstrip("-").isdecimal() else None,
        "seconds": facts.get("seconds"),
        "verdict": kind[2],
        "words": kind[3].format_map(shown),
        "advice": kind[4].format_map(shown),
        "notes": [words.format_map(shown) for mark, words in NOTES if has(facts, mark)],
        "facts": facts,
        "started": moment(facts.get("started", "")),
        "out": output,
        "err": "",
    }


def first_line(text: str) -> dict[str, str]:
    """Its facts; the reason is whatever follows, up to the end of the line."""
    words, _, reason = text.partition(" reason=")
    facts = dict(word.split("=", 1) for word in words.split() if "=" in word)
    return facts | ({"reason": reason[:LONGEST_REASON]} if reason else {})


def has(facts: dict[str, str], mark: str) -> bool:
    """`key=value` is there; `key` alone: with any value that says something."""
    key, _, value = mark.partition("=")
    found = facts.get(key, "")
    return not mark or (found == value if value else found not in ("", "0"))


def moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
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
    except (ClientError, ConnectionError, HTTPClientError):
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
        except (ClientError, ConnectionError, HTTPClientError):
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


def head(event: Facts, words: str, judged: list[Facts], advice: list[str]) -> list[str]:
    scheduled = datetime.fromisoformat(event["run"]["scheduled_time"])
    zones = {host["started"].tzinfo: 1 for host in judged if host["started"]}
    times = [f"{scheduled:%Y-%m-%d %H:%M} UTC"]
    times += [f"{scheduled.astimezone(zone):%Y-%m-%d %H:%M %z} on the host" for zone in zones]
    return [
        f"Task       {event['task']}",
        f"Result     {words}",
        *(f"To do      {each}" for each in advice),
        f"User       {os.environ['RUN_AS']}",
        f"Command    {os.environ['COMMAND_SHOWN'][:LONGEST_COMMAND] or 'that of the task'}",
        f"Schedule   {event['schedule']}",
        f"Source     {event['source']}",
        f"Scheduled  {', '.join(times)}",
        f"Limit      {span(event['execution_timeout'])}; a job that takes longer is stopped",
        "",
    ]


def told(host: Facts, hosts: int) -> list[str]:
    """A host's part of the message; its outputs get their share of the room."""
    sign = {FAILED: "FAILED", TOLD: "ok    ", SILENT: "      "}[host["verdict"]]
    lines = [f"{sign} {host['id']} {host['name']}".rstrip() + f": {host['words']}"]
    times = []
    if started := host["started"]:
        times.append(f"started {started:%Y-%m-%d %H:%M:%S %z}")
    if host["seconds"] not in (None, "-"):
        times.append(f"took {span(host['seconds'])}")
    lines += [f"  {each}" for each in (", ".join(times), *host["notes"]) if each]
    room, out, err = LONGEST_OUTPUTS // hosts, of_the_job(host, "out"), of_the_job(host, "err")
    half = end(err, room // 2)
    first = end(out, room - sum(map(len, half)))
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
        f"Command    {site}/systems-manager/{command}",
    ]


def ascii_line(text: str) -> str:
    """SNS refuses a subject of 100 characters, or with anything but printable ASCII."""
    return re.sub(r"[^ -~]", "?", text)[:99]
