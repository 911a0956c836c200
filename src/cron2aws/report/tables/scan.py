"""An assessment as tables for people, secrets masked."""

from __future__ import annotations

from collections import Counter

from rich.console import RenderableType
from rich.text import Text

from cron2aws.assess.values import COUNTED, AssessedEntry, Assessment, HostAssessment
from cron2aws.crontab.tab import Tab
from cron2aws.findings import Level
from cron2aws.lint.secrets import mask
from cron2aws.report.escapes import printable
from cron2aws.report.text import (
    Style,
    compact_days,
    level_style,
    sentence,
    table,
    text_of,
    verdict_style,
)

LONGEST_LINE = 100  # of what the daemon could not read, which may be anything


def scan_table(found: Assessment, style: Style) -> str:
    """Host by host entries and findings, and a summary of all, secrets masked."""
    parts: list[RenderableType] = []
    for each in found.hosts:
        parts += _host(each)
    parts.append(_summary(found))
    return text_of(*parts, style=style)


def _host(each: HostAssessment) -> list[RenderableType]:
    host = each.host
    head = (
        f"{printable(host.label)} · {host.dialect.name} · {host.timezone} · "
        f"{sentence(len(host.tabs), 'crontab')}"
    )
    parts: list[RenderableType] = [Text(head, style="bold")]
    if host.dialect_from:
        known = f"read as {host.dialect.title} does, by {host.dialect_from}"
        parts.append(Text(printable(known), style="dim"))
    parts.append("")
    for tab in host.tabs:
        parts += _tab(tab, each)
    return [*parts, *_findings(each)]


def _tab(tab: Tab, host: HostAssessment) -> list[RenderableType]:
    kind = "system" if tab.system else "user"
    head = Text(f"{printable(tab.path)} ({kind} crontab, {sentence(tab.lines, 'line')})")
    if not tab.loaded:
        head.append("  the daemon ignores this whole file", style="bold red")
    entries = [entry for entry in host.entries if entry.source == tab.path]
    return [head, _entries(entries) if entries else Text("  no job lines", style="dim"), ""]


def _entries(entries: list[AssessedEntry]) -> RenderableType:
    made = table("line", "id!", "schedule!", "user", "command", "becomes", "verdict", "decision")
    for each in entries:
        entry = each.entry
        triggers = "\n".join(
            _trigger(each, number) for number in range(len(each.conversion.triggers))
        )
        made.add_row(
            str(entry.line),
            each.id,
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
    rows = [(found.host.label, finding) for finding in found.host.findings]
    for tab in found.host.tabs:
        rows += [(tab.path, finding) for finding in tab.findings]
    for each in found.entries:
        where = f"{each.source}:{each.entry.line}"
        rows += [(where, finding) for finding in each.findings]
    made = table("where", "code", "level", "what", "what to do", title="Findings")
    seen: Counter[str] = Counter()
    for where, finding in rows:
        if finding.level is Level.INFO:
            seen[finding.code] += 1
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
        counts = ", ".join(f"{code} {count}x" for code, count in sorted(seen.items()))
        parts += [Text(f"Notes (all in -o json): {counts}", style="dim"), ""]
    return parts


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
    return Text(line, style="bold")
