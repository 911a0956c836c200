"""Rewriting crontabs: the marks of a plan put in, or taken out, one file at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.edit import check_edit, comment_out, restore
from cron2aws.crontab.mark import Mark
from cron2aws.errors import SafetyError
from cron2aws.migration.interfaces import CrontabStore
from cron2aws.plan import Place, Step
from cron2aws.survey import Tab


class Rewriting:
    """Edits of the crontabs that were read; each file is refused if it has changed since."""

    def __init__(self, store: CrontabStore, tabs: Iterable[Tab], dialect: Dialect) -> None:
        self._store = store
        self._tabs = {tab.path: tab for tab in tabs}
        self._dialect = dialect

    def comment_out(
        self, source: str, ids: frozenset[str], steps: Mapping[str, Step], place: Place
    ) -> None:
        """Put a mark in front of the lines of these entries, all at once.

        SafetyError where the file has changed, or where the new bytes would be read otherwise
        than planned; then nothing is written.
        """
        tab = self._tabs[source]
        marks = {steps[each].line: _mark(steps[each], place) for each in ids}
        before = self._unchanged(tab)
        after = comment_out(before, marks)
        check_edit(
            before, after, self._dialect, system=tab.system, user=tab.owner, gone=marks.keys()
        )
        self._write(tab, after)

    def restore(self, source: str, ids: frozenset[str]) -> None:
        """Take the marks of these entries away again; the very bytes of the lines come back."""
        tab = self._tabs[source]
        before = self._unchanged(tab)
        after = restore(before, ids)
        check_edit(before, after, self._dialect, system=tab.system, user=tab.owner, back=ids)
        self._write(tab, after)

    def _unchanged(self, tab: Tab) -> bytes:
        data = self._store.read(tab.path)
        if _sha256(data) != tab.sha256:
            raise SafetyError(
                what=f"{tab.path} has changed since it was read",
                fix="run the same command again: it plans anew",
            )
        return data

    def _write(self, tab: Tab, after: bytes) -> None:
        self._store.replace(tab.path, tab.sha256, after)
        # a rollback may come to the same file again
        self._tabs[tab.path] = replace(tab, sha256=_sha256(after))


def _mark(step: Step, place: Place) -> Mark:
    return Mark(id=step.task.id, account=place.account, region=place.region, stack=step.stack_name)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
