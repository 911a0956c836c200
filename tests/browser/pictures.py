"""`python -m tests.browser.pictures FOLDER`: how a report looks, for somebody to look at."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.browser.browsers import WIDTHS, chromium, settled, write
from tests.browser.real import report
from tests.reports.sample import report as harmful


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    address = write(report(8), folder / "report.html")
    strange = write(harmful(12), folder / "harmful.html")
    with chromium() as browser:
        for scheme in ("light", "dark"):
            for width in WIDTHS:
                page = browser.new_page(
                    viewport={"width": width, "height": 900}, color_scheme=scheme
                )
                for name, where in (("report", address), ("harmful", strange)):
                    page.goto(where)
                    page.locator("article > details").first.evaluate("one => { one.open = true }")
                    page.locator("article details details").first.evaluate(
                        "one => { one.open = true }"
                    )
                    # what is out of sight is not drawn
                    height = page.evaluate("() => document.documentElement.scrollHeight")
                    page.set_viewport_size({"width": width, "height": height + 400})
                    settled(page)
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(f"{address}#decision=migrate&q=backup")
                page.evaluate("() => window.scrollBy(0, 1800)")
                settled(page)
                page.screenshot(path=folder / f"filtered-{width}-{scheme}.png")
                page.close()
        page = browser.new_page(color_scheme="dark")
        page.goto(address)
        page.pdf(path=folder / "print.pdf", format="A4")
        page.emulate_media(media="print")
        page.screenshot(path=folder / "print.png", full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
