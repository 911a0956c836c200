"""Goldens of JSON: every document with every field, letter by letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import time
from functools import partial
from pathlib import Path
from typing import TypeAlias

from cron2aws.app.options import ShownOptions
from cron2aws.assess.values import Assessment, AssumedValue, Unread, UnreadHost
from cron2aws.plan.actions import Action, Change
from cron2aws.plan.setup import SetupWish, setup_steps
from cron2aws.plan.shared import Shared
from cron2aws.plan.values import Plan
from cron2aws.report.document import Document, History
from cron2aws.report.formats import FORMATS
from cron2aws.report.text import Style
from cron2aws.task.runner import RUNNER
from tests.documents import document
from tests.golden.calendars import LOCAL, of_web, several, with_rates
from tests.golden.doctors import checked_plan, trouble
from tests.golden.explanations import CASES, answered
from tests.golden.golden import Golden
from tests.golden.histories import kinds_of_runs, printed_run
from tests.golden.hosts import assessed, host
from tests.golden.plans import WEB, migrated, orphaned, problems, pruned, several_alike, updated
from tests.golden.reports import SCANNED, elsewhere, scripts
from tests.golden.statuses import a_fleet, every_standing


def documents() -> Iterator[Golden]:
    """One golden a kind of document, and what is otherwise for several hosts or none."""
    for name, make in DOCUMENTS.items():
        yield Golden(name=f"json/{name}", make=partial(_json, make))


def _json(make: Callable[[Path], Shown], folder: Path) -> str:
    """With a word in place of the runner, the end of each script, which is none of a report's."""
    text = "".join(FORMATS["json"].write(document(make(folder)), Style()))
    return text.replace(json.dumps(RUNNER)[1:-1], "[runner.sh]")


def _scanned(folder: Path) -> Assessment:
    text = SCANNED["every-verdict"]
    return assessed(host(folder, {"/etc/crontab": text}, zone="Australia/Lord_Howe"))


def _unreadable(folder: Path) -> Assessment:
    return assessed(host(folder, {"/etc/crontab": SCANNED["secrets-are-masked"]}))


def _guessed(folder: Path) -> Assessment:
    """A host whose zone nothing tells, with a line that another program writes."""
    note = "# cron2aws: run-on=one timeout=1h\n#Ansible: backup\n"
    tree = host(folder, {"/etc/crontab": f"{note}0 3 * * * root backup\n"})
    (tree / "etc/timezone").unlink()
    return assessed(tree)


def _several(folder: Path) -> Assessment:
    return assessed(
        host(folder, {"/var/spool/cron/crontabs/app": "0 3 * * * in%put\n"}, name="web-1"),
        host(folder, {"/etc/crontab": "# nothing\n"}, name="web-2"),
    )


def _with_setup(folder: Path) -> Plan:
    """What is made before, what changes of what is shared, and a newer template."""
    plan = updated(folder)
    foundation, target = setup_steps(SetupWish(target=WEB), Shared())
    change = Change(name="Email", before=None, after="ops@example.com")
    changed = replace(foundation, action=Action.UPDATE, changes=(change,))
    steps = (replace(plan.steps[0], template=(1, 2)), *plan.steps[1:])
    return replace(plan, setup=(changed, target), steps=steps)


def _borrowed(found: Assessment) -> Assessment:
    """Hosts that nothing tells the zone of."""
    taken = (AssumedValue(what="time zone UTC", option="--timezone"),)
    hosts = (replace(one, host=replace(one.host, borrowed=taken)) for one in found.hosts)
    return replace(found, hosts=tuple(hosts))


def _past_a_host(folder: Path) -> Plan:
    """One host of the target could not be read."""
    plan = problems(folder)
    unread = (UnreadHost(id="i-0aa", label="web (i-0aa)", why="it is stopped", cron=Unread.OFF),)
    return replace(plan, found=replace(plan.found, unread=unread))


Shown: TypeAlias = "Document | Assessment | Plan"

DOCUMENTS: Mapping[str, Callable[[Path], Shown]] = {
    "scan": _scanned,
    "scan-of-unreadable-lines": _unreadable,
    "scan-of-migrated-lines": migrated,
    "scan-of-a-guessed-zone": _guessed,
    "scan-of-several-hosts": _several,
    "scan-of-hosts-elsewhere": elsewhere,
    "scan-of-scripts": lambda folder: _borrowed(assessed(scripts(folder))),
    "scan-of-scripts-of-several-hosts": lambda folder: _borrowed(
        assessed(scripts(folder), scripts(folder, "web-2"))
    ),
    "plan": problems,
    "plan-past-a-host": _past_a_host,
    "plan-of-updates": updated,
    "plan-of-orphans": orphaned,
    "plan-of-deletions": pruned,
    "plan-with-setup": _with_setup,
    "plan-with-preflight": checked_plan,
    "plan-of-several-hosts": several_alike,
    "doctor": lambda _: trouble(),
    "status": every_standing,
    "status-of-a-fleet": a_fleet,
    "history": lambda _: History(runs=(*kinds_of_runs(), printed_run()), shows_output=True),
    "calendar": several,
    "calendar-of-rates": with_rates,
    "calendar-of-a-week": lambda folder: several(folder, ShownOptions(week=True)),
    "calendar-at-a-time": lambda folder: several(folder, ShownOptions(at=time(3, 0))),
    "calendar-at-no-time": lambda folder: of_web(folder, ShownOptions(at=LOCAL)),
    "explain-exact": lambda _: answered(CASES["rule-in-utc"]),
    "explain-differs": lambda _: answered(CASES["differs"]),
    "explain-invalid": lambda _: answered(CASES["invalid"]),
    "explain-findings": lambda _: answered(CASES["findings"]),
    "explain-from-aws": lambda _: answered(CASES["from-aws"]),
    "explain-from-aws-invalid": lambda _: answered(CASES["from-aws-invalid"]),
}
