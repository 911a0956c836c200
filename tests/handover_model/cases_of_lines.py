"""Rows about which line of the file is the task's."""

from __future__ import annotations

from typing import Final

from tests.handover_model.rows import (
    ACTIVE,
    COMMAND,
    ID,
    MARK,
    PLACE,
    STOPPED,
    TWIN,
    TWINS_PLACE,
    Case,
    Lines,
    tab,
)
from tests.handover_model.rule import Outcome

B: Final = "0 3 * * *"
C: Final = "30 4 * * 1"
AFTER: Final[dict[Outcome, Lines]] = {
    "left-to-cron": (),
    "runs": ((-1439, "task"),),
    "stopped-by-hand": ((-1439, "stopped"),),
    "not-here": ((-1439, "absent"),),
}


def line(schedule: str, command: bytes = COMMAND, user: bytes = b"root") -> bytes:
    return schedule.encode() + b" " + user + b" " + command


def mark(of: bytes, id: str = ID, place: str = PLACE, minute: str = "@2026-11-30T12:00Z") -> bytes:
    return f" # cron2aws:{id}{minute} {place} | ".encode() + of


def twin(of: bytes) -> bytes:
    return mark(of, TWIN, TWINS_PLACE)


def row(
    name: str,
    refutes: str,
    outcome: Outcome,
    *lines: bytes,
    siblings: tuple[str, ...] = (),
    marker: bytes = b"",
) -> Case:
    return Case(
        name=name,
        refutes=refutes,
        outcome=outcome,
        files=tab(*lines),
        changed=-86400,
        appended=AFTER[outcome],
        siblings=siblings,
        marker=marker,
    )


A_: Final = ACTIVE
STRANGER: Final = line(C)
SIBLING: Final = line(B)

ALONE = (
    row("the line with other blanks between its fields", "by the whole line", "left-to-cron", A_.replace(b" ", b" \t ", 5)),
    row("blanks in front of the line", "by the whole line", "left-to-cron", b" \t" + A_),
    row("the line does not log", "by the whole line", "left-to-cron", b"-" + A_),
    row("cronie's option before the command", "by the whole line", "left-to-cron", line("*/5 * * * *", b"-n " + COMMAND)),
    row("the line with another schedule", "by the whole line", "left-to-cron", STRANGER),
    row("the line as @daily", "by the whole line", "left-to-cron", line("@daily")),
    row("another user's", "any user", "not-here", line("*/5 * * * *", user=b"www-data")),
    row("a longer command", "by the command's beginning", "not-here", A_ + b" --really"),
    row("a shorter command", "by the command's beginning", "not-here", line("*/5 * * * *", COMMAND[:-1])),
    row("a blank behind the command", "by the trimmed command", "not-here", A_ + b" "),
    row("a carriage return behind the command", "by the trimmed command", "not-here", A_ + b"\r"),
    row("the user's name in capitals", "in any case", "not-here", line("*/5 * * * *", user=b"ROOT")),
    row("the command in capitals", "in any case", "not-here", line("*/5 * * * *", COMMAND.upper())),
    row("@reboot is no minute", "@reboot counts", "not-here", line("@reboot")),
    row("@reboot beside our mark", "@reboot counts", "runs", line("@reboot"), MARK),
    row("@reboot beside the line behind #", "@reboot counts", "stopped-by-hand", line("@reboot"), STOPPED),
    row("an environment line that looks like it", "environment is a job", "not-here", b"X=" + A_),
    row("a name in quotes", "a name in quotes is a job", "not-here", b'"*/5 * * * *" = root ' + COMMAND),
    row("the line behind two #", "one # only", "stopped-by-hand", b"## " + A_),
    row("the line behind blanks and #", "one # only", "stopped-by-hand", b"  #\t" + A_),
    row("the line behind # with another schedule", "stopped with its own schedule only", "stopped-by-hand", b"#" + STRANGER),
    row("a comment about the command", "a comment with the command in it", "not-here", b"# run " + COMMAND + b" twice"),
    row("a comment with another user", "any user", "not-here", b"#" + line("*/5 * * * *", user=b"www-data")),
    row("a comment with a longer command", "by the command's beginning", "not-here", STOPPED + b" x"),
    row("active and behind #", "# beats the line", "left-to-cron", STOPPED, A_),
    row("active, then behind #", "# beats the line", "left-to-cron", A_, STOPPED),
    row("twice active", "by the whole line", "left-to-cron", STRANGER, STRANGER),
)  # fmt: skip

