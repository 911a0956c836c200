"""What is told of a run: each outcome of the first line, the message, the attributes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stack_cases import COMMAND_ID, EXECUTION, STATUS, ask, command, host
from tests.stack_template import function

CONSOLE = "https://eu-west-1.console.aws.amazon.com"
BY_HAND = "then start it by hand (cron2aws run)."
THERE = "2027-03-14 04:00 +0100 on the host"
RAN = "exit=0 seconds=2 outcome=ran out=0 err=0"


def line(facts: str, output: str = "") -> str:
    return f"[cron2aws] {facts}\n{output}"


def of(facts: str, code: int = 0, number: int = 1) -> dict[str, Any]:
    """A host whose runner reported this; the agent calls any other code than 0 a failure."""
    return host("Failed" if code else "Success", line(facts), code, number)


def outputs_of(answer: dict[str, Any]) -> list[str]:
    """What is told of outputs; `|` marks the standard one, `!` that of errors."""
    lines = answer["message"].splitlines()
    return [each for each in lines if each.startswith(("  | ", "  ! "))]


def attribute(answer: dict[str, Any], name: str) -> str:
    made = answer["attributes"][name]
    assert made["DataType"] == "String"
    return str(made["StringValue"])


OUTCOMES = [
    # first line, the agent's code; the run is; the attribute; words of the result
    (RAN, 0, "succeeded", "silent", "ok: it ran and ended with exit code 0"),
    ("exit=0 seconds=2 outcome=ran out=1 err=0", 0, "succeeded", "output", "exit code 0"),
    ("exit=0 seconds=2 outcome=ran out=0 err=1", 0, "succeeded", "output", "exit code 0"),
    ("exit=0 seconds=2 outcome=ran out=0 err=0 lost=1", 0, "succeeded", "output", "code 0"),
    ("exit=3 seconds=2 outcome=ran out=0 err=9", 3, "failed", "failed", "ended with exit code 3"),
    ("exit=194 seconds=2 outcome=ran", 1, "failed", "failed", "ended with exit code 194"),
    # the first line is believed, not what the agent made of it
    ("exit=168 seconds=2 outcome=ran", 0, "failed", "failed", "ended with exit code 168"),
    (RAN, 1, "succeeded", "silent", "exit code 0"),
    (
        "exit=1 seconds=2 outcome=ran guard=1 out=0 err=0",
        1,
        "skipped",
        "",
        "its guard had nothing for it to do",
    ),
    ("exit=0 seconds=60 outcome=ran ended=limit limit=60", 0, "failed", "failed", "limit of 1 min"),
    ("exit=1 seconds=60 outcome=ran ended=limit guard=1", 1, "failed", "failed", "limit of 1 h"),
    ("exit=- seconds=0 outcome=left-to-cron", 0, "skipped", "", "so cron runs it"),
    (
        "exit=- seconds=0 outcome=left-to-cron reason=no daemon lives",
        1,
        "failed",
        "failed",
        "cron can't run it: no daemon lives",
    ),
    ("exit=- seconds=0 outcome=not-here", 0, "skipped", "", "not for this host"),
    ("exit=- seconds=0 outcome=stopped-by-hand", 1, "failed", "failed", "commented its line out"),
    ("exit=- seconds=0 outcome=duplicate", 0, "skipped", "", "has run this minute already"),
    ("exit=- seconds=0 outcome=too-late", 1, "failed", "failed", "nobody knows whether it ran"),
    ("exit=- seconds=0 outcome=interrupted", 1, "failed", "failed", "cut off before its end"),
    ("exit=- seconds=0 outcome=runner-lost", 1, "failed", "failed", "it was still running"),
    ("exit=- seconds=90 outcome=clock-behind", 1, "failed", "failed", "more than 90 s behind"),
    (
        "exit=- seconds=0 outcome=not-run reason=user app is gone: x=1",
        1,
        "failed",
        "failed",
        "it was not started: user app is gone: x=1",
    ),
    (
        "exit=- seconds=0 outcome=not-run reason=no \x1b[2J",
        1,
        "failed",
        "failed",
        "started: no ?[2J",
    ),
    ("exit=- seconds=0 outcome=not-run", 1, "failed", "failed", "started: it gave no reason"),
    # a later runner's word is no success, whatever the agent thinks
    ("exit=0 seconds=0 outcome=brand-new", 0, "failed", "failed", "not known: brand-new"),
    # keys in another order, and some that this version does not know
    (
        "exit=1 seconds=2 way=systemd guard=1 x outcome=ran new=7",
        1,
        "skipped",
        "",
        "its guard had nothing for it to do",
    ),
    ("outcome=ran seconds=2 exit=3", 3, "failed", "failed", "ended with exit code 3"),
    # the script before this version had no outcome: its last runs end during the update
    ("exit=0 seconds=2", 0, "succeeded", "silent", "exit code 0"),
    ("exit=3 seconds=2", 3, "failed", "failed", "exit code 3"),
]


@pytest.mark.parametrize(
    ("facts", "code", "outcome", "told", "words"), OUTCOMES, ids=[row[0] for row in OUTCOMES]
)
def test_the_first_line_decides(facts: str, code: int, outcome: str, told: str, words: str) -> None:
    answer, _ = ask(command("Failed" if code else "Success"), [of(facts, code)])
    assert answer["outcome"] == outcome
    if outcome == "skipped":
        assert words in answer["reason"]
        assert "message" not in answer
    else:
        assert attribute(answer, "outcome") == told
        assert words in answer["message"].split("\n")[1]


def test_every_outcome_of_the_table_has_a_row_here() -> None:
    known = {kind[0] for kind in function("WaitFunction").KINDS if kind[0].islower()}
    assert known <= {word for row in OUTCOMES for word in row[0].replace("outcome=", "").split()}


SKIPPED = "exit=- seconds=0 outcome=not-here"
LEFT = "exit=- seconds=0 outcome=left-to-cron"
BROKEN = "exit=2 seconds=0 outcome=ran"


@pytest.mark.parametrize(
    ("each", "outcome", "words"),
    [
        ((SKIPPED, LEFT), "skipped", ""),
        ((SKIPPED, SKIPPED, SKIPPED), "skipped", ""),
        ((SKIPPED, RAN), "succeeded", "ok on 1 of 2 hosts; 1 had nothing to do"),
        ((RAN, RAN), "succeeded", "ok on 2 of 2 hosts"),
        ((SKIPPED, RAN, BROKEN), "failed", "FAILED on 1 of 3 hosts; 1 had nothing to do"),
        ((SKIPPED, BROKEN), "failed", "FAILED on 1 of 2 hosts; 1 had nothing to do"),
        ((BROKEN, BROKEN), "failed", "FAILED on 2 of 2 hosts"),
    ],
)
def test_of_several_hosts_the_worst_one_decides(
    each: tuple[str, ...], outcome: str, words: str
) -> None:
    hosts = [of(facts, number=number) for number, facts in enumerate(each, 1)]
    answer, _ = ask(command(targets=len(hosts)), hosts)
    assert answer["outcome"] == outcome
    assert outcome == "skipped" or answer["message"].split("\n")[1] == f"Result     {words}"


def test_a_host_that_is_not_listed_is_no_reason_to_say_nothing() -> None:
    answer, _ = ask(command(targets=2), [of(SKIPPED)])
    assert answer["outcome"] == "failed"
    assert "To do      Not every host reported." in answer["message"]


def test_why_nobody_had_anything_to_do_is_kept_in_the_history() -> None:
    hosts = [of(facts, number=number) for number, facts in enumerate((SKIPPED, LEFT, LEFT))]
    answer, _ = ask(command(targets=3), hosts)
    assert answer["reason"] == (
        "no crontab of the host has its line, so it is not for this host; "
        "the host's crontab still has its line, so cron runs it"
    )


@pytest.mark.parametrize(
    "output",
    [
        "x[cron2aws] exit=0 seconds=1 outcome=ran\n",
        " [cron2aws] exit=0 seconds=1 outcome=ran\n",
        "\n[cron2aws] exit=0 seconds=1 outcome=ran\n",
        "[cron2aws] seconds=1 outcome=ran\n",
        "----------ERROR-------\n[cron2aws] exit=0 seconds=1 outcome=ran\n",
    ],
)
def test_what_is_not_at_the_very_start_decides_nothing(output: str) -> None:
    answer, _ = ask(command("Failed"), [host("Failed", output, 1)])
    assert answer["outcome"] == "failed"
    answer, _ = ask(command(), [host("Success", output.replace("exit=0", "exit=1"), 0)])
    assert answer["outcome"] == "succeeded"


@given(st.text(alphabet="[]cron2aws exit=seconds0123outcomefailed\n-", max_size=200))
def test_no_output_of_a_job_changes_the_verdict(output: str) -> None:
    for facts, outcome in ((BROKEN, "failed"), (RAN, "succeeded"), (SKIPPED, "skipped")):
        answer, _ = ask(command(), [host("Success", line(facts, output))])
        assert answer["outcome"] == outcome


STATUSES = [
    ("Success", 0, "succeeded", "it ended with exit code 0"),
    ("Success", None, "succeeded", "it succeeded, as Systems Manager says"),
    ("Success", 3, "failed", "its end is not known: Success"),
    ("Failed", 3, "failed", "it ended with exit code 3, without a report"),
    ("Failed", -1, "failed", "it ended with exit code -1, without a report"),
    ("DeliveryTimedOut", -1, "failed", "the host did not take it within 5 min"),
    (
        "ExecutionTimedOut",
        137,
        "failed",
        "it was past its limit of 1 h, so Systems Manager ended it",
    ),
    ("Undeliverable", -1, "failed", "Systems Manager cannot reach the host"),
    ("Terminated", -1, "failed", "too many other hosts had failed"),
    ("Cancelled", -1, "failed", "somebody cancelled it"),
    ("InvalidPlatform", -1, "failed", "not one for shell commands"),
    ("AccessDenied", -1, "failed", "the task may not use the host"),
]


@pytest.mark.parametrize(("details", "code", "outcome", "words"), STATUSES)
def test_without_a_first_line_systems_manager_decides(
    details: str, code: int | None, outcome: str, words: str
) -> None:
    made = host(details, "", -1)
    made["CommandPlugins"][0]["ResponseCode"] = code
    answer, _ = ask(command(STATUS.get(details, details)), [made])
    assert answer["outcome"] == outcome
    assert words in answer["message"].split("\n")[1]


def test_a_host_that_does_not_end_is_a_failure_with_words() -> None:
    answer, _ = ask(command("InProgress"), [host("InProgress", "")], retries=100)
    assert "Result     FAILED: its end is not known: InProgress\n" in answer["message"]


def test_each_failure_says_what_to_do_and_no_success_does() -> None:
    wait = function("WaitFunction")
    for outcome, _, verdict, words, advice in wait.KINDS:
        assert (verdict == wait.FAILED) is (advice != "-"), outcome
        assert words[0].islower()
        assert not words.endswith(".")
        assert advice == "-" or (advice[0].isupper() and advice.endswith((".", "{start}")))


def test_the_message_of_a_failure() -> None:
    failed = "exit=4 seconds=75 outcome=ran out=9 err=14 started=2027-03-14T04:00:02+0100"
    ran = "exit=0 seconds=12 outcome=ran out=6 err=0 started=2027-03-13T22:00:01-0500"
    hosts = [of(ran), of(failed, 4, 2)]
    outputs = {
        "i-001": (line(ran, "hello\n"), ""),
        "i-002": (
            line(failed, "no space\n"),
            "disk full\nbye\n\nfailed to run commands: exit status 4",
        ),
    }
    tags = {"i-001": "shop", "i-002": "shop-b"}
    answer, _ = ask(command("Success", targets=2), hosts, outputs=outputs, tags=tags)
    assert answer["subject"] == "FAILED on 1 of 2 app@shop-b backup --token ****"
    assert answer["message"].splitlines() == [
        "Task       web-backup",
        "Result     FAILED on 1 of 2 hosts",
        f"To do      Read its output, repair the cause, {BY_HAND}",
        "User       app",
        "Command    backup --token ****",
        "Schedule   0 3 * * * -> cron(0 3 * * ? *)  (UTC)",
        "Source     web-1:/etc/crontab line 17",
        f"Scheduled  2027-03-14 03:00 UTC, {THERE}, 2027-03-13 22:00 -0500 on the host",
        "Limit      1 h; a job that takes longer is stopped",
        "",
        "FAILED i-002 shop-b: it ran and ended with exit code 4",
        "  started 2027-03-14 04:00:02 +0100",
        "  took 1 min 15 s",
        "  | no space",
        "  ! disk full",
        "  ! bye",
        "ok     i-001 shop: it ran and ended with exit code 0",
        "  started 2027-03-13 22:00:01 -0500",
        "  took 12 s",
        "  | hello",
        "",
        f"Execution  {CONSOLE}/states/home?region=eu-west-1#/v2/executions/details/{EXECUTION}",
        f"Hosts      {CONSOLE}/systems-manager/run-command/{COMMAND_ID}?region=eu-west-1",
    ]


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("\nfailed to run commands: exit status 4", ["oops"]),
        ("\nfailed to run commands: exit status 4\n", ["oops"]),
        ("\nfailed to run commands: signal: killed", ["oops"]),
        ("\nfailed to run commands: signal: segmentation fault (core dumped)", ["oops"]),
        # not the agent's last word, or not about the end of a job
        (
            "failed to run commands: exit status 4\nbye\n",
            ["oops", "failed to run commands: exit status 4", "bye"],
        ),
        (
            "failed to run commands: fork/exec /x: permission denied",
            ["oops", "failed to run commands: fork/exec /x: permission denied"],
        ),
    ],
)
def test_the_agents_own_last_line_is_left_out(last: str, left: list[str]) -> None:
    facts = "exit=4 seconds=1 outcome=ran out=0 err=5"
    outputs = {"i-001": (line(facts), f"oops\n{last}")}
    answer, _ = ask(command("Failed"), [of(facts, 4)], outputs=outputs)
    assert [each[4:] for each in answer["message"].splitlines() if each[:4] == "  ! "] == left


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ("dropped=19200000", "19200000 bytes of it are lost"),
        ("dropped=500+", "500+ bytes of it are lost"),
        ("dropped=0", None),
        ("lost=1", "the host had no place to keep it"),
        ("ledger=none", "the job runs again"),
        ("again=1", "The command reached the host more than once"),
        ("way=session", None),
    ],
)
def test_what_else_the_first_line_says_is_told(facts: str, note: str | None) -> None:
    answer, _ = ask(command(), [of(f"{RAN} {facts}")])
    notes = [each for each in answer["message"].splitlines() if each.startswith("  ")]
    assert len(notes) == (1 if note is None else 2)
    assert note is None or note in notes[1]


def test_a_traceback_of_thirty_lines_fits_for_each_of_five_hosts() -> None:
    program = "/srv/shop/lib/python/shop/orders"
    lines = [f'  File "{program}/step_{n}.py", line {n}, in step' for n in range(30)]
    facts = "exit=1 seconds=1 outcome=ran out=9999 err=1830"
    talk = "".join(f"progress {n} of many, as programs like to tell\n" for n in range(400))
    hosts = [of(facts, 1, number) for number in range(5)]
    outputs = {each["InstanceId"]: (line(facts, talk), "\n".join(lines)) for each in hosts}
    answer, _ = ask(command("Failed", targets=5), hosts, outputs=outputs)
    told = [each[4:] for each in answer["message"].splitlines() if each.startswith("  ! ")]
    assert told == lines * 5
    for output in ((line(facts, "\n".join(lines)), ""), (line(facts), "\n".join(lines))):
        answer, _ = ask(command("Failed"), [of(facts, 1)], outputs={"i-001": output})
        assert [each[4:] for each in outputs_of(answer)] == lines


def test_each_output_gets_the_room_that_the_other_leaves() -> None:
    facts = "exit=1 seconds=1 outcome=ran"
    wide = "".join(f"{n:02} {'x' * 400}\n" for n in range(60))
    hosts = [of(facts, 1, number) for number in range(5)]
    for output, ours, theirs in (((wide, ""), 13, 0), (("", wide), 0, 13), ((wide, wide), 7, 6)):
        outputs = {each["InstanceId"]: (line(facts, output[0]), output[1]) for each in hosts}
        answer, _ = ask(command("Failed", targets=5), hosts, outputs=outputs)
        lines = answer["message"].splitlines()
        assert sum(each.startswith("  | ") for each in lines) == 5 * ours
        assert sum(each.startswith("  ! ") for each in lines) == 5 * theirs
        assert len(answer["message"]) < 28_000


def test_escape_sequences_and_control_bytes_are_not_told() -> None:
    facts = "exit=1 seconds=1 outcome=ran"
    outputs = {"i-001": (line(facts, "\x1b[31;1mred\x1b[0m\tand\x07 \x00end\n"), "")}
    answer, _ = ask(command("Failed"), [of(facts, 1)], outputs=outputs)
    assert "\n  | red and? ?end\n" in answer["message"]


def whole(output: str) -> str:
    return f"{output}[cron2aws] whole output\n"


def test_the_whole_output_is_not_told_again() -> None:
    facts = "exit=1 seconds=1 outcome=ran out=5 err=4"
    outputs = {
        "i-001": (
            whole(line(facts, "last\n")) + "first\nlast\n",
            whole("err\n") + "err\n\nfailed to run commands: exit status 1",
        )
    }
    answer, _ = ask(command("Failed"), [of(facts, 1)], outputs=outputs)
    assert outputs_of(answer) == ["  | last", "  ! err"]


def test_a_job_that_prints_that_line_hides_nothing() -> None:
    job = whole("hello\n") + "no space left\n"
    facts = f"exit=1 seconds=1 outcome=ran out={len(job)} err=0"
    for output in (job, whole(job) + job):
        outputs = {"i-001": (line(facts, output), "")}
        answer, _ = ask(command("Failed"), [of(facts, 1)], outputs=outputs)
        told = [each[4:] for each in answer["message"].splitlines() if each.startswith("  | ")]
        assert told == job.splitlines()


@pytest.mark.parametrize(
    ("hosts", "where"),
    [
        ([of(RAN)], "shop"),
        ([of(RAN, number=2)], "web-2"),
        ([of(BROKEN, 2)], "shop"),
        ([of(RAN), of(RAN, number=2)], "web"),
        ([of(BROKEN, 2), of(RAN, number=2)], "shop"),
        ([of(RAN, number=2), of(BROKEN, 2)], "shop"),
        ([of(BROKEN, 2), of(BROKEN, 2, 2)], "web"),
        ([], "web"),
    ],
)
def test_the_host_is_the_one_that_is_meant_or_the_tags_value(
    hosts: list[dict[str, Any]], where: str
) -> None:
    answer, _ = ask(command(targets=len(hosts)), hosts, tags={"i-001": "shop"})
    assert attribute(answer, "host") == where
    assert f" app@{where} " in answer["subject"]
    assert (attribute(answer, "task"), attribute(answer, "user")) == ("web-backup", "app")


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"tag": "Name=a,b role=web", "where": "Name=a,b role=web"}, "Name=a,b role=web"),
        ({"tag": "role=a,b", "where": "a,b"}, "a,b"),
        # a machine of an earlier release: executions that run while their stack is updated
        ({"tag": "role=web", "where": None}, "web"),
    ],
)
def test_several_hosts_are_called_by_their_tags(given: dict[str, Any], where: str) -> None:
    answer, _ = ask(command(targets=2), [of(RAN), of(RAN, number=2)], **given)
    assert attribute(answer, "host") == where
    assert f" app@{where} " in answer["subject"]


def test_a_host_without_a_name_is_told_by_its_id() -> None:
    nameless = of(RAN) | {"InstanceName": ""}
    unnamed: dict[str, str] = {}
    for tags in (None, unnamed):
        answer, _ = ask(command(), [nameless], tags=tags)
        assert attribute(answer, "host") == "i-001"
        assert "ok     i-001: it ran" in answer["message"]


def test_names_are_asked_for_ec2s_instances_only() -> None:
    hosts = [of(RAN), of(RAN, number=2) | {"InstanceId": "mi-2"}]
    _, calls = ask(command(targets=2), hosts, tags={})
    (asked,) = [call for call in calls if call.operation == "DescribeTags"]
    assert asked.parameters["Filters"][0] == {"Name": "resource-id", "Values": ["i-001"]}
    _, calls = ask(command(), hosts[1:], tags={})
    assert "DescribeTags" not in [call.operation for call in calls]


def test_a_command_that_is_not_given_is_named_by_its_task() -> None:
    answer, _ = ask(command(), [of(RAN)], shown="", user="root")
    assert answer["subject"] == "ok root@web-1 web-backup"
    assert "\nCommand    that of the task\n" in answer["message"]


@pytest.mark.parametrize("text", ["ü", "\n", "\x1b", "日本", "a" * 300, ""])
def test_no_name_makes_an_attribute_or_a_subject_that_sns_refuses(text: str) -> None:
    answer, _ = ask(command(), [of(RAN)], tags={"i-001": text}, shown=text, user=text)
    assert answer["subject"].isascii()
    assert answer["subject"].isprintable()
    assert len(answer["subject"]) <= 99
    for name in ("outcome", "task", "user", "host"):
        assert attribute(answer, name)
        assert attribute(answer, name).isprintable()


def test_output_without_a_count_is_judged_by_what_is_there() -> None:
    old = "exit=0 seconds=2"
    for output, told in ((("", ""), "silent"), (("x", ""), "output"), (("", "x"), "output")):
        outputs = {"i-001": (line(old, output[0]), output[1])}
        answer, _ = ask(command(), [of(old)], outputs=outputs)
        assert attribute(answer, "outcome") == told
    answer, _ = ask(command(), [host("Success", line(old, "x"))])
    assert attribute(answer, "outcome") == "output"


def test_one_host_that_printed_makes_it_a_run_with_output() -> None:
    hosts = [of(RAN), of(RAN.replace("out=0", "out=5"), number=2)]
    answer, _ = ask(command(targets=2), hosts)
    assert attribute(answer, "outcome") == "output"
