"""Rows about when: the file's last change, the history, and the last look."""

from __future__ import annotations

from tests.handover_model.rows import ACTIVE, MARK, STOPPED, Case, Lines, tab
from tests.handover_model.rule import Outcome, State

X: dict[State, dict[str, bytes]] = {
    "cron": tab(ACTIVE),
    "task": tab(MARK),
    "stopped": tab(STOPPED),
    "absent": tab(),
}
CRON: Lines = ((-1440, "cron"),)
TASK: Lines = ((-1440, "cron"), (-600, "task"))
OFF: Lines = ((-1440, "cron"), (-600, "stopped"))
GONE: Lines = ((-1440, "cron"), (-600, "absent"))


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
    row("cron has it, as ever", "records always", "cron", "left-to-cron"),
    row("the task has it, as ever", "records always", "task", "runs", history=TASK),
    row("stopped, as ever", "records always", "stopped", "stopped-by-hand", history=OFF),
    row("gone, as ever", "records always", "absent", "not-here", history=GONE),
    row("first look, active", "records never", "cron", "left-to-cron", history=(), looked=None, appended=((-59, "cron"),)),
    row("first look, marked", "records never", "task", "runs", history=(), looked=None, appended=((-59, "task"),)),
    row("first look, stopped", "records never", "stopped", "stopped-by-hand", history=(), looked=None, appended=((-59, "stopped"),)),
    row("first look, absent", "records never", "absent", "not-here", history=(), looked=None, appended=((-59, "absent"),)),
    # changed between the last look and S
    row("marked before S", "history alone", "task", "runs", changed=-30, appended=((0, "task"),)),
    row("active again before S", "history alone", "cron", "left-to-cron", changed=-30, history=TASK, appended=((0, "cron"),)),
    row("stopped before S", "history alone", "stopped", "stopped-by-hand", changed=-30, history=TASK, appended=((0, "stopped"),)),
    row("the mark deleted before S", "history alone", "absent", "not-here", changed=-30, history=TASK, appended=((0, "absent"),)),
    row("started again before S", "history alone", "cron", "left-to-cron", changed=-30, history=OFF, appended=((0, "cron"),)),
    row("marked in the last second before S", "changed a second late", "task", "runs", changed=-1, appended=((0, "task"),)),
    row("active in the last second before S", "changed a second late", "cron", "left-to-cron", changed=-1, history=TASK, appended=((0, "cron"),)),
    row("changed hours ago, nobody looked since: marked", "records no doubt", "task", "runs", changed=-3590, looked=-86000, history=CRON, appended=((-1433, "unknown"), (-59, "task"))),
    row("changed hours ago, nobody looked since: active", "records no doubt", "cron", "left-to-cron", changed=-3590, looked=-86000, history=TASK, appended=((-1433, "unknown"), (-59, "cron"))),
    row("changed hours ago, nobody looked since: stopped", "doubts everything", "stopped", "stopped-by-hand", changed=-3590, looked=-86000, history=TASK, appended=((-59, "stopped"),)),
    row("changed hours ago, nobody looked since: started", "doubts everything", "cron", "left-to-cron", changed=-3590, looked=-86000, history=OFF, appended=((-59, "cron"),)),
    row("the history's last line lies in the future", "records never", "cron", "left-to-cron", history=((-1440, "cron"), (1, "task")), appended=((0, "unknown"), (1, "cron"))),
    # a link or a folder on its path leads elsewhere, or another tab has lost the line
    row("another file since the last look, and older: marked", "an older file is believed", "task", "not-run", history=((-10, "cron"),), changed=-1200, looked=-30, appended=((0, "unknown"), (1, "task"))),
    row("another file since the last look, and older: active", "an older file is believed", "cron", "not-run", history=((-10, "task"),), changed=-1200, looked=-30, appended=((0, "unknown"), (1, "cron"))),
    row("another file since the last look, and older: gone, and ours", "an older file is believed", "absent", "not-run", changed=-1200, looked=-30, removal=True, appended=((0, "unknown"), (1, "absent"))),
    row("another file since the last look, and older: told late", "an older file is believed", "task", "left-to-cron", history=((-10, "cron"),), changed=-1200, looked=30, now=90, appended=((1, "unknown"), (2, "task"))),
    row("an edit that was killed before its rename", "a killed edit is a change", "cron", "left-to-cron", history=(*CRON, (0, "unknown")), appended=((-59, "cron"),)),
)  # fmt: skip

