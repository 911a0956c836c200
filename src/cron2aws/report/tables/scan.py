"""An assessment as tables for people, secrets masked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.text import Text

from cron2aws.assess.values import (
    COUNTED,
    AssessedEntry,
    Assessment,
    FindingGroup,
    HostAssessment,
)
from cron2aws.crontab.identity import shown_ids
from cron2aws.crontab.tab import Tab
from cron2aws.escapes import printable
from cron2aws.findings import CATALOGUE, Level
from cron2aws.lint.secrets import mask
from cron2aws.report.layout import table
from cron2aws.report.text import (
    ASIDE,
    BROKEN,
    HEAD,
    compact_days,
    level_style,
    sentence,
    verdict_style,
)
from cron2aws.schedule.ranges import ranges

LONGEST_LINE = 100  # of what the daemon could not read, which may be anything
MOST_LINES = 12  # that a finding names; JSON has all of them


def scan_parts(found: Assessment) -> Iterator[RenderableType]:
    """Host by host entries and findings, and a summary of all, secrets masked."""
    ids = shown_ids(each.id for each in found.entries)
    for each in found.hosts:
        yield from _host(each, ids)
    yield _summary(found)


def _host(each: HostAssessment, ids: Mapping[str, str]) -> list[RenderableType]:
    host = each.host
    head = (
        f"{printable(host.label)} · {host.dialect.name} · {host.timezone} · "
        f"{sentence(len(host.tabs), 'crontab')}"
    )
    parts: list[RenderableType] = [Text(head, style=HEAD)]
    if host.dialect_from:
        known = f"read as {host.dialect.title} does, by {host.dialect_from}"
        parts.append(Text(printable(known), style=ASIDE))
    parts.append("")
    by_source: dict[str, list[AssessedEntry]] = defaultdict(list)
    for entry in each.entries:
        by_source[entry.source].append(entry)
    for tab in host.tabs:
        parts += _tab(tab, by_source[tab.path], ids)
    return [*parts, *_findings(each)]


def _tab(tab: Tab, entries: list[AssessedEntry], ids: Mapping[str, str]) -> list[RenderableType]:
    kind = "system" if tab.system else "user"
    head = Text(f"{printable(tab.path)} ({kind} crontab, {sentence(tab.lines, 'line')})")
    if not tab.loaded:
        head.append("  the daemon ignores this whole file", style=BROKEN)
    return [head, _entries(entries, ids) if entries else Text("  no job lines", style=ASIDE), ""]


def _entries(entries: list[AssessedEntry], ids: Mapping[str, str]) -> RenderableType:
    made = table("line", "id!", "schedule!", "user", "command", "becomes", "verdict", "decision")
    for each in entries:
        entry = each.entry
        triggers = "\n".join(
            _trigger(each, number) for number in range(len(each.conversion.triggers))
        )
        made.add_row(
            str(entry.line),
            ids[each.id],
            Text(printable(each.schedule)),
            Text(printable(entry.user)),
            Text(printable(each.shown_command)),
            Text(triggers or "-"),
            Text(each.conversion.verdict, style=verdict_style(each.conversion.verdict)),
            Text("migrated" if each.migrated else each.decision.value),
        )
    return made


def _trigger(each: AssessedEntry, number: int) -> str:
    trigger = each.conversion.triggers[number]
    guard = ""
    if trigger.guard:
        guard = f", only on days {compact_days(trigger.guard.days_of_month)}"
    return f"{trigger.expression} {trigger.timezone}{guard}"


def _findings(found: HostAssessment) -> list[RenderableType]:
    rows = [(found.host.label, finding, 1) for finding in found.host.findings]
    for tab in found.host.tabs:
        rows += [(tab.path, finding, 1) for finding in tab.findings]
    rows += [(_places(each), each.finding, len(each.entries)) for each in found.groups]
    made = table("where", "code", "level", "what", "what to do", title="Findings")
    seen: Counter[str] = Counter()
    for where, finding, count in rows:
        if finding.level is Level.INFO:
            seen[finding.code] += count
            continue
        made.add_row(
            Text(printable(where)),
            finding.code,
            Text(finding.level.value, style=level_style(finding.level)),
            Text(f"{finding.title}: {printable(mask(finding.detail))}"),
            Text(finding.help),
        )
    for path, line in found.unreadable:
        made.add_row(
            Text(printable(f"{path}:{line.line}")),
            line.code,
            Text("error", style=level_style(Level.ERROR)),
            Text(f"{line.message}: {_cut(printable(mask(line.text)))}"),
            Text("Mend or delete the line; the daemon does not run it"),
        )
    parts: list[RenderableType] = [made, ""] if made.row_count else []
    if seen:
        counts = ", ".join(
            f"{CATALOGUE[code].title} ({code}, {count:,}x)" for code, count in sorted(seen.items())
        )
        parts += [Text(f"Notes (all in -o json): {counts}", style=ASIDE), ""]
    return parts


def _places(group: FindingGroup) -> str:
    """`/etc/crontab:3,5-7`, file by file; of many the first, and how many more there are."""
    lines: dict[str, list[int]] = {}
    for each in group.entries[:MOST_LINES]:
        lines.setdefault(each.source, []).append(each.entry.line)
    told = "; ".join(f"{path}:{','.join(ranges(found))}" for path, found in lines.items())
    more = len(group.entries) - MOST_LINES
    return f"{told} and {more:,} more" if more > 0 else told


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}..."


def _summary(found: Assessment) -> Text:
    counts = found.summary
    decisions = Counter(each.decision.value for each in found.entries if not each.migrated)
    told = ", ".join(f"{counts[name]} {name}" for name in COUNTED)
    line = f"{sentence(counts['entries'], 'entry', 'entries')}: {told}"
    if counts["unreadable"]:
        line += f"; {sentence(counts['unreadable'], 'line')} the daemon cannot read"
    line += f". {decisions['migrate']} to migrate, {decisions['keep']} to keep, "
    line += f"{decisions['review']} to review, {counts['migrated']} migrated already."
    return Text(line, style=HEAD)
