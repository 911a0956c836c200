"""An assessment as tables for people, secrets masked."""

from __future__ import annotations

from collections import Counter

from rich.console import RenderableType
from rich.text import Text

from cron2aws.assess import AssessedEntry, HostAssessment, Tab
from cron2aws.findings import Level
from cron2aws.lint.secrets import mask
from cron2aws.report.text import (
    LEVEL_STYLE,
    VERDICT_STYLE,
    Style,
    compact_days,
    printable,
    sentence,
    table,
    text_of,
)

LONGEST_LINE = 100  # of what the daemon could not read, which may be anything


def scan_table(assessment: HostAssessment, style: Style) -> str:
    """Entries, findings and a summary for people, secrets masked."""
    parts: list[RenderableType] = [
        Text(
            f"{printable(assessment.host)} · {assessment.dialect} · {assessment.timezone} · "
            f"{sentence(len(assessment.tabs), 'crontab')}",
            style="bold",
        ),
        "",
    ]
    for tab in assessment.tabs:
        parts += _tab(tab, assessment)
    parts += _findings(assessment)
    parts.append(_summary(assessment))
    return text_of(*parts, style=style)


def _tab(tab: Tab, assessment: HostAssessment) -> list[RenderableType]:
    kind = "system" if tab.system else "user"
    head = Text(f"{printable(tab.path)} ({kind} crontab, {sentence(tab.lines, 'line')})")
    if not tab.loaded:
        head.append("  the daemon ignores this whole file", style="bold red")
    entries = [entry for entry in assessment.entries if entry.source == tab.path]
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
            Text(each.conversion.verdict, style=VERDICT_STYLE.get(each.conversion.verdict, "")),
            Text("migrated" if each.migrated else each.decision.value),
        )
    return made


def _trigger(each: AssessedEntry, number: int) -> str:
    trigger = each.conversion.triggers[number]
    guard = ""
    if trigger.guard:
        guard = f", only on days {compact_days(trigger.guard.days_of_month)}"
    return f"{trigger.expression} {trigger.timezone}{guard}"


def _findings(assessment: HostAssessment) -> list[RenderableType]:
    rows = [(assessment.host, finding) for finding in assessment.findings]
    for tab in assessment.tabs:
        rows += [(tab.path, finding) for finding in tab.findings]
    for each in assessment.entries:
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
            Text(finding.level.value, style=LEVEL_STYLE[finding.level.value]),
            Text(f"{finding.title}: {printable(mask(finding.detail))}"),
            Text(finding.help),
        )
    for path, line in assessment.unreadable:
        made.add_row(
            Text(printable(f"{path}:{line.line}")),
            line.code,
            Text("error", style=LEVEL_STYLE["error"]),
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


def _summary(assessment: HostAssessment) -> Text:
    counts = assessment.summary
    decisions = Counter(each.decision.value for each in assessment.entries if not each.migrated)
    told = ", ".join(f"{counts[name]} {name}" for name in ("exact", "differs", "never", "refused"))
    line = f"{sentence(counts['entries'], 'entry', 'entries')}: {told}"
    if counts["unreadable"]:
        line += f"; {sentence(counts['unreadable'], 'line')} the daemon cannot read"
    line += f". {decisions['migrate']} to migrate, {decisions['keep']} to keep, "
    line += f"{decisions['review']} to review, {counts['migrated']} migrated already."
    return Text(line, style="bold")
