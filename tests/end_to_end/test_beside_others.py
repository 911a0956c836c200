"""Real commands that meet each other, somebody else's work on the stacks, or a bad network."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from tests.answering import JSON, XML, Answer
from tests.calling import opened
from tests.commands_apart import TAB, Apart, apart, aws_apart, ended, offline
from tests.gate import Gate
from tests.surroundings import cannot

pytestmark = pytest.mark.long

SAYS = "The security token included in the request is expired"
EXPIRED = {
    True: Answer(
        body=f"<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>"
        f"<Message>{SAYS}</Message></Error></ErrorResponse>".encode(),
        status=403,
        kind=XML,
    ),
    False: Answer(
        body=f'{{"__type": "ExpiredTokenException", "message": "{SAYS}"}}'.encode(),
        status=400,
        kind=JSON,
    ),
}
"""As the services say it, by whether they speak XML."""
FOREIGN = {
    "a page": Answer(body=b"<html><body>Please log in</body></html>"),
    "nothing": Answer(body=b""),
    "braces": Answer(body=b"{}", kind="application/json"),
    "garbage": Answer(body=b"\x00\xff garbage", kind=XML),
}
PYTHON = (sys.executable, "-m", "cron2aws")
LOCKED = "another cron2aws command"


@pytest.fixture(scope="module")
def aws() -> Iterator[tuple[Sandbox, Gate]]:
    with aws_apart() as made:
        yield made


@pytest.fixture
def commands(
    aws: tuple[Sandbox, Gate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Apart]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with apart(aws, tmp_path) as made:
        yield made


# --- two at once


@pytest.mark.parametrize("second", ["migrate", "rollback"])
def test_a_second_command_beside_a_hand_over_is_refused(commands: Apart, second: str) -> None:
    held = commands.gate.hold("CreateStack")
    first = commands.start(commands.migrate())
    held.wait()
    refused = commands.run(getattr(commands, second)())
    assert refused.code == 4
    assert LOCKED in refused.told
    assert f"`migrate` (process {first.pid})" in refused.told
    assert commands.tab.read_bytes() == TAB
    held.release()
    assert ended(first).code == 0
    assert (commands.marks, [each.enabled for each in commands.stacks]) == (2, [True, True])


def test_a_hand_over_beside_a_rollback_is_refused(commands: Apart) -> None:
    assert commands.here(commands.migrate()) == 0
    for stack in commands.stacks:
        commands.here(("disable", stack.id, "--yes"))
    commands.gate.open()
    held = commands.gate.hold("DeleteStack")
    first = commands.start(commands.rollback())
    held.wait()
    refused = commands.run(commands.migrate())
    assert (refused.code, LOCKED in refused.told) == (4, True)
    held.release()
    assert ended(first).code == 0
    assert (commands.tab.read_bytes(), commands.stacks) == (TAB, ())


# --- somebody else works on the stacks


@pytest.mark.parametrize("how", ["deleted", "disabled"])
def test_a_stack_that_goes_while_the_hosts_are_asked_gets_no_line(
    commands: Apart, how: str
) -> None:
    held = commands.gate.hold("StartExecution")
    running = commands.start(commands.migrate("--only", "*poll*"))
    held.wait()
    (stack,) = commands.stacks
    if how == "deleted":
        opened(commands.sandbox).stacks.delete(stack)
    else:
        opened(commands.sandbox).stacks.update(stack, {"Enabled": "false"})
    held.release()
    answer = ended(running)
    assert answer.code == 6
    assert commands.tab.read_bytes() == TAB
    assert stack.id[:8] in answer.told
    if how == "disabled":
        assert "somebody changed Enabled" in answer.told


# --- hosts that would not run it


def test_a_host_whose_agent_is_not_heard_of_gets_no_hand_over(commands: Apart) -> None:
    silent = stand_in("silent", tags={"Name": "web"})
    commands.sandbox.add_host(offline(silent))
    try:
        answer = commands.run(commands.migrate())
    finally:
        commands.sandbox.add_host(stand_in("silent", tags={"Name": "other"}))
    assert answer.code == 6
    assert silent.instance_id in answer.told
    assert commands.tab.read_bytes() == TAB


@pytest.mark.parametrize("ahead", [120, -120])
def test_a_clock_that_is_off_by_aws_gets_no_hand_over(commands: Apart, ahead: int) -> None:
    there = SYSTEM_CLOCK.now() - timedelta(seconds=ahead)
    commands.gate.tells_time(format_datetime(there.astimezone(UTC), usegmt=True))
    answer = commands.run(commands.migrate())
    assert answer.code == 4
    assert "clock" in answer.told
    assert commands.tab.read_bytes() == TAB


# --- AWS that answers otherwise midway


def jobs_named(commands: Apart, told: str) -> bool:
    return all(stack.stack_name in told for stack in commands.stacks)


@pytest.mark.parametrize("call", ["StartExecution", "DescribeExecution"])
def test_credentials_that_expire_before_the_edit_leave_the_lines_to_cron(
    commands: Apart, call: str
) -> None:
    commands.gate.answers(lambda name, _: EXPIRED[False] if name == call else None)
    answer = commands.run(commands.migrate())
    assert answer.code == 6
    assert "ExpiredToken" in answer.told
    assert "log in again" in answer.told
    assert jobs_named(commands, answer.told)
    assert commands.tab.read_bytes() == TAB


def test_credentials_that_expire_in_a_rollback_leave_the_jobs_to_cron(commands: Apart) -> None:
    assert commands.here(commands.migrate()) == 0
    for stack in commands.stacks:  # so that no minute is waited for
        commands.here(("disable", stack.id, "--yes"))
    expired: list[str] = []

    def speaks(name: str, body: str) -> Answer | None:
        expired.extend([name] if name == "DeleteStack" or expired else [])
        return EXPIRED[body.startswith("Action=")] if expired else None

    commands.gate.answers(speaks)
    answer = commands.run(commands.rollback("--parallel", "1"))
    assert answer.code == 6
    assert "is back: cron runs its job, and nothing runs twice" in answer.told
    assert "log in again" in answer.told
    assert jobs_named(commands, answer.told)
    assert commands.tab.read_bytes() == TAB
    commands.gate.open()
    assert commands.here(commands.rollback()) == 0
    assert commands.stacks == ()


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_an_answer_that_is_not_awss_midway_is_an_error_and_no_bug(
    commands: Apart, foreign: Answer
) -> None:
    commands.gate.answers(lambda name, _: foreign if name == "StartExecution" else None)
    answer = commands.run(commands.migrate())
    assert answer.code == 6
    assert jobs_named(commands, answer.told)
    assert commands.tab.read_bytes() == TAB
    assert not (commands.state / "bugs").exists()


def test_a_port_that_cannot_be_one_is_an_error_of_aws(commands: Apart) -> None:
    answer = commands.run(("--endpoint-url", "http://127.0.0.1:99999", *commands.migrate()))
    assert (answer.code, "99999" in answer.told) == (5, True)


# --- a host that refuses


def in_a_namespace(mounts: str) -> tuple[str, ...]:
    """The command, after mounts that nobody else sees."""
    if os.geteuid() != 0:
        cannot("only root can mount")
    script = f'set -e; mount --make-rprivate /; {mounts}; exec "$@"'
    return ("unshare", "--mount", "sh", "-c", script, "sh")


FULL = 'mount -t tmpfs -o size=4k tmpfs "$S"; head -c 4096 /dev/zero >"$S/fill" || :'
READ_ONLY = 'mount -t tmpfs -o ro tmpfs "$S"'


@pytest.mark.parametrize("mounts", [FULL, READ_ONLY], ids=["full", "read-only"])
def test_the_lines_come_back_without_a_place_to_write(commands: Apart, mounts: str) -> None:
    assert commands.here(commands.migrate()) == 0
    for stack in commands.stacks:
        commands.here(("disable", stack.id, "--yes"))
    program = (*in_a_namespace(mounts), *PYTHON)
    answer = commands.run(
        commands.rollback(), program=program, environment={"S": str(commands.state)}
    )
    assert answer.code == 0, answer.err
    assert "cannot hold a backup" in answer.told
    assert (commands.tab.read_bytes(), commands.stacks) == (TAB, ())


@pytest.mark.parametrize("mounts", [FULL, READ_ONLY], ids=["full", "read-only"])
def test_without_a_place_to_write_nothing_is_handed_over(commands: Apart, mounts: str) -> None:
    commands.state.mkdir()
    program = (*in_a_namespace(mounts), *PYTHON)
    answer = commands.run(
        commands.migrate(), program=program, environment={"S": str(commands.state)}
    )
    assert answer.code == 4, answer.err
    assert "CreateStack" not in commands.gate.asked
    assert commands.tab.read_bytes() == TAB


def test_a_crontab_on_a_read_only_disk_is_refused_before_anything_is_deployed(
    commands: Apart,
) -> None:
    folder = commands.folder / "etc"
    folder.mkdir()
    tab = folder / "crontab"
    tab.write_bytes(TAB)
    mounts = 'mount --bind "$S" "$S"; mount -o remount,bind,ro "$S"'
    command, _, *more = commands.migrate()
    answer = commands.run(
        (command, str(tab), *more),
        program=(*in_a_namespace(mounts), *PYTHON),
        environment={"S": str(folder)},
    )
    assert answer.code == 4
    assert "read-only" in answer.told
    assert "CreateStack" not in commands.gate.asked


def test_readers_that_have_gone_change_nothing_of_a_hand_over(commands: Apart) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        running = commands.start(("-v", *commands.migrate()), stdout=gone, stderr=gone)
    assert running.wait() == 0
    assert (commands.marks, [each.enabled for each in commands.stacks]) == (2, [True, True])


def test_nothing_is_open_to_others_whatever_the_umask_is(commands: Apart) -> None:
    answer = commands.run(commands.migrate(), umask=0)
    assert answer.code == 0, answer.err
    for path in (commands.state, *commands.state.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    assert commands.is_whole
