"""Where backups and reports of bugs are kept, for their owner alone."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from cron2aws.hosts.private import keep_private


def state_folder() -> Path:
    """The folder, root's apart from the users'; CRON2AWS_STATE moves it.

    One that is there, and is ours, gets mode 0700 if it has another.
    """
    folder = _folder()
    keep_private(folder)
    return folder


def _folder() -> Path:
    given = os.environ.get("CRON2AWS_STATE")
    if given:
        return Path(given)
    if os.geteuid() == 0:
        return Path("/var/lib/cron2aws")  # FHS: state of a program that root runs
    return Path(platformdirs.user_state_dir("cron2aws"))
