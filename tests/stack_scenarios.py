"""What a task's stack does in each case, measured by running it: real machine, real functions.

The rows of docs/reference/stack-behaviour.md come from here: `python -m tests.stack_scenarios`
writes them, and tests/end_to_end/test_machine.py runs each case again and holds its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cron2aws.sandbox.run_command.hosts import Outcome, StatusDetails
from tests.stack_harms import (
    answers,
    breaks,
    function_gone,
    hangs,
    machine_gone,
    refuses,
    role_gone,
    trigger_role_gone,
)
from tests.stack_runs import (
    Case,
    Seen,
    ends,
    fire_a_minute_later,
    fire_in_vain,
    fire_twice,
    fire_while_running,
    host,
    job,
    measure,
    measure_older,
    reports,
    sandbox,
    start_and_stop,
    start_by_hand,
    start_with_an_error,
)
from tests.stack_template import BAD, GOOD, function

DOCS = Path(__file__).parent.parent / "docs" / "reference" / "stack-behaviour.md"
FAILED_ONCE = host(2, job(exit_code=3, output="no space left on device\n"))
NOT_HERE = "exit=- seconds=0 outcome=not-here"
LEFT = "exit=- seconds=0 outcome=left-to-cron"
DENIED = host(1, ends(StatusDetails.ACCESS_DENIED))
TALKATIVE = tuple(host(number, job(exit_code=1, output="x" * 24_000)) for number in range(1, 61))
ONE = {"RunOn": "one"}
NO_TOPIC = "arn:aws:sns:us-east-1:123456789012:deleted"
LARGE = "x" * 140_000
"""What a run can be started with, and yet is too much for a step that is handed it twice."""

ENDS_WELL = (
    Case(name="one host", ending="succeeded", told="success"),
    Case(
        name="three hosts",
        hosts=(host(1), host(2), host(3)),
        ending="succeeded",
        told="success",
    ),
    Case(name="started by hand", act=start_by_hand, ending="succeeded", told="success"),
    Case(
        name="triggered by a rule instead of a schedule",
        parameters={"Trigger": "rule"},
        ending="succeeded",
        told="success",
    ),
    Case(
        name="no topics given",
        parameters={GOOD: "", BAD: ""},
        ending="succeeded (silent)",
        told="nobody",
    ),
    Case(
        name="no topics given, and started by hand: its report is kept",
        parameters={GOOD: "", BAD: ""},
        act=start_by_hand,
        ending="succeeded",
        told="nobody",
    ),
    Case(
        name="on one: the oldest host is offline, the next one runs it",
        hosts=(host(1, online=False), host(2), host(3)),
        parameters=ONE,
        ending="succeeded",
        told="success",
    ),
    Case(
        name="on one: the host is denied (certainly not started), the next one runs it",
        hosts=(DENIED, host(2)),
        parameters=ONE,
        commands=2,
        ending="succeeded",
        told="success",
    ),
    Case(
        name="on one: no crontab of the oldest host has the line, the next one runs it",
        hosts=(host(1, reports(NOT_HERE)), host(2)),
        parameters=ONE,
        commands=2,
        ending="succeeded",
        told="success",
    ),
    Case(
        name="on one: no crontab of any host has the line",
        hosts=(host(1, reports(NOT_HERE)), host(2, reports(NOT_HERE))),
        parameters=ONE,
        commands=2,
        ending="failed",
        told="failure",
        says="have no line for it",
    ),
    Case(
        name="on all: every host's crontab still has the line",
        hosts=(host(1, reports(LEFT)), host(2, reports(LEFT))),
        ending="succeeded (skipped)",
        told="nobody",
    ),
)
LENGTHS = tuple(
    Case(
        name=f"a job of {words}",
        hosts=(host(1, job(seconds)),),
        ending="succeeded",
        told="success",
    )
    for words, seconds in (
        ("5 seconds", 5),
        ("20 seconds", 20),
        ("1 minute", 60),
        ("10 minutes", 600),
        ("1 hour", 3600),
        ("2 hours", 7200),
        ("48 hours", 172_800),
    )
)
COMPARED = LENGTHS[:-1]
"""With the older design."""
SKIPPED = (
    Case(
        name="the guard says no",
        parameters={"OnlyOnDaysOfMonth": "1,2,3"},
        commands=0,
        ending="succeeded (skipped)",
        told="nobody",
    ),
    Case(
        name="the second delivery of one scheduled time: the host has run it",
        hosts=(host(70, job(), reports("exit=- seconds=0 outcome=duplicate")),),
        act=fire_twice,
        commands=2,
        ending="succeeded (skipped)",
        told="success",
    ),
    Case(
        name="on one: the second delivery of one scheduled time",
        parameters=ONE,
        act=fire_twice,
        ending="succeeded (duplicate)",
        told="success",
    ),
    Case(
        name="Overlap=skip while an earlier run goes on",
        hosts=(host(1, job(300)),),
        parameters={"Overlap": "skip"},
        act=fire_while_running,
        ending="succeeded (skipped)",
        told="success",
    ),
    Case(
        name="Overlap=skip once the earlier run has ended",
        parameters={"Overlap": "skip"},
        act=fire_a_minute_later,
        commands=2,
        ending="succeeded",
        told="success",
    ),
    Case(
        name="Overlap=allow while an earlier run goes on",
        hosts=(host(1, job(90)),),
        act=fire_while_running,
        commands=2,
        ending="succeeded",
        told="success",
    ),
)
HOSTS_FAIL = (
    Case(
        name="one of three hosts fails",
        hosts=(host(1), FAILED_ONCE, host(3)),
        ending="failed",
        told="failure",
        says="FAILED i-00000000000000002 web-2: it ran and ended with exit code 3\n"
        "  took 1 s\n  | no space left on device",
    ),
    Case(
        name="no host has the tag",
        parameters={"EC2InstanceTagValue": "db"},
        ending="failed",
        told="failure",
        says="no host has the tag role=db",
    ),
    Case(
        name="on all: one of three hosts is offline",
        hosts=(host(1), host(2, online=False), host(3)),
        parameters={"DeliveryTimeoutSeconds": "60"},
        ending="failed",
        told="failure",
        says="FAILED i-00000000000000002 web-2: the host did not take it within 1 min\n",
    ),
    Case(
        name="on one: no host is online",
        hosts=(host(1, online=False),),
        parameters=ONE,
        commands=0,
        ending="failed",
        told="failure",
        says="none of the 1 hosts with the tag role=web is online",
    ),
    Case(
        name="on one: DeliveryTimedOut (may have started), no other host is tried",
        hosts=(host(1, ends(StatusDetails.DELIVERY_TIMED_OUT)), host(2)),
        parameters={**ONE, "DeliveryTimeoutSeconds": "30"},
        ending="failed",
        told="failure",
        says="the host did not take it within 30 s\n",
    ),
    Case(
        name="on one: every host is denied",
        hosts=(DENIED, host(2, ends(StatusDetails.ACCESS_DENIED))),
        parameters=ONE,
        commands=2,
        ending="failed",
        told="failure",
        says="no host is left to try",
    ),
    Case(
        name="Systems Manager ends the command: no first line",
        hosts=(host(1, job(600)),),
        parameters={"ExecutionTimeoutSeconds": "60"},
        ending="failed",
        told="failure",
        says="Result     FAILED: it was past its limit of 1 min, so Systems Manager ended it",
    ),
    Case(
        name="60 hosts fail with 24,000 characters each",
        hosts=TALKATIVE,
        ending="failed",
        told="failure",
        says="FAILED on 60 of 60 hosts",
    ),
)
RAN = "exit=0 seconds=1 outcome=ran"
REPORTED = (
    Case(
        name="ran, exit code 0, and printed something",
        hosts=(host(1, reports(f"{RAN} out=5 err=0", "done\n")),),
        ending="succeeded",
        told="success",
    ),
    Case(
        name="ran, exit code 0, and printed nothing",
        hosts=(host(1, reports(f"{RAN} out=0 err=0")),),
        ending="succeeded",
        told="success",
        outcome="silent",
    ),
    Case(
        name="ran, by the script of the version before (no outcome in its first line)",
        hosts=(host(1, reports("exit=0 seconds=1", "done\n")),),
        ending="succeeded",
        told="success",
    ),
    Case(
        name="ran, exit code 3",
        hosts=(host(1, reports("exit=3 seconds=1 outcome=ran out=0 err=0", exit_code=3)),),
        ending="failed",
        told="failure",
        says="Result     FAILED: it ran and ended with exit code 3\n",
    ),
    Case(
        name="ran, and prints a first line of its own that says 0",
        hosts=(host(1, reports("exit=3 seconds=1 outcome=ran out=51", f"[cron2aws] {RAN}\n", 3)),),
        ending="failed",
        told="failure",
        says="  | [cron2aws] exit=0 seconds=1 outcome=ran\n",
    ),
    Case(
        name="ran, and was stopped at its limit (its output until then is told)",
        hosts=(
            host(
                1,
                reports(
                    "exit=143 seconds=60 outcome=ran ended=limit limit=60 out=5 err=0", "half\n", 1
                ),
            ),
        ),
        ending="failed",
        told="failure",
        says="it was stopped at its limit of 1 min\n",
    ),
    Case(
        name="ran, and its guard said that there is nothing to do",
        hosts=(host(1, reports("exit=1 seconds=0 outcome=ran guard=1 out=0 err=0", "", 1)),),
        ending="succeeded (skipped)",
        told="nobody",
    ),
    Case(
        name="left-to-cron",
        hosts=(host(1, reports(LEFT)),),
        ending="succeeded (skipped)",
        told="nobody",
    ),
    Case(
        name="left-to-cron with a reason: no daemon would run it",
        hosts=(host(1, reports(f"{LEFT} reason=no cron daemon lives", exit_code=1)),),
        ending="failed",
        told="failure",
        says="cron can't run it: no cron daemon lives\n",
    ),
    Case(
        name="not-here, on every host",
        hosts=(host(1, reports(NOT_HERE)), host(2, reports(NOT_HERE))),
        ending="failed",
        told="failure",
        says="it did not run: no crontab of any host has its line\n",
    ),
    Case(
        name="duplicate",
        hosts=(host(1, reports("exit=- seconds=0 outcome=duplicate")),),
        ending="succeeded (skipped)",
        told="nobody",
    ),
    *(
        Case(
            name=name,
            hosts=(host(1, reports(f"exit=- seconds=0 outcome={facts}", exit_code=1)),),
            ending="failed",
            told="failure",
            says=f"Result     FAILED: {says}",
        )
        for name, facts, says in (
            ("stopped-by-hand", "stopped-by-hand", "it did not run: somebody commented"),
            ("too-late", "too-late", "it did not run: its minute is older than"),
            ("interrupted", "interrupted", "it was cut off before its end"),
            ("runner-lost", "runner-lost", "it was still running when"),
            ("clock-behind", "clock-behind", "it did not run: the clock of the host"),
            (
                "not-run, with its reason",
                "not-run reason=the user app is gone",
                "it was not started: the user app is gone\n",
            ),
            ("an outcome that this version does not know", "odd", "its end is not known: odd"),
        )
    ),
    Case(
        name="killed from outside: no first line",
        hosts=(host(1, Outcome(exit_code=137, details=StatusDetails.FAILED)),),
        ending="failed",
        told="failure",
        says="without a report of how it went",
    ),
    Case(
        name="three hosts: not-here, left-to-cron, not-here",
        hosts=(host(1, reports(NOT_HERE)), host(2, reports(LEFT)), host(3, reports(NOT_HERE))),
        ending="succeeded (skipped)",
        told="nobody",
    ),
    Case(
        name="three hosts: not-here, ran and printed nothing, left-to-cron",
        hosts=(
            host(1, reports(NOT_HERE)),
            host(2, reports(f"{RAN} out=0 err=0")),
            host(3, reports(LEFT)),
        ),
        ending="succeeded",
        told="success",
        outcome="silent",
    ),
    Case(
        name="three hosts: not-here, ran, interrupted",
        hosts=(
            host(1, reports(NOT_HERE)),
            host(2, reports(RAN)),
            host(3, reports("exit=- seconds=0 outcome=interrupted", exit_code=1)),
        ),
        ending="failed",
        told="failure",
        says="FAILED i-00000000000000003 web-3: it was cut off",
    ),
)
AWS_FAILS = (
    Case(
        name="Lambda fails once before sending (500)",
        harm=breaks("SendFunction", "Lambda.ServiceException", times=1),
        ending="succeeded",
        told="success",
    ),
    Case(
        name="Lambda fails on and on before sending",
        harm=breaks("SendFunction", "Lambda.ServiceException"),
        commands=0,
        ending="failed",
        told="failure",
        says="FAILED: Lambda.ServiceException",
    ),
    Case(
        name="started by hand with a list for input, and Lambda fails",
        harm=breaks("SendFunction", "Lambda.ServiceException"),
        act=lambda stack: start_by_hand(stack, "[1]"),
        commands=0,
        ending="failed",
        told="failure",
        says="FAILED: Lambda.ServiceException",
    ),
    Case(
        name="Lambda does not answer before sending (States.Timeout)",
        harm=hangs("SendFunction"),
        commands=0,
        ending="failed",
        told="failure",
        says="Result     FAILED: States.Timeout",
    ),
    Case(
        name="an error that has no cause",
        act=start_with_an_error,
        commands=0,
        ending="failed",
        told="failure",
        says="Result     FAILED: States.Timeout",
    ),
    Case(
        name="the send function times out (Sandbox.Timedout)",
        harm=breaks("SendFunction", "Sandbox.Timedout"),
        commands=0,
        ending="failed",
        told="failure",
        says="Command    none known; the comment of one begins with the run's name",
    ),
    Case(
        name="started by hand with too much for a step (States.DataLimitExceeded)",
        act=lambda stack: start_by_hand(stack, f'"{LARGE}"'),
        commands=0,
        ending="failed",
        told="failure",
        says="FAILED: States.DataLimitExceeded",
    ),
    Case(
        name="SendCommand is throttled three times",
        harm=refuses("ssm", "SendCommand", "ThrottlingException", times=3),
        ending="succeeded",
        told="success",
    ),
    Case(
        name="SendCommand is throttled on and on",
        harm=refuses("ssm", "SendCommand", "ThrottlingException"),
        commands=0,
        ending="failed",
        told="failure",
        says="FAILED: NoAnswer",
    ),
    Case(
        name="SendCommand gives no clear answer (500), as often as it is asked",
        harm=refuses("ssm", "SendCommand", "InternalServerError", status=500),
        commands=0,
        ending="failed",
        told="failure",
        says="FAILED: NotSent",
    ),
    Case(
        name="SendCommand is denied",
        harm=refuses("ssm", "SendCommand", "AccessDeniedException"),
        commands=0,
        ending="failed",
        told="failure",
        says="FAILED: AccessDeniedException",
    ),
    Case(
        name="the time zone of the guard is not known",
        parameters={"GuardTimezone": "No/Where"},
        commands=0,
        ending="failed",
        told="failure",
        says="No time zone found with key No/Where",
    ),
    Case(
        name="Lambda times out three times while waiting",
        harm=breaks("WaitFunction", "Sandbox.Timedout", times=3),
        ending="succeeded",
        told="success",
    ),
    Case(
        name="Lambda does not answer twice while waiting (States.Timeout)",
        harm=hangs("WaitFunction", times=2),
        ending="succeeded",
        told="success",
    ),
    Case(
        name="Lambda does not answer any more while waiting (States.Timeout)",
        harm=hangs("WaitFunction"),
        ending="failed",
        told="failure",
        says="FAILED: States.Timeout",
    ),
    Case(
        name="the wait function crashes: the message leads to the command",
        harm=breaks("WaitFunction", "KeyError"),
        ending="failed",
        told="failure",
        says="Command    https://us-east-1.console.aws.amazon.com/systems-manager/run-command/",
    ),
    Case(
        name="the wait function answers too much (States.DataLimitExceeded)",
        harm=answers("WaitFunction", {"run": LARGE * 2}),
        ending="failed",
        told="failure",
        says="FAILED: States.DataLimitExceeded",
    ),
    Case(
        name="the wait function answers nonsense (States.Runtime, which nothing can catch)",
        harm=answers("WaitFunction", {}),
        ending="failed (States.Runtime)",
        told="failure, by the rule",
        says="Result     FAILED States.Runtime",
    ),
    Case(
        name="somebody stops the run",
        act=start_and_stop,
        hosts=(host(1, job(600)),),
        ending="aborted",
        told="failure, by the rule",
        says="Result     ABORTED",
    ),
    Case(
        name="ListCommands is throttled on and on",
        harm=refuses("ssm", "ListCommands", "ThrottlingException"),
        ending="failed",
        told="failure",
        says="FAILED: NoAnswer",
    ),
    Case(
        name="ListCommands fails three times (500), then works",
        harm=refuses("ssm", "ListCommands", "InternalServerError", status=500, times=3),
        ending="succeeded",
        told="success",
    ),
    Case(
        name="the send function is gone",
        harm=function_gone,
        commands=0,
        ending="failed",
        told="failure",
        says="FAILED: Lambda.ResourceNotFoundException",
    ),
    Case(
        name="the machine's role is gone",
        harm=role_gone,
        commands=0,
        ending="failed (cron2aws.NotTold)",
        told="failure, by the rule",
        says="Result     FAILED cron2aws.NotTold",
    ),
    Case(
        name="the machine is gone: no run can be started",
        harm=machine_gone,
        act=fire_in_vain,
        commands=0,
        ending="not started",
        told="failure, by an alarm",
        says="could not be started",
    ),
    Case(
        name="the schedule's role is gone: nothing can be started, or kept in the queue",
        harm=trigger_role_gone,
        act=fire_in_vain,
        commands=0,
        ending="not started",
        told="failure, by an alarm",
        says="EventBridge Scheduler could not start something",
    ),
    Case(
        name="the rule's role is gone: nothing can be started",
        parameters={"Trigger": "rule"},
        harm=trigger_role_gone,
        act=fire_in_vain,
        commands=0,
        ending="not started",
        told="failure, by an alarm",
        says="could not be started",
    ),
    Case(
        name="publishing fails three times, then works",
        harm=refuses("sns", "Publish", "InternalError", status=500, times=3),
        ending="succeeded",
        told="success",
    ),
    Case(
        name="the task's success topic is gone",
        parameters={GOOD: NO_TOPIC},
        ending="failed",
        told="failure",
        says="Result     ok: it ran and ended with exit code 0\n",
    ),
    Case(
        name="the task's failure topic is gone: the account's is told",
        hosts=(host(1, job(exit_code=1)),),
        parameters={BAD: NO_TOPIC},
        ending="failed (cron2aws.NotTold)",
        told="failure, by the rule",
        says="Result     FAILED cron2aws.NotTold",
    ),
)
PROBE = '{"probe": "1"}'
READY = reports("exit=- seconds=0 outcome=ready line=cron clock=1804993200")
UNREADY = reports(
    "exit=- seconds=0 outcome=unready line=cron clock=1804993200 reason=no cron daemon is running"
)
PROBES = (
    Case(
        name="a probe of a host that is ready",
        hosts=(host(1, READY),),
        act=lambda stack: start_by_hand(stack, PROBE),
        ending="succeeded (probed)",
        told="nobody",
    ),
    Case(
        name="a probe of RunOn=one: all hosts answer, one is not ready",
        parameters={"RunOn": "one", "MaxErrors": "0"},
        hosts=(host(1, UNREADY), host(2, READY), host(3, READY)),
        act=lambda stack: start_by_hand(stack, PROBE),
        ending="succeeded (probed)",
        told="nobody",
    ),
    Case(
        name="a probe of two hosts, one is offline",
        hosts=(host(1, READY), host(2, online=False)),
        act=lambda stack: start_by_hand(stack, PROBE),
        ending="succeeded (probed)",
        told="nobody",
    ),
    Case(
        name="a probe that may not be sent",
        harm=refuses("ssm", "SendCommand", "AccessDeniedException"),
        act=lambda stack: start_by_hand(stack, PROBE),
        commands=0,
        ending="failed",
        told="nobody",
    ),
    Case(
        name="a probe whose hosts cannot be asked",
        harm=breaks("WaitFunction", "Runtime.ExitError"),
        act=lambda stack: start_by_hand(stack, PROBE),
        ending="failed",
        told="nobody",
    ),
)
GROUPS = {
    "Runs that succeed": ENDS_WELL,
    "Jobs of different lengths": LENGTHS,
    "Runs that are skipped": SKIPPED,
    "Hosts that fail": HOSTS_FAIL,
    "What a host's first line can say": REPORTED,
    "AWS that fails": AWS_FAILS,
    "Probes": PROBES,
}
CASES = tuple(case for group in GROUPS.values() for case in group)


PROMISED = 2
"""Seconds within which the end of a short job is told."""


def row(case: Case, found: Seen) -> str:
    """One line of the table."""
    late = "" if found.late is None else f"{found.late:.0f} s"
    if case.act is fire_while_running and found.late is not None and found.late <= PROMISED:
        # of two runs at once nobody knows which of them asks first
        late = f"at most {PROMISED} s"
    return (
        f"| {case.name} | {found.commands} | {found.ending} | {found.told} "
        f"| {found.attribute} | {found.transitions} | {found.events} | {late} |"
    )


def comparison_row(case: Case, ours: Seen, older: Seen) -> str:
    """One line of the comparison."""
    cells = [
        f"{each.transitions} | {'never' if each.late is None else f'{each.late:.0f} s'}"
        for each in (ours, older)
    ]
    return f"| {case.name} | {' | '.join(cells)} |"


COLUMNS = (
    (
        "| case | commands sent | the execution ends | told | attribute | transitions | events "
        "| told after |"
    ),
    "| --- | ---: | --- | --- | --- | ---: | ---: | ---: |",
)
COMPARISON = (
    "| job | transitions | told after | older: transitions | told after |",
    "| --- | ---: | ---: | ---: | ---: |",
)
HEAD = """\
# How a task's stack behaves

