"""What the edit script notes in a history is what the local command notes: the same rule."""

from __future__ import annotations

import os
import random
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cron2aws.handover.history import Has, History, Since, TaskFolder
from cron2aws.handover.looking import SETTLE, edit_begins, looked
from tests.host_edit import SCRIPT, SHELLS
from tests.in_turn import shells_of
from tests.reading import applets

CASES = 60
NOW = 1_796_000_000


@dataclass(frozen=True, kw_only=True)
class Case:
    """A history with its lines (minute, word) and its mtime, and a look at a file."""

    lines: tuple[tuple[int, str], ...]
    last: int | None
    torn: bool
    has: Has
    changed: int
    now: int
    begins: bool

    def text(self) -> str:
        rows = "".join(f"{since(*each)}\n" for each in self.lines)
        return rows.rstrip("\n") if self.torn else rows


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def since(seconds: int, word: str) -> Since:
    return Since(minute=moment(seconds // 60 * 60), has=Has(word))


def cases(chance: random.Random) -> list[Case]:
    """At and around the edges of minutes, with every two words."""
    found = []
    for number in range(CASES):
        now = NOW + chance.choice([0, 5, 29, 44, 58, 59])
        ago = [0, 1, 2, 59, 60, 61, 300, 4000, -1, -70]
        words = [chance.choice(list(Has)).value for _ in range(chance.choice([0, 1, 1, 2, 3]))]
        lines = tuple((now - 60 * (9 - at), word) for at, word in enumerate(words))
        found.append(
            Case(
                lines=lines,
                last=now - chance.choice(ago) if lines or number % 5 == 0 else None,
                torn=number % 7 == 0,
                has=chance.choice([Has.CRON, Has.TASK, Has.UNKNOWN]),
                changed=now - chance.choice(ago),
                now=now,
                begins=chance.random() < 0.5,
            )
        )
    return found


def lay_out(case: Case, folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    if case.last is not None:
        (folder / "history").write_text(case.text())
        os.utime(folder / "history", (case.last, case.last))


def expected(case: Case) -> History:
    had = tuple(since(*each) for each in case.lines)
    history = History(lines=had, looked=None if case.last is None else moment(case.last))
    added = looked(history, case.has, moment(case.changed), moment(case.now))
    begins = (edit_begins(moment(case.now)),) if case.begins else ()
    return History(lines=(*had, *added, *begins), looked=moment(case.now) - SETTLE)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_same_lines(tmp_path: Path, shell: str) -> None:
    every = cases(random.Random(24))  # noqa: S311 (the same cases each time)
    found = [each for number, each in enumerate(every) if shell in shells_of(number)]
    lib = tmp_path / "var/lib/cron2aws"
    calls = []
    for number, case in enumerate(found):
        lay_out(case, lib / f"t{number}")
        begins = "begins" if case.begins else ""
        calls.append(f"note t{number} {case.has} {case.changed} {case.now} {begins}\n")
    functions, found_end, _ = SCRIPT.partition("\nnl='\n")
    assert found_end
    text = functions.replace("\nroot=''\n", f"\nroot='{tmp_path}'\n") + "\nnl='\n'\n"
    program = ["/bin/busybox", "sh"] if shell == "busybox" else [f"/bin/{shell}"]
    path = f"{applets()}:{os.environ['PATH']}" if shell == "busybox" else os.environ["PATH"]
    ran = subprocess.run(
        [*program, "-s"],
        input=(text + "".join(calls)).encode(),
        capture_output=True,
        check=True,
        env={"PATH": path},
    )
    assert (ran.stdout, ran.stderr) == (b"", b"")
    for number, case in enumerate(found):
        assert TaskFolder(f"t{number}", tmp_path).history() == expected(case), case
        assert not (lib / f"t{number}/history.new").exists()
