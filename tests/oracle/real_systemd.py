"""The real systemd, for tests of the runner's other way into a session.

It is process 1 of namespaces of its own, in a control group of its own, and has only what a job's
unit needs: the bus, and the agent's service, which runs the scripts. Nothing of the machine is
booted, and /etc, /home, /opt, /run, /tmp, /var/lib and /dev/shm are the run's own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.shells import Ended
from tests.surroundings import cannot

PROGRAMS = (
    "/usr/lib/systemd/systemd", "/usr/bin/systemd-run", "/usr/bin/dbus-daemon", "/usr/sbin/cron",
)  # fmt: skip
ALONE = ("unshare", "--mount", "--propagation", "private")
TRY = "mount -t cgroup2 none /mnt && mkdir /mnt/cron2aws-tests-$$ && rmdir /mnt/cron2aws-tests-$$"
GROUP = """\
set -e
mkdir -p "$2/groups"
mount -t cgroup2 none "$2/groups"
own=$2/groups/cron2aws-tests-$$
mkdir "$own"
echo $$ >"$own/cgroup.procs"
timeout --signal=KILL 90 unshare --mount --propagation private --pid --fork --uts --ipc --cgroup \\
  --kill-child /bin/sh -c "$1" sh "$2" || :
echo $$ >"$2/groups/cgroup.procs"
find "$own" -depth -type d -exec rmdir {} +
"""
"""A control group of its own first: another systemd in the same one would end our processes."""
BOOT = """\
set -e
mount -t proc proc /proc
mount --bind "$1" /mnt
mkdir /mnt/bus
cp /usr/lib/systemd/system/dbus.service /usr/lib/systemd/system/dbus.socket /mnt/bus
for place in etc home opt; do mount --bind /mnt/$place /$place; done
for place in /run /tmp /var/lib /dev/shm /etc/systemd /usr/lib/systemd/system \\
  /usr/lib/systemd/system-generators; do mount -t tmpfs -o mode=755 none $place; done
chmod 1777 /tmp /dev/shm
mkdir /etc/systemd/system
cd /etc/systemd/system
cp /mnt/bus/* .
for each in sysinit basic shutdown sockets; do
  printf '[Unit]\\nDefaultDependencies=no\\n' >$each.target
done
cat >the-agent.service <<'END'
[Unit]
Requires=dbus.service
After=dbus.service
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
WorkingDirectory=/usr/bin
ExecStart=/bin/sh /mnt/agent
END
mount -t tmpfs none /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
exec env -i container=docker PATH=/usr/sbin:/usr/bin /usr/lib/systemd/systemd --system \\
  --unit=the-agent.service --log-level=err --log-target=console --show-status=no
"""
AGENT = """\
mkdir /mnt/ended
export AWS_SSM_INSTANCE_ID=i-0abc PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
cd /mnt/scripts
ls | grep -v '[.]out$' | xargs -P 4 -I NAME sh -c '
sh "/mnt/scripts/$1" </dev/null >"/mnt/ended/$1.out" 2>"/mnt/ended/$1.err"
echo $? >"/mnt/ended/$1.code"' sh NAME
systemctl list-units --all --plain --no-legend --output=json 'cron2aws-*' >/mnt/units
ps -e -o args= >/mnt/processes
"""
CROND = """\
auth required pam_env.so
account required pam_unix.so
session required pam_loginuid.so
session required pam_limits.so
session required pam_unix.so
"""
"""A PAM service for cronie's jobs; its first line brings /etc/environment."""


@cache
def why_not() -> str | None:
    """Why there can be no real systemd here."""
    if os.geteuid() != 0:
        return "not root"
    for program in PROGRAMS:
        if not Path(program).exists():
            return f"there is no {program}"
    tried = subprocess.run([*ALONE, "/bin/sh", "-c", TRY], capture_output=True, check=False)
    return f"no control group: {tried.stderr.decode()}" if tried.returncode else None


def need_real_systemd() -> None:
    """Skip, and say so loudly, where there can be none; in CI that is a failure."""
    if reason := why_not():
        cannot(f"NOT CHECKED WITH THE REAL SYSTEMD: {reason}")


def run_scripts(folder: Path) -> dict[str, Ended]:
    """Run all of FOLDER/scripts as the agent does, four at a time.

    The host's /etc, /home and /opt are this folder's.
    """
    (folder / "agent").write_text(AGENT)
    shutil.rmtree(folder / "ended", ignore_errors=True)
    ran = subprocess.run(
        [*ALONE, "/bin/sh", "-c", GROUP, "sh", BOOT, folder],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (folder / "processes").exists(), (ran.stdout, ran.stderr)
    ended = folder / "ended"
    return {
        path.stem: Ended(
            code=int(path.read_text()),
            stdout=path.with_suffix(".out").read_bytes(),
            stderr=path.with_suffix(".err").read_bytes(),
        )
        for path in ended.glob("*.code")
    }


def units_left(folder: Path) -> list[str]:
    """The runner's units that are still there after all scripts."""
    return [unit["unit"] for unit in json.loads((folder / "units").read_text() or "[]")]


def processes_left(folder: Path) -> list[str]:
    """The command lines of all processes after all scripts."""
    return (folder / "processes").read_text().splitlines()