JUST_CHANGED = (
    # changed after S, nobody has looked since S
    row("active to mark in the minute", "by the file alone", "task", "not-run", changed=2, appended=((0, "unknown"), (1, "task"))),
    row("mark to active in the minute", "by the file alone", "cron", "not-run", changed=2, history=TASK, appended=((0, "unknown"), (1, "cron"))),
    row("active to mark in the minute, old mtime", "mtime", "task", "not-run", changed=3, history=((-3000, "cron"),), looked=-88000, appended=((-1466, "unknown"), (1, "task"))),
    row("mark to active in the minute, old mtime", "mtime", "cron", "not-run", changed=3, history=((-3000, "cron"), (-2000, "task")), looked=-88000, appended=((-1466, "unknown"), (1, "cron"))),
    row("active to mark in second 0", "second 0 is before", "task", "not-run", changed=0, appended=((0, "unknown"), (1, "task"))),
    row("mark to active in second 0", "second 0 is before", "cron", "not-run", changed=0, history=TASK, appended=((0, "unknown"), (1, "cron"))),
    row("active to mark a minute later, told late", "by the file alone", "task", "not-run", changed=70, now=80, appended=((0, "unknown"), (2, "task"))),
    row("mark to active a minute later, told late", "by the file alone", "cron", "not-run", changed=70, now=80, history=TASK, appended=((0, "unknown"), (2, "cron"))),
    row("active to mark, last look a day ago", "doubts from S only", "task", "not-run", changed=2, looked=-86000, appended=((-1433, "unknown"), (1, "task"))),
    row("mark to active, last look a day ago", "doubts from S only", "cron", "not-run", changed=2, looked=-86000, history=TASK, appended=((-1433, "unknown"), (1, "cron"))),
    row("no history, active", "no history means cron", "cron", "not-run", changed=2, history=(), looked=None, appended=((1, "cron"),)),
    row("no history, absent", "no history means cron", "absent", "not-run", changed=2, history=(), looked=None, appended=((1, "absent"),)),
    row("no history, stopped", "no history means cron", "stopped", "not-run", changed=2, history=(), looked=None, appended=((1, "stopped"),)),
    row("an unrelated edit, cron", "every edit is doubt", "cron", "left-to-cron", changed=2),
    row("an unrelated edit, task", "every edit is doubt", "task", "runs", changed=2, history=TASK),
    row("an unrelated edit, stopped", "every edit is doubt", "stopped", "stopped-by-hand", changed=2, history=OFF),
    row("an unrelated edit, gone", "every edit is doubt", "absent", "not-here", changed=2, history=GONE),
    row("an unrelated edit in second 0, task", "every edit is doubt", "task", "runs", changed=0, history=TASK),
    row("an unrelated edit, told two minutes late", "every edit is doubt", "task", "runs", changed=100, now=130, history=TASK),
    row("mark to stopped: cron has no part in it", "by the file alone", "stopped", "runs", changed=2, history=TASK, appended=((1, "stopped"),)),
    row("mark to gone: cron has no part in it", "by the file alone", "absent", "runs", changed=2, history=TASK, appended=((1, "absent"),)),
    row("stopped to mark: cron has no part in it", "doubts everything", "task", "runs", changed=2, history=OFF, appended=((1, "task"),)),
    row("active to stopped", "doubts everything", "stopped", "stopped-by-hand", changed=2, appended=((1, "stopped"),)),
    row("active to gone", "doubts everything", "absent", "not-here", changed=2, appended=((1, "absent"),)),
    row("stopped to active", "doubts everything", "cron", "left-to-cron", changed=2, history=OFF, appended=((1, "cron"),)),
    row("the last word was lost, marked", "unknown is cron", "task", "not-run", changed=2, history=((-1440, "cron"), (-2, "unknown")), appended=((1, "task"),)),
    row("the last word was lost, active", "unknown is cron", "cron", "not-run", changed=2, history=((-1440, "task"), (-2, "unknown")), appended=((1, "cron"),)),
)  # fmt: skip