MARKS = (
    row("our mark", "marks are comments", "runs", MARK),
    row("our mark without the blank in front", "marks with a blank only", "runs", MARK[1:]),
    row("our mark without a minute", "marks with a minute only", "runs", mark(A_, minute="@-")),
    row("our mark in the older form", "marks with a minute only", "runs", mark(A_, minute="")[1:]),
    row("our mark with another minute", "the mark's minute counts", "runs", mark(A_, minute="@2027-01-01T00:00Z")),
    row("our mark, the line behind it changed", "the line behind the mark counts", "runs", mark(line(C, b"other"))),
    row("our mark and nothing behind it", "the line behind the mark counts", "runs", mark(b"")),
    row("our mark twice", "marks are comments", "runs", MARK, MARK),
    row("our mark, and the line active", "our mark beats the line", "left-to-cron", MARK, A_),
    row("the line active above our mark", "our mark beats the line", "left-to-cron", A_, MARK),
    row("our mark, and the line with another schedule", "our mark beats the line", "left-to-cron", MARK, STRANGER),
    row("our mark, and the line behind #", "# beats our mark", "runs", STOPPED, MARK),
    row("the mark of another account", "any place", "stopped-by-hand", mark(A_, place=PLACE.replace("1111", "9999"))),
    row("the mark of another region", "any place", "stopped-by-hand", mark(A_, place=PLACE.replace("eu-", "us-"))),
    row("the mark of another stack", "any place", "stopped-by-hand", mark(A_, place=PLACE + "x")),
    row("another id in our stack's mark", "any id", "stopped-by-hand", mark(A_, TWIN)),
    row("an id of eight digits is another", "by the id's beginning", "stopped-by-hand", mark(A_, ID[:8])),
    row("the mark of another stack for another command", "any command", "not-here", mark(line(B, b"other"), TWIN, TWINS_PLACE)),
    row("ours beside the mark of another account", "marks are comments", "runs", mark(A_, place=PLACE.replace("1111", "9999")), MARK),
    row("active beside the mark of another account", "# beats the line", "left-to-cron", mark(A_, place=PLACE.replace("1111", "9999")), A_),
    row("a mark behind #", "any # before a mark", "stopped-by-hand", b"#" + MARK),
    row("a mark in a command", "marks anywhere", "not-here", line(B, b"echo" + MARK)),
    row("a mark without a bar", "marks without a bar", "not-here", f"# cron2aws:{ID} {PLACE}".encode()),
)  # fmt: skip

SIBLINGS = (
    row("marked, the sibling active", "siblings are not known", "runs", MARK, SIBLING, siblings=(B,)),
    row("marked, the sibling above it", "siblings are not known", "runs", SIBLING, MARK, siblings=(B,)),
    row("marked, the sibling with other blanks", "siblings by their bytes", "runs", MARK, SIBLING.replace(b" ", b"\t\t", 5), siblings=(B,)),
    row("gone, the sibling active", "siblings are not known", "not-here", SIBLING, siblings=(B,)),
    row("gone, the sibling marked", "siblings are not known", "not-here", twin(SIBLING), siblings=(B,)),
    row("gone, the sibling behind #", "siblings are not known", "not-here", b"#" + SIBLING, siblings=(B,)),
    row("behind #, the sibling active", "siblings are not known", "stopped-by-hand", STOPPED, SIBLING, siblings=(B,)),
    row("behind #, the sibling marked", "# counts for nothing", "stopped-by-hand", STOPPED, twin(SIBLING), siblings=(B,)),
    row("active, the sibling marked", "# beats the line", "left-to-cron", A_, twin(SIBLING), siblings=(B,)),
    row("active with another schedule, the sibling active", "by the whole line", "left-to-cron", STRANGER, SIBLING, siblings=(B,)),
    row("marked, and back with another schedule, the sibling there", "our mark beats the line", "left-to-cron", MARK, STRANGER, SIBLING, siblings=(B,)),
    row("marked, and back with another schedule, the sibling marked", "our mark beats the line", "left-to-cron", MARK, STRANGER, twin(SIBLING), siblings=(B,)),
    row("marked, the sibling moved", "no sibling moves", "runs", MARK, STRANGER, siblings=(B,)),
    row("marked, two siblings moved", "no sibling moves", "runs", MARK, STRANGER, line("1 1 * * *"), siblings=(B, "2 2 * * *")),
    row("marked, one of two siblings moved", "no sibling moves", "runs", MARK, SIBLING, STRANGER, siblings=(B, "2 2 * * *")),
    row("marked, one sibling is gone and two lines are new", "any number of lines moves", "left-to-cron", MARK, STRANGER, line("1 1 * * *"), siblings=(B,)),
    row("marked, the sibling behind # and a line is new", "siblings are not known", "runs", MARK, b"#" + SIBLING, STRANGER, siblings=(B,)),
    row("marked, and back with its own schedule, the sibling gone", "its own schedule may be a sibling's", "left-to-cron", MARK, A_, siblings=(B,)),
    row("marked, and back with its own schedule, the sibling there", "our mark beats the line", "left-to-cron", MARK, A_, SIBLING, siblings=(B,)),
    row("marked, the sibling is @reboot", "@reboot counts", "runs", MARK, line("@reboot"), siblings=("@reboot",)),
    row("marked, the @reboot sibling gone and a line is new", "@reboot may be missing", "left-to-cron", MARK, STRANGER, siblings=("@reboot",)),
    row("twins, both marked", "marks are comments", "runs", MARK, twin(A_), siblings=("*/5 * * * *",)),
    row("twins, the other one's mark is above ours", "marks are comments", "runs", twin(A_), MARK, siblings=("*/5 * * * *",)),
    row("twins, both active", "a twin has the active line", "left-to-cron", A_, A_, siblings=("*/5 * * * *",)),
    row("twins, ours marked and the other one active", "siblings are not known", "runs", MARK, A_, siblings=("*/5 * * * *",)),
    row("twins, ours active and the other one marked", "# beats the line", "left-to-cron", A_, twin(A_), siblings=("*/5 * * * *",)),
    row("twins, both marked and one is back", "a marked twin may be missing", "left-to-cron", MARK, twin(A_), A_, siblings=("*/5 * * * *",)),
    row("twins, ours marked and both back", "any number of twins", "left-to-cron", MARK, A_, A_, siblings=("*/5 * * * *",)),
    row("twins, ours gone and the other one marked", "siblings are not known", "not-here", twin(A_), siblings=("*/5 * * * *",)),
    row("twins, two marks of others", "any number of twins", "stopped-by-hand", twin(A_), mark(A_, "00" * 8, "x/y/z"), siblings=("*/5 * * * *",)),
    row("twins, one of them behind #", "# counts for nothing", "stopped-by-hand", STOPPED, siblings=("*/5 * * * *",)),
)  # fmt: skip

