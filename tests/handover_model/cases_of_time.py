"""Rows about when: the file's last change, the history, and the last look."""

from __future__ import annotations

from tests.handover_model.rows import ACTIVE, MARK, STOPPED, Case, Lines, tab
from tests.handover_model.rule import Outcome, State

X: dict[State, dict[str, bytes]] = {
    "active": tab(ACTIVE),
    "mark": tab(MARK),
    "stopped": tab(STOPPED),
    "absent": tab(),
}
CRON: Lines = ((-1440, "cron"),)
TASK: Lines = ((-1440, "cron"), (-600, "task"))
NOBODY: Lines = ((-1440, "cron"), (-600, "nobody"))


def row(
    name: str,
    refutes: str,
    state: State,
    outcome: Outcome,
    *,
    changed: int = -3600,
    history: Lines = CRON,
    looked: int | None = -55,
    now: int = 5,
    appended: Lines = (),
    live: int | None = None,
    removal: bool = False,
) -> Case:
    return Case(
        name=name,
        refutes=refutes,
        outcome=outcome,
        files=X[state],
        changed=changed,
        history=history,
        looked=looked,
        now=now,
        appended=appended,
        live=live,
        removal=removal,
    )


UNCHANGED = (
    row("cron has it, as ever", "records always", "active", "left-to-cron"),
    row("the task has it, as ever", "records always", "mark", "runs", history=TASK),
    row("stopped, as ever", "records always", "stopped", "stopped-by-hand", history=NOBODY),
    row("gone, as ever", "records always", "absent", "not-here", history=NOBODY),
    row("first look, active", "records never", "active", "left-to-cron", history=(), looked=None, appended=((-59, "cron"),)),
    row("first look, marked", "records never", "mark", "runs", history=(), looked=None, appended=((-59, "task"),)),
    row("first look, stopped", "records never", "stopped", "stopped-by-hand", history=(), looked=None, appended=((-59, "nobody"),)),
    row("first look, absent", "records never", "absent", "not-here", history=(), looked=None, appended=((-59, "nobody"),)),
    # changed between the last look and S
    row("marked before S", "history alone", "mark", "runs", changed=-30, appended=((0, "task"),)),
    row("active again before S", "history alone", "active", "left-to-cron", changed=-30, history=TASK, appended=((0, "cron"),)),
    row("stopped before S", "history alone", "stopped", "stopped-by-hand", changed=-30, history=TASK, appended=((0, "nobody"),)),
    row("the mark deleted before S", "history alone", "absent", "not-here", changed=-30, history=TASK, appended=((0, "nobody"),)),
    row("started again before S", "history alone", "active", "left-to-cron", changed=-30, history=NOBODY, appended=((0, "cron"),)),
    row("marked in the last second before S", "changed a second late", "mark", "runs", changed=-1, appended=((0, "task"),)),
    row("active in the last second before S", "changed a second late", "active", "left-to-cron", changed=-1, history=TASK, appended=((0, "cron"),)),
    row("changed hours ago, nobody looked since: marked", "records no doubt", "mark", "runs", changed=-3590, looked=-86000, history=CRON, appended=((-1433, "unknown"), (-59, "task"))),
    row("changed hours ago, nobody looked since: active", "records no doubt", "active", "left-to-cron", changed=-3590, looked=-86000, history=TASK, appended=((-1433, "unknown"), (-59, "cron"))),
    row("changed hours ago, nobody looked since: stopped", "doubts everything", "stopped", "stopped-by-hand", changed=-3590, looked=-86000, history=TASK, appended=((-59, "nobody"),)),
    row("changed hours ago, nobody looked since: started", "doubts everything", "active", "left-to-cron", changed=-3590, looked=-86000, history=NOBODY, appended=((-59, "cron"),)),
    row("the history's last line lies in the future", "history alone", "active", "left-to-cron", history=((-1440, "cron"), (1, "task")), appended=((-59, "cron"),)),
    row("the history is newer than the file's change, and wrong", "history alone", "mark", "runs", history=((-10, "cron"),), changed=-1200, looked=-30, appended=((-19, "task"),)),
)  # fmt: skip