UNDER_WAY = (
    # a command noted that an edit begins, and was killed before or after it
    row("killed before its edit, S before it", "unknown for ever", "cron", "left-to-cron", history=(*CRON, (1, "unknown")), looked=10, now=15, appended=((-59, "cron"),)),
    row("killed before its edit", "unknown is cron", "cron", "left-to-cron", history=(*CRON, (0, "unknown")), looked=-40, appended=((-59, "cron"),)),
    row("killed after its edit", "history alone", "task", "runs", changed=-40, history=(*CRON, (0, "unknown")), looked=-40, appended=((0, "task"),)),
    row("killed after its edit, late, S before it", "unknown for ever", "task", "left-to-cron", changed=12, now=40, history=(*CRON, (1, "unknown")), looked=12, appended=((1, "task"),)),
    row("killed after its edit, and an edit since", "unknown is cron", "task", "not-run", changed=2, history=(*CRON, (0, "unknown")), looked=-40, appended=((1, "task"),)),
    row("killed after its edit, and back since", "unknown is cron", "cron", "not-run", changed=2, history=(*CRON, (0, "unknown")), looked=-40, appended=((1, "cron"),)),
    row("a rollback, killed, and marked again since", "unknown is cron", "task", "not-run", changed=2, history=(*TASK, (0, "unknown")), looked=-40, appended=((1, "task"),)),
    row("stopped for a minute in its edit", "unknown is cron", "task", "not-run", changed=30, now=40, history=(*CRON, (0, "unknown")), looked=-40, appended=((1, "task"),)),
    row("stopped for a minute in its edit, which is noted", "by the file alone", "task", "not-run", changed=30, now=80, history=(*CRON, (0, "unknown"), (1, "task")), looked=35),
)  # fmt: skip

