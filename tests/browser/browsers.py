"""Debian's Chromium, and how a page is opened in it; all fails where it is not installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from cron2aws.report.html import html_of
from cron2aws.report.model import Report

CHROMIUM = "/usr/bin/chromium"
WIDTHS = (400, 900, 1400)


@contextmanager
def chromium() -> Iterator[Browser]:
    """It is a fresh process with a profile of its own: nothing is in its cache."""
    if shutil.which(CHROMIUM) is None:
        message = f"there is no {CHROMIUM}: apt-get install chromium"
        raise RuntimeError(message)
    with sync_playwright() as playwright:
        # as root it has no sandbox of its own; what it shows is from this tree
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()


def write(report: Report, file: Path) -> str:
    """Where the page is then."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(html_of(report))
    return file.as_uri()


def settled(page: Page) -> None:
    """Two frames later: what was asked for is on the screen."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
