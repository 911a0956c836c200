"""What the model says of a row."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.handover_model import reading, rule, which
from tests.handover_model.rows import ID, LONG_AGO, PLACE, SYSTEM, Case, Lines, written
from tests.handover_model.wrong_times import Asked, Rule, right

DUE = 29_663_520 * 60


@dataclass(frozen=True, kw_only=True)
class Answer:
    outcome: rule.Outcome
    appended: Lines
    looked: int | None
    tab: str


def owner_of(path: str) -> str | None:
    return path.rpartition("/")[2] if path.startswith("var/spool/cron/") else None


def is_read(path: str, user: str) -> bool:
    """A tab that the daemons read, and that could hold a line of the user's."""
    folder, _, name = path.rpartition("/")
    if folder.startswith("var/spool/cron"):
        return name == user
    return path == SYSTEM or re.fullmatch(r"etc/cron\.d/[\w-]+", path) is not None


def entry_of(case: Case) -> which.Entry:
    return which.Entry(
        user=case.user,
        command=case.command,
        schedule=case.schedule,
        id=ID,
        place=PLACE,
        siblings=case.siblings,
        marker=case.marker,
    )


def seen(case: Case) -> tuple[rule.Seen, str]:
    """What a look finds, with ctimes relative to S, and the other file that has the line."""
    entry = entry_of(case)
    own = case.files.get(case.source, b"")
    state = which.state(reading.items(own, owner=owner_of(case.source)), entry)
    if state == "absent":
        for path in sorted(case.files):
            if path == case.source or not is_read(path, case.user):
                continue
            items = reading.items(case.files[path], owner=owner_of(path))
            if which.stands_elsewhere(items, entry):
                changed = max(case.changed, case.elsewhere.get(path, LONG_AGO))
                return rule.Seen("cron", changed), path
    return rule.Seen(state, case.changed), ""


def answer(case: Case, *, how: Rule = right, due: int = DUE) -> Answer:
    """`how`: the rule of rule.py, or another one."""
    found, elsewhere = seen(case)
    history = rule.History(
        lines=written(case.history, due=due),
        looked=None if case.looked is None else due + case.looked,
    )
    live = None if case.live is None else due + case.live * 60
    outcome, after = how(
        Asked(
            minute=due,
            seen=rule.Seen(found.state, found.ctime + due),
            history=history,
            task=rule.Task(live_from=live, removal=case.removal),
            now=due + case.now,
        )
    )
    added = after.lines[len(history.lines) :]
    return Answer(
        outcome=outcome,
        appended=tuple(((line.minute - due) // 60, line.state) for line in added),
        looked=None if after.looked is None else after.looked - due,
        tab=elsewhere,
    )
