"""A host for the runner's probe: its daemon, what its files look like, and a task's command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.task.command import habits_of, render
from tests.shells import JOB
from tests.switch_host import Tabs, line_for

TAB, SPOOL = "etc/cron.d/shop", "var/spool/cron/crontabs/alice"
STAT = """\
# who owns what, how much room is left: the test's to say; the runner calls it in subshells
stat() {{
    owner=0
    [ ! -e {folder}/owner ] || read -r owner <{folder}/owner
    case $* in
        *'%a %u %h'*) set -- $({real} "$@") && echo "$1 $owner $3" ;;
        *'%A %U %h'*)
            [ "$owner" != 0 ] || owner=root
            set -- $({real} "$@") && echo "$1 $owner $3"
            ;;
        *'%a %S'*) cat {folder}/room 2>/dev/null || exec {real} "$@" ;;
        *) exec {real} "$@" ;;
    esac
}}
"""


def lay_out(tabs: Tabs) -> None:
    """A host that is ready for `backup`, which would leave a file `ran`."""
    tabs.lay_out()
    stat = "/bin/busybox stat" if tabs.host.shell == "busybox" else "/usr/bin/stat"
    folder = tabs.host.folder
    (folder / "told").write_text(STAT.format(real=stat, folder=folder))
    put_daemon(tabs)
    tabs.write({TAB: active("backup")})
    tabs.host.stand_in("backup", f"#!/bin/sh\ntouch {folder}/ran\n")


def put_daemon(tabs: Tabs, *, slept: int = 5000, minutes: int = 5000, state: str = "S") -> None:
    """A daemon that has lived for so long, and slept so often."""
    began = (float(Path("/proc/uptime").read_text().split()[0]) - minutes * 60) * 100
    for number, parent in ((417, 1), (1, 0)):
        fields = [state, str(parent), *["0"] * 17, str(int(began))]
        where = tabs.host.folder / f"proc/{number}"
        (where / "stat").write_text(f"{number} (a name) {' '.join(fields)}\n")
        (where / "status").write_text(f"Name:\tx\nvoluntary_ctxt_switches:\t{slept}\n")
        (where / "cmdline").write_text("/usr/sbin/cron\0-f\0")


def active(command: str, user: str = "alice ") -> bytes:
    return f"0 3 * * * {user}{command}\n".encode()


def command_for(
    tabs: Tabs,
    command: str,
    *,
    tab: str = TAB,
    user: str = "alice",
    dialect: str = "debian",
    environment: Mapping[str, str] | None = None,
) -> str:
    """The parameter of the task of a line `0 3 * * *`, whose PATH begins with the host's own."""
    settings = {"PATH": f"{tabs.host.folder}/bin:/usr/bin:/bin", **(environment or {})}
    job = replace(
        JOB,
        user=user,
        command=command,
        stdin="some input\n",
        environment=tuple(settings.items()),
        system=tab.startswith("etc/"),
        line=line_for(tab, command.encode(), "0 3 * * *"),
    )
    return render(job, habits_of(DIALECTS[dialect]), title="cron2aws 0123456789abcdef: x")
