"""The edit script in the shells that a host may have, on a host made from files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cron2aws.handover.edit import Edited
from cron2aws.handover.patch import patch_of
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.told import read_answer, told
from cron2aws.task.documents import EDIT
from tests.reading import applets
from tools.pack_documents import source_of

SCRIPT = source_of(EDIT)
SHELLS = ("dash", "bash", "busybox")
"""With dash and bash the machine's programs; with busybox its own, as on Alpine."""


@dataclass(frozen=True, kw_only=True)
class EditedHost:
    """A host below `root`: without /proc there no daemon is looked at, and nobody waits.

    What stands in `bin` is found before the machine's programs.
    """

    root: Path
    shell: str = "dash"
    environment: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    """Shell text in front of the script."""

    def script(self, patch: str, act: str = "edit") -> str:
        root = "" if self.root == Path("/") else self.root
        text = SCRIPT.replace("\nroot=''\n", f"\nroot='{root}'\n")
        text = text.replace("\npatch=''\n", f"\npatch='{patch}'\n")
        return self.before + text.replace("\nact=edit\n", f"\nact={act}\n")

    def start(self, patch: str, act: str = "edit") -> subprocess.Popen[bytes]:
        """In a session of its own, as the agent does."""
        program = ["/bin/busybox", "sh"] if self.shell == "busybox" else [f"/bin/{self.shell}"]
        path = os.environ["PATH"]
        if self.shell == "busybox":
            path = f"{applets()}:{path}"  # flock is util-linux's in Debian's busybox
        process = subprocess.Popen(
            [*program, "-s"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={"PATH": f"{self.root}/bin:{path}", **self.environment},
        )
        assert process.stdin
        process.stdin.write(self.script(patch, act).encode())
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, patch: str, act: str = "edit") -> tuple[str, str]:
        out, err = self.start(patch, act).communicate()
        return out.decode(), err.decode()

    def edit(self, edits: Sequence[FileEdit], way: Way, act: str = "edit") -> list[Edited]:
        """With the bytes that its files have."""
        out, err = self.run(self.patch(edits, way), act)
        assert err == ""
        return self.told(edits, out)

    def patch(self, edits: Sequence[FileEdit], way: Way) -> str:
        return patch_of([(self.there(each), self.at(each).read_bytes()) for each in edits], way)

    def told(self, edits: Sequence[FileEdit], out: str) -> list[Edited]:
        answer = read_answer(out)
        found = [told(self.there(each), answer, "web-1") for each in edits]
        assert None not in found, out
        return [each for each in found if each]

    def at(self, edit: FileEdit) -> Path:
        return self.root / edit.path.lstrip("/")

    @staticmethod
    def there(edit: FileEdit) -> FileEdit:
        """As of a host elsewhere: where its file lies is its path there."""
        return replace(edit, location=Path(edit.path))
