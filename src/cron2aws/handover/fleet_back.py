"""The way back of a fleet: lines return on all hosts side by side, then the stacks go.

Hosts need not wait for each other: a line that is back is cron's at once, whatever the others do.
A stack stays as long as one host leaves its line to it, or may do so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from cron2aws.errors import SafetyError
from cron2aws.handover.came import HostCame
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.deploy import Failure
from cron2aws.handover.edit import Edited
from cron2aws.handover.edits_over import EditsOver
from cron2aws.handover.fleet_rows import FleetEditing, words
from cron2aws.handover.interfaces import Progress, StackStore
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import Prober
from cron2aws.handover.minutes import rewritten_told
from cron2aws.handover.record import Way
from cron2aws.handover.returning import Return, Taken
from cron2aws.handover.stacks_away import Meaning, StacksAway
from cron2aws.handover.standing import AGAIN, Lines, meaning

NAMED = 3
"""How many hosts a message names."""


@dataclass(frozen=True, kw_only=True)
class HostTabs:
    """A host as it was read."""

    id: str
    label: str
    crontabs: Crontabs
    contents: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(kw_only=True)
class _Host:
    tabs: HostTabs
    coming: set[str]
    """The ids of its lines that are to come back."""

    back: set[str] = field(default_factory=set)
    minutes: dict[str, datetime | None] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    """By ids, why a line is not back."""
    do: list[str] = field(default_factory=list)
    """What helps."""
    unknown: set[str] = field(default_factory=set)
    """Those of which nobody knows whether they are."""

    def came(self) -> HostCame:
        return HostCame(
            label=self.tabs.label,
            minutes=self.minutes,
            left=len(self.coming - self.back - self.unknown),
            unknown=len(self.coming & self.unknown),
            do="; ".join(dict.fromkeys(self.do)),
            why="; ".join(dict.fromkeys(self.why.values())),
        )


class FleetRollback:
    """Takes tasks of a fleet back."""

    def __init__(
        self,
        stacks: StackStore,
        leaving: Leaving,
        prober: Prober,
        editing: FleetEditing,
        progress: Progress,
        *,
        edits: EditsOver,
        parallel: int,
    ) -> None:
        self._away = StacksAway(stacks, leaving, prober, progress, edits=edits, parallel=parallel)
        self._editing = editing
        self._progress = progress

    def take_back(self, returns: Sequence[Return], hosts: Sequence[HostTabs]) -> Taken:
        """Lines back first, on every host; then the stacks go that no host needs."""
        failed = self._away.keep_others_from_it(returns)
        kept = {failure.id for failure in failed}
        rows = self._brought([back for back in returns if back.id not in kept], hosts)
        failed += [
            _not_back(back, wrong)
            for back in returns
            if (wrong := [row for row in rows if back.id in row.why])
        ]
        lost = {failure.id for failure in failed}
        leaving = [
            back for back in returns if back.stack and not back.stays and back.id not in lost
        ]
        stands = {back.stack.stack_name: _stands(back) for back in leaving if back.stack}
        failed += self._away.carry_out(leaving, stands)
        lost = {failure.id for failure in failed}
        return Taken(
            done=tuple(back.id for back in returns if back.id not in lost),
            failed=tuple(failed),
            hosts=tuple(row.came() for row in rows),
        )

    def _brought(self, returns: Sequence[Return], hosts: Sequence[HostTabs]) -> list[_Host]:
        rows = [
            _Host(tabs=each, coming={back.id for back in returns if each.id in back.on})
            for each in hosts
        ]
        rows = [row for row in rows if row.coming]
        if not rows:
            return []
        self._progress.begin("putting lines back", len(rows))
        by_id = {row.tabs.id: row for row in rows}
        edits = {
            id_: row.tabs.crontabs.back(back.on[id_] for back in returns if id_ in back.on)
            for id_, row in by_id.items()
        }

        def ended(id_: str, edited: tuple[Edited, ...]) -> None:
            self._note(by_id[id_], edited)
            self._progress.done(by_id[id_].tabs.label)

        self._editing.carry_out(edits, [row.tabs for row in rows], ended)
        return rows

    def _note(self, row: _Host, edited: Sequence[Edited]) -> None:
        label, zone = row.tabs.label, row.tabs.crontabs.zone
        for each in edited:
            for note in each.notes:
                self._progress.say(f"{label}: {note}")
            if each.error is not None:
                row.why |= dict.fromkeys(each.edit.ids, words(each.error))
                row.do += [each.error.fix] if each.error.fix else []
                row.unknown |= frozenset() if each.known else each.edit.ids
                continue
            row.back |= each.edit.ids
            row.minutes[each.edit.path] = each.minute
            told = rewritten_told(each.edit.path, each.minute, Way.BACK, zone)
            self._progress.say(f"{label}: {told}")


def _not_back(back: Return, rows: Sequence[_Host]) -> Failure:
    name = back.stack.stack_name if back.stack else back.id
    more = f"; and {len(rows) - NAMED} more hosts" if len(rows) > NAMED else ""
    unknown = any(back.id in row.unknown for row in rows)
    told = "; ".join(f"{row.tabs.label}: {row.why[back.id]}" for row in rows[:NAMED])
    # what each host says helps, once; hosts of one fleet mostly say the same
    helps = "; ".join(dict.fromkeys(fix for row in rows[:NAMED] for fix in row.do))
    mend = helps or "mend on each host what it says"
    error = SafetyError(
        what=f"the line of {name} is not back on {len(rows)} of {len(back.on)} hosts",
        why=told + more,
        fix=f"{mend}; {AGAIN}" if unknown else mend,
    )
    return Failure(
        id=back.id,
        what="putting lines back",
        error=error if unknown else meaning(error, f"{name} there", Lines.STILL_MARKED),
    )


def _stands(back: Return) -> Meaning:
    """What a failure after the edits means for the job of a task."""
    name = back.stack.stack_name if back.stack else back.id
    lines = Lines.BACK if back.on else Lines.NONE
    return lambda error, again: meaning(error, name, lines, again=again)
