"""Where backups and reports of bugs are kept, for their owner alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from cron2aws.handover.history import FOLDER
from cron2aws.hosts.private import keep_private, make_private_folder


def state_folder() -> Path:
    """The folder, root's apart from the users'; CRON2AWS_STATE moves it.

    One that is there, and is ours, gets mode 0700 if it has another.
    """
    given = os.environ.get("CRON2AWS_STATE")
    if given:
        keep_private(Path(given))
        return Path(given)
    folder = _usual()
    if folder.exists():
        with suppress(OSError):  # not ours: whoever writes to it will be told
            make_private_folder(folder)
    return folder


def _usual() -> Path:
    if os.geteuid() == 0:
        return Path("/") / FOLDER  # FHS: state of a program that root runs; the runner's, too
    return Path(platformdirs.user_state_dir("cron2aws"))