ANSIBLE: Final = b"#Ansible: nightly"
CHANGED: Final = line(B, b"/usr/local/bin/backup --new")

MARKERS = (
    row("below its marker", "by the whole line", "left-to-cron", ANSIBLE, STRANGER, marker=ANSIBLE),
    row("below its marker, with another command", "the marker is not known", "left-to-cron", ANSIBLE, CHANGED, marker=ANSIBLE),
    row("our mark below its marker", "marks are comments", "runs", ANSIBLE, MARK, marker=ANSIBLE),
    row("our mark below its marker, the line elsewhere", "the marker is not known", "runs", A_, ANSIBLE, MARK, marker=ANSIBLE),
    row("another's mark below its marker", "any mark below a marker", "stopped-by-hand", ANSIBLE, twin(A_), marker=ANSIBLE),
    row("a comment below its marker", "the marker is not known", "stopped-by-hand", ANSIBLE, b"#" + CHANGED, marker=ANSIBLE),
    row("blank and environment lines between", "the very next line", "left-to-cron", ANSIBLE, b"", b" \t", b"A=b", CHANGED, marker=ANSIBLE),
    row("blank lines, then our mark", "the very next line", "runs", ANSIBLE, b"", MARK, marker=ANSIBLE),
    row("@reboot below its marker", "@reboot counts", "stopped-by-hand", ANSIBLE, line("@reboot"), marker=ANSIBLE),
    row("without its marker in the file", "the marker must be there", "left-to-cron", A_, marker=ANSIBLE),
    row("without its marker in the file, our mark", "the marker must be there", "runs", MARK, marker=ANSIBLE),
    row("another marker", "any marker", "not-here", b"#Ansible: nightly2", CHANGED, marker=ANSIBLE),
    row("its marker with blanks around it", "the marker by its bytes", "left-to-cron", b" #Ansible: nightly ", CHANGED, marker=ANSIBLE),
    row("its marker twice, once active", "the first marker counts", "left-to-cron", ANSIBLE, MARK, ANSIBLE, CHANGED, marker=ANSIBLE),
    row("the siblings below other markers", "the marker is not known", "left-to-cron", b"#Ansible: other", twin(SIBLING), ANSIBLE, CHANGED, siblings=(B,), marker=ANSIBLE),
)  # fmt: skip

LINES: tuple[Case, ...] = (*ALONE, *MARKS, *SIBLINGS, *MARKERS)
