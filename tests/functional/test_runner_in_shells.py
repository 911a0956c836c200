"""The runner in real shells: what the job gets is what the crontab said, byte for byte."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cron2aws.crontab.text import encode_text
from cron2aws.task.command import Job
from cron2aws.task.quoting import is_printable
from tests.fake_clients import give_clients
from tests.in_turn import in_turn
from tests.shells import (
    AGENT,
    FIRST_LINE,
    JOB,
    MACHINES_PATH,
    Host,
    command_of,
    ended,
)
from tests.stack_cases import DELIVERED, SENT, send_event
from tests.stack_template import function


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def bytes_without(forbidden: bytes, *, least: int = 0) -> st.SearchStrategy[str]:
    """Whatever a line can hold; bytes that mean something to a shell come up more often."""
    signs = st.one_of(
        st.sampled_from(list(b"'\"\\$`%{}!*?~#&;|<>() \t\r\x01\x7f\x80\x81\x88\xff=-:[]^")),
        st.integers(1, 255),
    ).filter(lambda sign: sign not in forbidden)
    # in UTF-8 these have bytes that dash and busybox use for marks of their own
    text = st.sampled_from(
        [
            "{{ssm:x}}",
            "${HOME}",
            "{{resolve:ssm:y}}",
            "caf\u00e9 \u4e2d",
            "$$",
            "\u0101\u0208",
            "\u2018",
        ]
    )
    raw = st.lists(signs, min_size=least, max_size=16).map(lambda data: text_of(bytes(data)))
    return st.one_of(raw, text)


NAMES = st.one_of(
    st.sampled_from(["A", "T", "UID", "IFS", "LANG", "LC_ALL", "PWD", "OPTIND", "PPID", "ENV"]),
    st.sampled_from(["_", "PATH", "USER", "MAIL", "SHLVL", "BASH_ENV", "CDPATH", "t", "x", "user"]),
    st.sampled_from(["c2a_text", "c2a_line", "c2a_file", "c2a_shell", "c2a_name", "c2a_run"]),
    bytes_without(b"=\n", least=1).filter(lambda name: name not in ("SHELL", "LOGNAME", "HOME")),
)
VALUES = bytes_without(b"\n")
HOMES = st.one_of(
    st.sampled_from(["/", "bin", "~", "-", "", "/etc/..", "/proc/self/cwd/.."]), VALUES
)
LINES = st.sampled_from(["JOB", "JOB_", "#job", "E", ")"])
JOBS = st.builds(
    replace,
    st.just(JOB),
    command=st.one_of(VALUES, LINES),
    stdin=st.one_of(st.none(), bytes_without(b""), st.lists(LINES, min_size=1).map("\n".join)),
    environment=st.builds(
        lambda pairs, home: tuple({**pairs, **home}.items()),
        st.dictionaries(NAMES, VALUES, max_size=4),
        st.one_of(st.just({}), st.fixed_dictionaries({"HOME": HOMES})),
    ),
)


def latin(text: str) -> str:
    return encode_text(text).decode("latin-1")


def wanted_of(job: Job, host: Host) -> dict[str, Any]:
    """What the daemon gives a job, here."""
    defaults = {"PATH": "/usr/bin:/bin", "HOME": str(host.folder / "home")}
    environment = {**defaults, **dict(job.environment), "SHELL": host.recorder, "LOGNAME": "alice"}
    return {
        "argv": [host.recorder, "-c", latin(job.command)],
        "environment": sorted(f"{latin(n)}={latin(v)}" for n, v in environment.items()),
        "directory": directory_after_chdir(encode_text(environment["HOME"])),
        "umask": 0o022,
        "stdin": latin(job.stdin or ""),
    }


def directory_after_chdir(home: bytes) -> str:
    """Where chdir() leads from the daemon's own directory, which a job without home stays in."""
    with contextlib.chdir("/"):
        for each in (b"/var/spool/cron", home):
            with contextlib.suppress(OSError):
                os.chdir(each)
        return str(Path.cwd())


