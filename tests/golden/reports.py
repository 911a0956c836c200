"""Goldens of reports: scan, plan, status and explain, from real crontab text."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from cron2aws.app.options import SelectionOptions
from cron2aws.assess.values import Unread, UnreadHost
from cron2aws.crontab.identity import shown_ids
from cron2aws.report.compose.matrix import matrix
from cron2aws.report.compose.run_parts import run_parts
from cron2aws.report.document import Survey
from cron2aws.report.formats import FORMATS
from cron2aws.report.model import Report
from cron2aws.report.terminal import terminal_of
from cron2aws.report.text import Style
from tests.documents import document, view
from tests.fleets import make_fleet
from tests.golden.golden import Golden, at_widths, table
from tests.golden.hosts import FIXTURE_NAMES, assessed, fixture, host
from tests.golden.plans import migrated

SCANNED = {
    "every-verdict": """\
CRON_TZ=Europe/Berlin
0 3 * * * root exact
*/7 1,2 * * * root differs
0 0 30 2 * root never
@reboot root refused
0 3 13 * 5 root two triggers and a guard
""",
    "clock-change-and-guard-of-three": "*/7 1,2 1,2,4,9 * 5 root x\n",
    "secrets-are-masked": "0 3 * * * root mysqldump --password=hunter2 shop\n"
    "61 * * * * root curl -H 'Authorization: Bearer abcdef0123456789' https://example.com\n",
    "bytes-and-brackets": "0 3 * * * root echo '[bold]not markup[/bold]' \x1b[31m :smile:\n",
    "no-jobs": "# nothing here\n",
    "long-command": f"0 3 * * * root {'/usr/bin/tool --option ' * 12}\n",
    "long-unreadable-line": f"61 3 * * * root {'/usr/bin/tool --option ' * 12}\n",
}


def reports() -> Iterator[Golden]:
    """One golden a fixture, and one a peculiarity."""
    for name in FIXTURE_NAMES:
        yield Golden(name=f"scan/fixture-{name}", make=partial(_of_fixture, name))
    yield Golden(name="scan/several-hosts", make=_several)
    yield Golden(name="scan/hosts-elsewhere", make=lambda folder: table(elsewhere(folder)))
    yield Golden(name="scan/thirty-hosts", make=_thirty)
    for face in ("markdown", "csv"):
        yield Golden(name=f"{face}/fleet", make=partial(_fleet, face))
    yield Golden(name="scan/run-parts", make=_run_parts)
    yield Golden(name="scan/only-and-exclude", make=_chosen)
    yield Golden(name="scan/migrated-lines", make=_migrated)
    for name, text in SCANNED.items():
        yield Golden(name=f"scan/{name}", make=partial(_of_text, text))


def _migrated(folder: Path) -> str:
    return table(migrated(folder))


def _of_fixture(name: str, folder: Path) -> str:
    return table(assessed(fixture(name, folder)))


def _of_text(text: str, folder: Path) -> str:
    return table(assessed(host(folder, {"/etc/crontab": text}, zone="Australia/Lord_Howe")))


def _several(folder: Path) -> str:
    """Two hosts of the same name are told apart by the SOURCEs as they were typed."""
    backup = {"/etc/crontab": "0 3 * * * root backup\n"}
    tidy = {"/etc/cron.d/x": "5 * * * * app tidy\n"}
    host(folder, backup, name="web-1")
    host(folder / "image", backup, name="web-1")
    host(folder, tidy, name="db", zone="Asia/Tokyo")
    with contextlib.chdir(folder):
        return table(assessed(Path("web-1"), Path("image/web-1"), Path("db")))


def _thirty(folder: Path) -> str:
    """Which of the entries which hosts have: the rest of such a report is that of one host."""
    found = assessed(*make_fleet(folder).trees.values())
    found = replace(
        found, unread=(UnreadHost(id="i-0aa", label="web (i-0aa)", why="it is stopped"),)
    )
    parts = tuple(matrix(found, shown_ids(each.id for each in found.entries)))
    report = Report(title="Thirty hosts", parts=parts)
    return at_widths(lambda width: "".join(terminal_of(report, Style(width=width))))


def _fleet(face: str, folder: Path) -> str:
    trees = [fixture(f"fleet-web-{number}", folder) for number in (1, 2, 3)]
    text = "".join(FORMATS[face].write(document(assessed(*trees)), Style(width=120)))
    return text.replace("\r\n", "\n")


def _run_parts(folder: Path) -> str:
    parts = tuple(run_parts(assessed(scripts(folder))))
    report = Report(title="Scripts", parts=parts)
    return at_widths(lambda width: "".join(terminal_of(report, Style(width=width))))


def scripts(folder: Path, name: str = "web-1") -> Path:
    """A host with scripts that no package owns, one that does not run, and lines of anacron."""
    tree = host(
        folder,
        {
            "/etc/crontab": "25 6 * * * root cd / && run-parts --report /etc/cron.daily\n",
            "/etc/anacrontab": "1 5 own.job /opt/own --password=hunter2\n",
            **dict.fromkeys(
                (f"/etc/cron.daily/{name}" for name in ("backup", "backup.sh", "logrotate")),
                "#!/bin/sh\n",
            ),
            "/etc/cron.weekly/report": "#!/bin/sh\n",
        },
        name=name,
    )
    for script in ("daily/backup", "daily/backup.sh", "weekly/report"):
        (tree / f"etc/cron.{script}").chmod(0o755)
    return tree


def elsewhere(folder: Path) -> Survey:
    """A host that was read through Run Command, and three that could not be."""
    found = assessed(host(folder, {"/etc/crontab": "0 3 * * * root backup\n"}, name="web-1"))
    (one,) = found.hosts
    name = "web (i-0123456789abcdef0)"
    there = replace(one.host, label=name, instance="i-0123456789abcdef0")
    entries = tuple(each._replace(host=name) for each in one.entries)
    unread = (
        UnreadHost(id="i-0aa", label="web (i-0aa)", why="it is stopped", cron=Unread.OFF),
        UnreadHost(id="i-0bb", label="web (i-0bb)", why="its agent is not heard of (Inactive)"),
        UnreadHost(id="i-0cc", label="i-0cc", why="it has no crontab", cron=Unread.NO_CRONTAB),
    )
    placed = tuple(replace(each, account="123456789012", region="eu-central-1") for each in unread)
    return Survey(
        found=replace(found, hosts=(replace(one, host=there, entries=entries),), unread=placed),
        view=view("cron2aws migrate --tag Role=web --dry-run"),
    )


def _chosen(folder: Path) -> str:
    lines = "0 3 * * * root backup\n5 * * * * app tidy\n7 * * * * app other\n"
    tree = host(folder, {"/etc/crontab": lines})
    chosen = SelectionOptions(only=("app",), exclude=("other",))
    return table(assessed(tree, selection=chosen))
