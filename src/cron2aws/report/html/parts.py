"""The parts of a report as HTML, but cards (`cards`) and pictures (`heat`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cron2aws.report.html.signs import cell, diff, signs, styled_html
from cron2aws.report.model import Act, Checklist, Diff, Facts, Grid, Paragraph, StyledText

_SHORT = 16
"""Letters that a cell has room for on a narrow page, too."""


def plain(part: Facts | Paragraph | Grid | Checklist | Diff) -> Iterator[str]:
    """A part, without its heading."""
    match part:
        case Facts():
            yield from _facts(part)
        case Paragraph():
            yield f"<p>{styled_html(part.text)}</p>\n"
        case Grid():
            yield from _grid(part)
        case Checklist():
            yield f"<ol>{''.join(map(_act, part.acts))}</ol>\n" if part.acts else ""
        case Diff():
            yield f"{diff(part.lines)}\n"


def _facts(part: Facts) -> Iterator[str]:
    if not part.facts:
        return
    yield "<dl>"
    for fact in part.facts:
        texts = fact.texts or (StyledText(""),)
        yield f"<dt>{signs(fact.name)}" + "".join(f"<dd>{styled_html(one)}" for one in texts)
    yield "</dl>\n"


def _act(act: Act) -> str:
    why = f'<br><span class="aside">{signs(act.why)}</span>' if act.why else ""
    command = f"<pre>{signs(act.command)}</pre>" if act.command else ""
    places = "".join(f"<li>{signs(place)}" for place in act.places)
    places = f'<ul class="aside">{places}</ul>' if places else ""
    return f"<li><strong>{signs(act.what)}</strong>{why}{places}{command}\n"


def _grid(part: Grid) -> Iterator[str]:
    """Where the page is narrow its rows are stacked, each cell behind its column's name.

    The roles say that it is a table then, too.
    """
    names = [signs(column) for column in part.columns]
    yield f'<table class="grid" role="table"><caption class="unseen">{signs(part.title)}</caption>'
    heads = "".join(f'<th scope="col" role="columnheader">{name}' for name in names)
    yield f'<thead role="rowgroup"><tr role="row">{heads}</thead><tbody role="rowgroup">\n'
    for row in part.rows:
        cells = (
            _cell(name, texts, first=at == 0)
            for at, (name, texts) in enumerate(zip(names, row, strict=False))
        )
        yield f'<tr role="row">{"".join(cells)}\n'
    yield "</tbody></table>\n"


def _cell(name: str, texts: Sequence[StyledText], *, first: bool) -> str:
    """An id, a time or a user is not broken for the sake of a long command beside it."""
    is_short = all(len(one.text) <= _SHORT for one in texts)
    short = ' class="short"' if is_short else ""
    if first:
        return f'<th scope="row" role="rowheader"{short} data-name="{name}">{cell(texts)}'
    return f'<td role="cell"{short} data-name="{name}">{cell(texts)}'
