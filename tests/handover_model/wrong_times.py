"""Wrong rules about when: each says or notes something else than the rule, in some rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.handover_model.rule import (
    History,
    Line,
    Outcome,
    Seen,
    Task,
    answer,
    at,
    next_minute,
    outcome,
    record,
)


class Asked(NamedTuple):
    """What the rule is asked."""

    minute: int
    seen: Seen
    history: History
    task: Task
    now: int


Said = tuple[Outcome, History]
Rule = Callable[[Asked], Said]


def right(asked: Asked) -> Said:
    said = answer(asked.minute, asked.seen, asked.history, asked.task, now=asked.now)
    return said, record(asked.seen, asked.history, asked.task, now=asked.now)


def says(wrong: Callable[[Asked], Outcome]) -> Rule:
    """A rule that notes what is right."""
    return lambda asked: (wrong(asked), right(asked)[1])


def notes(wrong: Callable[[Asked], History]) -> Rule:
    """A rule that says what is right."""
    return lambda asked: (right(asked)[0], wrong(asked))


def sees(wrong: Callable[[Asked], Asked]) -> Rule:
    """A rule that takes something for another thing."""
    return lambda asked: right(wrong(asked))


def _by_history(a: Asked) -> Outcome:
    return outcome(at(a.history, a.minute), a.minute, a.history, a.task)


def _by_file(a: Asked) -> Outcome:
    return outcome(a.seen.state, a.minute, a.history, a.task)


def _changed(a: Asked, seconds: int) -> Asked:
    return a._replace(seen=a.seen._replace(ctime=a.seen.ctime + seconds))


def _lines(a: Asked, lines: tuple[Line, ...]) -> Asked:
    return a._replace(history=a.history._replace(lines=lines))


def _looked(a: Asked, looked: int | None) -> Asked:
    return a._replace(history=a.history._replace(looked=looked))


def _is_open(a: Asked) -> bool:
    """The file was changed since the minute began, and nobody has looked since."""
    looked = a.history.looked
    seen_since = looked is not None and a.minute <= looked <= a.now
    return min(a.seen.ctime, a.now) >= a.minute and not seen_since


def _earlier(a: Asked) -> int:
    return a.history.looked if a.history.looked is not None else a.now - 86400


def _ends(a: Asked) -> str:
    return a.history.lines[-1].state if a.history.lines else ""


def _is_due(a: Asked, *, by: int) -> bool:
    return a.task.live_from is not None and by >= a.task.live_from


def _absent(a: Asked, runs: bool) -> Outcome:
    if a.seen.state != "absent" or _is_open(a):
        return right(a)[0]
    return "runs" if runs else "not-here"


def _doubt_from(a: Asked, minute: int) -> History:
    lines = right(a)[1].lines
    there = len(a.history.lines)
    added = tuple(
        Line(minute, line.state) if line.state == "unknown" else line for line in lines[there:]
    )
    return right(a)[1]._replace(lines=lines[:there] + added)


def _without(a: Asked, state: str) -> History:
    right_one = right(a)[1]
    return right_one._replace(lines=tuple(x for x in right_one.lines if x.state != state))


WRONG_TIMES: dict[str, Rule] = {
    "history alone": says(_by_history),
    "by the file alone": says(_by_file),
    "mtime": sees(lambda a: _changed(a, -86400)),
    "an older file is believed": sees(lambda a: _looked(a, min(_earlier(a), a.seen.ctime))),
    "a killed edit is a change": sees(
        lambda a: _changed(a, a.now - a.seen.ctime) if _ends(a) == "unknown" else a
    ),
    "changed a second late": sees(lambda a: _changed(a, 1)),
    "second 0 is before": sees(lambda a: _changed(a, -1)),
    "every edit is doubt": says(lambda a: "not-run" if _is_open(a) else right(a)[0]),
    "doubts everything": lambda a: (
        "not-run" if _is_open(a) and _by_file(a) != _by_history(a) else right(a)[0],
        History((*a.history.lines, Line(next_minute(_earlier(a)), "unknown"), *right(a)[1].lines[-1:])),
    ),
    "no history means cron": sees(lambda a: _lines(a, (Line(0, "cron"), *a.history.lines))),
    "records never": notes(lambda a: a.history._replace(looked=a.now)),
    "records always": notes(
        lambda a: History((*a.history.lines, Line(next_minute(a.seen.ctime), a.seen.state)), a.now)
    ),
    "records no doubt": notes(lambda a: _without(a, "unknown")),
    "doubts from S only": notes(lambda a: _doubt_from(a, a.minute)),
    "unknown is cron": sees(
        lambda a: _lines(
            a,
            tuple(x._replace(state="cron") if x.state == "unknown" else x for x in a.history.lines),
        )
    ),
    "unknown for ever": says(
        lambda a: "not-run" if any(x.state == "unknown" for x in a.history.lines) else right(a)[0]
    ),
    "the first line counts": sees(
        lambda a: _lines(a, tuple(x for x in reversed(a.history.lines) if x.minute <= a.minute))
    ),
    "the largest minute counts": sees(
        lambda a: _lines(a, tuple(sorted(a.history.lines, key=lambda x: x.minute)))
    ),
    "the line's own minute is before": says(
        lambda a: right(
            _lines(a, tuple(x._replace(minute=x.minute + 1) for x in a.history.lines))
        )[0]
    ),
    "looks are not known": says(lambda a: right(_looked(a, None))[0]),
    "a look in second 0 is before": says(lambda a: right(_looked(a, _earlier(a) - 1))[0]),
    "a look a second early counts": says(lambda a: right(_looked(a, _earlier(a) + 1))[0]),
    "a look in the future is believed": says(
        lambda a: right(_looked(a, min(_earlier(a), a.now)))[0]
    ),
    "a ctime in the future is believed": notes(
        lambda a: record(a.seen, a.history, a.task, now=max(a.now, a.seen.ctime))
    ),
    "LiveFrom is unknown": sees(lambda a: a._replace(task=a.task._replace(live_from=None))),
    "LiveFrom is not asked": sees(
        lambda a: a._replace(task=a.task._replace(live_from=0 if a.task.live_from else None))
    ),
    "LiveFrom's own minute is before": says(
        lambda a: right(
            a._replace(task=a.task._replace(live_from=(a.task.live_from or 9**12) + 1))
        )[0]
    ),
    "LiveFrom by the clock": says(lambda a: _absent(a, _is_due(a, by=a.now))),
    "LiveFrom beats the line": says(
        lambda a: "runs" if _is_due(a, by=a.minute) else right(a)[0]
    ),
    "removal is unknown": sees(lambda a: a._replace(task=a.task._replace(removal=False))),
    "removal without a history": says(lambda a: _absent(a, a.task.removal)),
    "removal beats the line": says(lambda a: "runs" if a.task.removal else right(a)[0]),
    "removal after a stop": says(
        lambda a: _absent(a, a.task.removal and any(x.state == "cron" for x in a.history.lines))
    ),
    "the history has who runs": says(
        lambda a: right(a._replace(task=Task()))[0] if _is_open(a) else right(a)[0]
    ),
}  # fmt: skip
