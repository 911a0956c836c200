"""Runs Debian's cron daemon once, in a mount namespace of its own, over a prepared folder.

    unshare --mount python3 cron_namespace.py FOLDER

FOLDER holds `cron.d`, `crontabs`, `passwd`, `out`, perhaps a `crontab` with a time of its own and,
to keep @reboot jobs from running, `quiet`.
Prints as JSON what the daemon logged; jobs leave their traces in `out` themselves.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
FIRST_WORDS, QUIET, PATIENCE = 10.0, 0.6, 20.0
"""Seconds: for the daemon to begin, without a word at the end, and at most."""
NO_JOB_DUE = 8
"""Seconds to the next minute, in which the daemon has begun and ended."""


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def hide_the_machine(folder: Path) -> socket.socket:
    """Put the folder's files in the place of the machine's; its log comes to the socket."""
    mount("--make-rprivate", "/")
    devices = folder / "dev"
    devices.mkdir()
    for name in DEVICES:
        (devices / name).touch()
        mount("--bind", f"/dev/{name}", str(devices / name))
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind(str(devices / "log"))
    log.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    if not (folder / "crontab").exists():
        (folder / "crontab").touch()
    mount("--bind", str(folder / "crontab"), "/etc/crontab")
    mount("--bind", str(folder / "passwd"), "/etc/passwd")
    mount("--bind", str(folder / "cron.d"), "/etc/cron.d")
    mount("--bind", str(folder / "crontabs"), "/var/spool/cron/crontabs")
    mount("-t", "tmpfs", "tmpfs", "/run")
    if (folder / "quiet").exists():
        Path("/run/crond.reboot").touch()
    if Path("/dev/shm").is_dir():  # the folder itself may lie there
        (devices / "shm").mkdir()
        mount("--bind", "/dev/shm", str(devices / "shm"))
    mount("--rbind", str(devices), "/dev")
    return log


def listen(log: socket.socket, daemon: subprocess.Popen[bytes]) -> list[str]:
    """All that is logged until nothing comes any more."""
    words: list[str] = []
    end = time.monotonic() + PATIENCE
    log.settimeout(FIRST_WORDS)
    while time.monotonic() < end and daemon.poll() is None:
        try:
            words.append(log.recv(65_536).decode("latin-1"))
        except TimeoutError:
            break
        log.settimeout(QUIET)
    return words


def main(folder: Path) -> None:
    log = hide_the_machine(folder)
    left = 60 - time.time() % 60  # noqa: TID251
    if left < NO_JOB_DUE:
        time.sleep(left)  # noqa: TID251
    with subprocess.Popen(["/usr/sbin/cron", "-f", "-L", "15"]) as daemon:
        words = listen(log, daemon)
        daemon.terminate()
    sys.stdout.write(json.dumps([line.split("]: ", 1)[-1].strip() for line in words]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
