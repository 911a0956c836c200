"""A host for the edit script whose clock and daemon are played: no second of it is waited for.

Functions in front of the script stand for `date`, `sleep`, `stat` and `mv`; all else is real.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cron2aws.handover.edit import Edited, digest
from cron2aws.handover.history import Has, Since, TaskFolder
from cron2aws.handover.record import FileEdit, Way
from tests.edit_case import ID, JOB, marked, restored
from tests.host_edit import SOME_DAY, EditedHost
from tests.played_host import at

PLAYED = """\
play() {{
    for p_act in {root}/played/acts/*; do
        [ -e "$p_act" ] && [ "${{p_act##*/}}" -le "$1" ] || continue
        . "$p_act"
        rm "$p_act"
    done
    while read -r p_from p_state p_slept p_pid p_began; do
        [ "$p_from" -le "$1" ] || break
        p_daemon="$p_state $p_slept $p_pid $p_began"
    done <{root}/played/daemon
    set -- $p_daemon
    if [ ! -e {root}/proc/$3 ]; then
        rm -rf {root}/proc/[0-9]*
        mkdir {root}/proc/$3 && echo {name} >{root}/proc/$3/comm
    fi
    printf 'Name:\\tcron\\nState:\\t%s (x)\\nPPid:\\t1\\nvoluntary_ctxt_switches:\\t%s\\n' $1 $2 >{root}/proc/$3/status
    echo "$3 (a) b) S 1 {zeros} $4 0" >{root}/proc/$3/stat
}}
date() {{
    case $1 in
        +%s) read -r p_now <{root}/played/clock && echo $p_now ;;
        *) command date "$@" ;;
    esac
}}
sleep() {{
    read -r p_now <{root}/played/clock
    set -- $((p_now + $1))
    echo $1 >{root}/played/clock
    play $1
}}
stat() {{
    case "$2 $3" in
        "%Z {root}/etc/"*) read -r p_changed <"{root}/played/changed-${{3##*/}}" && echo $p_changed ;;
        *) command stat "$@" ;;
    esac
}}
mv() {{
    command mv "$@" || return
    case $3 in {root}/etc/*) {slow}cat {root}/played/clock >"{root}/played/changed-${{3##*/}}" ;; esac
}}
play "$(date +%s)"
"""  # noqa: E501 (shell)


def each_minute(late: int = 1, *, minutes: int = 12) -> list[tuple[int, str, int, int, int]]:
    """A daemon that wakes so many seconds after each minute's beginning."""
    return [(60 * n + late, "S", 100 + n, 77, 5000) for n in range(-11, minutes)]


@dataclass(kw_only=True)
class PlayedScript:
    """At the start, 20 s after 09:00, cron ran the job for an hour, as a runner saw at 09:00:01."""

    root: Path
    way: Way = Way.OUT
    shell: str = "dash"
    start: int = 20
    daemon: Sequence[tuple[int, str, int, int, int]] = field(default_factory=each_minute)
    """Since when (seconds after 09:00) its state, how often it slept, its number, its start."""
    acts: dict[int, str] = field(default_factory=dict)
    """What is done when the clock is there, in shell; it may set the clock."""
    names: tuple[str, ...] = ("one",)
    name: str = "cron"
    """The daemon's."""
    slow: str = ""
    """What comes right behind a renaming."""
    more: str = ""
    """More functions in front of the script."""

    def lay_out(self) -> PlayedScript:
        for name in ("etc/cron.d", "played/acts", "proc/self", "bin"):
            (self.root / name).mkdir(parents=True)
        self.set_clock(self.start)
        for name in self.names:
            tab = self.tab(name)
            tab.write_bytes(JOB if self.way is Way.OUT else marked(JOB, at(-600)))
            os.utime(tab, (at(-600).timestamp(),) * 2)
            (self.root / f"played/changed-{name}").write_text(f"{seconds(at(-600))}\n")
            has = Has.CRON if self.way is Way.OUT else Has.TASK
            self.task(name).note(Since(minute=at(-3600), has=has), looked=at(1))
        return self

    def set_clock(self, second: int) -> None:
        (self.root / "played/clock").write_text(f"{seconds(at(second))}\n")

    @property
    def clock(self) -> timedelta:
        """Since 09:00."""
        told = int((self.root / "played/clock").read_text())
        return datetime.fromtimestamp(told, UTC) - at(0)

    @property
    def host(self) -> EditedHost:
        rows = "".join(
            f"{seconds(at(row[0]))} {' '.join(map(str, row[1:]))}\n" for row in self.daemon
        )
        (self.root / "played/daemon").write_text(rows)
        for second, act in self.acts.items():
            (self.root / f"played/acts/{seconds(at(second))}").write_text(f"{act}\n")
        before = self.more + PLAYED.format(
            root=self.root, zeros="0 " * 16 + "0", slow=self.slow, name=self.name
        )
        return EditedHost(root=self.root, shell=self.shell, before=before)

    def tab(self, name: str = "one") -> Path:
        return self.root / "etc/cron.d" / name

    def task(self, name: str = "one") -> TaskFolder:
        return TaskFolder(f"t-{name}", self.root)

    def history(self, name: str = "one") -> list[str]:
        """What was added to it."""
        return [str(line) for line in self.task(name).history().lines[1:]]

    def beside(self) -> list[str]:
        """What lies in the folder and is no crontab."""
        return sorted({path.name for path in self.tab().parent.iterdir()} - set(self.names))

    def edits(self) -> list[FileEdit]:
        return [
            FileEdit(
                path=f"/etc/cron.d/{name}",
                location=self.tab(name),
                sha256=digest(self.tab(name).read_bytes()),
                ids=frozenset({ID}),
                make=marked if self.way is Way.OUT else restored,
                tasks={ID: self.task(name)},
            )
            for name in self.names
        ]

    def host_until(self, moment: datetime) -> EditedHost:
        """It makes an edit the way out until then."""
        return replace(self.host, not_after=moment)

    def run(self, act: str = "edit", not_after: datetime = SOME_DAY) -> list[Edited]:
        return self.host_until(not_after).edit(self.edits(), self.way, act)

    def renamed(self, name: str = "one") -> timedelta:
        """When, since 09:00."""
        told = int((self.root / f"played/changed-{name}").read_text())
        return datetime.fromtimestamp(told, UTC) - at(0)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())
