"""The file that `--report-file` names: written whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from cron2aws.errors import UsageError


def write_report(path: Path, chunks: Iterable[str], *, sources: Collection[Path]) -> None:  # noqa: ARG001
    """A file of mode 0600: JSON holds secrets verbatim."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as out:
            os.fchmod(out.fileno(), 0o600)
            out.writelines(chunks)
    except OSError as refused:
        raise UsageError(what=f"cannot write {path}", why=str(refused.strerror)) from refused