JUST_CHANGED = (
    # changed after S, nobody has looked since S
    row("active to mark in the minute", "by the file alone", "mark", "not-run", changed=2, appended=((0, "unknown"), (1, "task"))),
    row("mark to active in the minute", "by the file alone", "active", "not-run", changed=2, history=TASK, appended=((0, "unknown"), (1, "cron"))),
    row("active to mark in the minute, old mtime", "mtime", "mark", "not-run", changed=3, appended=((0, "unknown"), (1, "task"))),
    row("mark to active in the minute, old mtime", "mtime", "active", "not-run", changed=3, history=TASK, appended=((0, "unknown"), (1, "cron"))),
    row("active to mark in second 0", "second 0 is before", "mark", "not-run", changed=0, appended=((0, "unknown"), (1, "task"))),
    row("mark to active in second 0", "second 0 is before", "active", "not-run", changed=0, history=TASK, appended=((0, "unknown"), (1, "cron"))),
    row("active to mark a minute later, told late", "by the file alone", "mark", "not-run", changed=70, now=80, appended=((0, "unknown"), (2, "task"))),
    row("mark to active a minute later, told late", "by the file alone", "active", "not-run", changed=70, now=80, history=TASK, appended=((0, "unknown"), (2, "cron"))),
    row("active to mark, last look a day ago", "doubts from S only", "mark", "not-run", changed=2, looked=-86000, appended=((-1433, "unknown"), (1, "task"))),
    row("mark to active, last look a day ago", "doubts from S only", "active", "not-run", changed=2, looked=-86000, history=TASK, appended=((-1433, "unknown"), (1, "cron"))),
    row("no history, active", "no history means nobody", "active", "left-to-cron", changed=2, history=(), looked=None, appended=((1, "cron"),)),
    row("no history, absent", "no history means cron", "absent", "not-here", changed=2, history=(), looked=None, appended=((1, "nobody"),)),
    row("no history, stopped", "no history means cron", "stopped", "stopped-by-hand", changed=2, history=(), looked=None, appended=((1, "nobody"),)),
    row("an unrelated edit, cron", "every edit is doubt", "active", "left-to-cron", changed=2),
    row("an unrelated edit, task", "every edit is doubt", "mark", "runs", changed=2, history=TASK),
    row("an unrelated edit, stopped", "every edit is doubt", "stopped", "stopped-by-hand", changed=2, history=NOBODY),
    row("an unrelated edit, gone", "every edit is doubt", "absent", "not-here", changed=2, history=NOBODY),
    row("an unrelated edit in second 0, task", "every edit is doubt", "mark", "runs", changed=0, history=TASK),
    row("an unrelated edit, told two minutes late", "every edit is doubt", "mark", "runs", changed=100, now=130, history=TASK),
    row("mark to stopped: cron has no part in it", "by the file alone", "stopped", "runs", changed=2, history=TASK, appended=((1, "nobody"),)),
    row("mark to gone: cron has no part in it", "by the file alone", "absent", "runs", changed=2, history=TASK, appended=((1, "nobody"),)),
    row("stopped to mark: cron has no part in it", "doubts everything", "mark", "runs", changed=2, history=NOBODY, appended=((1, "task"),)),
    row("active to stopped", "doubts everything", "stopped", "stopped-by-hand", changed=2, appended=((1, "nobody"),)),
    row("active to gone", "doubts everything", "absent", "not-here", changed=2, appended=((1, "nobody"),)),
    row("stopped to active", "doubts everything", "active", "left-to-cron", changed=2, history=NOBODY, appended=((1, "cron"),)),
    row("the last word was lost, marked", "unknown is cron", "mark", "not-run", changed=2, history=((-1440, "cron"), (-2, "unknown")), appended=((1, "task"),)),
    row("the last word was lost, active", "unknown is cron", "active", "not-run", changed=2, history=((-1440, "task"), (-2, "unknown")), appended=((1, "cron"),)),
)  # fmt: skip

