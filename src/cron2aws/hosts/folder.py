"""A folder of crontabs that belongs to no known host."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.places import CRON_D, CRONTAB, judge_name
from cron2aws.crontab.reader import read_crontab
from cron2aws.errors import SourceError
from cron2aws.findings import Finding
from cron2aws.hosts.host import SourceFile
from cron2aws.hosts.local import read_file
from cron2aws.hosts.source_kind import standard_path_of
from cron2aws.hosts.tree import NAME_ANOTHER, unreadable_fix


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The crontabs of a folder, and findings about its other files."""

    files: tuple[SourceFile, ...]
    findings: tuple[Finding, ...] = ()


def read_folder(
    path: Path, dialect: Dialect, *, format_of: str | None = None, user: str | None = None
) -> Folder:
    """Each crontab in a folder of no known host; in a standard place names count.

    Raises SourceError where no file of it is a crontab, or one cannot be read.
    """
    spot, files, other = standard_path_of(path), [], []
    for each in sorted(_entries_of(path)):
        if each.name.startswith(".") or not each.is_file():
            continue
        file = read_file(each, dialect, format_of=format_of, user=user)
        if spot:
            told = judge_name(dialect, spot.place, each.name)
            findings = (*file.findings, *told)
            files.append(replace(file, considered=not told, findings=findings))
        elif _is_crontab(file, dialect):
            files.append(file)
        else:
            other.append(each.name)
    if not files:
        what = f"{path} has no crontab"
        why = (
            f"neither {CRONTAB}, {CRON_D} nor {dialect.places.spool} holds one, nor does it itself"
        )
        raise SourceError(what, why=why, fix=NAME_ANOTHER)
    left_out = tuple(Finding(code="C148", detail=f"`{path / name}`") for name in other)
    return Folder(files=tuple(files), findings=left_out)


def _entries_of(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError as error:
        what = f"{path} cannot be read"
        raise SourceError(
            what, why=error.strerror or str(error), fix=unreadable_fix(error)
        ) from error


def _is_crontab(file: SourceFile, dialect: Dialect) -> bool:
    """More of its lines are jobs than are nothing that the daemon reads."""
    crontab = read_crontab(file.data, dialect, system=file.system, user=file.owner)
    return len(crontab.entries) > len(crontab.unreadable)
