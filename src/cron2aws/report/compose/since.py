"""What is different from the last review: an older report, as JSON, beside what is there now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cron2aws.assess.values import AssessedEntry, Assessment
from cron2aws.lint.secrets import mask, mask_input
from cron2aws.report.compose.words import setting_text
from cron2aws.report.model import Fact, Facts, Grid, Part, Said, Tone

COMPARED = ("schedule", "command", "input", "user", "decision")
ANOTHER = " (another secret)"


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An entry as a report has it: what is compared, by name, and how each is shown."""

    id: str
    host: str
    source: str
    line: int
    values: Mapping[str, str] = field(repr=False)
    """As they are, secrets among them."""

    shown: Mapping[str, str]
    settings: Mapping[str, str] = field(repr=False)
    """The environment that the crontab sets."""


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
    return _compared(
        id=str(entry["id"]),
        host=str(entry.get("host", "")),
        source=str(entry["source"]),
        line=int(entry["line"]),
        schedule=str(entry["schedule"]),
        command=str(entry["command"]),
        stdin=str(entry["stdin"] or ""),
        user=str(entry["user"]),
        decision="migrated" if entry["state"] == "migrated" else str(entry["decision"]),
        settings={str(name): str(value) for name, value in dict(entry["environment"]).items()},
    )


def _now(each: AssessedEntry) -> Earlier:
    entry = each.entry
    return _compared(
        id=each.id,
        host=each.host,
        source=each.source,
        line=entry.line,
        schedule=each.schedule,
        command=entry.command,
        stdin=entry.stdin or "",
        user=entry.user,
        decision="migrated" if each.migrated else each.decision.value,
        settings=dict(entry.environment),
    )


def _compared(
    *,
    id: str,
    host: str,
    source: str,
    line: int,
    schedule: str,
    command: str,
    stdin: str,
    user: str,
    decision: str,
    settings: Mapping[str, str],
) -> Earlier:
    values = {
        "schedule": schedule,
        "command": command,
        "input": stdin,
        "user": user,
        "decision": decision,
    }
    shown = {**values, "command": mask(command), "input": mask_input(command, stdin)}
    return Earlier(
        id=id,
        host=host,
        source=source,
        line=line,
        values=values,
        shown=shown,
        settings=settings,
    )


def since(review: LastReview, found: Assessment, ids: Mapping[str, str]) -> Iterator[Part]:
    """What is new, gone, changed, or decided otherwise; another line number is no change.

    Nothing is told of a host that was in the older report and is not looked at now, but its name.
    """
    now = tuple(map(_now, found.entries))
    looked_at = {each.host.label for each in found.hosts}
    known = {each.host for each in review.entries}
    # one host then and now is the same one, whatever it is called
    several = max(len(looked_at), len(known)) > 1
    left_out = sorted(known - looked_at) if several else []
    before = {
        (each.host if several else "", each.id): each
        for each in review.entries
        if each.host not in left_out
    }
    after = {(each.host if several else "", each.id): each for each in now}
    rows: list[tuple[tuple[Said, ...], ...]] = []
    for key in sorted(before.keys() | after.keys(), key=lambda key: _order(before, after, key)):
        rows += _rows(before.get(key), after.get(key), ids, several=several)
    title = f"Since the last review ({review.name})"
    not_now = Fact("not looked at now", (Said(", ".join(left_out), Tone.DOUBTFUL),))
    if rows:
        yield Grid(title, ("id", "where", "what", "before", "now"), tuple(rows))
        if left_out:
            yield Facts("", (not_now,))
    else:
        none = Fact("changes", (Said("none"),))
        yield Facts(title, (none, not_now) if left_out else (none,))


def _order(
    before: Mapping[tuple[str, str], Earlier],
    after: Mapping[tuple[str, str], Earlier],
    key: tuple[str, str],
) -> tuple[str, str, int, str]:
    each = after.get(key) or before[key]
    return key[0], each.source, each.line, each.id


def _rows(
    old: Earlier | None, new: Earlier | None, ids: Mapping[str, str], *, several: bool
) -> Iterator[tuple[tuple[Said, ...], ...]]:
    each = new or old
    if each is None:
        return
    place = f"{each.source}:{each.line}"
    head = (
        (Said(ids.get(each.id, each.id[:8]), code=True),),
        (Said(f"{each.host}: {place}" if several else place),),
    )
    if old is None:
        yield (*head, (Said("new", Tone.GOOD),), (Said(""),), (_shown(each),))
    elif new is None:
        yield (*head, (Said("gone", Tone.DOUBTFUL),), (_shown(each),), (Said(""),))
    else:
        for name, was, now in _changes(old, new):
            yield (*head, (Said(name, Tone.DOUBTFUL),), was, now)


def _changes(
    old: Earlier, new: Earlier
) -> Iterator[tuple[str, tuple[Said, ...], tuple[Said, ...]]]:
    """What differs, as it was and as it is; of the environment the settings that differ."""
    for name in COMPARED:
        if old.values[name] != new.values[name]:
            was, now = old.shown[name], new.shown[name]
            another = ANOTHER if was == now else ""
            is_text = name != "decision"
            yield (
                name,
                (Said(was or NOTHING, code=is_text),),
                (Said((now or NOTHING) + another, code=is_text),),
            )
    names = dict.fromkeys([*old.settings, *new.settings])
    differing = [name for name in names if old.settings.get(name) != new.settings.get(name)]
    if differing:
        yield (
            "environment",
            tuple(_setting(name, old.settings) for name in differing),
            tuple(
                _setting(name, new.settings, ANOTHER if _same(name, old, new) else "")
                for name in differing
            ),
        )


NOTHING = "(none)"


def _setting(name: str, settings: Mapping[str, str], more: str = "") -> Said:
    value = settings.get(name)
    return Said(f"{name} not set" if value is None else setting_text(name, value) + more, code=True)


def _same(name: str, old: Earlier, new: Earlier) -> bool:
    """Whether it looks the same, masked."""
    return _setting(name, old.settings) == _setting(name, new.settings)


def _shown(each: Earlier) -> Said:
    return Said(f"{each.shown['schedule']} {each.shown['user']} {each.shown['command']}", code=True)
