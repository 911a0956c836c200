"""What is different from the last review: an older report, as JSON, beside what is there now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cron2aws.assess.values import AssessedEntry
from cron2aws.lint.secrets import mask, mask_input
from cron2aws.report.compose.words import setting_text
from cron2aws.report.model import Fact, Facts, Grid, Part, Said, Tone

COMPARED = ("schedule", "command", "input", "user", "environment", "decision")


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An entry as an older report has it; what is compared, by name."""

    id: str
    host: str
    place: str
    said: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class LastReview:
    """An older report."""

    name: str
    """The file that it was read from."""

    entries: tuple[Earlier, ...]


def last_review(name: str, document: Mapping[str, Any]) -> LastReview:
    """The older report in a document of `cron2aws.scan/1`.

    KeyError, TypeError or ValueError where it is none.
    """
    if document["schema"] != "cron2aws.scan/1":
        raise ValueError(document["schema"])
    return LastReview(name=name, entries=tuple(map(_earlier, document["entries"])))


def _earlier(entry: Mapping[str, Any]) -> Earlier:
    settings = [setting_text(str(n), str(v)) for n, v in dict(entry["environment"]).items()]
    decision = "migrated" if entry["state"] == "migrated" else str(entry["decision"])
    return Earlier(
        id=str(entry["id"]),
        host=str(entry.get("host", "")),
        place=f"{entry['source']}:{int(entry['line'])}",
        said={
            "schedule": str(entry["schedule"]),
            "command": mask(str(entry["command"])),
            "input": mask_input(str(entry["command"]), str(entry["stdin"] or "")),
            "user": str(entry["user"]),
            "environment": " ".join(settings),
            "decision": decision,
        },
    )


def _now(each: AssessedEntry) -> Earlier:
    entry = each.entry
    return Earlier(
        id=each.id,
        host=each.host,
        place=f"{each.source}:{entry.line}",
        said={
            "schedule": each.schedule,
            "command": each.shown_command,
            "input": mask_input(entry.command, entry.stdin or ""),
            "user": entry.user,
            "environment": " ".join(setting_text(n, v) for n, v in entry.environment),
            "decision": "migrated" if each.migrated else each.decision.value,
        },
    )


def since(
    review: LastReview, entries: Sequence[AssessedEntry], ids: Mapping[str, str]
) -> Iterator[Part]:
    """What is new, gone, changed, or decided otherwise; another line number is no change."""
    several = len({each.host for each in entries}) > 1
    before = {(each.host if several else "", each.id): each for each in review.entries}
    after = {(each.host if several else "", each.id): each for each in map(_now, entries)}
    rows: list[tuple[tuple[Said, ...], ...]] = []
    for key in sorted(before.keys() | after.keys(), key=lambda key: _order(before, after, key)):
        rows += _row(before.get(key), after.get(key), ids)
    title = f"Since the last review ({review.name})"
    if rows:
        yield Grid(title, ("id", "where", "what", "before", "now"), tuple(rows))
    else:
        yield Facts(title, (Fact("changes", (Said("none"),)),))


def _order(
    before: Mapping[tuple[str, str], Earlier],
    after: Mapping[tuple[str, str], Earlier],
    key: tuple[str, str],
) -> tuple[str, str]:
    each = after.get(key) or before[key]
    return each.place, each.id


def _row(
    old: Earlier | None, new: Earlier | None, ids: Mapping[str, str]
) -> Iterator[tuple[tuple[Said, ...], ...]]:
    each = new or old
    if each is None:
        return
    head = ((Said(ids.get(each.id, each.id[:8]), code=True),), (Said(each.place),))
    if old is None:
        yield (*head, (Said("new", Tone.GOOD),), (Said(""),), (_shown(each),))
    elif new is None:
        yield (*head, (Said("gone", Tone.DOUBTFUL),), (_shown(each),), (Said(""),))
    else:
        for name in COMPARED:
            if old.said[name] != new.said[name]:
                is_text = name != "decision"
                yield (
                    *head,
                    (Said(name, Tone.DOUBTFUL),),
                    (Said(old.said[name] or "(none)", code=is_text),),
                    (Said(new.said[name] or "(none)", code=is_text),),
                )


def _shown(each: Earlier) -> Said:
    return Said(f"{each.said['schedule']} {each.said['user']} {each.said['command']}", code=True)
