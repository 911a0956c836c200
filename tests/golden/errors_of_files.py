"""What crontabs, their edits, histories and backups are refused for."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from cron2aws.app.export_folder import check_folder
from cron2aws.app.options import HostOptions, Sources
from cron2aws.app.saved_scans import read_saved
from cron2aws.app.shipped import installed
from cron2aws.app.sources import read
from cron2aws.app.view import view_of
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.edit import check_added, check_edit, comment_out, restore
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.patch import line_patch
from cron2aws.handover.crontabs import Back, Crontabs
from cron2aws.hosts.disk import Disk
from cron2aws.hosts.folder import read_folder
from cron2aws.hosts.local import read_file, read_host
from cron2aws.hosts.replace import Replacement, look
from tests.golden.hosts import NOW, host

MARK = Mark(id="ea68b89a", account="123456789012", region="eu-central-1", stack="cron2aws-web-x")
GOOD = b"0 3 * * * root backup\n"
SHA256 = hashlib.sha256(GOOD).hexdigest()


class FullDisk(Disk):
    """There is no space left for a new name."""

    def rename(self, old: Path, new: Path) -> None:
        del old, new
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class SharedDisk(Disk):
    """Somebody else changes the mode of a file whenever it was looked at."""

    def status(self, path: Path) -> os.stat_result:
        status = super().status(path)
        path.chmod(0o600)
        return status


def _edited(after: bytes, before: bytes = GOOD, **planned: object) -> None:
    check_edit(before, after, DIALECTS["debian"], system=True, **planned)  # type: ignore[arg-type]


def _added(more: bytes) -> None:
    check_added(GOOD, GOOD + more, DIALECTS["debian"], system=True)


def _replaced(folder: Path, prepare: Callable[[Path], object], *, disk: Disk | None = None) -> None:
    location = folder / "jobs"
    location.write_bytes(GOOD)
    location.chmod(0o644)
    prepare(location)
    _put(location, folder / "backups", disk or Disk())


def _put(location: Path, backups: Path, disk: Disk) -> None:
    seen = look(location, SHA256, disk)
    Replacement(location, b"", seen=seen, backups=backups, disk=disk).put()


def _linked(location: Path) -> None:
    location.rename(location.with_name("target"))
    location.symlink_to("target")


def _backup_where_cron_reads(folder: Path) -> None:
    (folder / "jobs").write_bytes(GOOD)
    _put(folder / "jobs", Path("/etc/cron.d/backups"), Disk())


def _never_read(folder: Path) -> object:
    tree = host(folder, {"/etc/crontab": GOOD.decode()})
    read = read_host(tree, dialect="debian", timezone="UTC").read(label="web-1")
    tabs = {tab.path: tab for tab in read.host.tabs}
    crontabs = Crontabs(dialect=DIALECTS["debian"], tabs=tabs)
    return crontabs.back([Back(id=MARK.id, source="/etc/cron.d/other", rule_name=None)])


def _empty_folder(folder: Path) -> object:
    (folder / "etc/cron.d").mkdir(parents=True)
    return read_host(folder, dialect="debian", timezone="UTC", only=["/etc/cron.d"])


def _compared(earlier: Path) -> object:
    return view_of(NOW, advised="", compare=earlier)


def _compared_with_a_crontab(folder: Path) -> object:
    (folder / "jobs").write_bytes(GOOD)
    return _compared(folder / "jobs")


def _saved(folder: Path, text: str) -> None:
    path = folder / "scan.json"
    path.write_text(text, encoding="utf-8")
    read(Sources(named=(str(path),)))


def _compared_with_a_plan(folder: Path) -> object:
    (folder / "plan.json").write_text('{"schema": "cron2aws.plan/1"}', encoding="utf-8")
    return _compared(folder / "plan.json")


def _export_over_files(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    check_folder(folder)


def _export_beside_files(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    manifest = '{"schema": "cron2aws.export/1", "stacks": [], "files": ["manifest.json"]}'
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    check_folder(folder)


OF_FILES: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "a file is missing": lambda folder: read_file(folder / "gone", DIALECTS["debian"]),
        "a host has no crontab": lambda folder: read_host(folder, dialect="debian", timezone="UTC"),
        "a folder of a host is empty": _empty_folder,
        "a folder has no crontab": lambda folder: read_folder(folder, DIALECTS["debian"]),
        "a folder is missing": lambda folder: read_folder(folder / "gone", DIALECTS["debian"]),
        "line to comment out is not there": lambda _: comment_out(GOOD, {2: MARK}),
        "line to comment out has no entry": lambda _: _edited(GOOD, gone=[2]),
        "no mark to restore": lambda _: restore(GOOD, ["ea68b89a"]),
        "two marks to restore": lambda _: restore(_twice(), [MARK.id]),
        "the daemon would ignore the new file": lambda _: _edited(GOOD + b"61 * * * * root x\n"),
        "the new file would have more lines": lambda _: _edited(GOOD + b"\n# more\n"),
        "a line would be read otherwise": lambda _: _edited(b"0 4 * * * root backup\n"),
        "the daemon would ignore the file with a line more": lambda _: _added(
            b"61 * * * * root x\n"
        ),
        "what comes to its end is no job": lambda _: _added(b"# more\n"),
        "the disk is full": lambda folder: _replaced(folder, lambda _: None, disk=FullDisk()),
        "it is a link": lambda folder: _replaced(folder, _linked),
        "it has two names": lambda folder: _replaced(
            folder, lambda location: location.with_name("second").hardlink_to(location)
        ),
        "it is gone": lambda folder: _replaced(folder, lambda location: location.unlink()),
        "it was changed": lambda folder: _replaced(
            folder, lambda location: location.write_bytes(b"# other\n")
        ),
        "it is being changed": lambda folder: _replaced(folder, lambda _: None, disk=SharedDisk()),
        "backups where cron reads": _backup_where_cron_reads,
        "it was never read": _never_read,
        "an earlier report is missing": lambda folder: _compared(folder / "gone.json"),
        "an earlier report is no report": _compared_with_a_crontab,
        "an earlier report is another document": _compared_with_a_plan,
        "a saved scan is another tool's": lambda folder: _saved(folder, '{"Reservations": []}'),
        "a saved scan that cannot be read": lambda folder: read_saved(
            str(folder / "gone.json"), HostOptions()
        ),
        "a saved scan was cut": lambda folder: _saved(folder, '{"schema": "cron2aws.scan/1", "ho'),
        "a saved scan is of a later release": lambda folder: _saved(
            folder, '{"schema": "cron2aws.scan/2"}'
        ),
        "an export over files of somebody": _export_over_files,
        "an export beside files of somebody": _export_beside_files,
        "an export where cron reads": lambda _: check_folder(Path("/etc/cron.d/export")),
        "a bug: an edit that adds a line": lambda _: line_patch(
            "/etc/crontab", GOOD, GOOD + GOOD, lambda _: False
        ),
        "a bug: no mark can hold it": lambda _: replace(MARK, stack="a b").format(),
        "a bug: the installation is broken": lambda _: installed("cfn", "gone.yaml"),
    }
)


def _twice() -> bytes:
    return b"".join(MARK.format().encode() + GOOD for _ in range(2))
