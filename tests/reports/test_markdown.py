"""GitHub shows each text of a report as it stands, and makes nothing of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.escapes import printable
from cron2aws.report.markdown import COMMAND_SHOWN, markdown_of
from cron2aws.report.markdown_text import block, code, html_code, shown
from cron2aws.report.model import (
    Act,
    Card,
    Cards,
    Checklist,
    Diff,
    Fact,
    Facts,
    Grid,
    Heat,
    Paragraph,
    Part,
    Report,
    StyledText,
)
from tests.reports import made, sample
from tests.reports.github import Page, page_of

MADE = {
    *("h1", "h2", "p", "ul", "li", "strong", "code", "pre", "pre lang=diff", "br", "span"),
    *("table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    "input type=checkbox disabled=",
}
"""All that a report is made of."""


def shown_page(markdown: str) -> Page:
    page = page_of(markdown)
    assert page.tags <= MADE
    assert page.linked == []
    return page


def text_of(said: StyledText) -> str:
    return printable(said.text)


def joined(several: Iterable[StyledText]) -> str:
    return "\n".join(map(text_of, several))


Block = tuple[str, int, str]


def blocks_of(report: Report) -> Iterator[Block]:
    """What is to be seen, said anew."""
    yield "h1", 0, printable(report.title)
    for part in report.parts:
        if not isinstance(part, Paragraph):
            yield "h2", 0, printable(part.title)
        yield from blocks_of_part(part)


def blocks_of_part(part: Part) -> Iterator[Block]:
    match part:
        case Paragraph():
            yield "p", 0, text_of(part.text)
        case Facts():
            yield from blocks_of_facts(part.facts, 0)
        case Checklist():
            for act in part.acts:
                lines = filter(None, (act.what, act.why, act.command))
                yield "li", 0, " " + "\n".join(map(printable, lines))
        case Grid():
            yield from (("th", 0, printable(each)) for each in part.columns)
            yield from (("td", 0, joined(cell)) for row in part.rows for cell in row)
        case Diff():
            yield "pre", 0, lines_of(part.lines)
        case Cards():
            several = part.hosts > 1
            names = ["id", "host", "line", "user", "schedule", "command", "decision"]
            yield from (("th", 0, name) for name in names if several or name != "host")
            for card in part.cards:
                yield from blocks_of_row(card, several=several)
            for card in part.cards:
                yield from blocks_of_card(card, several=several)
        case Heat():
            yield "pre", 0, "(a picture)"


def lines_of(lines: Iterable[str]) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)


def blocks_of_facts(facts: Iterable[Fact], depth: int) -> Iterator[Block]:
    for fact in facts:
        name = printable(fact.name)
        several = [text_of(each) for each in fact.texts if each.text]
        if len(several) > 1:
            yield from (("li", depth, text) for text in (name, *several))
        else:
            yield "li", depth, ": ".join(filter(None, (name, *several)))


def blocks_of_row(card: Card, *, several: bool) -> Iterator[Block]:
    long = len(card.command) > COMMAND_SHOWN
    cut = f"{card.command[: COMMAND_SHOWN - 1]}…" if long else card.command
    cells = [card.id, card.host, card.place, card.user, card.schedule, cut, card.decision.text]
    if not several:
        del cells[1]
    yield from (("td", 0, printable(cell)) for cell in cells)


def blocks_of_card(card: Card, *, several: bool) -> Iterator[Block]:
    names = [card.id, *([card.host] if several else []), card.place]
    place = " ".join(map(printable, filter(None, names)))
    yield "summary", 1, f"{place}: {text_of(card.decision)}"
    yield from blocks_of_facts(card.facts, 1)
    for diff in card.diffs:
        yield "p", 1, printable(diff.title)
        yield "pre", 1, lines_of(diff.lines)
    for fold in card.folds:
        yield "summary", 2, printable(fold.title)
        yield "pre", 2, lines_of(fold.text.removesuffix("\n").split("\n"))


def seen(page: Page, report: Report) -> None:
    """No text is missing, none is more, and each is where it belongs."""
    pictures = {printable(part.zone) for part in report.parts if isinstance(part, Heat)}
    found = [
        (tag, depth, "(a picture)" if is_picture(str(text), pictures) else text)
        for tag, depth, text in page.blocks
    ]
    # an empty text has no block, or an empty one; a blank beside a tag has no width
    assert [each for each in found if str(each[2]).strip()] == [
        each for each in blocks_of(report) if each[2].strip()
    ]


def is_picture(text: str, zones: set[str]) -> bool:
    return any(text.startswith(f"{zone}: starts in each quarter") for zone in zones)


@pytest.mark.parametrize("harmful", [True, False])
def test_a_report_is_seen_as_it_is(harmful: bool) -> None:
    report = sample.report(40, harmful=harmful)
    seen(shown_page("".join(markdown_of(report))), report)


@given(made.reports)
def test_any_report_is_seen_as_it_is(report: Report) -> None:
    seen(shown_page("".join(markdown_of(report))), report)


PLACES = {
    "heading": "# {}\n",
    "paragraph": "{}\n",
    "behind a paragraph": "a\n\n{}\n",
    "item": "- {}\n",
    "item in an item": "- a\n  - {}\n",
    "strong": "**{}**\n",
    "cell": "| a |\n| --- |\n| {} |\n",
    "summary": "<details>\n<summary>{}</summary>\n\na\n\n</details>\n",
}


def the_text(page: Page, place: str) -> str:
    beside = 1 if place in {"behind a paragraph", "item in an item", "cell"} else 0
    return str(page.blocks[beside][2])


@pytest.mark.parametrize("place", PLACES)
@given(text=made.texts.filter(bool))
def test_a_text_is_a_text_wherever_it_stands(place: str, text: str) -> None:
    page = shown_page(PLACES[place].format(shown(text)))
    assert the_text(page, place) == printable(text)


@pytest.mark.parametrize("place", sorted(set(PLACES) - {"heading"}))
@given(text=made.texts.filter(bool))
def test_code_is_as_it_is_wherever_it_stands(place: str, text: str) -> None:
    told = html_code(text) if place == "summary" else code(text, in_cell=place == "cell")
    page = shown_page(PLACES[place].format(told))
    assert the_text(page, place) == printable(text)
    assert "code" in page.tags


@given(st.lists(made.texts, min_size=1))
def test_a_block_ends_where_its_text_does(lines: list[str]) -> None:
    page = shown_page(f"{block(lines, 'diff')}\n# after\n")
    assert page.blocks == [["pre", 0, lines_of(lines)], ["h1", 0, "after"]]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("backup --all", "`backup --all`"),
        ("echo `date`", "`` echo `date` ``"),
        ("a | b", "`a \\| b`"),
        ("grep 'a\\|b'", "<code>grep 'a&#92;&#124;b'</code>"),
        ("", ""),
    ],
)
def test_code_in_a_cell_stays_readable_in_its_source(text: str, made: str) -> None:
    assert code(text, in_cell=True) == made


def test_a_command_with_a_ticked_box_ticks_none() -> None:
    acts = (Act("Look at", "", "test -e [x]"), Act("Look at [x]", "[X]"))
    markdown = "".join(markdown_of(Report("", (Checklist("", acts),))))
    assert "input type=checkbox disabled=" in shown_page(markdown).tags


def test_two_lists_stay_two() -> None:
    lists = (Facts("", (Fact("a", (StyledText("b"),)),)), Checklist("", (Act("c"),)))
    page = shown_page("".join(markdown_of(Report("", lists))))
    assert [block[0] for block in page.blocks] == ["li", "li"]


def test_a_day_has_a_sign_for_each_quarter() -> None:
    quarters = (0, 1, 9, 10, *[0] * 92)
    heat = Heat("", "UTC", (("Sun 2026-03-29", quarters), ("Mon", (0,) * 96)))
    (picture,) = shown_page("".join(markdown_of(Report("", (heat,))))).blocks
    _, hours, sunday, monday, _ = str(picture[2]).split("\n")
    assert sunday.startswith("Sun 2026-03-29 .19+ .... ....")
    assert sunday.endswith(" 20")
    assert hours.index("23") == hours.index("00") + 23 * 5 == monday.rindex("....")
