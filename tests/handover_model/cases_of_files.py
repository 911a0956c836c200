"""Rows about which file: the task's own, a user's crontab, and the daemon's other ones."""

from __future__ import annotations

from typing import Final

from tests.handover_model.rows import ACTIVE, COMMAND, MARK, SCHEDULE, STOPPED, SYSTEM, Case, tab

USERS: Final = SCHEDULE.encode() + b" " + COMMAND
OTHER: Final = ACTIVE + b"\n"
DAY: Final = ((-1439, "absent"),)
NONE: Final[dict[str, bytes]] = {}


def user_tab(path: str, refutes: str = "users' crontabs are not read") -> Case:
    return Case(
        name=f"{path} of anna",
        refutes=refutes,
        outcome="left-to-cron",
        files={path: USERS + b"\n"},
        source=path,
        user="anna",
    )


def elsewhere(name: str, refutes: str, path: str, content: bytes = OTHER, **facts: object) -> Case:
    """The task's file has nothing of the line; another one has something."""
    row: dict[str, object] = {
        "name": name,
        "refutes": refutes,
        "outcome": "left-to-cron",
        "files": {**tab(), path: content},
        "tab": path,
        **facts,
    }
    return Case(**row)  # type: ignore[arg-type]


FILES: tuple[Case, ...] = (
    user_tab("var/spool/cron/crontabs/anna"),
    user_tab("var/spool/cron/anna"),
    user_tab("var/spool/cron/tabs/anna", refutes="a user column everywhere"),
    Case(
        name="a user's crontab has no user column",
        refutes="users' crontabs are not read",
        outcome="runs",
        files={"var/spool/cron/anna": MARK.replace(b" root ", b" ") + b"\n"},
        source="var/spool/cron/anna",
        user="anna",
        appended=((-1439, "task"),),
    ),
    Case(
        name="a user's crontab, the first word of the command is a user's name",
        refutes="no user column",
        outcome="not-here",
        files={"var/spool/cron/anna": ACTIVE + b"\n"},
        source="var/spool/cron/anna",
        user="anna",
        appended=DAY,
    ),
    Case(
        name="a file of cron.d",
        refutes="by the whole line",
        outcome="left-to-cron",
        files={"etc/cron.d/backup": ACTIVE.replace(b"*/5", b"*/6") + b"\n"},
        source="etc/cron.d/backup",
    ),
    Case(
        name="the file is gone",
        refutes="records never",
        outcome="not-here",
        files=NONE,
        source="etc/cron.d/backup",
        appended=DAY,
    ),
    Case(
        name="the file went in the minute: its folder's ctime",
        refutes="its own file's ctime is not known",
        outcome="runs",
        files=NONE,
        changed=2,
        source="etc/cron.d/backup",
        history=((-1440, "cron"), (-600, "task")),
        appended=((1, "absent"),),
    ),
    Case(
        name="the file went in the minute, after LiveFrom: cron may have run it",
        refutes="its own file's ctime is not known",
        outcome="not-run",
        files=NONE,
        changed=2,
        live=-30,
        source="etc/cron.d/backup",
        appended=((-1439, "unknown"), (1, "absent")),
    ),
    Case(
        name="an empty file",
        refutes="records never",
        outcome="not-here",
        files={SYSTEM: b""},
        appended=DAY,
    ),
    Case(
        name="no newline at the end",
        refutes="only whole lines",
        outcome="runs",
        files={SYSTEM: MARK},
        appended=((-1439, "task"),),
    ),
    Case(
        name="bytes that are no UTF-8 around it",
        refutes="only UTF-8",
        outcome="runs",
        files={SYSTEM: b"# \xff\xfe\n" + MARK + b"\n* * * * * root \xe9\n"},
        appended=((-1439, "task"),),
    ),
    Case(
        name="bytes that are no UTF-8 in the command",
        refutes="only UTF-8",
        outcome="left-to-cron",
        files={SYSTEM: b"*/5 * * * * root say \xe9t\xe9 \\% %x\n"},
        command=b"say \xe9t\xe9 \\% %x",
    ),
    elsewhere("moved to cron.d", "its own file only", "etc/cron.d/backup"),
    elsewhere("moved to cron.d, the file is gone", "its own file only", "etc/cron.d/new", source="etc/cron.d/old", files={"etc/cron.d/new": OTHER}),
    elsewhere("moved to /etc/crontab", "its own file only", SYSTEM, source="etc/cron.d/old", files={SYSTEM: OTHER}),
    elsewhere("moved to the user's crontab", "its own file only", "var/spool/cron/crontabs/root", USERS + b"\n"),
    elsewhere("moved to the user's crontab on SUSE", "its own file only", "var/spool/cron/tabs/root", USERS + b"\n"),
    elsewhere("moved to the user's crontab, the other layout", "one layout of the spool", "var/spool/cron/root", USERS + b"\n"),
    elsewhere("moved, with another schedule", "by the whole line", "etc/cron.d/backup", OTHER.replace(b"*/5", b"*/6")),
    elsewhere("another file has it behind #", "every file is its own", "etc/cron.d/backup", STOPPED + b"\n", outcome="not-here", tab="", appended=DAY),
    elsewhere("another file has our mark", "every file is its own", "etc/cron.d/backup", MARK + b"\n", outcome="not-here", tab="", appended=DAY),
    elsewhere("another file has a sibling's schedule", "siblings are not known", "etc/cron.d/backup", OTHER.replace(b"*/5", b"*/6"), siblings=("*/6 * * * *",), outcome="not-here", tab="", appended=DAY),
    elsewhere("another file has it as @reboot", "@reboot counts", "etc/cron.d/backup", OTHER.replace(b"*/5 * * * *", b"@reboot"), outcome="not-here", tab="", appended=DAY),
    elsewhere("another user's crontab has the command", "any user's crontab", "var/spool/cron/crontabs/anna", USERS + b"\n", outcome="not-here", tab="", appended=DAY),
    elsewhere("a name with a dot that no daemon reads", "any name in cron.d", "etc/cron.d/.backup", outcome="not-here", tab="", appended=DAY),
    elsewhere("a name with a tilde that no daemon reads", "any name in cron.d", "etc/cron.d/backup~", outcome="not-here", tab="", appended=DAY),
    elsewhere("our mark here, the line there", "every file is its own", "etc/cron.d/backup", files={**tab(MARK), "etc/cron.d/backup": OTHER}, outcome="runs", tab="", appended=((-1439, "task"),)),
    elsewhere("stopped here, the line there", "every file is its own", "etc/cron.d/backup", files={**tab(STOPPED), "etc/cron.d/backup": OTHER}, outcome="stopped-by-hand", tab="", appended=((-1439, "stopped"),)),
    elsewhere("active here and there", "other files first", "etc/cron.d/backup", files={**tab(ACTIVE), "etc/cron.d/backup": OTHER}, tab=""),
    elsewhere("moved in the minute: the other file's ctime counts", "its own file's ctime only", "etc/cron.d/backup", elsewhere={"etc/cron.d/backup": 2}, history=((-1440, "cron"), (-600, "task")), outcome="not-run", appended=((-1439, "unknown"), (1, "cron"))),
    elsewhere("moved in the minute: its own file's ctime counts", "its own file's ctime is not known", "etc/cron.d/backup", changed=2, history=((-1440, "cron"), (-600, "task")), outcome="not-run", appended=((-1439, "unknown"), (1, "cron"))),
    elsewhere("moved under LiveFrom", "its own file only", "etc/cron.d/backup", live=-30),
    elsewhere("moved under removal", "its own file only", "etc/cron.d/backup", removal=True),
)  # fmt: skip
