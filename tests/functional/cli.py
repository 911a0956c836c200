"""The command line in this process, as a user would call it."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

from cron2aws.cli.main import run


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a call printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as JSON."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def raise_bug(bug: Exception) -> int:
    """In tests a bug is a bug."""
    raise bug


def cron2aws(*arguments: str, stdin: bytes = b"") -> Answer:
    """Call `cron2aws` with these arguments."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8", errors="surrogateescape")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(list(arguments), raise_bug)
    finally:
        sys.stdin = before
    return Answer(code=code, out=out.getvalue(), err=err.getvalue())
