"""An entry's name for life: it survives a new schedule, new options and a move in the file.

    id = first 8 hex digits of SHA-256( path NUL user NUL raw command NUL occurrence )

The occurrence tells equal jobs of one file apart, counted from 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count

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
    tried: dict[tuple[str, str], Iterator[str]] = {}
    for entry in entries:
        if entry.mark is None:
            # ids are only ever taken: what an equal line could not have is not tried again
            digests = tried.setdefault((entry.user, entry.raw_command), _digests(path, entry))
            ids[entry.line] = next(each for each in digests if each not in taken)
            taken.add(ids[entry.line])
    return dict(sorted(ids.items()))


def _digests(path: str, entry: Entry) -> Iterator[str]:
    return (_digest(path, entry, number) for number in count(1))


def _digest(path: str, entry: Entry, occurrence: int) -> str:
    text = "\0".join((path, entry.user, entry.raw_command, str(occurrence)))
    return hashlib.sha256(encode_text(text)).hexdigest()[:8]
