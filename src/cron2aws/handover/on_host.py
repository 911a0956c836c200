"""What is edited on a host elsewhere, and by what it is sent there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Protocol

from cron2aws.handover.record import FileEdit


class Said(Protocol):
    """What a host has answered so far."""

    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def stdout(self) -> str: ...  # noqa: D102
    @property
    def stderr(self) -> str: ...  # noqa: D102


class Sends(Protocol):
    """Sends the edit script (aws/editing.py)."""

    def send(self, instance: str, patch: str, *, check: bool = False) -> str: ...  # noqa: D102
    def answer(self, command_id: str, instance: str) -> Said | None: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class OnHost:
    """Edits of one host's crontabs; `contents` are their bytes as they were read, by path.

    The `location` of an edit is where its file lies on that host.
    """

    instance: str
    label: str
    edits: Sequence[FileEdit]
    contents: Mapping[str, bytes]
    zone: tzinfo = UTC
    """The host's, for what people are told."""
