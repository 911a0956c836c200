"""Which processes of this host are its cron daemon: by its pid file, else by its name in /proc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cron2aws.hosts.inside import read_text

_PID_FILES = ("run/crond.pid", "run/cron.pid", "var/run/crond.pid")
_PROGRAMS = frozenset({"cron", "crond"})


def daemons(root: Path = Path("/")) -> Iterator[str]:
    """The process numbers of cron daemons, the one of a pid file first.

    Debian's daemon lives on in a child with its name for as long as a job runs: those are none.
    """
    for pid in dict.fromkeys((*_of_files(root), *_by_name(root))):
        if name_of(root, pid) in _PROGRAMS and name_of(root, _parent(root, pid)) not in _PROGRAMS:
            yield pid


def name_of(root: Path, pid: str) -> str | None:
    """The name of a process in /proc; None where there is no such process."""
    try:
        return (root / "proc" / pid / "comm").read_text().strip()
    except OSError:
        return None


def _parent(root: Path, pid: str) -> str:
    return status_of(root, pid).get("PPid", "0")


def status_of(root: Path, pid: str) -> dict[str, str]:
    """The fields of /proc/PID/status (proc_pid_status(5)); none where the process is gone."""
    try:
        text = (root / "proc" / pid / "status").read_text("utf-8", "replace")
    except OSError:
        return {}
    pairs = (line.partition(":") for line in text.splitlines())
    return {name: value.strip() for name, _, value in pairs}


def _of_files(root: Path) -> Iterator[str]:
    for name in _PID_FILES:
        text = (read_text(root, name) or "").strip()
        if text.isdigit():
            yield text


def _by_name(root: Path) -> Iterator[str]:
    """Daemons of this host alone: those of its containers have a namespace of their own."""
    try:
        own = (root / "proc/self/ns/pid").readlink()
    except OSError:
        return
    for folder in sorted((root / "proc").glob("[0-9]*")):
        try:
            if (folder / "comm").read_text().strip() in _PROGRAMS and (
                folder / "ns/pid"
            ).readlink() == own:
                yield folder.name
        except OSError:
            continue
