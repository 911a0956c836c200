"""The AWS of one host or several: a process with the sandbox, which they all reach."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.counted.host import ROOT, Host, until
from tests.counted.net import METADATA, Relay, listening_inside, serve_metadata


@dataclass(frozen=True, kw_only=True)
class Chances:
    """`late` and `twice` are the shares of AWS's deliveries that come late, and twice.

    AWS's clock is so many seconds `ahead` of this machine's.
    """

    late: float
    twice: float
    ahead: float
    seed: int


class Cloud:
    """Begins the hosts' lives: each is an instance of it, with a `Name`."""

    def __init__(
        self, folder: Path, code: Path, chances: Chances, hosts: Sequence[tuple[Host, str]]
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        given = chances
        numbers = (given.late, given.twice, given.ahead, given.seed)
        instances = [f"{host.name}:{host.init}:{name}" for host, name in hosts]
        arguments = [str(each) for each in (folder, *numbers, *instances)]
        with (folder / "aws.log").open("w") as log:
            self._aws = subprocess.Popen(
                [sys.executable, "-m", "tests.counted.aws", *arguments],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": f"{code / 'src'}:{ROOT}"},
            )
        until((folder / "port").exists)
        until(lambda: (folder / "port").read_text() != "")
        address = "127.0.0.1", int((folder / "port").read_text())
        for host, _ in hosts:
            Relay(listening_inside(host.init, address), address)
            serve_metadata(listening_inside(host.init, (METADATA, 80)), host.id)
            host.begin(f"http://127.0.0.1:{address[1]}")

    def end(self) -> None:
        self._aws.terminate()
        self._aws.wait()
