"""Each fault between a command and AWS: what is told, the exit code, and what stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.sandbox.inside import Sandbox
from tests.calling import HOST, command, opened
from tests.commands_apart import TAG, Apart, apart, aws_apart
from tests.faults import ENTRIES, Breaker, Row, rows
from tests.gate import Gate

pytestmark = pytest.mark.long

TAB = b"".join(
    b"%d 3 * * * root /opt/%s\n" % (n, name) for n, name in enumerate((b"poll", b"b", b"c", b"d"))
)


@pytest.fixture(scope="module")
def aws() -> Iterator[tuple[Sandbox, Gate]]:
    with aws_apart() as made:
        command(opened(made[0]), "setup", "--tag", TAG, "--yes")
        yield made


@pytest.fixture
def commands(
    aws: tuple[Sandbox, Gate], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Apart]:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    with apart(aws, tmp_path) as made:
        made.tab.write_bytes(TAB)
        yield made


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.what)
def test_a_fault_is_told_and_nothing_is_half_done(commands: Apart, row: Row) -> None:
    gate = commands.gate
    migrate = ("migrate", str(commands.tab), "--tag", TAG, "--yes", *HOST)
    gate.open()
    breaker = Breaker(row)
    gate.answers(breaker)
    if row.ahead:
        moment = SYSTEM_CLOCK.now().astimezone(UTC) + timedelta(seconds=row.ahead)
        gate.tells_time(format_datetime(moment, usegmt=True))
    answer = commands.run((*migrate, *row.more))
    asked = list(gate.asked)
    told = f"{answer.told} {answer.out}"
    assert answer.code == row.code, told
    assert breaker.broken or row.ahead, "the fault did not come"
    for words in row.told:
        assert words in told
    for name, most in row.asked.items():
        assert asked.count(name) <= most
    # no line was touched, and whatever stack there is stands whole or is told by its name
    assert commands.tab.read_bytes() == TAB
    standing = [each for each in commands.stacks if each.status == "CREATE_COMPLETE"]
    assert len(standing) == row.stand
    broken = {each.stack_name for each in commands.stacks} - {each.stack_name for each in standing}
    assert all(name in told for name in broken)

    gate.open()
    again = commands.run(migrate)
    assert again.code == 0, again.told
    assert [each.status for each in commands.stacks] == ["CREATE_COMPLETE"] * ENTRIES
