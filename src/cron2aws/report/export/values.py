"""What an export is written from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cron2aws.plan.values import Plan
from cron2aws.report.export.stacks import ExportedStack, StackKind

_OTHER = re.compile(rb"[^A-Za-z0-9_.@+/-]")


@dataclass(frozen=True, kw_only=True)
class CrontabPatch:
    """The marks of one crontab of one host."""

    host: str
    """The host's label."""

    folder: str
    """What the folder of its host's patches is called, before it is coded."""

    source: str
    sha256: str
    """Of the file that it was made from, and applies to."""

    ids: tuple[str, ...]
    """The tasks whose lines it marks."""

    text: bytes

    @property
    def file(self) -> str:
        """Its path below the export's folder: `patches/web-1/etc/crontab.patch`."""
        return f"{self.root}{_coded(self.source)}.patch"

    @property
    def root(self) -> str:
        """The folder of its host's patches."""
        return f"patches/{_coded(self.folder).replace('/', '=2F')}"


def _coded(text: str) -> str:
    """A name in letters that every file system has, others as `=HH`."""
    data = text.encode("utf-8", "surrogateescape")
    plain = _OTHER.sub(lambda sign: f"={sign[0][0]:02X}".encode(), data).decode()
    return "/".join(each.replace(".", "=2E") if each in {".", ".."} else each
                    for each in plain.split("/"))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Export:
    """All that is written; the plan was made as if nothing were deployed."""

    plan: Plan
    version: str
    """The release that makes it."""

    stacks: tuple[ExportedStack, ...]
    patches: tuple[CrontabPatch, ...]
    templates: Mapping[str, str]
    """The texts of the templates, by the names of their files."""

    from_hosts: bool = False
    """The hosts themselves were read, so that commands reach them."""

    def of(self, kind: StackKind) -> ExportedStack | None:
        """The foundation, or the target; None where each task has roles of its own."""
        return next((each for each in self.stacks if each.kind is kind), None)

    @property
    def tasks(self) -> tuple[ExportedStack, ...]:
        """The stacks of tasks."""
        return tuple(each for each in self.stacks if each.kind is StackKind.TASK)

    @property
    def used_templates(self) -> tuple[str, ...]:
        """The names of the templates that its stacks are made from."""
        return tuple(sorted({each.template for each in self.stacks}))


def digest(text: bytes) -> str:
    """The digest of a text, as the manifest has it."""
    return hashlib.sha256(text).hexdigest()
