"""The files in a host's answer, as paths: with the methods of pathlib's Path."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class AnsweredFile:
    """A file in an answer: its state, and its bytes or where it leads.

    Kinds: `f`ile, `h` (a file without its bytes), `d`irectory, `l`ink, `o`ther.
    """

    kind: str
    content: bytes = field(repr=False)
    st_mode: int
    st_uid: int
    st_nlink: int
    st_size: int
    st_mtime: float


@dataclass(frozen=True, kw_only=True)
class AnswerPath:
    """A path on a host that answered. It follows no link: `inside` does that, for all hosts."""

    files: Mapping[str, AnsweredFile] = field(repr=False)
    label: str
    """What the host is called."""

    path: str = ""

    def __str__(self) -> str:
        return self.path or self.label

    @property
    def name(self) -> str:
        """The last part of the path; for the root the host's label."""
        return self.path.rpartition("/")[2] or self.label

    def joinpath(self, *names: str) -> AnswerPath:
        """A path further down."""
        parts = [part for name in names for part in name.split("/") if part]
        path = "".join((self.path, *(f"/{part}" for part in parts)))
        return AnswerPath(files=self.files, label=self.label, path=path)

    def __truediv__(self, name: str) -> AnswerPath:
        return self.joinpath(name)

    def exists(self) -> bool:
        """Whether there is a file or folder, and not a link."""
        return self._is("fhdo")

    def is_dir(self) -> bool:
        """Whether it is a folder that was asked for."""
        return self._is("d")

    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self._is("fh")

    def is_symlink(self) -> bool:
        """Whether it is a link."""
        return self._is("l")

    def readlink(self) -> str:
        """Where a link leads."""
        return self._kept.content.decode("utf-8", "surrogateescape")

    def iterdir(self) -> Iterator[AnswerPath]:
        """What is in a folder."""
        if not self.is_dir():
            raise self._error(errno.ENOENT)
        above = f"{self.path}/"
        for path in self.files:
            if path.startswith(above) and "/" not in path[len(above) :]:
                yield self.joinpath(path[len(above) :])

    def stat(self) -> AnsweredFile:
        """The state of a file."""
        return self._kept

    def lstat(self) -> AnsweredFile:
        """The state of a file or a link."""
        return self._kept

    def read_bytes(self) -> bytes:
        """A file's bytes; OSError where the answer has none."""
        if self._kept.kind != "f":
            raise self._error(errno.EISDIR if self.is_dir() else errno.EACCES)
        return self._kept.content

    def _is(self, kinds: str) -> bool:
        kept = self.files.get(self.path)
        return kept is not None and kept.kind in kinds

    @property
    def _kept(self) -> AnsweredFile:
        try:
            return self.files[self.path]
        except KeyError:
            raise self._error(errno.ENOENT) from None

    def _error(self, number: int) -> OSError:
        return OSError(number, os.strerror(number), self.path)
