"""Rewriting crontabs: the marks of a plan put in, or taken out, one file at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

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
        than planned.
        """
        marks = {
            steps[each].line: Mark(
                id=each,
                account=place.account,
                region=place.region,
                stack=steps[each].stack_name,
            )
            for each in sorted(ids)
        }
        before = self._unchanged(source)
        self._write(source, before, comment_out(before, marks), set(marks))

    def restore(self, source: str, ids: frozenset[str]) -> None:
        """Take the marks of these entries away again; the very bytes of the lines come back."""
        before = self._unchanged(source)
        after = restore(before, ids)
        self._store.replace(source, _sha256(before), after)

    def _unchanged(self, source: str) -> bytes:
        data = self._store.read(source)
        if _sha256(data) != self._tabs[source].sha256:
            raise SafetyError(
                what=f"{source} has changed since it was read",
                fix="run the same command again: it plans anew",
            )
        return data

    def _write(self, source: str, before: bytes, after: bytes, gone: set[int]) -> None:
        tab = self._tabs[source]
        check_edit(before, after, self._dialect, system=tab.system, gone=gone)
        self._store.replace(source, _sha256(before), after)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
