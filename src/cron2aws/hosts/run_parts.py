"""The scripts in a host's folders of run-parts, and its anacrontab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cron2aws.crontab.run_parts import FOLDERS, Anacron, Script, read_anacrontab
from cron2aws.hosts.inside import inside, read_text
from cron2aws.hosts.paths import HostPath

ANACRONTAB = "/etc/anacrontab"
_RUN = 0o111


def script_paths(root: HostPath) -> Mapping[str, bool]:
    """Each file in the folders, and whether it may be executed; hidden ones are left out."""
    return dict(sorted(_scripts(root)))


def _scripts(root: HostPath) -> Iterator[tuple[str, bool]]:
    for folder in FOLDERS:
        for name in _names(root, folder):
            try:
                file = inside(root, f"{folder}/{name}")
                if not name.startswith(".") and file.is_file():
                    yield f"{folder}/{name}", bool(file.stat().st_mode & _RUN)
            except OSError:
                continue  # a link through a folder that we may not enter


def _names(root: HostPath, folder: str) -> list[str]:
    try:
        return [each.name for each in inside(root, folder).iterdir()]
    except OSError:  # most often it is not there
        return []


def scripts_of(paths: Mapping[str, bool], owners: Mapping[str, str] | None) -> tuple[Script, ...]:
    """The scripts with their packages; `owners` is None where nobody can be asked."""
    return tuple(
        Script(
            path=path,
            executable=executable,
            package=(owners or {}).get(path),
            asked=owners is not None,
        )
        for path, executable in paths.items()
    )


def anacron_of(root: HostPath) -> Anacron | None:
    """What its anacrontab has; None where it has none that can be read."""
    text = read_text(root, ANACRONTAB)
    return None if text is None else read_anacrontab(text)
