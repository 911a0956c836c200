"""What people see and reach: by mouse, by keyboard, by print, without the page's program."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from cron2aws.escapes import printable
from tests.browser import real
from tests.browser.browsers import WIDTHS, settled
from tests.browser.conftest import Show
from tests.reports.sample import HARMFUL, report

VISIBLE = "all => all.filter(one => one.checkVisibility()).length"


def test_a_card_opens_its_details(show: Show) -> None:
    page = show(report())
    first = page.locator("article").first
    assert not first.get_by_text("at minute 17 of every hour").is_visible()
    first.get_by_text("Details").click()
    settled(page)
    assert first.get_by_text("at minute 17 of every hour").is_visible()
    assert not first.get_by_text("#!/bin/sh").is_visible()
    first.get_by_text("what each host runs, as root").click()
    assert first.get_by_text("#!/bin/sh").is_visible()


def test_all_shown_are_opened_and_closed(show: Show) -> None:
    page = show(report())
    page.get_by_label("decision").select_option("keep")
    page.get_by_role("button", name="open all shown").click()
    settled(page)
    opened = "all => all.map(one => one.querySelector('details').open)"
    assert page.eval_on_selector_all("article", opened) == [False, False, True] * 2
    page.get_by_role("button", name="close all").click()
    assert page.eval_on_selector_all("article", opened) == [False] * 6


def test_thousands_are_opened_while_the_page_answers(show: Show) -> None:
    page = show(report(1_000))
    page.get_by_role("button", name="open all shown").click()
    page.wait_for_function("() => document.querySelectorAll('details[open] > dl').length === 1000")
    page.get_by_role("button", name="close all").click()
    page.get_by_role("button", name="open all shown").click()
    page.get_by_role("button", name="close all").click()
    page.wait_for_function("() => document.querySelectorAll('article > [open]').length === 0")


def test_a_slash_goes_to_the_search(show: Show) -> None:
    page = show(report())
    page.keyboard.press("/")
    focused = page.locator(":focus")
    assert focused.get_attribute("name") == "q"
    page.keyboard.type("a/b")
    assert focused.input_value() == "a/b"


def test_everything_is_reached_by_tab_in_its_order_and_seen(show: Show) -> None:
    page = show(report())
    wanted = page.eval_on_selector_all(
        "a, select, input, button, summary, [tabindex]",
        "all => all.filter(one => one.checkVisibility()).length",
    )
    reached: list[list[Any]] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const one = document.activeElement;
              if (one === document.body) return null;
              const style = getComputedStyle(one), box = one.getBoundingClientRect();
              const bar = document.querySelector("form").getBoundingClientRect();
              const over = !one.closest("form") && box.top < bar.bottom - 1 && bar.top <= 0;
              all = [...document.querySelectorAll("*")];
              return [all.indexOf(one), parseFloat(style.outlineWidth), style.outlineStyle, over];
            }"""
        )
        if at is None:
            break
        if not reached or reached[-1][0] != at[0]:
            reached.append(at)
    assert len(reached) == wanted
    assert [one[0] for one in reached] == sorted(one[0] for one in reached)
    assert {tuple(one[1:]) for one in reached} == {(3, "solid", False)}


def test_details_are_opened_by_keyboard(show: Show) -> None:
    page = show(report())
    page.locator("article summary").first.focus()
    page.keyboard.press("Enter")
    settled(page)
    assert page.locator("article").first.get_by_text("at minute 17 of every hour").is_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_anchor_is_not_below_the_bar(show: Show, width: int) -> None:
    wanted = real.report(60)
    page = show(wanted, f"#{40 * 2654435761 % 2**32:08x}", width=width)
    page.wait_for_function("() => scrollY > 0")
    settled(page)
    places = page.evaluate(
        """() => {
          const bar = document.querySelector(".bar").getBoundingClientRect();
          const target = document.querySelector(":target").getBoundingClientRect();
          return [bar.top, bar.bottom, target.top];
        }"""
    )
    top, bottom, target = places
    assert 0 <= top < bottom < target < 500


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(show: Show, width: int) -> None:
    page = show(report(12), width=width)
    page.get_by_role("button", name="open all shown").click()
    settled(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_harmful_texts_are_shown_as_they_are(show: Show) -> None:
    """The fixture looks for dialogs, requests, messages and what the policy forbids."""
    page = show(report(12))
    page.get_by_role("button", name="open all shown").click()
    settled(page)
    page.locator("article details details").evaluate_all(
        "all => all.map(one => { one.open = true })"
    )
    acts = page.locator("main ol li")
    commands = page.locator("article details dd code")
    for number, text in enumerate(HARMFUL):
        assert acts.nth(number + 1).locator("pre").inner_text() == printable(text)
        assert commands.nth(number).text_content() == printable(text.replace("\n", " "))
    assert page.locator("img, iframe, object, article script").count() == 0
    page.get_by_label("finding").select_option("C211")
    page.get_by_label("search").fill(HARMFUL[0])
    settled(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_shows_all_without_filters(show: Show, scheme: str) -> None:
    page = show(report(), color_scheme=scheme)
    page.emulate_media(media="print")
    settled(page)
    everything_is_shown(page)
    assert not page.get_by_role("search").is_visible()
    assert page.evaluate("() => getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.emulate_media(media="screen")
    settled(page)
    assert page.locator("details[open]").count() == 0


def everything_is_shown(page: Page) -> None:
    assert page.eval_on_selector_all("article", VISIBLE) == 6
    assert page.eval_on_selector_all("article > details > dl", VISIBLE) == 6
    assert page.eval_on_selector_all("article details details > pre", VISIBLE) == 6
    assert page.eval_on_selector_all("table.numbers td", VISIBLE) == 2 * 25


def test_print_shows_what_the_filters_show(show: Show) -> None:
    page = show(report(), "#decision=keep")
    page.emulate_media(media="print")
    settled(page)
    assert page.eval_on_selector_all("article", VISIBLE) == 2


def test_a_real_print_has_all_pages(show: Show) -> None:
    page = show(report())
    assert page.pdf(format="A4").count(b"/Type /Page\n") > 2
    settled(page)
    assert page.locator("details[open]").count() == 0


def test_without_the_program_all_is_readable(show: Show) -> None:
    page = show(report(), java_script_enabled=False)
    assert page.locator("article").count() == 6
    assert all(one.is_visible() for one in page.locator("article").all())
    assert not page.get_by_role("search").is_visible()
    first = page.locator("article").first
    first.locator("summary").first.click()
    assert "at minute 17 of every hour" in first.locator("details > * > dl").inner_text()
    first.locator("details details > summary").click()
    assert "#!/bin/sh" in first.locator("details details > pre").inner_text()


def test_without_the_program_print_shows_all(show: Show) -> None:
    page = show(report(), java_script_enabled=False)
    page.emulate_media(media="print")
    assert page.locator("article details dl").count() == 6
    assert all(one.is_visible() for one in page.locator("article details dl").all())
