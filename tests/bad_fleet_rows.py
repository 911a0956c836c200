"""The table of what befalls a host of a fleet."""

from __future__ import annotations

import base64
import os
import random
import struct
import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.bad_fleet import BadHost, Here
from tests.fleet_world import TAGS

CLOCK = """\
case $1 in '+%s'*) set -- -d "@$(($(cat {folder}/clock) + 600))" "$@" ;; esac
exec /usr/bin/date "$@"
"""


def clock_is_off(here: Here) -> None:
    here.tool("date", CLOCK.format(folder=here.made.world.folder))


def no_daemon(here: Here) -> None:
    (here.host.root / "run/crond.pid").unlink()
    (here.host.root / "proc/417/comm").write_text("gone\n")


def immutable(here: Here) -> None:
    tab = here.host.tab
    if subprocess.run(["chattr", "+i", tab], capture_output=True, check=False).returncode == 0:
        here.stack.callback(lambda: subprocess.run(["chattr", "-i", tab], check=True))
        return
    # as the kernel answers
    here.tool("lsattr", 'echo "----i---------e------- $2"\n')


def attributes(here: Here) -> None:
    tab = here.host.tab
    acl = struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", *each)
        for each in ((1, 6, 2**32 - 1), (2, 4, 65534), (4, 4, 2**32 - 1), (16, 4, 2**32 - 1),
                     (32, 4, 2**32 - 1))
    )  # fmt: skip
    given = {
        "security.selinux": b"system_u:object_r:system_cron_spool_t:s0\0",
        "system.posix_acl_access": acl,
    }
    for name, value in given.items():
        os.setxattr(tab, name, value)
    here.stack.callback(lambda: check_attributes(here, given))


def check_attributes(here: Here, given: dict[str, bytes]) -> None:
    assert here.host.is_marked
    assert {name: os.getxattr(here.host.tab, name) for name in given} == given


FULL = """\
mkdir -p "$1/kept" && cp -a "$1/etc/." "$1/kept" && mount -t tmpfs -o size=64k none "$1/etc" &&
    cp -a "$1/kept/." "$1/etc" && rm -r "$1/kept"
head -c 100000 /dev/zero >"$1/etc/filled" 2>/dev/null
shift
exec "$@"
"""


def full_disk(here: Here) -> None:
    words = ("unshare", "--mount", "--propagation", "private", "sh", "-c", FULL, "sh")
    here.through(*words, str(here.host.root))


def long_crontab(here: Here) -> None:
    noise = base64.encodebytes(random.Random(1).randbytes(1_500_000)).decode()  # noqa: S311
    text = "".join(f"# {line}\n" for line in noise.splitlines())
    here.host.tab.write_text(here.host.text + text)


def changes(here: Here) -> None:
    tab = here.host.tab

    def add() -> None:
        tab.write_text(f"{tab.read_text()}# meanwhile\n")

    here.when_edited(add)


def comes_late(here: Here) -> None:
    """Its agent begins the edit 40 minutes after it was sent."""
    world = here.made.world
    here.when_edited(lambda: world.sleep_until(world.now() + timedelta(minutes=40)))


def joins(here: Here) -> None:
    """It has no tag when the fleet is read, and gets it while the first host is edited."""
    here.changes(tags={"Name": here.host.name})
    here.made.befalls["web-1"] = lambda: here.changes(tags={"Name": here.host.name, **TAGS})


def every_byte(here: Here) -> None:
    for name in (bytes(range(1, 47)), bytes(range(48, 128)), bytes(range(128, 256))):
        (here.host.root / "etc/cron.d" / os.fsdecode(name)).write_text("1 1 1 1 1 root echo x\n")


def cut(here: Here) -> None:
    noise = random.Random(1).randbytes(30_000).hex()  # noqa: S311
    here.host.tab.write_text(f"{here.host.text}# {noise}\n")
    here.through("sh", "-c", '"$@"; head -c 700 /dev/zero | tr "\\0" x', "sh")


KILLS = "kill -9 0\n"
KILLED_AFTER = """\
/usr/bin/mv "$@" || exit
case $* in *etc/crontab) [ -e {root}/was-killed ] || {{ : >{root}/was-killed; kill -9 0; }} ;; esac
"""


def killed_reading(here: Here) -> None:
    here.tool("gzip", KILLS)


def killed_after(here: Here) -> None:
    here.tool("mv", KILLED_AFTER.format(root=here.host.root))


def killed_before(here: Here) -> None:
    here.tool("mv", 'case $* in *etc/crontab) kill -9 0 ;; esac\nexec /usr/bin/mv "$@"\n')


def two_packages(here: Here) -> None:
    (here.host.root / "var/lib/dpkg").mkdir(parents=True)
    (here.host.root / "var/lib/dpkg/status").write_text(
        "Package: cron\nStatus: install ok installed\nVersion: 3.0pl1-162\n\n"
        "Package: cronie\nStatus: install ok installed\nVersion: 1.6.1-5\n\n"
    )


def no_cron(here: Here) -> None:
    no_daemon(here)
    here.host.tab.unlink()


def reboots(here: Here, tool: Callable[[Here], None]) -> None:
    tool(here)
    here.made.silent.add(here.host.name)


