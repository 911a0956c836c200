"""Edits a crontab beside Debian's running cron, and prints what the job made of it, as JSON.

    unshare --mount python3 edit_namespace.py FOLDER [TIMES [SHELL]]

FOLDER is as for cron_namespace.py; `out/ran` gets a line for each minute at which the job ran.
TIMES edits are made, out and back by turns; one without it. With SHELL the script makes them that
hosts elsewhere get.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.handover.edit import Edited, Editor
from cron2aws.handover.history import TaskFolder, stamp
from cron2aws.handover.record import FileEdit, Way
from cron2aws.hosts.tick import CronDaemon
from tests.edit_case import ID, marked, restored
from tests.host_edit import EditedHost
from tests.oracle.cron_namespace import hide_the_machine, listen, mount

TAB = Path("/etc/cron.d/job")


def carried_out(way: Way, folder: Path, shell: str) -> Edited:
    before = TAB.read_bytes()
    edit = FileEdit(
        path=str(TAB),
        location=TAB,
        sha256=hashlib.sha256(before).hexdigest(),
        ids=frozenset({ID}),
        make=marked if way is Way.OUT else restored,
        tasks={ID: TaskFolder("task", folder / "host")},
    )
    if shell:
        host = EditedHost(root=Path("/"), shell=shell)
        (edited,) = host.edit([edit], way)
        return edited
    daemon = CronDaemon(SYSTEM_CLOCK)
    editor = Editor(way, SYSTEM_CLOCK, daemon=daemon, backups=folder / "backups")
    editor.check(edit)
    (edited,) = editor.carry_out([edit])
    return edited


def minutes(folder: Path) -> list[str]:
    """The minutes at which the job ran."""
    text = (folder / "out/ran").read_text() if (folder / "out/ran").exists() else ""
    return text.split()


def main(folder: Path, times: int, shell: str) -> None:
    log = hide_the_machine(folder)
    (folder / "host/var/lib").mkdir(parents=True)
    mount("--bind", str(folder / "host/var/lib"), "/var/lib")
    Path("/run/crond.reboot").touch()
    told: list[dict[str, object]] = []
    with subprocess.Popen(["/usr/sbin/cron", "-f", "-L", "15"]) as daemon:
        listen(log, daemon)
        for number in range(times):
            way = (Way.OUT, Way.BACK)[number % 2]
            edited = carried_out(way, folder, shell)
            at = SYSTEM_CLOCK.now()
            if edited.error or edited.minute is None:
                told.append({"error": str(edited.error)})
                break
            SYSTEM_CLOCK.sleep_until(edited.minute + timedelta(seconds=8))
            told.append(
                {"minute": stamp(edited.minute), "at": at.isoformat(), "ran": minutes(folder)}
            )
        daemon.terminate()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    given = dict(enumerate(sys.argv))
    main(Path(given[1]), int(given.get(2, "1")), given.get(3, ""))
