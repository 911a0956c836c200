"""What SOURCE means: this host, a host's file tree, crontab files, or standard input."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cron2aws.assess import HostAssessment, Settings, Tab, Wanted, assess_host
from cron2aws.cli.zones import checked_zone, resolve_zone
from cron2aws.crontab.dialect import DIALECTS, Dialect
from cron2aws.crontab.reader import read_crontab
from cron2aws.errors import SourceError, UsageError
from cron2aws.findings import Finding
from cron2aws.hosts.facts import read_name
from cron2aws.hosts.host import HostFacts, SourceFile
from cron2aws.hosts.local import read_facts, read_file, read_host, read_stdin
from cron2aws.schedule.trigger import TriggerKind

if TYPE_CHECKING:
    from cron2aws.hosts.host import Crontabs


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A host's crontabs, read, and how to replace them."""

    host: str
    dialect: Dialect
    timezone: str
    findings: tuple[Finding, ...]  # of the host: what had to be guessed
    tabs: tuple[Tab, ...]
    files: tuple[SourceFile, ...]

    def store(self, backups: Path) -> Crontabs:
        """The files, to be replaced; what they held goes to `backups` first.

        What a killed command left beside them goes now.
        """
        from cron2aws.hosts.replace import LocalCrontabs
        from cron2aws.hosts.sweep import sweep

        for gone in sweep(file.location.parent for file in self.files if file.location):
            click.echo(f"note: {gone} was left by a command that was killed: removed", err=True)
        return LocalCrontabs(self.files, backups=backups)


def of_this_host(named: Sequence[str]) -> bool:
    """Whether all that is named stands where this host's daemon reads it, or nothing is named."""
    paths = [str(Path(name).absolute()) for name in named]
    folders = ("/etc/cron.d/", "/var/spool/cron/")
    return all(path == "/etc/crontab" or path.startswith(folders) for path in paths)


def read_if_any(given: dict[str, Any]) -> Reading:
    """What `read` does, but nothing where no SOURCE is named and this host has no crontab."""
    try:
        return read(given)
    except SourceError as nothing:
        if given["source"]:
            raise
        click.echo(f"note: {nothing.what}: {nothing.why}", err=True)
    facts = read_facts(None, dialect=given["dialect"], timezone=given["timezone"])
    return _reading(facts, DIALECTS[facts.dialect], (), None)


def names_its_host(named: Sequence[str]) -> bool:
    """Whether what is read says of which host it is: this host, or a tree with etc/hostname."""
    return all(read_name(Path(name), "") for name in named)


def read(given: dict[str, Any]) -> Reading:
    """Read what the arguments name; SourceError where something cannot be read."""
    if given["timezone"]:
        checked_zone(given["timezone"])
    named = given["source"]
    trees = [Path(name) for name in named if name != "-" and Path(name).is_dir()]
    if not named or trees:
        return _read_host(trees, named, given)
    facts = read_facts(None, dialect=given["dialect"], timezone=given["timezone"])
    dialect = DIALECTS[facts.dialect]
    files = tuple(_read_one(name, dialect, given) for name in dict.fromkeys(named))
    return _reading(facts, dialect, files, None)


def _read_host(trees: Sequence[Path], named: Sequence[str], given: dict[str, Any]) -> Reading:
    if len(named) > 1:
        raise UsageError(
            what="a host's tree stands alone",
            why=f"{len(named)} sources were named, {len(trees)} of them folders",
            fix="name one folder, or files only",
        )
    root = trees[0] if trees else None
    host = read_host(root, dialect=given["dialect"], timezone=given["timezone"])
    return _reading(host.facts, host.dialect, host.files, host.known_user)


def _read_one(name: str, dialect: Dialect, given: dict[str, Any]) -> SourceFile:
    if name == "-":
        data = sys.stdin.buffer.read()
        return read_stdin(data, format_of=given["format_of"], user=given["user"])
    return read_file(Path(name), dialect, format_of=given["format_of"], user=given["user"])


def _reading(
    facts: HostFacts,
    dialect: Dialect,
    files: tuple[SourceFile, ...],
    known_user: Callable[[str], bool] | None,
) -> Reading:
    return Reading(
        host=facts.name,
        dialect=dialect,
        timezone=facts.timezone,
        findings=facts.findings,
        tabs=tuple(_tab(file, dialect, known_user) for file in files),
        files=files,
    )


def _tab(file: SourceFile, dialect: Dialect, known_user: Callable[[str], bool] | None) -> Tab:
    crontab = read_crontab(
        file.data, dialect, system=file.system, user=file.owner, known_user=known_user
    )
    return Tab(
        path=file.path,
        system=file.system,
        owner=file.owner,
        sha256=file.sha256,
        crontab=crontab,
        loaded=crontab.loaded and file.considered,
        findings=(*file.findings, *crontab.findings),
    )


def check_sandbox(settings: dict[str, Any], named: Sequence[str], command: str) -> None:
    """UsageError where a sandbox would work on this host's own crontabs."""
    if settings.get("sandbox") and not named:
        raise UsageError(
            what="--sandbox needs a SOURCE",
            why="it never works on this host's own crontabs",
            fix=f"for example `cron2aws --sandbox {command} /etc/crontab`",
        )


@contextmanager
def editable(reading: Reading, settings: dict[str, Any]) -> Iterator[Reading]:
    """The reading itself, or one whose files are copies: a sandbox edits only these.

    Their folder goes with the command, however it ends: copies hold secrets, too.
    """
    if not settings.get("sandbox"):
        yield reading
        return
    with tempfile.TemporaryDirectory(prefix="cron2aws-sandbox-") as folder:
        click.echo(f"copies of the sources are edited: {folder}", err=True)
        copies = (_copy(file, Path(folder, str(n))) for n, file in enumerate(reading.files))
        yield replace(reading, files=tuple(copies))


def _copy(file: SourceFile, folder: Path) -> SourceFile:
    folder.mkdir()
    copy = folder / Path(file.path).name
    if file.location is not None and file.location.is_file():
        shutil.copy2(file.location, copy, follow_symlinks=False)
    else:
        copy.write_bytes(file.data)
    return replace(file, location=copy)


def assessment_of(
    reading: Reading, given: dict[str, Any], wanted: Callable[[str], Wanted] | None = None
) -> HostAssessment:
    """Judge every entry of a reading as the options say."""
    kind = TriggerKind(given.get("trigger") or "scheduler")
    asked = Wanted(kind=kind, prefer_rate=bool(given.get("prefer_rate")))
    return assess_host(
        reading.tabs,
        host=reading.host,
        dialect=reading.dialect,
        findings=reading.findings,
        settings=Settings(
            timezone=reading.timezone,
            resolve_zone=resolve_zone,
            since=given.get("since") or _today(),
            wanted=wanted or (lambda _: asked),
            allowed_secrets=frozenset(given.get("allow_secret") or ()),
        ),
    )


def _today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251 (the default of --from)
