"""Wrong rules about which line: each takes a crontab for another one, or an entry for another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.handover_model.rows import COMMAND, ID, MARK, PLACE, SCHEDULE, TWIN, Case

Change = Callable[[Case], Case]


def files(case: Case, change: Callable[[bytes], bytes]) -> Case:
    """The rule reads each line as another one."""
    changed: Mapping[str, bytes] = {
        path: b"\n".join(change(line) for line in content.split(b"\n"))
        for path, content in case.files.items()
    }
    return replace(case, files=changed)


def swap(old: bytes, new: bytes) -> Change:
    return lambda case: files(case, lambda line: line.replace(old, new))


def drop(is_dropped: Callable[[bytes], bool]) -> Change:
    return lambda case: files(case, lambda line: b"# dropped" if is_dropped(line) else line)


def _bare(line: bytes) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(b"#")


def _is_mark(line: bytes) -> bool:
    return b"cron2aws:" in line


def _is_stop(line: bytes) -> bool:
    return line.lstrip().startswith(b"#") and not _is_mark(line) and COMMAND in line


def _is_exact(line: bytes) -> bool:
    return not _bare(line) or line in (MARK, SCHEDULE.encode() + b" root " + COMMAND)


def _without_active_beside(is_other: Callable[[bytes], bool]) -> Change:
    """Where such a line is there, active lines do not count."""

    def change(case: Case) -> Case:
        lines = case.files.get(case.source, b"").split(b"\n")
        return drop(_bare)(case) if any(is_other(line) for line in lines) else case

    return change


def _first_marker(case: Case) -> Case:
    content = case.files.get(case.source, b"")
    head, marker, tail = content.partition(case.marker or b"\0")
    tail = tail.replace(case.marker or b"\0", b"# dropped")
    return replace(case, files={**case.files, case.source: head + marker + tail})


WRONG_LINES: dict[str, Change] = {
    "by the whole line": drop(lambda line: not _is_exact(line)),
    "any user": swap(b" www-data ", b" root "),
    "in any case": lambda case: files(
        replace(case, command=case.command.lower()), lambda line: line.lower() if _bare(line) else line
    ),
    "by the command's beginning": lambda case: files(
        replace(case, command=COMMAND[:20]), lambda line: line[: line.find(COMMAND[:20]) + 20]
    ),
    "by the trimmed command": lambda case: files(case, bytes.rstrip),
    "@reboot counts": swap(b"@reboot", b"@daily"),
    "environment is a job": lambda case: files(case, lambda line: line.rpartition(b"=")[2]),
    "one # only": drop(lambda line: _is_stop(line) and not line.startswith(b"#*")),
    "stopped with its own schedule only": drop(
        lambda line: _is_stop(line) and SCHEDULE.encode() not in line
    ),
    "a comment with the command in it": lambda case: files(
        case, lambda line: b"#* * * * * root " + COMMAND if _is_stop(line) else line
    ),
    "# counts for nothing": drop(_is_stop),
    "# beats the line": _without_active_beside(lambda line: _is_stop(line) or _is_mark(line)),
    "our mark beats the line": _without_active_beside(lambda line: ID.encode() in line),
    "# beats our mark": lambda case: (
        drop(lambda line: ID.encode() in line and PLACE.encode() in line)(case)
        if any(_is_stop(line) for line in case.files.get(case.source, b"").split(b"\n"))
        else case
    ),
    "marks are comments": swap(PLACE.encode(), b"elsewhere"),
    "marks with a blank only": drop(lambda line: line.startswith(b"# cron2aws")),
    "marks with a minute only": drop(lambda line: _is_mark(line) and b"@2" not in line),
    "the mark's minute counts": drop(lambda line: b"@2027" in line),
    "the line behind the mark counts": drop(
        lambda line: ID.encode() in line and not line.endswith(SCHEDULE.encode() + b" root " + COMMAND)
    ),
    "marks anywhere": lambda case: files(case, lambda line: line[max(0, line.find(b" # cron2aws")) :]),
    "any # before a mark": lambda case: files(
        case, lambda line: line.lstrip(b"#") if _is_mark(line) else line
    ),
    "marks without a bar": swap(PLACE.encode(), PLACE.encode() + b" | "),
    "any place": lambda case: files(
        case,
        lambda line: (
            line.replace(b"9999", b"1111").replace(b"us-west", b"eu-west").replace(b"67x ", b"67 ")
        ),
    ),
    "any id": lambda case: files(case, lambda line: line.replace(b"fedcba9876543210@", ID.encode() + b"@")),
    "by the id's beginning": swap(ID[:8].encode() + b"@", ID.encode() + b"@"),
    "siblings are not known": lambda case: replace(case, siblings=()),
    "siblings by their bytes": lambda case: replace(case, siblings=()) if any(b"\t" in x for x in case.files.values()) else case,
    "no sibling moves": lambda case: replace(
        case, siblings=tuple(x for x in case.siblings if any(x.encode() in y for y in case.files.values()))
    ),
    "any number of lines moves": lambda case: replace(case, siblings=(*case.siblings, *("9 9 9 9 9",) * 9)) if case.siblings else case,
    "any number of twins": lambda case: replace(case, siblings=(*case.siblings, *(SCHEDULE,) * 9)) if case.siblings else case,
    "its own schedule may be a sibling's": lambda case: replace(case, siblings=(*case.siblings, SCHEDULE)) if case.siblings else case,
    "a marked twin may be missing": lambda case: drop(lambda line: TWIN.encode() in line)(case) if case.siblings else case,
    "the marker is not known": lambda case: replace(case, marker=b""),
    "the very next line": lambda case: files(case, lambda line: line.strip() or b"#") if case.marker else case,
    "the marker must be there": lambda case: replace(case, files={}) if case.marker and not any(case.marker in x for x in case.files.values()) else case,
    "any marker": lambda case: files(case, lambda line: case.marker if line.startswith(b"#Ansible") else line),
    "the marker by its bytes": drop(lambda line: line.startswith(b" #Ansible")),
    "the first marker counts": _first_marker,
    "a user column everywhere": lambda case: files(case, lambda line: line.replace(b" root ", b" ").replace(b" " + COMMAND, b" anna " + COMMAND)) if "spool" in case.source else case,
    "no user column": lambda case: files(case, lambda line: line.replace(b" root ", b" ")) if "spool" in case.source else case,
    "one layout of the spool": lambda case: replace(case, files={k: v for k, v in case.files.items() if not k.startswith(("var/spool/cron/anna", "var/spool/cron/root", "var/spool/cron/tabs"))}),
    "users' crontabs are not read": lambda case: replace(case, files={k: v for k, v in case.files.items() if "spool" not in k}),
    "its own file only": lambda case: replace(case, files={k: v for k, v in case.files.items() if k == case.source}),
    "every file is its own": lambda case: replace(case, files={case.source: b"\n".join(x.rstrip(b"\n") for x in case.files.values())}),
    "any user's crontab": lambda case: replace(case, files={k.replace("anna", "root"): v for k, v in case.files.items()}),
    "any name in cron.d": lambda case: replace(case, files={k.replace("/.", "/").rstrip("~"): v for k, v in case.files.items()}),
    "its own file's ctime only": lambda case: replace(case, elsewhere={}),
    "its own file's ctime is not known": lambda case: replace(case, changed=-86400),
    "only whole lines": lambda case: replace(case, files={k: v.rpartition(b"\n")[0] for k, v in case.files.items()}),
    "only UTF-8": lambda case: replace(case, files={k: v for k, v in case.files.items() if v.isascii()}),
    "a name in quotes is a job": lambda case: files(case, lambda line: line.replace(b'"', b"").replace(b" = ", b" ")),
    "any command": swap(b" root other", b" root " + COMMAND),
    "@reboot may be missing": lambda case: replace(case, siblings=tuple(x.replace("@reboot", "9 9 9 9 9") for x in case.siblings)),
    "a twin has the active line": lambda case: drop(_bare)(case) if SCHEDULE in case.siblings else case,
    "any mark below a marker": lambda case: files(case, lambda line: line.replace(TWIN.encode(), ID.encode()).replace(TWIN[:8].encode(), ID[:8].encode())) if case.marker else case,
    "other files first": lambda case: replace(case, files={k: v for k, v in case.files.items() if k != case.source or len(case.files) == 1}),
}  # fmt: skip
