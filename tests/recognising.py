"""The runner's recogniser by itself: its awk on a tab, for a task's line."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Entry
from cron2aws.crontab.reader import read_crontab
from cron2aws.task.line_identity import LineIdentity
from tests.shells import executable

RUNNER = Path(__file__).parent.parent / "cfn/functions/runner.sh"
AWKS = {
    "mawk": "mawk",
    "busybox": "busybox awk",
    "gawk": "gawk",
    "gawk --traditional": "gawk --traditional",
    "original-awk": "original-awk",
}
"""What a host's `awk` may be."""

ID = "0123456789abcdef"
MINE = "123456789012/eu-west-1/cron2aws-web-backup-0123456789abcdef"


def is_there(awk: str) -> bool:
    return shutil.which(AWKS[awk].split()[0]) is not None


def _functions() -> str:
    """`recognise` and `show`, as they stand in the runner."""
    text = RUNNER.read_text(encoding="utf-8")
    return "".join(f"{name}() {{{_body(text, name)}\n}}\n" for name in ("recognise", "show"))


def _body(text: str, name: str) -> str:
    _, _, rest = text.partition(f"\n{name}() {{")
    end = "\n}'\n}\n" if name == "recognise" else "\n}\n"
    body, found, _ = rest.partition(end)
    assert found
    return body + ("\n}'" if name == "recognise" else "")


@dataclass(frozen=True, kw_only=True)
class Recogniser:
    """An awk, and a folder for it."""

    awk: str
    folder: Path

    def lay_out(self) -> None:
        program, *options = AWKS[self.awk].split()
        path, awk = str(shutil.which(program)), self.folder / "awk"
        awk.unlink(missing_ok=True)
        if options in ([], ["awk"]):  # what busybox is, its name tells it
            awk.symlink_to(path)
        else:
            executable(awk, f'#!/bin/sh\nexec {path} {" ".join(options)} "$@"\n')
        (self.folder / "functions").write_text(_functions())

    def state(self, tab: bytes, line: LineIdentity, *, system: bool = True) -> str:
        (found,) = self.states([(tab, line)], system=system)
        return found

    def states(
        self, asked: Iterable[tuple[bytes, LineIdentity]], *, system: bool = True
    ) -> list[str]:
        """What is said of a line in a tab, for each."""
        script = []
        for number, (tab, line) in enumerate(asked):
            path = self.folder / f"tab{number}"
            path.write_bytes(tab)
            script += ["sys= kin= above=", line.head()]
            script += [f"show {int(system)} {path} | recognise own"]
        return self._run(script).decode().splitlines()

    def which(
        self, asked: Iterable[tuple[Mapping[str, bytes], LineIdentity]], *, system: bool
    ) -> str:
        """The first of some tabs, by their names, that has a line, for each: a line of text.

        What shows tabs is not run for each of them; `shown` is what it says.
        """
        script = []
        for number, (tabs, line) in enumerate(asked):
            path = self.folder / f"tabs{number}"
            path.write_bytes(b"".join(shown(name, tab, system) for name, tab in tabs.items()))
            script += ["sys= kin= above=", line.head()]
            script += [f"echo $(recognise elsewhere <{path})"]
        return self._run(script).decode()

    def show(self, tab: bytes, *, system: bool) -> bytes:
        """What the runner's awk reads of a tab that is called `tab`."""
        (self.folder / "tab").write_bytes(tab)
        return self._run([f"cd {self.folder}; show {int(system)} tab"])

    def _run(self, script: Iterable[str]) -> bytes:
        head = f". {self.folder}/functions; user=app id={ID} mine={MINE}"
        (self.folder / "script").write_text("\n".join((head, *script, "")))
        done = subprocess.run(
            ["sh", str(self.folder / "script")],
            capture_output=True,
            check=True,
            env={"PATH": f"{self.folder}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
        assert done.stderr == b""
        return done.stdout


def shown(name: str, tab: bytes, system: bool) -> bytes:
    """A tab behind its head, as the runner's awk reads it: to it a null byte ends a line."""
    return b"\x01%d%b\n%b\n\x01\n" % (system, name.encode(), tab.replace(b"\0", b"\n"))


def entries_of(lines: Iterable[bytes], *, system: bool, dialect: str = "cronie") -> list[Entry]:
    """What the reader makes of them, each alone."""
    found: list[Entry] = []
    for line in lines:
        crontab = read_crontab(
            line + b"\n", DIALECTS[dialect], system=system, user=None if system else "app"
        )
        found += crontab.entries
    return found