LOOKED_AT = (
    # S lies before a look that saw the change: the history knows it
    row("late, after the hand-over: cron's", "by the file alone", "task", "left-to-cron", changed=20, now=90, looked=65, history=((-1440, "cron"), (1, "task"))),
    row("late, after the rollback: the task's", "by the file alone", "cron", "runs", changed=20, now=90, looked=65, history=((-1440, "task"), (1, "cron"))),
    row("late, after stop: cron's", "by the file alone", "stopped", "left-to-cron", changed=20, now=90, looked=65, history=((-1440, "cron"), (1, "stopped"))),
    row("late, after start: it was stopped", "by the file alone", "cron", "stopped-by-hand", changed=20, now=90, looked=65, history=((-1440, "stopped"), (1, "cron"))),
    row("late, after it came: it was not there", "by the file alone", "cron", "not-here", changed=20, now=90, looked=65, history=((-1440, "absent"), (1, "cron"))),
    row("late, after it was stopped: it was not there", "by the file alone", "stopped", "not-here", changed=20, now=90, looked=65, history=((-1440, "absent"), (1, "stopped"))),
    row("late, after it went: it was stopped", "by the file alone", "absent", "stopped-by-hand", changed=20, now=90, looked=65, history=((-1440, "stopped"), (1, "absent"))),
    row("late, still stopped in another way", "# counts for nothing", "stopped", "stopped-by-hand", changed=20, now=90, looked=65, history=((-1440, "stopped"),)),
    row("late, in the doubt", "by the file alone", "task", "not-run", changed=80, now=130, looked=125, history=((-1440, "cron"), (0, "unknown"), (2, "task"))),
    row("late, before the doubt", "unknown for ever", "task", "left-to-cron", changed=80, now=130, looked=125, history=((-1440, "cron"), (1, "unknown"), (2, "task"))),
    row("late, behind the doubt", "unknown for ever", "task", "runs", changed=80, now=130, looked=125, history=((-1440, "cron"), (-3, "unknown"), (0, "task"))),
    row("there and back: the task's", "the first line counts", "cron", "runs", changed=80, now=130, looked=125, history=((-9, "cron"), (0, "task"), (2, "cron"))),
    row("there, back and there: cron's", "the first line counts", "task", "left-to-cron", changed=80, now=130, looked=125, history=((-9, "task"), (0, "cron"), (2, "task"))),
    row("a later line of an earlier minute counts", "the largest minute counts", "cron", "left-to-cron", changed=80, now=130, looked=125, history=((-9, "task"), (0, "task"), (-1, "cron"))),
    row("a later line of an earlier minute counts: task", "the largest minute counts", "task", "runs", changed=80, now=130, looked=125, history=((-9, "cron"), (0, "cron"), (-1, "task"))),
    row("a line of this very minute counts", "the line's own minute is before", "task", "runs", changed=20, now=90, looked=65, history=((-9, "cron"), (0, "task"))),
    row("looked in second 0: the look counts", "a look in second 0 is before", "task", "left-to-cron", changed=20, looked=0, now=30, history=((-9, "cron"),), appended=((1, "task"),)),
    row("looked a second before S: it does not", "a look a second early counts", "task", "not-run", changed=20, looked=-1, now=30, history=((-9, "cron"),), appended=((0, "unknown"), (1, "task"))),
    row("our own edit: a look in this minute, cron before", "looks are not known", "task", "left-to-cron", changed=12, looked=12, now=40, appended=((1, "task"),)),
    row("our own rollback: a look in this minute, task before", "looks are not known", "cron", "runs", changed=12, looked=12, now=40, history=TASK, appended=((1, "cron"),)),
    row("before the first line: cron first", "no history means cron", "cron", "not-run", changed=20, looked=65, now=90, history=((1, "cron"),)),
    row("before the first line: task first", "no history means cron", "task", "not-run", changed=20, looked=65, now=90, history=((1, "task"),)),
    row("before the first line: stopped first", "no history means cron", "stopped", "not-run", changed=20, looked=65, now=90, history=((1, "stopped"),)),
    row("a ctime in the future counts as now", "a ctime in the future is believed", "task", "runs", changed=4000, looked=-55, now=5, history=OFF, appended=((1, "task"),)),
    row("a look in the future is none", "a look in the future is believed", "task", "not-run", changed=2, looked=4000, now=5, appended=((1, "task"),)),
)  # fmt: skip

