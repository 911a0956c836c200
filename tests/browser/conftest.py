"""One Chromium for each worker; what a page says or asks for is kept, and checked at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from cron2aws.report.model import Report
from tests.browser.browsers import chromium, settled, write

Show = Callable[..., Page]

VIOLATIONS = """
addEventListener("securitypolicyviolation", event =>
  console.error("the policy forbids " + event.violatedDirective + " " + event.blockedURI));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens a report; at the test's end no page has said anything or asked for anything else."""
    contexts = []
    noticed: list[str] = []
    asked: set[str] = set()

    def dialog(one: Any) -> None:
        noticed.append(f"dialog: {one.message}")
        one.dismiss()

    def opened(of: Report, fragment: str = "", width: int = 900, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        context.set_default_timeout(5_000)
        context.add_init_script(VIOLATIONS)
        page = context.new_page()
        address = write(of, tmp_path / "report.html")
        page.on("console", lambda message: noticed.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: noticed.append(f"error: {error}"))
        page.on("dialog", dialog)
        page.on("request", lambda request: asked.add(request.url.partition("#")[0]))
        page.goto(address + fragment)
        if options.get("java_script_enabled", True):
            settled(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert noticed == []
    assert asked <= {(tmp_path / "report.html").as_uri(), "about:blank"}
