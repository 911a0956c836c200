"""The reading script in the shells that a host may have, and what it answers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from cron2aws.hosts.host import HostFiles
from cron2aws.hosts.host_answer import AnswerPart, HostAnswer, joined_parts, read_part, unpack

SCRIPT = (Path(__file__).parents[1] / "cfn/functions/read.sh").read_text()
SHELLS = ("dash", "bash", "busybox")
"""With dash and bash the machine's programs; with busybox its own, as on Alpine."""


@cache
def applets() -> str:
    folder = mkdtemp(prefix="cron2aws-busybox-")
    subprocess.run(["/bin/busybox", "--install", "-s", folder], check=True, capture_output=True)
    for name in ("dpkg", "rpm"):  # on Debian they are the machine's, on Alpine there are none
        (Path(folder) / name).unlink(missing_ok=True)
    return folder


def script_for(root: Path | None, piece: int = 1) -> str:
    """The script as a stand-in host gets it."""
    text = SCRIPT if root is None else SCRIPT.replace("\nroot=''\n", f"\nroot='{root}'\n")
    return text.replace("\npiece=1\n", f"\npiece={piece}\n")


@dataclass(frozen=True)
class Asker:
    """Runs the script in one shell; `meanwhile` is called before each piece."""

    shell: str
    meanwhile: Callable[[int], None] = lambda _: None

    def output(self, root: Path | None, piece: int = 1) -> str:
        program = ["/bin/busybox", "sh"] if self.shell == "busybox" else [f"/bin/{self.shell}"]
        path = applets() if self.shell == "busybox" else os.environ["PATH"]
        ran = subprocess.run(
            [*program, "-s"],
            input=script_for(root, piece).encode(),
            capture_output=True,
            check=True,
            env={"PATH": path},
        )
        assert ran.stderr == b""
        return ran.stdout.decode("ascii")

    def pieces(self, root: Path | None) -> list[AnswerPart]:
        self.meanwhile(1)
        found = [read_part(self.output(root))]
        for number in range(2, found[0].of + 1):
            self.meanwhile(number)
            found.append(read_part(self.output(root, number)))
        return found

    def ask(self, root: Path | None) -> HostAnswer:
        return unpack(joined_parts(self.pieces(root)))


def comparable(host: HostFiles) -> object:
    """All of it but where its files lie on this machine, which those elsewhere do not."""
    return host.facts, host.dialect, [replace(each, location=None) for each in host.files]


def ids(host: HostFiles, names: Sequence[str]) -> list[int | None]:
    assert host.users is not None
    return [host.users.id_of(name) for name in names]
