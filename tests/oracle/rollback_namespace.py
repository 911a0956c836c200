"""Hands this host's line over beside Debian's running cron, loses its mark, and takes it back.

    unshare --mount python3 rollback_namespace.py FOLDER

FOLDER is as for cron_namespace.py, with one line in `cron.d/job`. A rollback is planned in a file
and applied, with AWS played by the sandbox; what came of it is printed as JSON. In real time.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from cron2aws.app.clock import SYSTEM_CLOCK
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from tests.calling import HOST, command, opened
from tests.oracle.cron_namespace import hide_the_machine, listen, mount

TAB = Path("/etc/cron.d/job")
WEB = stand_in("web", tags={"Name": "web"})
WITHOUT = "# jobs\n"
"""What somebody's editor leaves of the crontab."""


def taken_back(folder: Path) -> dict[str, object]:
    """What each step came to."""
    told: dict[str, object] = {"before": TAB.read_text()}
    with Sandbox([WEB]) as sandbox, contextlib.redirect_stdout(sys.stderr):
        context = replace(opened(sandbox), clock=SYSTEM_CLOCK, here=WEB.instance_id, stand_ins=None)
        out = ("--tag", "Name=web", "--comment-out", "--yes", *HOST)
        told["migrate"] = command(context, "migrate", *out)
        told["marked"] = TAB.read_text()
        TAB.write_text(WITHOUT)
        file = str(folder / "back.json")
        back = (*HOST, "--dry-run", "--plan-file", file)
        told["rollback"] = command(context, "rollback", *back)
        told["file"] = json.loads(Path(file).read_text())
        told["edits"] = command(context, "apply", file, "--edits-only", "--yes")
        told["stacks between"] = len(context.stacks.deployed())
        told["after"] = TAB.read_text()
        told["stacks"] = command(context, "apply", file, "--stacks-only", "--yes")
        told["stacks after"] = len(context.stacks.deployed())
        told["again"] = command(context, "apply", file, "--yes")
        told["at the end"] = TAB.read_text()
    return told


def main(folder: Path) -> None:
    log = hide_the_machine(folder)
    mount("-t", "tmpfs", "tmpfs", "/var/lib")  # where the histories and kept lines are
    Path("/run/crond.reboot").touch()
    os.environ["CRON2AWS_STATE"] = str(folder / "state")
    with subprocess.Popen(["/usr/sbin/cron", "-f", "-L", "15"]) as daemon:
        listen(log, daemon)
        told = taken_back(folder)
        daemon.terminate()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
