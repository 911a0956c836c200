"""Choosing entries by id, or by a glob: `--only` and `--exclude`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from cron2aws.assess.values import AssessedEntry, Assessment, HostAssessment
from cron2aws.crontab.identity import is_meant
from cron2aws.errors import UsageError


def select(found: Assessment, only: Sequence[str], exclude: Sequence[str]) -> Assessment:
    """The assessment with the entries chosen by id, or by a glob on source, user or command.

    UsageError for the beginning of several ids, and for what chooses nothing.
    """
    if not only and not exclude:
        return found
    meant_ids([*only, *exclude], {each.id for each in found.entries})
    for option, patterns in (("--only", only), ("--exclude", exclude)):
        for pattern in patterns:
            if not any(matches(each, pattern) for each in found.entries):
                raise _no_entry(option, pattern)

    def is_chosen(each: AssessedEntry) -> bool:
        wanted = not only or any(matches(each, pattern) for pattern in only)
        return wanted and not any(matches(each, pattern) for pattern in exclude)

    def chosen_of(host: HostAssessment) -> HostAssessment:
        return replace(
            host,
            entries=tuple(each for each in host.entries if is_chosen(each)),
            left_out=tuple(each for each in host.entries if not is_chosen(each)),
        )

    return replace(found, hosts=tuple(map(chosen_of, found.hosts)))


def _no_entry(option: str, word: str) -> UsageError:
    return UsageError(
        what=f"{option} {word!r} matches no entry",
        why="no entry has this id, source, user or command",
        fix="`cron2aws scan` lists the entries; a glob must match the whole text, as in '*backup*'",
    )


def matches(each: AssessedEntry, pattern: str) -> bool:
    """Whether `pattern` is the entry's id (8 digits or more), or a glob that matches it.

    The glob is for its source, its user or its command, and must match the whole of it.
    """
    fields = (each.source, each.entry.user, each.entry.command)
    return is_meant(pattern, each.id) or any(fnmatchcase(value, pattern) for value in fields)


def meant_ids(words: Iterable[str], ids: Collection[str]) -> frozenset[str]:
    """The ids that are named, each by its first 8 digits or more; other words name none.

    UsageError for a word that several ids begin with.
    """
    found: set[str] = set()
    for word in words:
        meant = [entry_id for entry_id in ids if is_meant(word, entry_id)]
        if len(meant) > 1:
            raise UsageError(
                what=f"{word!r} matches {len(meant)} entries",
                why=", ".join(sorted(meant)),
                fix="give more digits of the id",
            )
        found.update(meant)
    return frozenset(found)
