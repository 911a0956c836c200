"""The whole text that a host gets; what it does in real shells is tests/functional's."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.task.command import LONGEST, Job, habits_of, own_script_of, render, script_of
from cron2aws.task.line_identity import LineIdentity
from cron2aws.task.quoting import is_printable
from cron2aws.task.runner import RUNNER
from cron2aws.task.whole import CUT, FACTS, whole
from tests.stack_template import function
from tests.unit.task.test_command import ANY_TEXT
from tools.pack_functions import SOURCES

JOB = Job(user="alice", command="true", stdin=None, environment=())


def command_of(job: Job, title: str = "cron2aws 3f9c01ab: /x") -> str:
    return render(job, habits_of(DIALECTS["debian"]), title=title)


COMMANDS = [
    command_of(JOB),
    command_of(replace(JOB, guard=True, stdin="in\n", environment=(("A", "1"),))),
    command_of(replace(JOB, command="\nJOB\n")),
    "echo hello",
]


@pytest.fixture(scope="module")
def send() -> Any:
    """The send function, as it stands packed in the template."""
    return function("SendFunction")


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_shown_is_what_is_sent(send: Any, command: str) -> None:
    for more in ({}, {"due": "1796180400", "run": "2026-12-01T03-00Z", "by": "by-hand"}):
        facts = {"task": "web-backup", "limit": "60", **more}
        assert send.whole(command, facts) == whole(command, facts)
    shown = {"task": "3f9c01ab", "limit": str(LONGEST), "whole": ""}
    assert script_of(command, "3f9c01ab") == send.whole(command, shown)
    assert own_script_of(command, "3f9c01ab") + RUNNER == send.whole(command, shown)
    assert send.LONGEST == LONGEST


@pytest.mark.parametrize("command", COMMANDS)
def test_the_runner_is_the_end_of_it(command: str) -> None:
    assert whole(command, {}).endswith(f"\n}}\n{RUNNER}")


def parts_of(text: str) -> tuple[list[str], dict[str, str], str]:
    """The task's own lines, the facts, and what `job` prints, as a shell would read them."""
    own, _, rest = text.removesuffix(RUNNER).rpartition("\njob() {\nprintf '%s\\n' ")
    [steps] = shlex.split(rest.removesuffix("\n}\n"))
    lines = own.split("\n")
    head, assigned = lines[: -len(FACTS) - 1], lines[-len(FACTS) - 1 :]
    facts = dict(each.split("=", 1) for each in assigned)
    return head, facts, steps


def test_root_reads_the_head_and_the_user_the_steps() -> None:
    command = command_of(replace(JOB, guard=True, stdin="in\n", environment=(("A", "1"),)))
    head, cut, steps = command.partition(f"\n{CUT}\n")
    title, *rest = head.split("\n")
    assert cut
    own, _, said = parts_of(whole(command, {}))
    # what a head leaves out means that there is none
    assert own == [title, "user= pam= guard= tab= sys= kin= above=", "stdin() { :; }", *rest]
    assert said == steps


@pytest.mark.parametrize(
    "command",
    [
        "echo hello",
        "#!/bin/sh\n# a comment\necho hello\n",
        f"echo hello\n{CUT}\nc2a_run",  # a line as ours, without our title
        "# cron2aws 3f9c01ab: /x\necho no line of ours",
        f"# cron2aws 3f9c01ab: /x\n {CUT}\necho hello",
        "",
    ],
)
def test_a_command_by_hand_is_roots_job_as_it_is(command: str) -> None:
    own, _, steps = parts_of(whole(command, {}))
    assert own == [
        "# cron2aws: written by hand",
        "user= pam= guard= tab= sys= kin= above=",
        "stdin() { :; }",
        "",
    ]
    assert steps == command


@pytest.mark.parametrize(
    ("steps", "mark"),
    [
        ("echo JOB", "JOB"),
        (" JOB\nJOB \nJOBS\n_JOB\nJOB__", "JOB"),
        ("JOB", "JOB_"),
        ("a\nJOB\nb", "JOB_"),
        ("JOB_\nJOB", "JOB__"),
        ("JOB_\nb", "JOB"),
    ],
)
def test_the_mark_is_a_line_that_the_job_has_not(steps: str, mark: str) -> None:
    assert parts_of(whole(steps, {}))[1]["mark"] == mark
    assert parts_of(whole(steps, {}))[2] == steps


def test_facts_are_words_of_the_shell_and_those_that_are_not_given_are_empty() -> None:
    given_facts = {"task": "it's $(a) `b`\nc", "limit": "60"}
    _, facts, _ = parts_of(whole("true", {**given_facts, "task": "it's $(a) `b`"}))
    assert list(facts) == [*FACTS, "mark"]
    assert {name: shlex.split(text) for name, text in facts.items()} == {
        **{name: [""] for name in FACTS},
        "task": ["it's $(a) `b`"],
        "limit": ["60"],
        "mark": ["JOB"],
    }
    assert f"\ntask={shlex.quote(given_facts['task'])}\nrun=''\n" in whole("true", given_facts)


def test_what_is_no_fact_never_reaches_the_shell() -> None:
    # whoever may call the send function says in `entry` what these are called
    text = whole("true", {"task": "backup", "touch /tmp/mine; x": "", "PATH": "/tmp"})
    assert text == whole("true", {"task": "backup"})


LINE = LineIdentity(tab="x", command="x", schedule="x", siblings="x", marker="x")
OF_THE_HEAD = ("user", "pam", "guard", "daemon")
OF_A_LINE = tuple(re.findall(r"(\w+)=", LINE.head()))


def test_the_runner_says_of_each_fact_what_it_is() -> None:
    source = (SOURCES / "runner.sh").read_text("utf-8")
    told = source[: source.index("\nset -f\n")]
    for name in (*FACTS, *OF_THE_HEAD, *OF_A_LINE, "mark", "job", "stdin"):
        assert f"{name}," in told or f"{name} " in told, name


@given(command=ANY_TEXT, stdin=ANY_TEXT, name=ANY_TEXT, value=ANY_TEXT, title=ANY_TEXT)
def test_every_text_can_travel(command: str, stdin: str, name: str, value: str, title: str) -> None:
    job = replace(JOB, command=command, stdin=stdin, environment=((name, value),))
    text = script_of(command_of(job, f"cron2aws 1: line 1 of {title}"), "3f9c01ab")
    assert is_printable(text)
    assert text.encode("utf-8")
    assert "{{" not in text
    assert parts_of(text)[2].startswith("cd -P ")  # the title's words end no line