NOT_REPLACED = "1 line as before: /etc/crontab cannot be replaced: "
NOT_MADE = (
    "1 line as before: its edit did not come about, as the probe finds the line active in its "
    "crontab: "
)
REWROTE = "rewrote /etc/crontab: from MINUTE on the tasks run its jobs"
AGAIN = "run the same command again"
OUT: dict[str, Any] = {
    "code": 0,
    "stands": "task",
    "status": "handed over",
    "do": "nothing",
    "advice": "",
}
SEE_TO_THEM = (
    "see to them, or say --allow-offline: then they stay as they are, "
    "and the others are handed over"
)
UNREAD: dict[str, Any] = {"code": 4, "status": "not read", "advice": SEE_TO_THEM}

ROWS = (
    BadHost(
        what="its agent is offline",
        meet=lambda here: here.changes(online=False),
        says="not read: its agent is not heard of (ConnectionLost)",
        do="start the agent, or leave the host out with `--allow-offline`",
        is_long=True,
        **UNREAD,
    ),
    BadHost(
        what="it has no agent",
        meet=lambda here: here.changes(managed=False),
        says="not read: Systems Manager does not know it: it lacks the agent, or a role for it",
        do="install the agent, or leave the host out with `--allow-offline`",
        **UNREAD,
    ),
    BadHost(
        what="its agent is older than any that was tried",
        meet=lambda here: here.changes(agent="2.3.372.0"),
        says=REWROTE,
        is_long=True,
        **OUT | {"do": "update it: `doctor` names it (agent versions)"},
    ),
    BadHost(
        what="it has no cron: no daemon and no crontab",
        meet=no_cron,
        says="not read: it has no crontab",
        do="nothing",
        advice="",
        code=0,
        stands="nobody",
        status="not read",
        is_long=True,
    ),
    BadHost(
        what="its cron daemon is stopped",
        meet=no_daemon,
        says="1 line as before: no cron daemon is running: start it (systemctl start cron)",
        do=f"start it, then {AGAIN}: until then nobody runs the job there",
        advice="",
        code=6,
        status="failing",
        is_long=True,
    ),
    BadHost(
        what="two packages of cron are installed (cron, cronie)",
        meet=two_packages,
        says=REWROTE,
        is_long=True,
        **OUT,
    ),
    BadHost(
        what="a crontab of two mebibytes",
        meet=long_crontab,
        says=REWROTE,
        is_long=True,
        **OUT,
    ),
    BadHost(
        what="its crontab changes between reading and editing",
        meet=changes,
        says=f"{NOT_REPLACED}it has changed since it was read",
        do="run the command again, so that it starts from the file as it is now",
        code=6,
    ),
    BadHost(
        what="its crontab is immutable (`chattr +i`)",
        meet=immutable,
        says=f"{NOT_REPLACED}/etc/crontab is immutable",
        do="`chattr -i /etc/crontab` there first",
        code=6,
    ),
    BadHost(
        what="its crontab has an SELinux context and an ACL",
        meet=attributes,
        says=REWROTE,
        is_long=True,
        **OUT | {"do": "nothing: both are kept"},
    ),
    BadHost(
        what="its disk is full",
        meet=full_disk,
        says=f"{NOT_REPLACED}No space left on device",
        do="make room on its disk",
        code=6,
    ),
    BadHost(
        what="it reboots in mid-edit, before the file is renamed",
        meet=lambda here: reboots(here, killed_before),
        says=f"{NOT_MADE}it did not end the command",
        do=AGAIN,
        code=6,
        is_long=True,
    ),
    BadHost(
        what="it reboots in mid-edit, after the file was renamed",
        meet=lambda here: reboots(here, killed_after),
        says="the probe finds its line marked",
        is_long=True,
        **OUT,
    ),
    BadHost(
        what="its agent begins the edit 40 minutes after it was sent",
        meet=comes_late,
        says=f"{NOT_REPLACED}it came too late: not after MINUTE, and that host's clock says MINUTE",
        do="run the same command again; if it came at once, set that host's clock",
        code=6,
        is_long=True,
    ),
    BadHost(
        what="it joins in mid-wave, from an image with the old crontab",
        meet=joins,
        says="1 line as before: it has joined since this command began; its cron runs its lines",
        do=AGAIN,
        code=6,
    ),
    BadHost(
        what="its clock is 10 minutes off",
        meet=clock_is_off,
        says="1 line as before: its clock is ~ min ~ s away from AWS's",
        do=f"set its clock (chrony), then {AGAIN}",
        advice="",
        code=6,
        is_long=True,
    ),
    BadHost(
        what="names in /etc/cron.d with every byte that a file can have",
        meet=every_byte,
        says=REWROTE,
        is_long=True,
        **OUT,
    ),
    BadHost(
        what="what it prints is cut at 24,000 characters",
        meet=cut,
        says="not read: its answer came cut or damaged each time: something on that host adds to "
        "what scripts print (~ times)",
        do="see what its shell prints before and after scripts",
        is_long=True,
        **UNREAD,
    ),
    BadHost(
        what="the reading script is killed",
        meet=killed_reading,
        says="not read: it did not answer as the script does (Failed)",
        do=AGAIN,
        is_long=True,
        **UNREAD,
    ),
    BadHost(
        what="the edit script is killed before the file is renamed, twice",
        meet=killed_before,
        says=f"{NOT_MADE}it did not say what became of it",
        do=AGAIN,
        code=6,
        is_long=True,
    ),
    BadHost(
        what="the edit script is killed after the file was renamed",
        meet=killed_after,
        says=f"note: /etc/crontab was edited by a command before; {REWROTE}",
        is_long=True,
        **OUT,
    ),
)
