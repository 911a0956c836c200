"""Rewriting crontabs: the marks of a plan put in, or taken out, one file at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.edit import check_edit, comment_out, restore
from cron2aws.crontab.mark import Mark, read_mark
from cron2aws.crontab.tab import Tab
from cron2aws.crontab.text import decode_bytes, lines
from cron2aws.errors import SafetyError, SourceError
from cron2aws.handover.interfaces import CrontabStore, LineEdit
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
            marks = {steps[each].line: _mark(steps[each], place) for each in ids}
            after = comment_out(before, marks)
            check_edit(
                before, after, self._dialect, system=tab.system, user=tab.owner, gone=marks.keys()
            )
            return after

        return _Edit(self, planned, marked=True)

    def restoring(self) -> LineEdit:
        """The edit that takes marks away again; the very bytes of the lines come back."""

        def planned(tab: Tab, before: bytes, ids: frozenset[str]) -> bytes:
            after = restore(before, ids)
            check_edit(before, after, self._dialect, system=tab.system, user=tab.owner, back=ids)
            return after

        return _Edit(self, planned, marked=False)

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


def _mark(step: Step, place: Place) -> Mark:
    return Mark(id=step.task.id, account=place.account, region=place.region, stack=step.stack_name)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
