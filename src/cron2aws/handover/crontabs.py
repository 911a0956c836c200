"""Rewriting crontabs: the marks of a plan put in, or taken out, one file at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.edit import check_edit, comment_out, restore
from cron2aws.crontab.mark import Mark, read_mark
from cron2aws.crontab.tab import Tab
from cron2aws.crontab.text import decode_bytes, lines
from cron2aws.errors import SafetyError, SourceError
from cron2aws.handover.edit import Edited
from cron2aws.handover.history import TaskFolder, stamp
from cron2aws.handover.interfaces import CrontabStore, LineEdit
from cron2aws.handover.record import FileEdit
from cron2aws.plan.values import Place, Step


class Rewriting:
    """Edits of the crontabs that were read; each file is refused if it has changed since."""

    def __init__(self, store: CrontabStore, tabs: Iterable[Tab], dialect: Dialect) -> None:
        self._store = store
        self._tabs = {tab.path: tab for tab in tabs}
        self._dialect = dialect

    def commenting_out(self, steps: Mapping[str, Step], place: Place) -> LineEdit:
        """The edit that puts a mark in front of the lines of these steps' entries."""

        def planned(tab: Tab, before: bytes, ids: frozenset[str]) -> bytes:
            marked = {steps[each].line: steps[each] for each in ids}
            return self._marking(tab, marked, place)(before, None)

        return _Edit(self, planned, marked=True)

    def restoring(self) -> LineEdit:
        """The edit that takes marks away again; the very bytes of the lines come back."""

        def planned(tab: Tab, before: bytes, ids: frozenset[str]) -> bytes:
            return self._restoring(tab, ids)(before, None)

        return _Edit(self, planned, marked=False)

    def out(
        self,
        steps: Iterable[Step],
        place: Place,
        locations: Mapping[str, Path],
        tasks: Mapping[str, TaskFolder] = MappingProxyType({}),
    ) -> tuple[FileEdit, ...]:
        """For each file the edit that marks the lines of these steps' entries.

        `locations` are where the files lie, by the paths that reports show; `tasks` the folders of
        the tasks, by id, none for copies.
        """
        by_source: dict[str, dict[int, Step]] = {}
        for step in steps:
            by_source.setdefault(step.source, {})[step.line] = step
        return tuple(
            self._edit(
                source,
                locations,
                tasks,
                [step.task.id for step in marked.values()],
                self._marking(self._tabs[source], marked, place),
            )
            for source, marked in sorted(by_source.items())
        )

    def back(
        self,
        ids: Mapping[str, Iterable[str]],
        locations: Mapping[str, Path],
        tasks: Mapping[str, TaskFolder] = MappingProxyType({}),
    ) -> tuple[FileEdit, ...]:
        """For each file, by its path, the edit that takes the marks of these ids away again."""
        return tuple(
            self._edit(
                source,
                locations,
                tasks,
                wanted,
                self._restoring(self._tabs[source], frozenset(wanted)),
            )
            for source, wanted in ((each, list(ids[each])) for each in sorted(ids))
        )

    def note(self, edited: Edited) -> None:
        """Remember what stands in a file now: it may be edited once more."""
        if edited.error is None:
            path = edited.edit.path
            self._tabs[path] = replace(self._tabs[path], sha256=edited.sha256)

    def _edit(
        self,
        source: str,
        locations: Mapping[str, Path],
        tasks: Mapping[str, TaskFolder],
        ids: Iterable[str],
        make: Callable[[bytes, datetime | None], bytes],
    ) -> FileEdit:
        wanted = frozenset(ids)
        return FileEdit(
            path=source,
            location=locations[source],
            sha256=self._tabs[source].sha256,
            ids=wanted,
            make=make,
            tasks={name: folder for name, folder in tasks.items() if name in wanted},
        )

    def _marking(
        self, tab: Tab, steps: Mapping[int, Step], place: Place
    ) -> Callable[[bytes, datetime | None], bytes]:
        def make(before: bytes, minute: datetime | None) -> bytes:
            marks = {line: _mark(step, place, minute) for line, step in steps.items()}
            after = comment_out(before, marks)
            check_edit(
                before, after, self._dialect, system=tab.system, user=tab.owner, gone=marks.keys()
            )
            return after

        return make

    def _restoring(
        self, tab: Tab, ids: frozenset[str]
    ) -> Callable[[bytes, datetime | None], bytes]:
        def make(before: bytes, minute: datetime | None) -> bytes:
            del minute  # a line that is back has none
            after = restore(before, ids)
            check_edit(before, after, self._dialect, system=tab.system, user=tab.owner, back=ids)
            return after

        return make

    def unchanged(self, source: str) -> tuple[Tab, bytes]:
        """A crontab and its bytes; SafetyError where they are not those that were read."""
        tab = self._tabs[source]
        data = self._store.read(source)
        if _sha256(data) != tab.sha256:
            raise SafetyError(
                what=f"{source} has changed since it was read",
                fix="run the same command again: it plans anew",
            )
        return tab, data

    def check(self, tab: Tab) -> None:
        """SafetyError where the file could not be replaced."""
        self._store.check(tab.path, tab.sha256)

    def write(self, tab: Tab, after: bytes) -> None:
        """Put the new bytes in the place of those that were read."""
        self._store.replace(tab.path, tab.sha256, after)
        # a rollback may come to the same file again
        self._tabs[tab.path] = replace(tab, sha256=_sha256(after))

    def marks(self, source: str) -> frozenset[str]:
        """The ids of the marks that stand in the file now."""
        found = (read_mark(line.text) for line in lines(decode_bytes(self._store.read(source))))
        return frozenset(marked[0].id for marked in found if marked)


class _Edit:
    """One way of rewriting; `planned` makes the new bytes, or raises SafetyError."""

    def __init__(
        self,
        crontabs: Rewriting,
        planned: Callable[[Tab, bytes, frozenset[str]], bytes],
        *,
        marked: bool,
    ) -> None:
        self._crontabs = crontabs
        self._planned = planned
        self._marked = marked

    def check(self, source: str, ids: frozenset[str]) -> None:
        """Refuse what `apply` would refuse; nothing is written."""
        tab, before = self._crontabs.unchanged(source)
        self._crontabs.check(tab)
        self._planned(tab, before, ids)

    def apply(self, source: str, ids: frozenset[str]) -> None:
        """Rewrite the file, all these lines at once."""
        tab, before = self._crontabs.unchanged(source)
        self._crontabs.write(tab, self._planned(tab, before, ids))

    def applied(self, source: str, ids: frozenset[str]) -> frozenset[str]:
        """The entries whose lines stand as they should now; none where the file is gone."""
        try:
            marks = self._crontabs.marks(source)
        except SourceError:
            return frozenset()
        return ids & marks if self._marked else ids - marks


def _mark(step: Step, place: Place, minute: datetime | None) -> Mark:
    return Mark(
        id=step.task.id,
        account=place.account,
        region=place.region,
        stack=step.stack_name,
        minute=stamp(minute) if minute else None,
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