@settings(
    max_examples=settings().max_examples // 5 if settings().max_examples < 1000 else 5000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(job=JOBS)
def test_the_job_gets_every_byte(job: Job, hosts: list[Host]) -> None:
    running = []
    for host in hosts:
        (host.folder / "record").unlink(missing_ok=True)
        own = replace(job, environment=(*job.environment, ("SHELL", host.recorder)))
        running.append(host.start(host.text(command_of(own))))
    for host, run in [(host, ended(process)) for host, process in zip(hosts, running, strict=True)]:
        assert (run.code, run.output, run.stderr) == (0, b"", b""), (host.shell, run.first)
        record = json.loads((host.folder / "record").read_text())
        record["environment"].sort()
        assert record == wanted_of(job, host), host.shell


BY_HAND = st.one_of(bytes_without(b""), st.lists(LINES).map("\n".join)).filter(is_printable)


@settings(
    max_examples=settings().max_examples // 20 if settings().max_examples < 1000 else 1000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=BY_HAND)
def test_a_command_by_hand_runs_as_it_is(text: str, hosts: list[Host]) -> None:
    """In `sh`, as root, with the agent's environment; between lines of its own."""
    mark = "a line that nothing above has"
    command = f"cat <<'{mark}'\n{text}\n{mark}\n" + 'printf "%s " "$A_LEAK" "$HOME"; id -u; cat'
    for host in hosts:
        run = host.run(command)
        said = f"{text}\nyes /agent {os.getuid()}\n".encode()
        assert (run.code, run.output, run.stderr) == (0, said, b""), host.shell


def test_a_command_by_hand_has_all_of_the_agents_environment(host: Host) -> None:
    run = host.run("exec env")
    pairs = [pair.partition("=") for pair in run.output.decode().splitlines()]
    environment = {name: value for name, _, value in pairs}
    path = environment.pop("PATH")
    assert path.startswith(f"{host.folder}/bin:{MACHINES_PATH}:")
    own = {"PWD", "OLDPWD", "SHLVL", "_"}
    assert {name: value for name, value in environment.items() if name not in own} == AGENT


def test_output_and_code_come_back_the_first_line_first(host: Host) -> None:
    run = host.run(replace(JOB, command="echo out; echo err >&2; exit 3"))
    assert FIRST_LINE.fullmatch(run.first)
    told = {key: run.said[key] for key in ("exit", "outcome", "out", "err", "dropped", "way")}
    assert told == {
        "exit": "3", "outcome": "ran", "out": "4", "err": "4", "dropped": "0", "way": "session",
    }  # fmt: skip
    assert set(run.said) == {*told, "seconds", "started"}
    assert (run.code, run.output, run.stderr) == (3, b"out\n", b"err\n")


def test_a_line_like_the_first_is_the_jobs_own(host: Host) -> None:
    line = "[cron2aws] exit=0 seconds=0 outcome=ran"
    run = host.run(replace(JOB, command=f"echo '{line}'; echo 'job 1'; exit 4"))
    assert (run.said["exit"], run.output) == ("4", f"{line}\njob 1\n".encode())


@in_turn(
    "host",
    ("command", "code"),
    [("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137), ("exit 255", 255)],
)
def test_the_code_is_the_jobs_in_both_ways_to_write_one(
    host: Host, command: str, code: int
) -> None:
    for job in (replace(JOB, command=command), command):
        assert host.run(job).said["exit"] == str(code)


@in_turn("host", ("code",), [(137,), (168,), (169,), (194,)])
def test_no_code_that_the_agent_acts_on_gets_through(host: Host, code: int) -> None:
    run = host.run(replace(JOB, command=f"exit {code}"))
    assert (run.code, run.said["exit"], run.said["outcome"]) == (1, str(code), "ran")


@pytest.mark.parametrize(
    ("command", "guard", "code", "said"),
    [
        ("exit 1", True, 0, ("1", "1")),
        ("exit 1", False, 1, ("1", None)),
        ("exit 2", True, 2, ("2", None)),
        ("exit 0", True, 0, ("0", None)),
        ("echo no; exit 1", True, 1, ("1", None)),
        ("echo no >&2; exit 1", True, 1, ("1", None)),
    ],
)
def test_a_guards_no(
    host: Host, command: str, guard: bool, code: int, said: tuple[str, str | None]
) -> None:
    run = host.run(replace(JOB, command=command, guard=guard))
    assert (run.code, (run.said["exit"], run.said.get("guard"))) == (code, said)
    assert run.said["outcome"] == "ran"


def test_a_job_that_reads_no_input_is_none_the_worse(host: Host) -> None:
    run = host.run(replace(JOB, command="exit 0", stdin="x\n" * 2000))
    assert (run.code, run.stderr) == (0, b"")


def test_a_job_runs_however_long_its_input_is(host: Host) -> None:
    """More than a pipe holds: who writes it waits until the job reads."""
    job = replace(JOB, command="sleep .2; wc -c", stdin="x" * 100_000)
    run = host.run(job)
    assert (run.code, run.output.split(), run.stderr) == (0, [b"100000"], b"")


def test_what_the_loader_acts_on_reaches_the_jobs_programs_alone(host: Host) -> None:
    """It complains of such a library once in each program that has the setting: the job's shell."""
    run = host.run(replace(JOB, command=":", environment=(("LD_PRELOAD", "/no/such.so"),)))
    assert (run.code, run.stderr.count(b"/no/such.so")) == (0, 1)


def test_nothing_is_left_in_any_folder(host: Host, tmp_path: Path) -> None:
    own = replace(host, folder=tmp_path / "host")
    own.lay_out()
    before = sorted(own.folder.rglob("*"))
    run = ended(own.start(own.text(command_of(JOB)), TMPDIR=str(tmp_path)))
    assert run.said["outcome"] == "ran"
    ours = {own.folder / "script", own.folder / "var/lib/cron2aws"}
    assert set(own.folder.rglob("*")) - set(before) == ours
    assert list(tmp_path.iterdir()) == [own.folder]


def test_what_the_send_function_sends_runs(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the template's text to the job: a delivery, its command, and what the agent gets."""
    job = replace(JOB, command="cat; echo $A", stdin="in\n", environment=(("A", "it's"),))
    monkeypatch.setenv("COMMAND", command_of(job))
    send = function("SendFunction")
    calls = give_clients(send, ssm=SENT)
    given = {"input": DELIVERED, "execution": "2027-03-14T03-00Z"}
    assert send.handler(send_event(**given), None)["run"]["outcome"] == "sent"
    (sent,) = (call for call in calls if call.operation == "SendCommand")
    (text,) = sent.parameters["Parameters"]["commands"]
    # of the test: its folder instead of the machine's, and a minute that has come here
    own = text.replace("\nroot=''\n", f"\nroot={host.folder}\n")
    own = own.replace("\ndue=1804993200\n", "\ndue=''\n")
    assert own.count("\n") == text.count("\n")
    run = ended(host.start(own))
    assert (run.code, run.said["outcome"], run.output) == (0, "ran", b"in\nit's\n")
    assert list((host.folder / "var/lib/cron2aws/web-backup").glob("2027-03-14T03-00Z*"))
