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


class Journal:
    """An append-only file of mode 0600 in a folder of its own."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self._now = now

    def write(self, event: str, **facts: object) -> None:
        """Add a line and wait until it is on disk."""
        line = json.dumps({"at": self._now().isoformat(), "event": event, **facts}) + "\n"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        descriptor = os.open(self.path, flags, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
