"""A report of 5,000 entries as HTML: its size, and the seconds until its first filter has answered.

Each time in a fresh Chromium with an empty profile: from the navigation on, the last figure is of
the search, which goes through all texts.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from tests.browser.browsers import chromium, settled, write
from tests.browser.real import report

ENTRIES, ROUNDS = 5_000, 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        wanted = report(ENTRIES)
        begin = time.perf_counter()
        address = write(wanted, file)
        written = time.perf_counter() - begin
        rounds = [answers(address) for _ in range(ROUNDS)]
        size = file.stat().st_size / 1e6
    filtered, searched = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(f"\n{ENTRIES:,} entries as HTML, the median of {ROUNDS}\n")
    print(f"size                     {size:8.1f} MB (at most 10)")
    print(f"written in               {written:8.2f} s")
    print(f"first filter's answer    {filtered:8.2f} s (at most 3)")
    print(f"first search's answer    {searched:8.2f} s")


def answers(address: str) -> tuple[float, float]:
    """Seconds from the navigation to each answer on the screen."""
    with chromium() as browser:
        page = browser.new_page()
        begin = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.locator("#the-filters").wait_for()
        page.select_option("[name=decision]", "keep")
        settled(page)
        filtered = time.perf_counter() - begin
        page.fill("[name=q]", "nightly")
        settled(page)
        return filtered, time.perf_counter() - begin


if __name__ == "__main__":
    main()
