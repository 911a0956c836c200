"""What the machine brings along and no test may depend on: cleared before anything is imported."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import MutableMapping
from pathlib import Path

import pytest

BROUGHT_ALONG = (
    "AWS_", "BOTO_", "MOTO_", "CRON2AWS_", "XDG_", "LC_", "LANG", "TZ", "MAIL", "SHELL", "DBUS_",
    "COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "TTY_",
    "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONWARNINGS", "PYTHONDONTWRITEBYTECODE", "JPY_PARENT_PID",
)  # fmt: skip
"""What the names of such variables begin with."""

MEMORY = Path("/dev/shm")
"""A disk takes milliseconds for each fsync, of which the tests do tens of thousands."""

ROOM = 2 << 30  # bytes; a run takes a tenth of it


def clear(environment: MutableMapping[str, str], home: str) -> None:
    """Only what every machine has alike: an empty home, UTC, UTF-8, no AWS but what a test sets."""
    for name in [name for name in environment if name.startswith(BROUGHT_ALONG)]:
        del environment[name]
    environment.update(
        HOME=home,
        TZ="UTC",
        LANG="C.UTF-8",
        AWS_EC2_METADATA_DISABLED="true",  # on an instance, its role would answer
    )


def clear_this_process() -> tempfile.TemporaryDirectory[str]:
    """Clear, and hand back the folder of the empty home, which lasts for as long as it is held."""
    if _is_good(MEMORY):
        tempfile.tempdir = str(MEMORY)  # pytest's own folders, too, but no child's
    folder = tempfile.TemporaryDirectory(prefix="cron2aws-tests-home-")
    home = Path(folder.name) / "home"
    home.mkdir()
    clear(os.environ, str(home))
    # the machine's own is locked by whoever runs a command there, be it another test
    os.environ["CRON2AWS_STATE"] = f"{folder.name}/state"
    sys.dont_write_bytecode = False  # each worker would compile hundreds of modules
    time.tzset()
    os.umask(0o022)
    _listen()
    return folder


def _listen() -> None:
    """Behind `nohup` and `&` signals are ignored, and what ignores one hands that on."""
    for number, usual in (
        (signal.SIGHUP, signal.SIG_DFL),
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGQUIT, signal.SIG_DFL),
        (signal.SIGTERM, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def _is_good(folder: Path) -> bool:
    """Whether the tests' files can lie there: there is room, and what lies there can be started."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    room = found.f_bavail * found.f_frsize
    return room >= ROOM and not found.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK)


def cannot(reason: str) -> None:
    """Skip a test, and say so loudly, where the machine lacks what it needs; in CI, fail."""
    if os.environ.get("CI", "").lower() in ("", "0", "false"):
        pytest.skip(reason)
    pytest.fail(f"{reason} (CI is set: nothing is left out)", pytrace=False)