LOOKED_AT = (
    # S lies before a look that saw the change: the history knows it
    row("late, after the hand-over: cron's", "by the file alone", "mark", "left-to-cron", changed=20, now=90, looked=65, history=((-1440, "cron"), (1, "task"))),
    row("late, after the rollback: the task's", "by the file alone", "active", "runs", changed=20, now=90, looked=65, history=((-1440, "task"), (1, "cron"))),
    row("late, after stop: cron's", "by the file alone", "stopped", "left-to-cron", changed=20, now=90, looked=65, history=((-1440, "cron"), (1, "nobody"))),
    row("late, after start: nobody's", "by the file alone", "active", "not-here", changed=20, now=90, looked=65, history=((-1440, "nobody"), (1, "cron"))),
    row("late, still stopped in another way", "by the file alone", "stopped", "stopped-by-hand", changed=20, now=90, looked=65, history=((-1440, "nobody"),)),
    row("late, in the doubt", "by the file alone", "mark", "not-run", changed=80, now=130, looked=125, history=((-1440, "cron"), (0, "unknown"), (2, "task"))),
    row("late, before the doubt", "unknown for ever", "mark", "left-to-cron", changed=80, now=130, looked=125, history=((-1440, "cron"), (1, "unknown"), (2, "task"))),
    row("late, behind the doubt", "unknown for ever", "mark", "runs", changed=80, now=130, looked=125, history=((-1440, "cron"), (-3, "unknown"), (0, "task"))),
    row("there and back: the task's", "the first line counts", "active", "runs", changed=80, now=130, looked=125, history=((-9, "cron"), (0, "task"), (2, "cron"))),
    row("there, back and there: cron's", "the first line counts", "mark", "left-to-cron", changed=80, now=130, looked=125, history=((-9, "task"), (0, "cron"), (2, "task"))),
    row("a later line of an earlier minute counts", "the largest minute counts", "active", "left-to-cron", changed=80, now=130, looked=125, history=((-9, "task"), (0, "task"), (-1, "cron"))),
    row("a later line of an earlier minute counts: task", "the largest minute counts", "mark", "runs", changed=80, now=130, looked=125, history=((-9, "cron"), (0, "cron"), (-1, "task"))),
    row("a line of this very minute counts", "the line's own minute is before", "mark", "runs", changed=20, now=90, looked=65, history=((-9, "cron"), (0, "task"))),
    row("looked in second 0: the look counts", "a look in second 0 is before", "mark", "left-to-cron", changed=20, looked=0, now=30, history=((-9, "cron"),), appended=((1, "task"),)),
    row("looked a second before S: it does not", "a look a second early counts", "mark", "not-run", changed=20, looked=-1, now=30, history=((-9, "cron"),), appended=((0, "unknown"), (1, "task"))),
    row("our own edit: a look in this minute, cron before", "looks are not known", "mark", "left-to-cron", changed=12, looked=12, now=40, appended=((1, "task"),)),
    row("our own rollback: a look in this minute, task before", "looks are not known", "active", "runs", changed=12, looked=12, now=40, history=TASK, appended=((1, "cron"),)),
    row("before the first line: cron first", "no history means nobody", "mark", "left-to-cron", changed=20, looked=65, now=90, history=((1, "cron"), (1, "task"))[:1], appended=((1, "task"),)),
    row("before the first line: task first", "no history means cron", "mark", "not-run", changed=20, looked=65, now=90, history=((1, "task"),)),
    row("before the first line: nobody first", "no history means cron", "stopped", "stopped-by-hand", changed=20, looked=65, now=90, history=((1, "nobody"),)),
    row("a ctime in the future counts as now", "a ctime in the future is believed", "mark", "runs", changed=4000, looked=-55, now=5, history=NOBODY, appended=((1, "task"),)),
    row("a look in the future is none", "a look in the future is believed", "mark", "not-run", changed=2, looked=4000, now=5, appended=((1, "task"),)),
)  # fmt: skip

