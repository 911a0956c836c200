"""What edits have come to: told as they are, and as values of an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType

from cron2aws.handover.deploy import Failure
from cron2aws.handover.edit import Edited
from cron2aws.handover.interfaces import Progress
from cron2aws.handover.minutes import rewritten_told
from cron2aws.handover.record import Way
from cron2aws.handover.standing import Lines, meaning

_AS_BEFORE = MappingProxyType({Way.OUT: Lines.UNTOUCHED, Way.BACK: Lines.STILL_MARKED})


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """The files that were edited, with the first minute (UTC) that counts, and what was not done.

    The minute is None where it is not known, as the file is a copy.
    """

    minutes: Mapping[str, datetime | None]
    failed: tuple[Failure, ...]


def rewritten(
    edited: Sequence[Edited],
    progress: Progress,
    way: Way,
    zone: tzinfo,
    names: Mapping[str, str],
) -> Rewritten:
    """Tell of each edit, with the minute from which on its jobs are the other side's.

    `names` are what the tasks are called, by their ids.
    """
    minutes: dict[str, datetime | None] = {}
    failed: list[Failure] = []
    for each in edited:
        for note in each.notes:
            progress.say(note)
        if each.error is not None:
            failed += [
                Failure(
                    id=one,
                    what=f"rewriting {each.edit.path}",
                    error=meaning(each.error, names.get(one, one), _AS_BEFORE[way], again=""),
                )
                for one in sorted(each.edit.ids)
            ]
            continue
        progress.say(rewritten_told(each.edit.path, each.minute, way, zone))
        minutes[each.edit.path] = each.minute
    return Rewritten(minutes=minutes, failed=tuple(failed))
