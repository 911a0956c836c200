"""Goldens of JSON: every document with every field, letter by letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import time
from functools import partial
from pathlib import Path

from cron2aws.app.options import ShownOptions
from cron2aws.report.document import Document, History
from cron2aws.report.formats import FORMATS
from cron2aws.report.text import Style
from cron2aws.task.runner import RUNNER
from tests.golden.calendars import LOCAL, of_web, several, with_rates
from tests.golden.explanations import CASES, answered
from tests.golden.golden import Golden
from tests.golden.histories import kinds_of_runs, printed_run
from tests.golden.hosts import assessed, host
from tests.golden.plans import migrated, orphaned, problems, several_alike, updated
from tests.golden.reports import SCANNED
from tests.golden.statuses import every_standing


def documents() -> Iterator[Golden]:
    """One golden a kind of document, and what is otherwise for several hosts or none."""
    for name, make in DOCUMENTS.items():
        yield Golden(name=f"json/{name}", make=partial(_json, make))


def _json(make: Callable[[Path], Document], folder: Path) -> str:
    """With a word in place of the runner, the end of each script, which is none of a report's."""
    text = "".join(FORMATS["json"].write(make(folder), Style()))
    return text.replace(json.dumps(RUNNER)[1:-1], "[runner.sh]")


def _scanned(folder: Path) -> Document:
    text = SCANNED["every-verdict"]
    return assessed(host(folder, {"/etc/crontab": text}, zone="Australia/Lord_Howe"))


def _unreadable(folder: Path) -> Document:
    return assessed(host(folder, {"/etc/crontab": SCANNED["secrets-are-masked"]}))


def _guessed(folder: Path) -> Document:
    """A host whose zone nothing tells, with a line that another program writes."""
    tree = host(folder, {"/etc/crontab": "#Ansible: backup\n0 3 * * * root backup\n"})
    (tree / "etc/timezone").unlink()
    return assessed(tree)


def _several(folder: Path) -> Document:
    return assessed(
        host(folder, {"/var/spool/cron/crontabs/app": "0 3 * * * in%put\n"}, name="web-1"),
        host(folder, {"/etc/crontab": "# nothing\n"}, name="web-2"),
    )


DOCUMENTS: Mapping[str, Callable[[Path], Document]] = {
    "scan": _scanned,
    "scan-of-unreadable-lines": _unreadable,
    "scan-of-migrated-lines": migrated,
    "scan-of-a-guessed-zone": _guessed,
    "scan-of-several-hosts": _several,
    "plan": problems,
    "plan-of-updates": updated,
    "plan-of-orphans": orphaned,
    "plan-of-several-hosts": several_alike,
    "status": every_standing,
    "history": lambda _: History(runs=(*kinds_of_runs(), printed_run()), shows_output=True),
    "calendar": several,
    "calendar-of-rates": with_rates,
    "calendar-of-a-week": lambda folder: several(folder, ShownOptions(week=True)),
    "calendar-at-a-time": lambda folder: several(folder, ShownOptions(at=time(3, 0))),
    "calendar-at-no-time": lambda folder: of_web(folder, ShownOptions(at=LOCAL)),
    "explain-exact": lambda _: answered(CASES["rule-in-utc"]),
    "explain-differs": lambda _: answered(CASES["differs"]),
    "explain-invalid": lambda _: answered(CASES["invalid"]),
    "explain-from-aws": lambda _: answered(CASES["from-aws"]),
    "explain-from-aws-invalid": lambda _: answered(CASES["from-aws-invalid"]),
}
