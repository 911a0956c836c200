"""What edits have come to: told as they are, and as values of an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cron2aws.handover.deploy import Failure
from cron2aws.handover.edit import Edited
from cron2aws.handover.history import stamp
from cron2aws.handover.interfaces import Progress


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """The files that were edited, with the first minute (UTC) that counts, and what was not done.

    The minute is None where it is not known, as the file is a copy.
    """

    minutes: Mapping[str, datetime | None]
    failed: tuple[Failure, ...]


def rewritten(edited: Sequence[Edited], progress: Progress, who: str) -> Rewritten:
    """Tell of each edit; `who` runs a file's jobs from then on, as `cron runs`."""
    minutes: dict[str, datetime | None] = {}
    failed: list[Failure] = []
    for each in edited:
        for note in each.notes:
            progress.say(note)
        if each.error is not None:
            what = f"rewriting {each.edit.path}"
            failed += [
                Failure(id=one, what=what, error=each.error) for one in sorted(each.edit.ids)
            ]
            continue
        since = f": from {stamp(each.minute)} on {who} its jobs" if each.minute else ""
        progress.say(f"rewrote {each.edit.path}{since}")
        minutes[each.edit.path] = each.minute
    return Rewritten(minutes=minutes, failed=tuple(failed))
