"""Which line of a crontab is a task's, and what state it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.handover_model.reading import Item
from tests.handover_model.rule import State

ORDER: tuple[State, ...] = ("cron", "task", "stopped")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A task's line as it was when the task was made.

    `siblings`: the schedules of the other lines of the file with the same user and command.
    `marker`: the line by which a manager finds the job (`#Ansible: nightly`).
    `id`, `place`: what a mark of this task says.
    """

    user: str
    command: bytes
    schedule: str
    id: str
    place: str
    siblings: tuple[str, ...] = ()
    marker: bytes = b""


def state(file: Sequence[Item], entry: Entry) -> State:
    """What the task's own file has of the line."""
    if entry.marker and any(item.text == entry.marker for item in file):
        states = {_state_below(file, number, entry) for number in _markers(file, entry)}
        for found in ORDER:
            if found in states:
                return found
        return "absent"
    ours = [item for item in file if (item.user, item.command) == (entry.user, entry.command)]
    marked = any(is_mine(item, entry) for item in file)
    if _active(ours, entry, marked=marked):
        return "cron"
    if marked:
        return "task"
    return "stopped" if _stopped(ours, entry) else "absent"


def stands_elsewhere(file: Sequence[Item], entry: Entry) -> bool:
    """Another file of the daemon's has the line, active: asked where our own has nothing of it."""
    return any(
        item.kind == "job"
        and (item.user, item.command) == (entry.user, entry.command)
        and _may_be_mine(item, entry)
        for item in file
    )


def is_mine(item: Item, entry: Entry) -> bool:
    return item.kind == "mark" and (item.id, item.place) == (entry.id, entry.place)


def _may_be_mine(item: Item, entry: Entry) -> bool:
    """By its schedule: it is ours, or no sibling's. `@reboot` is no minute."""
    if item.schedule == "@reboot":
        return False
    return item.schedule == entry.schedule or item.schedule not in entry.siblings


def _active(ours: list[Item], entry: Entry, *, marked: bool) -> bool:
    jobs = [item.schedule for item in ours if item.kind == "job" and item.schedule != "@reboot"]
    marks = [item.schedule for item in ours if item.kind == "mark" and not is_mine(item, entry)]
    same = jobs.count(entry.schedule)
    strangers = [each for each in jobs if each not in (entry.schedule, *entry.siblings)]
    if not marked:
        return bool(same or strangers)
    # Behind our mark the line cannot be active as well, unless somebody wrote it again. A line
    # may be that of a sibling that has lost its own place, though; our own schedule says that it
    # is not, unless a sibling has that very schedule.
    twins = max(0, entry.siblings.count(entry.schedule) - marks.count(entry.schedule))
    others = [each for each in entry.siblings if each not in (entry.schedule, "@reboot")]
    missing = 0
    for each in set(others):
        missing += max(0, others.count(each) - jobs.count(each) - marks.count(each))
    return same > twins or len(strangers) > missing


def _stopped(ours: list[Item], entry: Entry) -> bool:
    """A plain comment, or the mark of another stack; the marks of twins are theirs."""
    others = [item for item in ours if not is_mine(item, entry) and _may_be_mine(item, entry)]
    if any(item.kind == "comment" for item in others):
        return True
    marks = [item.schedule for item in others if item.kind == "mark"]
    twins = entry.siblings.count(entry.schedule)
    return len(marks) > min(marks.count(entry.schedule), twins)


def _markers(file: Sequence[Item], entry: Entry) -> list[int]:
    return [number for number, item in enumerate(file) if item.text == entry.marker]


def _state_below(file: Sequence[Item], marker: int, entry: Entry) -> State:
    """Of the next line that is neither blank nor an environment line, whatever it runs."""
    for item in file[marker + 1 :]:
        if item.kind in ("blank", "environment"):
            continue
        if item.kind == "job" and item.schedule != "@reboot":
            return "cron"
        if is_mine(item, entry):
            return "task"
        # a program that has the job at each start of the host wants it at no minute
        return "stopped" if item.kind in ("comment", "mark", "job") else "absent"
    return "absent"
