"""Choosing entries by id, or by a glob: `--only` and `--exclude`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from cron2aws.assess.values import AssessedEntry, Assessment, HostAssessment


def select(found: Assessment, only: Sequence[str], exclude: Sequence[str]) -> Assessment:
    """The assessment with the entries chosen by id, or by a glob on source, user or command."""

    def is_chosen(each: AssessedEntry) -> bool:
        wanted = not only or any(matches(each, pattern) for pattern in only)
        return wanted and not any(matches(each, pattern) for pattern in exclude)

    def chosen_of(host: HostAssessment) -> HostAssessment:
        return replace(
            host,
            entries=tuple(each for each in host.entries if is_chosen(each)),
            left_out=tuple(each for each in host.entries if not is_chosen(each)),
        )

    return Assessment(hosts=tuple(map(chosen_of, found.hosts)))


def matches(each: AssessedEntry, pattern: str) -> bool:
    """Whether `pattern` is the entry's id or a glob on its source, user or command."""
    fields = (each.source, each.entry.user, each.entry.command)
    return each.id == pattern or any(fnmatchcase(value, pattern) for value in fields)