Every line was measured in the sandbox: the template `cfn/task.yaml` deployed, its schedule fired,
the real state machine run with the real functions, on a virtual clock.
`python -m tests.stack_scenarios` writes this page, and the test suite runs each case again and
holds its line.

- *told*: the topic, and by whom where it was not the machine itself: the rule of
  `cfn/foundation.yaml` for machines that ended without a word, or an alarm: of the task's queue
  of undelivered starts, or of `cfn/foundation.yaml` for what did not even get there
  (moto checks no roles: that of the machine is gone where its calls are refused)
- *attribute*: the message attribute `outcome` of what was told, by which subscriptions filter;
  the rule and the alarms can set none
- *commands sent*: how many times SendCommand was accepted
- *transitions*: of all executions of the case together, every retry counted, as AWS bills them;
  a scheduled run of `RunOn=one` has two executions, as the first only starts the one named after
  the minute
- *events*: of the longer execution's history (Step Functions ends one at 25,000)
- *probe*: an execution with the input `{"probe": "1"}`, by which a command asks all hosts whether a
  run would go well there; it runs no job, and whatever comes of it only who started it reads
- *told after*: from the end of the last host to the end of the execution; the topic is told by then

All cases have `CatchUp=none`. With `once` a run whose hosts are all down ends as here, and tells
so; what comes after that is in docs/how-to/run-a-job-later.md.