WITHOUT_THE_LINE = (
    row("LiveFrom lies ahead", "LiveFrom is not asked", "absent", "not-here", history=GONE, live=1),
    row("LiveFrom is this minute", "LiveFrom's own minute is before", "absent", "runs", history=GONE, live=0),
    row("LiveFrom lies behind", "LiveFrom is unknown", "absent", "runs", history=GONE, live=-30),
    row("LiveFrom lies before the change", "LiveFrom is unknown", "absent", "runs", history=GONE, live=-90),
    row("late, before LiveFrom", "LiveFrom by the clock", "absent", "not-here", now=90, history=GONE, live=1),
    row("late, LiveFrom, and gone since S", "by the file alone", "absent", "left-to-cron", changed=20, looked=65, now=90, history=((-60, "cron"), (1, "absent")), live=-30),
    row("late, LiveFrom, and come since S", "by the file alone", "cron", "runs", changed=20, looked=65, now=90, history=((-60, "absent"), (1, "cron")), live=-30),
    row("late, before LiveFrom, and come since S", "LiveFrom is not asked", "cron", "not-here", changed=20, looked=65, now=90, history=((-60, "absent"), (1, "cron")), live=1),
    row("LiveFrom, an edit since", "LiveFrom is unknown", "absent", "runs", changed=2, history=GONE, live=0),
    row("LiveFrom ahead, an edit since", "LiveFrom is not asked", "absent", "not-here", changed=2, history=GONE, live=2),
    row("LiveFrom, and cron has lost the line just now", "by the file alone", "absent", "not-run", changed=2, live=-30, appended=((0, "unknown"), (1, "absent"))),
    row("LiveFrom, and cron has got the line just now", "the history has who runs", "cron", "not-run", changed=2, live=-30, history=GONE, appended=((0, "unknown"), (1, "cron"))),
    row("LiveFrom ahead, and cron has got the line just now", "LiveFrom is not asked", "cron", "left-to-cron", changed=2, live=2, history=GONE, appended=((1, "cron"),)),
    row("LiveFrom, and our mark has gone just now", "doubts everything", "absent", "runs", changed=2, live=-30, history=TASK, appended=((1, "absent"),)),
    row("LiveFrom, active", "LiveFrom beats the line", "cron", "left-to-cron", live=-30),
    row("LiveFrom, stopped", "LiveFrom beats the line", "stopped", "stopped-by-hand", history=OFF, live=-30),
    row("LiveFrom, first look", "LiveFrom is unknown", "absent", "runs", history=(), looked=None, live=-30, appended=((-59, "absent"),)),
    row("removal: the manager dropped it before S", "removal is unknown", "absent", "runs", changed=-30, removal=True, appended=((0, "absent"),)),
    row("removal: dropped long ago", "removal is unknown", "absent", "runs", removal=True, history=GONE),
    row("removal: dropped just now", "by the file alone", "absent", "not-run", changed=2, removal=True, appended=((0, "unknown"), (1, "absent"))),
    row("removal: late, before it was dropped", "by the file alone", "absent", "left-to-cron", changed=20, looked=65, now=90, removal=True, history=((-9, "cron"), (1, "absent"))),
    row("removal: dropped, an edit since", "removal is unknown", "absent", "runs", changed=2, removal=True, history=GONE),
    row("removal: never here", "removal without a history", "absent", "not-here", removal=True, history=((-60, "absent"),)),
    row("removal: no history", "removal without a history", "absent", "not-here", removal=True, history=(), looked=None, appended=((-59, "absent"),)),
    row("removal: still there", "removal beats the line", "cron", "left-to-cron", removal=True),
    row("removal: written again", "history alone", "cron", "left-to-cron", changed=-30, removal=True, history=GONE, appended=((0, "cron"),)),
    row("removal: written again, nobody looked since", "records no doubt", "cron", "left-to-cron", changed=-30, looked=-600, removal=True, history=GONE, appended=((-9, "unknown"), (0, "cron"))),
    row("removal: written again just now", "the history has who runs", "cron", "not-run", changed=2, removal=True, history=GONE, appended=((0, "unknown"), (1, "cron"))),
    row("removal: stopped by hand", "removal beats the line", "stopped", "stopped-by-hand", changed=-30, removal=True, appended=((0, "stopped"),)),
    row("removal: stopped by hand, then deleted", "removal after a stop", "absent", "not-here", changed=-30, removal=True, history=OFF, appended=((0, "absent"),)),
    row("removal: our mark, then deleted", "removal after a stop", "absent", "not-here", changed=-30, removal=True, history=TASK, appended=((0, "absent"),)),
    row("removal: the doubt is no stop", "removal is unknown", "absent", "runs", changed=-30, removal=True, history=((-9, "cron"), (-3, "unknown")), appended=((0, "absent"),)),
)  # fmt: skip

TIMES: tuple[Case, ...] = (*UNCHANGED, *JUST_CHANGED, *UNDER_WAY, *LOOKED_AT, *WITHOUT_THE_LINE)
