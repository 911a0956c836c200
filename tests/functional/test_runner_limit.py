"""The time limit of a job, in real shells: who is ended by which signal, and what is told."""

from __future__ import annotations

import os
import select
from dataclasses import replace
from pathlib import Path

import pytest

from tests.in_turn import shells_of
from tests.shells import JOB, SHELLS, Ended, Host, command_of, ended, why_not
from tests.surroundings import cannot

PATIENCE = 60.0
"""Seconds after which what should have ended is a failure."""

# of the runner: keeps what was asked for, and waits a moment
SLEEP = """\
#!/bin/sh
echo "$1" >>{folder}/sleeps
exec /bin/sleep .1
"""


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    if reason := why_not(request.param):
        cannot(reason)
    return str(request.param)


def run_each(shell: str, folder: Path, commands: dict[str, str]) -> dict[str, Ended]:
    """Each command on a host of its own, all at the same time, with a limit of a second."""
    running = {}
    for n, (name, command) in enumerate(commands.items()):
        host = Host(shell=shell, folder=folder / str(n))
        host.lay_out()
        host.stand_in("sleep", SLEEP.format(folder=host.folder))
        own = command.replace("SLEEPS", str(host.folder / "sleeps"))
        running[name] = host.start(host.text(own, limit="1"))
    return {name: ended(process) for name, process in running.items()}


def job(command: str) -> str:
    return command_of(replace(JOB, command=command))


# after TERM, a job that does something until its runner has waited so many times
BUSY = """\
trap 'n=$(wc -l <SLEEPS); until [ $(wc -l <SLEEPS) -ge $((n + {times})) ]; do sleep .02; done
echo bye; exit 0' TERM; while :; do sleep .02; done""".replace("\n", "; ")
ENDS = {
    # TERM, at the first chance
    "echo began; exec sleep 1000": ("143", 143, b"began\n"),
    "echo began; sleep 1000; echo never": ("143", 143, b"began\n"),
    "trap 'echo bye; exit 5' TERM; sleep 1000 & wait": ("5", 5, b"bye\n"),
    "trap 'echo bye; exit 0' TERM; sleep 1000 & wait": ("0", 0, b"bye\n"),
    # KILL for who does not listen
    "trap '' TERM; echo began; sleep 1000": ("137", 1, b"began\n"),
    "trap 'echo no' TERM; while :; do sleep .1; done": ("137", 1, b"no\n"),
    # a second each: between the two signals are ten
    BUSY.format(times=11): ("137", 1, b""),
    BUSY.format(times=5): ("0", 0, b"bye\n"),
    # what the runner knows of a job does not stand where the job can take it away
    "echo 1 >/dev/stdout; exec sleep 1000": ("143", 143, b"1\n"),
}
"""What is told as the exit code of a job, what the agent gets, and the output."""


BY_HAND = "echo began\nPATH=/usr/bin:/bin\nsleep 1000\necho never\n"


def test_a_job_is_ended_at_its_limit(shell: str, tmp_path: Path) -> None:
    """Each shell has one that listens and one that does not; the jobs' own is the machine's."""
    rows = {**ENDS, BY_HAND: ("143", 143, b"began\n")}
    rows = {each: rows[each] for n, each in enumerate(rows) if shell in shells_of(n)}
    ran = run_each(shell, tmp_path, {each: job(each) if each in ENDS else each for each in rows})
    for command, (code, exits, output) in rows.items():
        run = ran[command]
        told = {key: run.said.get(key) for key in ("exit", "outcome", "ended", "limit")}
        wanted = {"exit": code, "outcome": "ran", "ended": "limit", "limit": "1"}
        assert (told, run.code, run.output) == (wanted, exits, output), command


CHILDREN = [
    "sleep 1000",
    "(trap '' TERM; sleep 1000; sleep 1000)",
    "nohup sleep 1000 2>/dev/null",
    "(sleep 1000 & sleep 1000 & wait)",
]
PARENTS = ["wait", "exec sleep 1000", "trap 'exit 0' TERM; wait"]


def test_a_jobs_children_are_ended_with_it(shell: str, tmp_path: Path) -> None:
    """Each child holds a pipe open, which is at its end when the last one is gone."""
    cases = [(child, PARENTS[n % 3]) for n, child in enumerate([*CHILDREN, *CHILDREN[:2]])]
    readers, commands = {}, {}
    for n, (child, parent) in enumerate(cases):
        if shell not in shells_of(n):
            continue
        pipe = tmp_path / f"pipe-{n}"
        os.mkfifo(pipe)
        name = f"{child} & {parent}"
        readers[name] = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        commands[name] = job(f"{child} >{pipe} & {parent}")
    try:
        for name, run in run_each(shell, tmp_path, commands).items():
            assert run.said["ended"] == "limit", name
            assert select.select([readers[name]], [], [], PATIENCE)[0], name
            assert os.read(readers[name], 1) == b"", name
    finally:
        for reader in readers.values():
            os.close(reader)


def test_a_job_within_its_limit_is_left_alone(shell: str, tmp_path: Path) -> None:
    host = Host(shell=shell, folder=tmp_path)
    host.lay_out()
    run = host.run(replace(JOB, command="sleep .3; echo done"), limit="600")
    assert (run.said["exit"], run.said.get("ended"), run.output) == ("0", None, b"done\n")
