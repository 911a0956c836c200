"""Paths below the root of a host's tree, as the host itself would follow their links."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TypeVar

from cron2aws.hosts.paths import HostPath

At = TypeVar("At", bound=HostPath)

_MAX_LINKS = 40
"""As Linux counts them (path_resolution(7))."""


def inside(root: At, path: str) -> At:
    """Where `path` of the host leads to below `root`: an absolute link begins at the root again.

    The file need not be there; links that run in a circle end at one of them.
    """
    todo = _names(path)
    at: list[str] = []
    links = 0
    while todo:
        name = todo.pop(0)
        if name == "..":
            at = at[:-1]  # the root's parent is the root
            continue
        here = root.joinpath(*at, name)
        if links == _MAX_LINKS or not here.is_symlink():
            at.append(name)
            continue
        links += 1
        target = str(here.readlink())
        at = [] if target.startswith("/") else at
        todo = _names(target) + todo
    return root.joinpath(*at)


def _names(path: str) -> list[str]:
    return [name for name in PurePosixPath(path).parts if name != "/"]


def read_text(root: HostPath, path: str) -> str | None:
    """The content of a small text file below the root; None if it cannot be read."""
    data = read_bytes(root, path)
    return None if data is None else data.decode("utf-8", "replace")


def read_bytes(root: HostPath, path: str) -> bytes | None:
    """The bytes of a file below the root; None if they cannot be read."""
    try:
        return inside(root, path).read_bytes()
    except OSError:
        return None


def is_folder(path: HostPath) -> bool:
    """Whether a folder is there, as far as we may look: `is_dir` alone fails where we may not."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_there(path: HostPath) -> bool:
    """Whether anything is there, be it a link that leads nowhere, as far as we may look."""
    try:
        path.lstat()
    except OSError:
        return False
    return True
