"""What a run is about to do, written down before it is done.

One JSON object a line, flushed to disk before the step begins, so that after a crash the last lines
tell which steps may have been carried out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cron2aws.errors import SafetyError
from cron2aws.hosts.private import make_private_folder, write_all


class Journal:
    """An append-only file of mode 0600 in a folder of its own."""

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        *,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """`say` is told each line as well (`--verbose`)."""
        self.path = path
        self._now = now
        self._say = say

    def write(self, event: str, **facts: object) -> None:
        """Add a line and wait until it is on disk.

        SafetyError where it cannot be written: then the step must not be done.
        """
        line = json.dumps({"at": self._now().isoformat(), "event": event, **facts}) + "\n"
        try:
            self._append(line.encode())
        except OSError as refused:
            raise SafetyError(
                what=f"the journal {self.path} cannot be written",
                why=refused.strerror or str(refused),
                fix="name a folder of yours in CRON2AWS_STATE, or run cron2aws as root",
            ) from refused
        if self._say is not None:
            self._say(f"journal: {line.rstrip()}")

    def _append(self, line: bytes) -> None:
        make_private_folder(self.path.parent)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        descriptor = os.open(self.path, flags, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
            write_all(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
