"""What documents of plans have in common: their head, how crontabs are read, and the digest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cron2aws.plan.recorded import RecordedFile, Reread, Reviewed
from cron2aws.plan.recording import digest_of


def reviewed_json(schema: str, recorded: Reviewed, rest: dict[str, Any]) -> dict[str, Any]:
    """The document: its digest, that of all else in it, behind its schema; `rest` is its own."""
    head = {
        "made": recorded.made,
        "version": recorded.version,
        "command": recorded.command,
        "made_on": asdict(recorded.made_on),
        "hosts": list(recorded.hosts),
        "account": recorded.place.account,
        "region": recorded.place.region,
    }
    digest = digest_of({"schema": schema, **head, **rest})
    return {"schema": schema, "digest": digest, **head, **rest}


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
    return {"path": file.path, "sha256_before": file.before, "sha256_after": file.after}
