"""Tells a user of a bug in a few words, and writes a report file."""

from __future__ import annotations

import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import cron2aws
from cron2aws.app.state import state_folder
from cron2aws.cli.streams import harmless, say
from cron2aws.errors import Bug
from cron2aws.hosts.disk import Disk


def report_bug(bug: Exception) -> int:
    """Write the traceback to a file of mode 0600 and say where it is; the exit code comes back."""
    text = harmless("".join(traceback.format_exception(bug)))
    where = _write(text)
    say(f"cron2aws: this is a bug: {type(bug).__name__}: {bug}")
    if where is None:
        say(text)
    else:
        say(f"\nhint: please report it with {where}")
    return Bug.exit_code


def _write(text: str) -> Path | None:
    stamp = datetime.now(UTC)  # noqa: TID251 (a crash report is stamped by the real clock)
    folder = state_folder() / "bugs"
    head = f"cron2aws {cron2aws.__version__}, Python {platform.python_version()}\n{sys.argv}\n\n"
    try:
        path = folder / f"{stamp:%Y%m%dT%H%M%S%f}.txt"
        disk = Disk()
        disk.make_folder(folder)
        disk.create(path, (head + text).encode("utf-8", "backslashreplace"))
    except OSError:
        return None
    return path
