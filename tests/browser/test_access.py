"""axe-core finds nothing: as the page opens, with all open, and what a filter leaves."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from cron2aws.report.model import Cards, Facts, Report
from tests.browser import real
from tests.browser.browsers import WIDTHS, settled
from tests.browser.conftest import Show
from tests.reports.sample import report


def found(page: Page) -> str:
    results = Axe().run(page)
    return results.generate_report() if results.violations_count else ""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(show: Show, width: int, scheme: str) -> None:
    for of in (report(12), real.report(8)):
        page = show(of, width=width, color_scheme=scheme)
        assert found(page) == ""
        page.get_by_role("button", name="open all shown").click()
        settled(page)
        page.locator("details").evaluate_all("all => all.map(one => { one.open = true })")
        height = page.evaluate("() => document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})  # what is not drawn is not seen
        settled(page)
        assert found(page) == ""
        page.goto(f"{page.url}#q=nothing+has+this")
        settled(page)
        assert found(page) == ""


def test_axe_finds_nothing_without_the_program(show: Show) -> None:
    """axe itself needs a program: it looks at a page whose own never ran."""
    page = show(Report("Nothing", (Facts("", ()), Cards("", ()))))
    assert found(page) == ""


def test_axe_would_find_something(show: Show) -> None:
    page = show(report())
    page.evaluate("() => { document.documentElement.lang = '' }")
    assert "html-has-lang" in found(page)
