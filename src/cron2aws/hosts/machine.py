"""Which machine this is, without telling its id: systemd wants that kept to the machine."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

MACHINE_ID = Path("/etc/machine-id")
"""machine-id(5): unique, and to be hashed with something of one's own before it leaves the host."""


def this_machine(file: Path = MACHINE_ID, name: str | None = None) -> str:
    """32 hexadecimal digits that tell this machine from others; where it has no id, by its name.

    `name` takes the place of the machine's own.
    """
    try:
        found = file.read_bytes().strip()
    except OSError:
        found = b""
    known = found or b"named " + os.fsencode(name or os.uname().nodename)
    return hashlib.sha256(b"cron2aws plan file " + known).hexdigest()[:32]
