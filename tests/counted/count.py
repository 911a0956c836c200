"""What became of every minute of every job: who ran it, how often, and whether it was told."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.counted.tabs import Tabs

MINUTE = timedelta(minutes=1)
FACT = re.compile(r"^(run|task|by|due)=(.*)$", re.MULTILINE)
TOLD = {"FAILED", "TIMED_OUT", "ABORTED"}


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A minute of a job that did not run as often as its lines say, or more often."""

    host: str
    job: str
    minute: datetime
    expected: int
    runs: tuple[str, ...]
    told: tuple[str, ...]
    gone: tuple[str, ...] = ()
    """Deliveries that found no machine: how late each came."""

    @property
    def kind(self) -> str:
        if len(self.runs) > self.expected:
            return "doubled"
        return "told" if len(self.runs) + len(self.told) >= self.expected else "lost"


@dataclass(kw_only=True)
class Counted:
    """Figures of one or more hosts: runs that were to be, and by whom they were made."""

    minutes: int = 0
    runs: int = 0
    by_cron: int = 0
    by_task: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    deliveries: int = 0
    late: int = 0
    twice: int = 0

    def of_kind(self, kind: str) -> int:
        return sum(each.kind == kind for each in self.wrong)

    def __iadd__(self, other: Counted) -> Counted:
        for name in ("minutes", "runs", "by_cron", "by_task", "deliveries", "late", "twice"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.wrong += other.wrong
        return self


def count(
    folder: Path, host: str, tabs: Tabs, first: datetime, last: datetime, *, cloud: Path
) -> Counted:
    """All minutes from `first` to `last`, both included; `cloud` is the folder of its AWS."""
    ran = ran_on(folder)
    told, found = told_by(cloud)
    gone = _gone(cloud)
    found.minutes = int((last - first) / MINUTE) + 1
    for job in tabs.names:
        minute = first
        while minute <= last:
            expected = tabs.expected(job, minute)
            runs, why = ran.get((job, minute), []), told.get((job, minute), [])
            found.runs += expected
            found.by_cron += runs.count("cron")
            found.by_task += len(runs) - runs.count("cron")
            if len(runs) != expected:
                wrong = Wrong(
                    host=host,
                    job=job,
                    minute=minute,
                    expected=expected,
                    runs=tuple(runs),
                    told=tuple(why),
                    gone=tuple(gone.get((job, minute), ())),
                )
                found.wrong.append(wrong)
            minute += MINUTE
    return found


def ran_on(folder: Path) -> Mapping[tuple[str, datetime], list[str]]:
    """Who ran each job for each scheduled minute: `cron`, or a task's run."""
    found: dict[tuple[str, datetime], list[str]] = defaultdict(list)
    for line in (folder / "mnt/ran").read_text().splitlines():
        job, at, who = line.split(" ")
        minute = datetime.fromisoformat(at).replace(second=0, tzinfo=UTC)
        if who not in {"cron", "orphan"}:
            facts = facts_of(folder / "mnt/scripts" / who)
            if facts.get("due"):
                minute = datetime.fromtimestamp(int(facts["due"]), UTC)
            who = f"{facts.get('task', '?')[-16:]} {facts.get('run') or 'by hand'}"
        found[job, minute].append(who)
    return found


def facts_of(script: Path) -> dict[str, str]:
    """What the send function told the runner: the runner's own text is below."""
    found = FACT.findall(script.read_text())
    return {key: value.strip("'") for key, value in reversed(found)}


def told_by(folder: Path) -> tuple[Mapping[tuple[str, datetime], list[str]], Counted]:
    """The runs that ended as failed, each with why: one for each task and minute."""
    found: dict[tuple[str, datetime], dict[str, str]] = defaultdict(dict)
    figures = Counted()
    deliveries: Counter[tuple[str, str]] = Counter()
    for each in events(folder):
        minute = datetime.fromisoformat(each["minute"]).replace(tzinfo=UTC)
        if each["what"] == "delivered":
            figures.deliveries += 1
            at = datetime.fromisoformat(each["at"])
            figures.late += at - minute > timedelta(seconds=2)
            deliveries[each["task"], each["minute"]] += 1
        elif each["status"] in TOLD:
            found[each["job"], minute][each["task"]] = reason(each)
    figures.twice = sum(number > 1 for number in deliveries.values())
    return {key: list(by_task.values()) for key, by_task in found.items()}, figures


def _gone(folder: Path) -> Mapping[tuple[str, datetime], list[str]]:
    found: dict[tuple[str, datetime], list[str]] = defaultdict(list)
    for each in events(folder):
        if each["what"] == "delivered" and each["execution"] is None:
            minute = datetime.fromisoformat(each["minute"]).replace(tzinfo=UTC)
            late = (datetime.fromisoformat(each["at"]) - minute).total_seconds()
            found[each["job"], minute].append(f"{late:.0f} s late")
    return found


def events(folder: Path) -> Iterator[dict[str, Any]]:
    """What the AWS process noted."""
    path = folder / "aws.jsonl"
    for line in path.read_text().splitlines() if path.exists() else ():
        yield json.loads(line)


def reason(ended: Mapping[str, Any]) -> str:
    """What a failed execution says."""
    cause = str(ended.get("cause") or ended.get("error") or "failed")
    said = [line for line in cause.splitlines() if line.startswith("Result")]
    return (said or [cause[:120]])[0].removeprefix("Result").strip()


def outcomes(folder: Path) -> Counter[str]:
    """How the hosts' runners ended, by the first word of each."""
    found: Counter[str] = Counter()
    for each in events(folder):
        if each["what"] == "ended":
            output = each.get("output")
            run = output["run"] if output else {}
            found.update(map(str, (run.get("hosts") or {}).values() or [each["status"]]))
    return found