A job of so many seconds is told at most 2 s and a twentieth of them after its end, never later than
5 minutes; the figures below are for one phase of the looks."""
TAIL = """\
In the older design the function that asks is called by Retry every 10 seconds, 360 times, and looks
at the first invocation only (`tests/data/older-design/template.yaml`): of three hosts it waits for
one, a failed host that is not the first is a success to it, and where no host has the tag, or a job
takes longer than an hour, it ends without a word.
What all this costs, and why the looks lie where they do: docs/explanation/what-a-run-costs.md."""


OUTCOMES = """\
## Each outcome: who is told, and what to do

The first line that a host prints is the runner's: `[cron2aws] exit=CODE seconds=N outcome=WORD`,
then more of the form `key=value`, and where there is one `reason=` with the rest of the line.
It alone decides; nothing that a job prints does. Where there is none (capital letters), what
Systems Manager says of the host does. A run is failed if one of its hosts failed, and told to
nobody where every host had nothing to do.

| key | says |
| --- | --- |
| `exit` | the job's own exit code, 128 and more for a signal; `-` where no job ended |
| `seconds` | how long it took |
| `out`, `err` | bytes that it wrote to each output |
| `dropped` | bytes of both that were not kept; `N+` is at least so many |
| `started` | when it began, by the host's clock and in its zone |
| `way` | how its session was made: `systemd` or `session` |
| `ended=limit`, `limit` | the runner ended it at its limit of so many seconds |
| `guard=1` | a guard said no: exit code 1 without output, and the entry has the note |
| `ledger=none` | the host had no place for a ledger |
| `lost=1` | the output had no place, or what the job wrote did not fit on the disk |
| `again=1` | the command came once more; this is the report of its one run |
| `line`, `clock` | of a probe: how the crontab has the line, and what the clock says |

