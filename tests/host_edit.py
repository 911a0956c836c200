"""The edit script in the shells that a host may have, on a host made from files."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from cron2aws.handover.edit import Edited
from cron2aws.handover.patch import patch_of
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.told import Asked, read_answer
from cron2aws.task.documents import EDIT
from tests.reading import applets
from tools.pack_documents import source_of

SCRIPT = source_of(EDIT)
SOME_DAY = datetime(2100, 1, 1, tzinfo=UTC)
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
    not_after: datetime = SOME_DAY
    """Until when an edit the way out is made."""
    were: dict[str, bytes] = field(default_factory=dict)
    """What files had when patches were made of them, by their digests."""

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
        return self.told(edits, out, act)

    def patch(self, edits: Sequence[FileEdit], way: Way) -> str:
        return self.patch_for(edits, way, [self.at(each).read_bytes() for each in edits])

    def patch_for(self, edits: Sequence[FileEdit], way: Way, were: Sequence[bytes]) -> str:
        """Of files that had these bytes."""
        self.were.update({hashlib.sha256(each).hexdigest(): each for each in were})
        pairs = zip(map(self.there, edits), were, strict=True)
        return patch_of(pairs, way, not_after=self.not_after if way is Way.OUT else None)

    def told(self, edits: Sequence[FileEdit], out: str, act: str = "edit") -> list[Edited]:
        """What it says of files of which a patch was made."""
        answer, found = read_answer(out), []
        for each in edits:
            asked = Asked(
                edit=self.there(each),
                before=self.were[each.sha256],
                host="web-1",
                check=act == "check",
            )
            answered = asked.answered(answer)
            assert answered.edited, (answered.why, out)
            found.append(answered.edited)
        return found

    def at(self, edit: FileEdit) -> Path:
        return self.root / edit.path.lstrip("/")

    @staticmethod
    def there(edit: FileEdit) -> FileEdit:
        """As of a host elsewhere: where its file lies is its path there."""
        return replace(edit, location=Path(edit.path))
