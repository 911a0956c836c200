"""An entry's name for life: it survives a new schedule, new options and a move in the file.

    id = first 8 hex digits of SHA-256( path NUL user NUL raw command NUL occurrence )

The occurrence tells equal jobs of one file apart, counted from 1.
"""

from __future__ import annotations

import hashlib

from cron2aws.crontab.items import Crontab, Entry
from cron2aws.crontab.text import encode_text


def identify(crontab: Crontab, path: str) -> dict[int, str]:
    """The id of each entry by its line; `path` is the source's, below its tree's root.

    A marked line has the id of its mark; an unmarked one takes the lowest number whose id no
    other line of the file has.
    """
    entries = crontab.entries
    ids = {entry.line: entry.mark.id for entry in entries if entry.mark is not None}
    taken = set(ids.values())
    tried: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.mark is None:
            # ids are only ever taken: what an equal line could not have is not tried again
            job = entry.user, entry.raw_command
            number = tried.get(job, 0) + 1
            while (found := _digest(path, entry, number)) in taken:
                number += 1
            tried[job] = number
            taken.add(found)
            ids[entry.line] = found
    return dict(sorted(ids.items()))


def _digest(path: str, entry: Entry, occurrence: int) -> str:
    text = "\0".join((path, entry.user, entry.raw_command, str(occurrence)))
    return hashlib.sha256(encode_text(text)).hexdigest()[:8]