The table is that of the wait function, in its order:
the first row that fits is taken.

| outcome | and | what is said | attribute `outcome` | told | what to do |
| --- | --- | --- | --- | --- | --- |
"""


def outcomes() -> str:
    """The table of the function's own rows."""
    wait = function("WaitFunction")
    told = {
        wait.FAILED: ("`failed`", "the topic for failures"),
        wait.TOLD: ("`output`, or `silent` if nothing was printed", "the topic for successes"),
        wait.SILENT: ("", "nobody"),
    }
    rows = []
    for word, fact, end, said, advice in wait.KINDS:
        first = f"`{word}`" if word else "any other"
        rows.append([first, f"`{fact}`" if fact else "", said, *told[end]])
        rows[-1].append("nothing" if advice == "-" else advice.replace("{start}", wait.START))
    return OUTCOMES + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page(seen_by_name: Mapping[str, Seen], older: Mapping[str, Seen]) -> str:
    """The whole of the reference."""
    parts = [HEAD]
    for title, group in GROUPS.items():
        rows = [row(case, seen_by_name[case.name]) for case in group]
        parts.append("\n".join([f"## {title}", "", *COLUMNS, *rows]))
    parts.append(outcomes())
    rows = [comparison_row(case, seen_by_name[case.name], older[case.name]) for case in COMPARED]
    parts.append("\n".join(["## Beside the older design", "", *COMPARISON, *rows]))
    return "\n\n".join([*parts, TAIL]) + "\n"


def main() -> None:
    """Measure everything and write the page."""
    with sandbox() as active:
        measured = {case.name: measure(case, active) for case in CASES}
        older = {case.name: measure_older(case, active) for case in COMPARED}
    DOCS.parent.mkdir(parents=True, exist_ok=True)
    DOCS.write_text(page(measured, older))


if __name__ == "__main__":
    main()
