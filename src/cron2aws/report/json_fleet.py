"""What the documents of crontabs say of a fleet: which hosts have which entries, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cron2aws.assess.matrix import Matrix, MatrixRow, Variant, matrix_of
from cron2aws.assess.values import Assessment, UnreadHost


def unread_json(unread: Sequence[UnreadHost]) -> list[dict[str, Any]]:
    """The hosts that were asked, and could not be read."""
    return [
        {
            "instance": each.id,
            "name": each.label,
            "why": each.why,
            "cron": each.cron.value,
            "account": each.account or None,
            "region": each.region or None,
        }
        for each in unread
    ]


def matrix_json(found: Assessment) -> dict[str, Any] | None:
    """The matrix of several hosts; None where it is one."""
    if len(found.hosts) < 2:
        return None
    matrix: Matrix = matrix_of(found)
    return {
        "alike": [list(group) for group in matrix.alike],
        "entries": [_row(row) for row in matrix.rows],
    }


def _row(row: MatrixRow) -> dict[str, Any]:
    entry = row.first
    return {
        "id": entry.id,
        "source": entry.source,
        "user": entry.entry.user,
        "alike": row.is_alike,
        "ways": [_way(way) for way in row.ways],
        "without": list(row.without),
    }


def _way(way: Variant) -> dict[str, Any]:
    managed = way.first.entry.managed
    return {
        "hosts": list(way.hosts),
        "schedule": way.first.schedule,
        "timezone": way.first.timezone,
        "dialect": way.dialect,
        "state": "migrated" if way.first.migrated else "active",
        "written_by": managed.manager if managed else None,
        "decision": way.first.decision.value,
        "said": way.description,
    }
