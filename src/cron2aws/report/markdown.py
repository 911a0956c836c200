"""A report for a pull request: GitHub's Markdown, in which texts of a crontab stay texts.

docs/reference/report-formats.md says how long one may be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import assert_never

from cron2aws.report.markdown_text import block, code, html_code, shown
from cron2aws.report.model import (
    Act,
    Card,
    Cards,
    Checklist,
    Diff,
    Fact,
    Facts,
    Fold,
    Grid,
    Heat,
    Paragraph,
    Part,
    Report,
    StyledText,
    Tone,
)

COMMAND_SHOWN = 80
"""So much of a command stands in the table of all entries; below, each entry has it whole."""
HOUR = 4
"""In quarters."""
_LISTS = (Facts, Checklist)


def markdown_of(report: Report) -> Iterator[str]:
    """The report as GitHub's Markdown, in pieces."""
    yield from _heading(1, report.title)
    before: Part | None = None
    for part in report.parts:
        if isinstance(part, _LISTS) and isinstance(before, _LISTS) and not part.title:
            yield "<!-- -->\n\n"  # or the two were one
        yield from _part(part)
        before = part


def _part(part: Part) -> Iterator[str]:
    match part:
        case Paragraph():
            yield f"{_said(part.text)}\n\n"
        case Facts():
            yield from _heading(2, part.title)
            yield from _facts(part.facts)
        case Checklist():
            yield from _heading(2, part.title)
            yield from map(_act, part.acts)
            yield "\n"
        case Grid():
            yield from _heading(2, part.title)
            yield from _table(part.columns, part.rows)
        case Diff():
            yield from _heading(2, part.title)
            yield f"{block(part.lines, 'diff')}\n"
        case Cards():
            yield from _heading(2, part.title)
            yield from _cards(part)
        case Heat():
            yield from _heading(2, part.title)
            yield f"{block(_heat(part))}\n"
        case _:
            assert_never(part)


def _heading(level: int, title: str) -> Iterator[str]:
    if title:
        yield f"{'#' * level} {shown(title)}\n\n"


def _said(said: StyledText, *, in_cell: bool = False) -> str:
    if not said.text:
        return ""
    text = code(said.text, in_cell=in_cell) if said.code else shown(said.text)
    return f"**{text}**" if said.tone is Tone.STRONG else text


def _facts(facts: Iterable[Fact]) -> Iterator[str]:
    for each in facts:
        name = f"**{shown(each.name)}**" if each.name else ""
        # a dash that nothing follows would underline a heading
        told = list(filter(None, map(_said, each.texts)))
        if len(told) > 1 and name:
            yield f"- {name}\n"
            yield from (f"  - {one}\n" for one in told)
        elif len(told) > 1:
            yield from (f"- {one}\n" for one in told)
        elif name or told:
            yield f"- {': '.join(filter(None, (name, *told)))}\n"
    yield "\n"


def _act(act: Act) -> str:
    # on a line of its own: GitHub ticks the box where a `[x]` stands anywhere behind it
    command = f"\\\n  {code(act.command)}" if act.command else ""
    told = filter(None, map(shown, (act.what, act.why, *act.places)))
    return f"- [ ] {'<br>'.join(told)}{command}\n"


def _table(columns: Sequence[str], rows: Iterable[Sequence[Sequence[StyledText]]]) -> Iterator[str]:
    if not columns:
        return
    yield _row(map(shown, columns))
    yield _row("---" for _ in columns)
    for row in rows:
        yield _row("<br>".join(map(partial(_said, in_cell=True), cell)) for cell in row)
    yield "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cards(part: Cards) -> Iterator[str]:
    hosts = part.hosts > 1
    columns = (
        "id",
        *(("host",) if hosts else ()),
        "line",
        "user",
        "schedule",
        "command",
        "decision",
    )
    yield from _table(columns, (tuple(_summary(card, hosts=hosts)) for card in part.cards))
    for card in part.cards:
        yield from _card(card, hosts=hosts)


def _summary(card: Card, *, hosts: bool) -> Iterator[tuple[StyledText, ...]]:
    yield (StyledText(card.id, code=True),)
    if hosts:
        yield (StyledText(card.host),)
    yield (StyledText(card.place, code=True),)
    yield (StyledText(card.user),)
    yield (StyledText(card.schedule, code=True),)
    yield (StyledText(_cut(card.command), code=True),)
    yield (card.decision,)


def _cut(command: str) -> str:
    return command if len(command) <= COMMAND_SHOWN else f"{command[: COMMAND_SHOWN - 1]}…"


def _card(card: Card, *, hosts: bool) -> Iterator[str]:
    host = shown(card.host) if hosts else ""
    place = " ".join(filter(None, (html_code(card.id), host, html_code(card.place))))
    yield f"<details>\n<summary>{place}: {shown(card.decision.text)}</summary>\n\n"
    yield from _facts(card.facts)
    for diff in card.diffs:
        if diff.title:
            yield f"**{shown(diff.title)}**\n\n"
        yield f"{block(diff.lines, 'diff')}\n"
    yield from map(_fold, card.folds)
    yield "</details>\n\n"


def _fold(fold: Fold) -> str:
    text = block(fold.text.removesuffix("\n").split("\n"))
    return f"<details>\n<summary>{shown(fold.title)}</summary>\n\n{text}\n</details>\n\n"


def _heat(part: Heat) -> Iterator[str]:
    """A sign for each quarter of an hour, and a gap between hours."""
    wide = max((len(name) for name, _ in part.days), default=0)
    yield f"{part.zone}: starts in each quarter of an hour; . is none, + is ten or more"
    yield f"{'':{wide}} {' '.join(f'{hour:02}  ' for hour in range(24))}".rstrip()
    for name, counts in part.days:
        signs = "".join(map(_sign, counts))
        hours = [signs[at : at + HOUR] for at in range(0, len(signs), HOUR)]
        yield f"{name:{wide}} {' '.join(hours)}  {sum(counts)}"


def _sign(starts: int) -> str:
    return "." if not starts else str(starts) if starts < 10 else "+"
