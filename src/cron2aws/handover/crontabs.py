"""The crontabs of one host, and what an edit makes of them; every other byte stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.edit import add_lines, check_added, check_edit, comment_out, restore
from cron2aws.crontab.tab import Tab
from cron2aws.errors import SafetyError
from cron2aws.handover.history import TaskFolder, stamp
from cron2aws.handover.record import FileEdit
from cron2aws.plan.marking import mark_of
from cron2aws.plan.values import Place, Step


@dataclass(frozen=True, kw_only=True)
class Back:
    """A line that comes back: its mark goes, or, where that is gone, `lost` is put at the end."""

    id: str
    source: str
    rule_name: str | None
    """What its task's folder on the host is called; None where no stack tells."""

    lost: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Crontabs:
    """The files of a host as they were read; an edit is refused where one has changed since.

    `root` is where the tasks' folders are; None for copies of a host's files, which have none.
    """

    dialect: Dialect
    tabs: Mapping[str, Tab]
    locations: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))
    root: Path | None = None
    zone: tzinfo = UTC
    """The host's, for what people are told."""

    def out(self, steps: Iterable[Step], place: Place) -> tuple[FileEdit, ...]:
        """For each file the edit that marks the lines of these steps' entries."""
        by_source: dict[str, dict[int, Step]] = {}
        for step in steps:
            by_source.setdefault(step.source, {})[step.line] = step
        return tuple(
            self._edit(
                source,
                {step.task.id: step.parameters["RuleName"] for step in marked.values()},
                self._marking(self._tab(source), marked, place),
            )
            for source, marked in sorted(by_source.items())
        )

    def back(self, returns: Iterable[Back]) -> tuple[FileEdit, ...]:
        """For each file the edit that brings these lines back."""
        by_source: dict[str, list[Back]] = {}
        for each in returns:
            by_source.setdefault(each.source, []).append(each)
        return tuple(
            self._edit(
                source,
                {each.id: each.rule_name for each in coming},
                self._restoring(self._tab(source), coming),
            )
            for source, coming in sorted(by_source.items())
        )

    def _tab(self, source: str) -> Tab:
        if source not in self.tabs or source not in self.locations:
            raise SafetyError(
                what=f"{source} cannot be edited",
                why="it is no file of this machine's that was read",
                fix="name a crontab file; one of a saved scan is edited on the host itself",
            )
        return self.tabs[source]

    def _edit(
        self,
        source: str,
        names: Mapping[str, str | None],
        make: Callable[[bytes, datetime | None], bytes],
    ) -> FileEdit:
        root = self.root
        tasks = {each: TaskFolder(name, root) for each, name in names.items() if name and root}
        return FileEdit(
            path=source,
            location=self.locations[source],
            sha256=self._tab(source).sha256,
            ids=frozenset(names),
            make=make,
            tasks=tasks,
        )

    def _marking(
        self, tab: Tab, steps: Mapping[int, Step], place: Place
    ) -> Callable[[bytes, datetime | None], bytes]:
        def make(before: bytes, minute: datetime | None) -> bytes:
            stamped = stamp(minute) if minute else None
            marks = {line: mark_of(step, place, stamped) for line, step in steps.items()}
            after = comment_out(before, marks)
            check_edit(
                before, after, self.dialect, system=tab.system, user=tab.owner, gone=marks.keys()
            )
            return after

        return make

    def _restoring(
        self, tab: Tab, coming: Sequence[Back]
    ) -> Callable[[bytes, datetime | None], bytes]:
        ids = frozenset(each.id for each in coming if each.lost is None)
        lost = [each.lost for each in coming if each.lost is not None]

        def make(before: bytes, minute: datetime | None) -> bytes:
            del minute  # a line that is back has none
            restored = restore(before, ids)
            check_edit(before, restored, self.dialect, system=tab.system, user=tab.owner, back=ids)
            after = add_lines(restored, lost)
            check_added(restored, after, self.dialect, system=tab.system, user=tab.owner)
            return after

        return make
