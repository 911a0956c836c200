"""What is shown for what is chosen, and what the page's address keeps of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from cron2aws.report.model import Cards, Fact, Fold, Paragraph, Report, StyledText
from tests.browser.browsers import settled
from tests.browser.conftest import Show
from tests.reports.sample import card

AT_THREE = 1 << 12
LONG = "Move some of them by a few minutes, or let them run on several hosts"


def report() -> Report:
    """Four entries, each with something of its own."""
    cards = (
        replace(card(0), host="web-1", user="root", codes=("C1", "C2"), quarters=AT_THREE),
        replace(card(1), host="web-2", user="app", codes=("C1",), quarters=AT_THREE << 1),
        replace(card(2), host="web-2", user="app", codes=(), quarters=AT_THREE | 1 << 95),
        replace(
            card(3, command="/opt/x 'A&B <c>'"),
            host="web-3",
            user='"><b>',
            codes=("C3",),
            quarters=0,
        ),
    )
    return Report("Four", (Cards("Entries", cards, hosts=3), Paragraph(StyledText("the end"))))


def shown(page: Page) -> list[int]:
    settled(page)
    ids = page.eval_on_selector_all(
        "article", "all => all.filter(one => one.checkVisibility()).map(one => one.id)"
    )
    return [int(one, 16) for one in ids]


@pytest.mark.parametrize(
    ("name", "value", "cards"),
    [
        ("decision", "migrate", [0, 1, 3]),
        ("decision", "keep", [2]),
        ("host", "web-2", [1, 2]),
        ("user", "app", [1, 2]),
        ("user", '"><b>', [3]),
        ("finding", "C1", [0, 1]),
        ("finding", "C3", [3]),
    ],
)
def test_each_choice(show: Show, name: str, value: str, cards: list[int]) -> None:
    page = show(report())
    assert shown(page) == [0, 1, 2, 3]
    page.locator(f"[name={name}]").select_option(value)
    assert shown(page) == cards
    assert page.get_by_role("status").inner_text() == f"{len(cards)} of 4 shown"


@pytest.mark.parametrize(
    ("at", "cards", "span"),
    [
        ("03:00", [0, 2], "from 03:00 to 03:14"),
        ("03:14", [0, 2], "from 03:00 to 03:14"),
        ("03:15", [1], "from 03:15 to 03:29"),
        ("23:59", [2], "from 23:45 to 23:59"),
        ("12:00", [], "from 12:00 to 12:14"),
    ],
)
def test_what_is_due_at_a_time(show: Show, at: str, cards: list[int], span: str) -> None:
    page = show(report())
    page.get_by_label("due at").fill(at)
    assert shown(page) == cards
    assert page.get_by_role("status").inner_text() == f"{len(cards)} of 4 shown {span}"


@pytest.mark.parametrize(
    ("words", "cards"),
    [
        ("jobs:2", [1]),
        ("WEB-2", [1, 2]),
        ("opt a&b <c>", [3]),
        ("web-2 refused", [2]),
        ("at minute 17 of every hour", [0, 1, 2, 3]),  # in the details, which nobody opened
        ("exit 0", [0, 1, 2, 3]),  # in a fold in there
        ("<dl>", []),
        ("&amp;", []),
        ("noscript", []),
    ],
)
def test_the_search_is_over_all_that_is_said(show: Show, words: str, cards: list[int]) -> None:
    page = show(report())
    page.get_by_label("search").fill(words)
    assert shown(page) == cards
    page.get_by_label("search").fill("")
    page.get_by_role("button", name="open all shown").click()
    page.get_by_label("search").fill(words)
    assert shown(page) == cards


def test_filters_are_all_kept_to(show: Show) -> None:
    page = show(report())
    page.get_by_label("host").select_option("web-2")
    page.get_by_label("due at").fill("03:00")
    page.get_by_label("search").fill("etc")
    assert shown(page) == [2]
    page.get_by_role("button", name="show all").click()
    assert shown(page) == [0, 1, 2, 3]
    assert "#" not in page.evaluate("() => location.href")


def test_the_address_keeps_the_filters(show: Show) -> None:
    page = show(report())
    page.locator("[name=user]").select_option('"><b>')
    page.get_by_label("due at").fill("03:00")
    page.get_by_label("search").fill("a&b=c #")
    address = page.evaluate("() => location.href")
    assert "#user=%22%3E%3Cb%3E&at=03%3A00&q=a%26b%3Dc+%23" in address
    page.goto("about:blank")
    page.goto(address)
    assert page.locator("[name=user]").input_value() == '"><b>'
    assert page.get_by_label("due at").input_value() == "03:00"
    assert page.get_by_label("search").input_value() == "a&b=c #"
    assert shown(page) == []


def test_an_address_with_filters(show: Show) -> None:
    page = show(report(), "#host=web-2&finding=C1")
    assert shown(page) == [1]
    page.evaluate("() => { location.hash = 'host=web-3' }")
    assert shown(page) == [3]
    page.go_back()
    assert shown(page) == [1]


def test_an_address_with_what_nothing_has_shows_all(show: Show) -> None:
    page = show(report(), "#host=web-9&other=1&decision=%3Cimg%20src%3Dx%3E")
    assert shown(page) == [0, 1, 2, 3]
    assert page.get_by_label("host").input_value() == ""


def test_an_address_that_names_an_entry_opens_it(show: Show) -> None:
    page = show(report(), "#00000002")
    assert shown(page) == [0, 1, 2, 3]
    opened = page.locator("article:has(> details[open])")
    assert opened.evaluate_all("all => all.map(one => one.id)") == ["00000002"]


def test_a_link_to_an_entry_that_is_not_shown_shows_all(show: Show) -> None:
    page = show(report(), "#host=web-2")
    page.evaluate("() => { location.hash = '00000003' }")
    assert shown(page) == [0, 1, 2, 3]
    assert page.locator("#\\30 0000003 > details").evaluate("one => one.open")


def many() -> Report:
    cards = tuple(
        replace(
            card(n),
            facts=(Fact("C1", (StyledText("first"), StyledText(LONG))),),
            folds=(Fold("script", f"{LONG} <&>\n{LONG} 2\nrun {n}\nexit"),),
        )
        for n in range(20)
    )
    return Report("Many", (Cards("Entries", cards),))


def test_a_text_that_many_share_is_in_its_place_when_opened_and_is_found(show: Show) -> None:
    page = show(many())
    page.get_by_label("search").fill("move some of them")
    assert len(shown(page)) == 20
    page.get_by_label("search").fill("minutes, or <&> 7")
    assert 7 in shown(page)
    page.get_by_label("search").fill("")
    page.locator("article").nth(7).get_by_text("Details").click()
    page.locator("article").nth(7).get_by_text("script").click()
    settled(page)
    assert page.locator("article").nth(7).locator("dd").last.inner_text() == f"first\n{LONG}"
    pre = page.locator("article").nth(7).locator("details pre")
    assert pre.inner_text() == f"{LONG} <&>\n{LONG} 2\nrun 7\nexit"
    assert not page.get_by_role("heading", name="Texts that many entries share").is_visible()


def test_a_text_that_many_share_is_a_link_away_without_the_program(show: Show) -> None:
    page = show(many(), java_script_enabled=False)
    assert page.get_by_role("heading", name="Texts that many entries share").is_visible()
    assert page.locator("article a[href='#t-1']").count() == 20
    assert page.locator(":is(#t-1, #t-2)").all_inner_texts() == [
        f"first\n{LONG}",
        f"{LONG} <&>\n{LONG} 2",
    ]