WITHOUT_THE_LINE = (
    row("LiveFrom lies ahead", "LiveFrom is not asked", "absent", "not-here", history=NOBODY, live=1),
    row("LiveFrom is this minute", "LiveFrom's own minute is before", "absent", "runs", history=NOBODY, live=0, appended=((0, "task"),)),
    row("LiveFrom lies behind", "LiveFrom is unknown", "absent", "runs", history=NOBODY, live=-30, appended=((-30, "task"),)),
    row("LiveFrom lies before the change", "LiveFrom is unknown", "absent", "runs", history=NOBODY, live=-90, appended=((-59, "task"),)),
    row("LiveFrom, noted before", "LiveFrom is unknown", "absent", "runs", history=((-60, "nobody"), (-30, "task")), live=-30),
    row("late, before LiveFrom, noted since", "records by S", "absent", "not-here", now=90, looked=65, history=((-60, "nobody"), (1, "task")), live=1),
    row("late, before LiveFrom, not noted yet", "records by S", "absent", "not-here", now=90, history=((-60, "nobody"),), live=1, appended=((1, "task"),)),
    row("LiveFrom, an edit since: no doubt without cron", "LiveFrom is unknown", "absent", "runs", changed=2, history=NOBODY, live=0, appended=((1, "task"),)),
    row("LiveFrom, an edit since, before it", "LiveFrom is not asked", "absent", "not-here", changed=2, history=NOBODY, live=2),
    row("LiveFrom, and the line has gone from cron just now", "by the file alone", "absent", "not-run", changed=2, live=-30, appended=((0, "unknown"), (1, "task"))),
    row("LiveFrom, active", "LiveFrom beats the line", "active", "left-to-cron", live=-30),
    row("LiveFrom, stopped", "LiveFrom beats the line", "stopped", "stopped-by-hand", history=NOBODY, live=-30),
    row("LiveFrom, first look", "LiveFrom is unknown", "absent", "runs", history=(), looked=None, live=-30, appended=((-30, "task"),)),
    row("removal: the manager dropped it before S", "removal is unknown", "absent", "runs", changed=-30, removal=True, appended=((0, "task"),)),
    row("removal: dropped long ago", "removal is unknown", "absent", "runs", removal=True, history=TASK),
    row("removal: dropped just now", "by the file alone", "absent", "not-run", changed=2, removal=True, appended=((0, "unknown"), (1, "task"))),
    row("removal: late, before it was dropped", "by the file alone", "absent", "left-to-cron", changed=20, looked=65, now=90, removal=True, history=((-9, "cron"), (1, "task"))),
    row("removal: never here", "removal without a history", "absent", "not-here", removal=True, history=((-60, "nobody"),)),
    row("removal: no history", "removal without a history", "absent", "not-here", removal=True, history=(), looked=None, appended=((-59, "nobody"),)),
    row("removal: still there", "removal beats the line", "active", "left-to-cron", removal=True),
    row("removal: written again", "history alone", "active", "left-to-cron", changed=-30, removal=True, history=TASK, appended=((0, "cron"),)),
    row("removal: stopped by hand", "removal beats the line", "stopped", "stopped-by-hand", changed=-30, removal=True, appended=((0, "nobody"),)),
    row("removal: stopped by hand, then deleted", "removal after a stop", "absent", "not-here", changed=-30, removal=True, history=NOBODY),
    row("removal: the doubt is no stop", "removal is unknown", "absent", "runs", changed=-30, removal=True, history=((-9, "cron"), (-3, "unknown")), appended=((0, "task"),)),
)  # fmt: skip

TIMES: tuple[Case, ...] = (*UNCHANGED, *JUST_CHANGED, *LOOKED_AT, *WITHOUT_THE_LINE)
