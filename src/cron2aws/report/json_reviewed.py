"""What documents of plans have in common: their head, how crontabs are read, and the digest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cron2aws.plan.recorded import RecordedFile, RecordedFleet, Reread, Reviewed
from cron2aws.plan.recording import digest_of
from cron2aws.plan.values import Place
from cron2aws.report.json_fleet import unread_json


def reviewed_json(schema: str, recorded: Reviewed, rest: dict[str, Any]) -> dict[str, Any]:
    """The document: its digest, that of all else in it, behind its schema; `rest` is its own."""
    head = {
        "made": recorded.made,
        "version": recorded.version,
        "command": recorded.command,
        "made_on": recorded.made_on and asdict(recorded.made_on),
        "hosts": list(recorded.hosts),
        "hosts_not_read": unread_json(recorded.unread),
        "fleet": recorded.fleet and _fleet(recorded.fleet, recorded.place),
        "account": recorded.place.account,
        "region": recorded.place.region,
    }
    digest = digest_of({"schema": schema, **head, **rest})
    return {"schema": schema, "digest": digest, **head, **rest}


def _fleet(fleet: RecordedFleet, place: Place) -> dict[str, Any]:
    return {
        "waves": fleet.waves,
        "hosts": [
            {
                "host": each.label,
                "instance": each.instance,
                "account": place.account,
                "region": place.region,
                "timezone": each.timezone,
                "dialect": each.dialect,
                "crontabs": dict(each.crontabs),
            }
            for each in fleet.hosts
        ],
    }


def read_json(reread: Reread) -> dict[str, Any]:
    """How the crontabs are read once more."""
    return {
        "named": list(reread.named),
        "dialect": reread.dialect,
        "timezone": reread.timezone,
        "format_of": reread.format_of,
        "user": reread.user,
    }


def file_json(file: RecordedFile) -> dict[str, Any]:
    """A crontab that is edited."""
    return {
        "host": file.host,
        "path": file.path,
        "sha256_before": file.before,
        "sha256_after": file.after,
    }
