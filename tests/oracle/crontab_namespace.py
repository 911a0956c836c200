"""Runs commands with Debian's crontab, in a mount namespace of its own, over a folder as the spool.

unshare --mount python3 crontab_namespace.py SPOOL COMMAND...

Each COMMAND is read by sh.
"""

from __future__ import annotations

import subprocess
import sys


def main(spool: str, *commands: str) -> None:
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    subprocess.run(["mount", "--bind", spool, "/var/spool/cron/crontabs"], check=True)
    for command in commands:
        subprocess.run(["sh", "-c", command], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
