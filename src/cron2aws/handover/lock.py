"""One command at a time changes things on a host; it disappears with its holder."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cron2aws.errors import SafetyError
from cron2aws.hosts.private import make_private_folder, write_all

NAME = "lock"
_MOST = 4096


@contextmanager
def one_at_a_time(
    state: Path,
    command: str,
    since: datetime,
    *,
    without: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Hold the lock of a state folder while a command runs that changes something.

    SafetyError where another holds it, with who and since when, or where the folder takes no file.
    With `without` (a way back, which must not depend on it) the latter is only told there.
    """
    try:
        descriptor = _opened(state)
    except OSError as refused:
        why = f"{state / NAME}: {refused.strerror or refused}"
        if without is None:
            raise SafetyError(
                what="nothing would keep a second command from changing the same things",
                why=why,
                fix="run cron2aws as root, make room there, or name another folder in "
                "CRON2AWS_STATE",
            ) from refused
        without(f"warning: nothing keeps a second command from doing this as well: {why}")
        yield
        return
    try:
        _take(descriptor, state)
        _tell_who(descriptor, command, since)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)  # and with it the lock, as the kernel does for who is killed


def _opened(state: Path) -> int:
    if not state.exists():
        make_private_folder(state)
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(state / NAME, flags, 0o600)
    try:
        _check_ours(os.fstat(descriptor))
        os.fchmod(descriptor, 0o600)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check_ours(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "it is no regular file of ours")


def _take(descriptor: int, state: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        raise SafetyError(
            what="another cron2aws command is changing things on this host",
            why=_holder(descriptor) or f"it holds {state / NAME}",
            fix="wait until it has ended, then run this command again",
        ) from held


def _tell_who(descriptor: int, command: str, since: datetime) -> None:
    facts = {"pid": os.getpid(), "command": command, "since": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
    with contextlib.suppress(OSError):  # a full disk: the lock holds all the same
        os.ftruncate(descriptor, 0)
        write_all(descriptor, f"{json.dumps(facts)}\n".encode())


def _holder(descriptor: int) -> str | None:
    try:
        facts = json.loads(os.pread(descriptor, _MOST, 0))
        return f"`{facts['command']}` (process {facts['pid']}) since {facts['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return None
