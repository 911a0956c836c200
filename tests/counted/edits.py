"""Users that go on editing a crontab whose lines are handed over, with the real programs.

Two users have tabs alike; one of them is handed over and back, the other never. After the same
edits of both their bytes must be alike, too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.counted.host import ROOT
from tests.counted.rounds import BACK, OUT, Rounds, pause
from tests.counted.tabs import ALICE, BOB

APPENDING = """#!/bin/sh
printf '* * * * * /mnt/job.sh %s9\\n' "$(id -un | cut -c 1)" >>"$1"
touch -d '+1 minute' "$1"
"""
PYTHON = f"""
import sys
sys.path.append({str(ROOT / ".venv/lib/python3.11/site-packages")!r})
from crontab import CronTab
with CronTab(user=sys.argv[1]) as tab:
    tab.new(command="/mnt/job.sh " + sys.argv[1][0] + "8").every(1).minutes()
"""
EDITS = (
    ("crontab -e without a change", "EDITOR=true crontab -e"),
    ("crontab -e that appends", "EDITOR=/mnt/append crontab -e"),
    ("crontab -l | crontab -", "crontab -l | crontab -"),
    ("python-crontab", ""),
)
"""The last one runs as root: the user may not read this Python."""
ONLY_ALICE = (*OUT, "--only", ALICE)


def edit(rounds: Rounds, which: Sequence[str]) -> None:
    """Out, each edit of both tabs with minutes between, and back."""
    place = rounds.host.folder / "mnt"
    (place / "append").write_text(APPENDING)
    (place / "append").chmod(0o755)
    (place / "python-crontab").write_text(PYTHON)
    rounds.check_alike(ALICE, BOB, "before")
    rounds.to_its_end(ONLY_ALICE)
    pause(70)
    for name, command in EDITS:
        if name not in which:
            continue
        for user in ("alice", "bob"):
            log = place.parent / f"edit-{user}.log"
            as_user = ("runuser", "-u", user, "--", "sh", "-c", f"cd /home/{user}; {command}")
            as_root = (sys.executable, "/mnt/python-crontab", user)
            code = rounds.host.start(as_user if command else as_root, log).wait()
            if code:
                rounds.trouble(f"{name} of {user}: {code} {log.read_text()[-300:]}")
        pause(150)
    rounds.to_its_end(BACK)
    rounds.check_alike(ALICE, BOB, "after the rollback")
    pause(70)
