"""The page as text: what it holds, and that nothing in it comes from a crontab but texts."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.escapes import printable
from cron2aws.report.html import html_of
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
    Report,
    StyledText,
    Tone,
)
from tests.reports.reading_html import Page, read
from tests.reports.sample import card, report

ELEMENTS = (
    "article body br button caption code dd del details div dl dt figcaption figure form g h1 h2"
    " h3 head header html input ins label li main meta nav noscript ol option output p pre rect"
    " script section select span strong style summary svg table tbody td text th thead title"
    " tr ul a"
)
ATTRIBUTES = (
    "aria-keyshortcuts aria-label autocomplete charset class content data-name height hidden href"
    " http-equiv id lang name placeholder role scope spellcheck tabindex type value viewbox width x"
    " y"
)

TEXT = st.text(st.characters(exclude_categories=()), max_size=12) | st.sampled_from(
    ("<", "</noscript><script>alert(1)</script>", "</script>", "</pre>", '"', "&lt;", "\n\t\\x09")
)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
SAID = st.builds(StyledText, TEXT, st.sampled_from(Tone), st.booleans())
SAYINGS = st.lists(SAID, max_size=3).map(tuple)
FACTS = st.lists(st.builds(Fact, TEXT, SAYINGS), max_size=3).map(tuple)
DIFF = st.builds(Diff, TEXT, TEXTS)
COUNTS = st.lists(st.integers(0, 99), max_size=100).map(tuple)
CARD = st.builds(
    Card,
    id=TEXT,
    full_id=TEXT,
    host=TEXT,
    source=TEXT,
    line=st.integers(1, 9),
    text=TEXT,
    user=TEXT,
    schedule=TEXT,
    command=TEXT,
    becomes=TEXTS,
    verdict=SAID,
    decision=SAID,
    why=TEXT,
    codes=TEXTS,
    quarters=st.integers(0, 2**96 - 1),
    facts=FACTS,
    diffs=st.lists(DIFF, max_size=2).map(tuple),
    folds=st.lists(st.builds(Fold, TEXT, TEXT), max_size=2).map(tuple),
)
PART = st.one_of(
    st.builds(Facts, TEXT, FACTS),
    st.builds(Paragraph, SAID),
    st.builds(Grid, TEXT, st.just(("a", "b")), st.lists(st.tuples(SAYINGS, SAYINGS)).map(tuple)),
    st.builds(Checklist, TEXT, st.lists(st.builds(Act, TEXT, TEXT, TEXT), max_size=3).map(tuple)),
    DIFF,
    st.builds(Cards, TEXT, st.lists(CARD, max_size=3).map(tuple), st.integers(1, 2)),
    st.builds(Heat, TEXT, TEXT, st.lists(st.tuples(TEXT, COUNTS), max_size=2).map(tuple)),
)
REPORT = st.builds(Report, TEXT, st.lists(PART, max_size=4).map(tuple))


def page(of: Report) -> Page:
    return read("".join(html_of(of)))


def texts(value: object) -> Iterator[str]:
    """What a report says, but for what is told in other words or shown in a line of a card."""
    if isinstance(value, Enum):
        return
    if isinstance(value, Card):
        value = replace(value, command="", full_id="", host="")
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif isinstance(value, Fold):
        yield value.title
        for line in value.text.split("\n"):
            yield from line.split("\t")
    elif is_dataclass(value):
        for one in fields(value):
            if (type(value), one.name) != (Grid, "columns"):
                yield from texts(getattr(value, one.name))


@given(REPORT)
def test_nothing_but_texts_comes_from_a_report(made: Report) -> None:
    whole = "".join(html_of(made))
    shown = read(whole)
    whole.encode()
    assert {one.name for one in shown.elements} <= set(ELEMENTS.split())
    assert {name for one in shown.elements for name in one.attributes} <= set(ATTRIBUTES.split())
    assert all(one.attributes["href"].startswith("#") for one in shown.of("a"))
    assert len(shown.of("style")) == 1
    assert [one.attributes.get("type") for one in shown.of("script")][-1] is None
    assert len(shown.of("script")) <= 2
    for text in texts(made):
        assert printable(text) in shown.text


@given(REPORT)
def test_ids_are_one_of_a_kind_and_links_lead_to_them(made: Report) -> None:
    shown = page(made)
    assert len(set(shown.ids)) == len(shown.ids)
    assert {one.attributes["href"][1:] for one in shown.of("a")} <= set(shown.ids)


def test_a_policy_allows_the_two_blocks_and_nothing_else() -> None:
    shown = page(report())
    style, program = shown.raw["style"][0], shown.raw["script"][-1]
    policies = [one for one in shown.of("meta") if "http-equiv" in one.attributes]
    allowed = (
        f"default-src 'none'; style-src {sha256(style)}; script-src {sha256(program)}; "
        "base-uri 'none'; form-action 'none'"
    )
    assert [one.attributes["content"] for one in policies] == [allowed]
    assert "use strict" in program
    assert "@media print" in style


def sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_language_the_title_and_the_landmarks() -> None:
    shown = page(report())
    assert [one.attributes["lang"] for one in shown.of("html")] == ["en"]
    assert [one.text.strip() for one in shown.of("title")[:1]] == [report().title]
    assert [one.text.strip() for one in shown.of("h1")] == [report().title]
    assert len(shown.of("main")) == len(shown.of("nav")) == 1


def test_a_card_is_named_by_its_id() -> None:
    shown = page(report(3))
    assert [one.attributes["id"] for one in shown.of("article")] == [f"{n:08x}" for n in range(3)]


def test_ids_that_are_no_names_or_come_twice_have_names_too() -> None:
    cards = tuple(replace(card(0), id=id_) for id_ in ("a b", "a b", "", "é", "the-data"))
    shown = page(Report("", (Cards("", cards),)))
    assert [one.attributes["id"] for one in shown.of("article")] == [
        "a_20_b",
        "a_20_b.2",
        "_",
        "_e9_",
        "the_2d_data",
    ]


def test_a_host_is_told_where_there_are_several() -> None:
    one = Cards("Entries", (card(0, host="web-7"),))
    assert "web-7" not in page(Report("", (one,))).text
    assert "web-7" in page(Report("", (replace(one, hosts=2),))).text


def data(shown: Page) -> dict[str, object]:
    found: dict[str, object] = json.loads(shown.raw["script"][0])
    return found


def test_the_data_that_is_filtered_by() -> None:
    first = replace(card(0), codes=("C1", "C2", "C1"), quarters=1 << 95, user="</script>")
    second = replace(card(2), codes=(), host="web-2", quarters=1)
    assert data(page(Report("", (Cards("", (first, second)),)))) == {
        "values": {
            "decision": ["migrate", "keep"],
            "host": ["web-1", "web-2"],
            "user": ["</script>", "root"],
            "finding": ["C1", "C2"],
        },
        "quarters": ["0" * 95 + "1", "1" + "0" * 95],
        "cards": [[[0], [0], [0], [0, 1], 0], [[1], [1], [1], [], 1]],
    }


def test_a_choice_has_its_values_with_how_many_have_them() -> None:
    shown = page(report(6))
    values = [(one.attributes["value"], one.text) for one in shown.of("option")]
    assert values == [
        ("", "any"),
        ("keep", "keep (2)"),
        ("migrate", "migrate (4)"),
        ("", "any"),
        ("C211", "C211 (2)"),
        ("C314", "C314 (6)"),
    ]


def test_without_entries_there_is_nothing_to_filter() -> None:
    shown = page(Report("empty", (Cards("Entries", ()), Paragraph(StyledText("nothing")))))
    assert not shown.of("form")
    assert len(shown.of("script")) == 1


@pytest.mark.parametrize("quarters", [92, 96, 100])
def test_a_day_is_as_long_as_its_clocks_make_it(quarters: int) -> None:
    counts = (*(1,) * (quarters - 1), 8)
    shown = page(Report("", (Heat("When", "Europe/Berlin", (("Sun", counts),)),)))
    rects = shown.of("rect")
    assert rects[0].attributes["width"] == str(quarters * 8 - 1)
    assert [one.attributes["class"] for one in rects] == ["l0", *["l1"] * (quarters - 1), "l4"]
    titles = [one.text for one in shown.of("title")][1:]
    assert titles == [f"Sun: {quarters + 7} starts, at most 8 in a quarter"]
    numbers = [one.text.strip() for one in shown.of("td")]
    assert numbers == [*["4"] * (quarters // 4 - 1), "11", str(quarters + 7)]


@pytest.mark.parametrize(
    ("most", "key"),
    [
        (0, []),
        (1, [("l4", "1")]),
        (3, [("l2", "1"), ("l3", "2"), ("l4", "3")]),
        (40, [("l1", "1 to 10"), ("l2", "11 to 20"), ("l3", "21 to 30"), ("l4", "31 to 40")]),
    ],
)
def test_each_colour_says_how_many(most: int, key: list[tuple[str, str]]) -> None:
    days = (("Sun", tuple(range(most + 1))),)
    shown = page(Report("", (Heat("When", "UTC", days),)))
    keys = [one for one in shown.of("span") if "key" in one.attributes["class"]]
    assert [
        (one.attributes["class"][4:], one.text.replace("\xa0", " ").strip()) for one in keys
    ] == key
    coloured = [one.attributes["class"] for one in shown.of("rect")][1:]
    for level, told in key:
        low, _, high = told.partition(" to ")
        assert coloured.count(level) == int(high or low) - int(low) + 1


def test_a_picture_has_its_name_and_a_table_its_caption() -> None:
    shown = page(Report("", (Heat("When", "UTC", (("Sun", (0,) * 96),)),)))
    (svg,) = shown.of("svg")
    assert (svg.attributes["role"], svg.attributes["aria-label"]) == ("img", "When, UTC")
    assert [one.text for one in shown.of("caption")] == ["When, UTC"]
    assert {one.attributes["scope"] for one in shown.of("th")} == {"col", "row"}


SCRIPT = "#!/bin/sh\n" + "\n".join(f"line {n} that every script has" for n in range(14))


def scripts(count: int) -> Report:
    """Each of 500 bytes, of which a few are its own."""
    return Report(
        "many",
        (
            Cards(
                "Entries",
                tuple(
                    replace(
                        card(n),
                        facts=(Fact("runs", (StyledText(f"at {n}"),)),),
                        folds=(Fold("script", f"{SCRIPT}\nrun <{n}>\nexit 0"),),
                    )
                    for n in range(count)
                ),
            ),
        ),
    )


def test_what_many_scripts_share_stands_once() -> None:
    whole = "".join(html_of(scripts(20)))
    assert whole.count("line 7 that every script has") == 1
    shown = read(whole)
    (shared,) = [one for one in shown.elements if one.attributes.get("id") == "t-1"]
    assert shared.text.rstrip("\n") == SCRIPT
    links = [one for one in shown.of("a") if one.attributes["href"] == "#t-1"]
    assert [one.text.rstrip("\n") for one in links] == [
        f"text 1\nrun <{n}>\nexit 0" for n in range(20)
    ]


def test_what_few_share_stands_in_its_place() -> None:
    whole = "".join(html_of(scripts(19)))
    assert whole.count("line 7 that every script has") == 19
    assert "text 1" not in whole


def test_a_long_text_of_many_entries_stands_once() -> None:
    help_ = StyledText("Let some of them start a few minutes later " * 3, Tone.ASIDE)
    cards = tuple(replace(card(n), facts=(Fact("C1", (help_,)),)) for n in range(20))
    shown = page(Report("", (Cards("", cards),)))
    assert shown.text.count(help_.text) == 1
    assert sum(one.attributes["href"] == "#t-1" for one in shown.of("a")) == 20


def test_five_thousand_entries_come_in_small_pieces_and_stay_below_ten_megabytes() -> None:
    sizes = [len(piece.encode()) for piece in html_of(scripts(5_000))]
    assert sum(sizes) < 10_000_000
    assert sorted(sizes)[-2] < 100_000  # the data of the filters are one piece
