"""Records by which clock Debian's cron runs where its environment has a TZ.

    python3 tests/oracle/record_zones.py > tests/data/daemon-zones.json

Needs root, `unshare` and the package cron; takes up to two minutes. A daemon for each value of TZ,
each in a namespace of its own, has a job for each hour and one for each minute; what the next full
minute started is the daemon's local time.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

VALUES = (
    None,
    *("Asia/Tokyo", ":Asia/Tokyo", "/usr/share/zoneinfo/Asia/Tokyo", "Japan", "JST-9", "<+09>-9"),
    *("posix/Asia/Tokyo", "Asia/Kolkata", "Asia/Calcutta", "UTC", "UTC0", "", ":", "EST5", "EST"),
    *("GMT+3", "localtime", "/etc/localtime", "Mars/Olympus", "Asia/Tokyo # the office"),
    *("Asia/Tokyo ", "America/St_Johns", "US/Pacific"),
)
LOCALTIME = "Europe/Berlin"
INNER = """
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mount --bind "$2" /etc
mount --bind "$1/crontab" /etc/crontab
mount --bind "$1/empty" /etc/cron.d
mount --bind "$1/empty" /var/spool/cron/crontabs
touch /run/crond.reboot
exec timeout --preserve-status "$3" /usr/sbin/cron -f
"""


def copy_of_etc(base: Path) -> Path:
    """The machine's /etc with another zone: its own may be one that is measured."""
    etc = base / "etc"
    subprocess.run(["cp", "-a", "/etc", etc], check=True)
    (etc / "localtime").unlink()
    (etc / "localtime").symlink_to(f"/usr/share/zoneinfo/{LOCALTIME}")
    return etc


def start(folder: Path, etc: Path, value: str | None, seconds: int) -> subprocess.Popen[bytes]:
    (folder / "empty").mkdir()
    out = folder / "out"
    out.mkdir()
    jobs = [f"* {hour} * * * root env > {out}/hour-{hour}" for hour in range(24)]
    jobs += [f"{minute} * * * * root env > {out}/minute-{minute}" for minute in range(60)]
    (folder / "crontab").write_text("\n".join(jobs) + "\n")
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    if value is not None:
        environment["TZ"] = value
    command = ["unshare", "--mount", "sh", "-c", INNER, "sh", str(folder), str(etc), str(seconds)]
    return subprocess.Popen(command, env=environment)


def seen(folder: Path) -> dict[str, object]:
    out = folder / "out"
    hours = [int(path.name[5:]) for path in out.glob("hour-*")]
    minutes = [int(path.name[7:]) for path in out.glob("minute-*")]
    given = next(iter(out.glob("hour-*"))).read_text()
    return {"hours": hours, "minutes": minutes, "job_has_TZ": "\nTZ=" in f"\n{given}"}


def main() -> None:
    version = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "cron"], capture_output=True, text=True, check=True
    ).stdout
    base = Path(tempfile.mkdtemp())
    etc = copy_of_etc(base)
    while not 5 < time.time() % 60 < 40:  # noqa: TID251 (all within one minute)
        time.sleep(1)  # noqa: TID251
    left = 60 - int(time.time() % 60)  # noqa: TID251
    folders = [base / str(n) for n in range(len(VALUES))]
    for folder in folders:
        folder.mkdir()
    daemons = [start(f, etc, v, left + 5) for f, v in zip(folders, VALUES, strict=True)]
    moment = datetime.now(UTC).replace(second=0, microsecond=0)  # noqa: TID251
    for daemon in daemons:
        daemon.wait()
    rows = [{"TZ": v, **seen(f)} for f, v in zip(folders, VALUES, strict=True)]
    shutil.rmtree(base)
    found = {
        "daemon": f"cron {version}",
        "localtime": LOCALTIME,
        "the_minute_after": moment.isoformat(),
        "seen": rows,
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
