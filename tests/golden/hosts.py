"""Hosts' files from a few lines, read by the real reader and judged as a command would."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cron2aws.app.assessing import assess_reading
from cron2aws.app.options import ScheduleOptions, SelectionOptions, Sources
from cron2aws.app.sources import read
from cron2aws.assess.choose import select
from cron2aws.assess.values import Assessment, HostAssessment
from cron2aws.plan.values import Deployed

NOW = datetime(2026, 11, 23, 12, 0, 20, tzinfo=UTC)
FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
FIXTURE_NAMES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
USERS = "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n"


def host(
    folder: Path, crontabs: Mapping[str, str], *, name: str = "web-1", zone: str = "UTC"
) -> Path:
    """A Debian host's file tree with these crontabs; the folder is called as the host."""
    tree = folder / name
    facts = {
        "etc/hostname": f"{name}\n",
        "etc/timezone": f"{zone}\n",
        "etc/os-release": 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian 12"\n',
        "etc/passwd": USERS,
    }
    for path, text in {**facts, **crontabs}.items():
        file = tree / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o644)
    return tree


def assessed(
    *trees: Path,
    schedule: ScheduleOptions | None = None,
    selection: SelectionOptions | None = None,
    deployed: Sequence[Deployed] = (),
) -> Assessment:
    """What `scan` and `migrate` work on."""
    chosen = selection or SelectionOptions()
    found = assess_reading(
        read(Sources(named=tuple(map(str, trees)))),
        schedule or ScheduleOptions(),
        now=NOW,
        selection=chosen,
        deployed=deployed,
    )
    chosen_only = select(found, chosen.only, chosen.exclude)
    return replace(chosen_only, hosts=tuple(map(_as_copied_by_root, chosen_only.hosts)))


def _as_copied_by_root(one: HostAssessment) -> HostAssessment:
    """Without C126: it tells of modes and owners, and a clone's are those of whoever made it."""
    tabs = tuple(
        replace(tab, findings=tuple(each for each in tab.findings if each.code != "C126"))
        for tab in one.host.tabs
    )
    return replace(one, host=replace(one.host, tabs=tabs))


def fixture(name: str, folder: Path) -> Path:
    """A copy of fixtures/crontabs/NAME with the modes that a host has, whatever a clone gave it."""
    tree = folder / name
    shutil.copytree(FIXTURES / name, tree, symlinks=True)
    for path in tree.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600 if "spool" in path.parts else 0o644)
    return tree
