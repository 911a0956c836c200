"""A host whose cron daemon wakes when a test says so, as /proc would tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes import FakeClock

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


class PlayedHost(FakeClock):
    """A host whose daemon wakes at given seconds after 09:00, as /proc would tell it."""

    def __init__(self, folder: Path, start: float, wakes: Callable[[float], int]) -> None:
        super().__init__(at(start))
        self.root = folder
        self.pid, self.name, self.began, self.state = "77", "cron", "5000", "S (sleeping)"
        self.wakes = wakes
        self.acts: dict[float, Callable[[], object]] = {}
        (folder / "run").mkdir()
        (folder / "run/crond.pid").write_text("77\n")
        self.play()

    def sleep_until(self, moment: datetime) -> None:
        super().sleep_until(moment)
        for second in sorted(self.acts):
            if at(second) <= self.time:
                self.acts.pop(second)()
        self.play()

    def play(self) -> None:
        count = 100 + self.wakes((self.time - NINE).total_seconds())
        self.process(self.pid, self.name, state=self.state, count=count)

    def process(self, pid: str, name: str, *, state: str, count: int, parent: str = "1") -> None:
        folder = self.root / "proc" / pid
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "comm").write_text(f"{name}\n")
        (folder / "status").write_text(
            f"Name:\t{name}\nState:\t{state}\nPPid:\t{parent}\nvoluntary_ctxt_switches:\t{count}\n"
            f"nonvoluntary_ctxt_switches:\t9\n"
        )
        (folder / "stat").write_text(f"{pid} (a) b) S 1 {'0 ' * 17}{self.began} 0\n")


def each_minute(second: float = 1.3) -> Callable[[float], int]:
    """A daemon that wakes so many seconds after each minute's beginning."""
    return lambda now: int((now - second) // 60) + 1
