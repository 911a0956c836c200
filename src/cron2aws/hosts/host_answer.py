"""What a host elsewhere answered to cfn/functions/read.sh: its parts, and the host in them.

Nothing here looks at a disk or asks anybody. An answer is read as a host's tree is, by the same
code; what the host says besides its files (`LiveFacts`) counts as on this host.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cron2aws.findings import Finding
from cron2aws.hosts.answer_files import AnsweredFile, AnswerPath
from cron2aws.hosts.host import HostFiles, LiveFacts
from cron2aws.hosts.local import read_host
from cron2aws.hosts.packages import read_dpkg, read_rpm
from cron2aws.hosts.service import SetVariable

MOST_PIECES = 150
ANOTHER_RELEASE = (
    "cron2aws-read is another release's: use that one, or `cron2aws setup` of this one if later"
)
_FIRST = re.compile(
    r"\[cron2aws\] read=1 piece=(?P<number>\d+) of=(?P<of>\d+) size=(?P<size>\d+) "
    r"sha256=(?P<sha256>[0-9a-f]{64})"
)
_OTHERS = re.compile(r"\[cron2aws\] read=(?!1 )\d+ piece=.*")
"""The first line of a release whose archive has another form."""
_FAILED = re.compile(r"\[cron2aws\] read=failed (.*)")
_HEAD = re.compile(
    rb"(f|h|d|l|o|torn|fact) (\d+) (\d+)(?: ([0-9a-f]+) (\d+) (\d+) (-?\d+) (\d+))?\n"
)
_UNPACKED = 256 * 1024 * 1024
"""More bytes are no archive of crontabs."""


CHANGED = "its files changed each time they were read"
CUT = "its answer came cut or damaged each time: something on that host adds to what scripts print"


class DamagedAnswer(Exception):
    """The answer is damaged, or a file changed while it was read: it must be read again.

    The text says what it means where that happens each time.
    """

    def __init__(self, why: str = CHANGED) -> None:
        super().__init__(why)


class HostRefused(Exception):
    """The host did not read its files; the text says why."""


@dataclass(frozen=True, kw_only=True)
class AnswerPart:
    """One answer: a part of an archive, which has `of` parts and that digest."""

    number: int
    of: int
    size: int
    sha256: str
    text: str


def read_part(output: str) -> AnswerPart:
    """A part in what a host printed; HostRefused where it printed something else."""
    first, _, text = output.partition("\n")
    match = _FIRST.fullmatch(first)
    if match is None:
        failed = _FAILED.fullmatch(first)
        if failed is None and _OTHERS.fullmatch(first):
            raise HostRefused(ANOTHER_RELEASE)
        raise HostRefused(failed[1] if failed else "it did not answer as the script does")
    number, of, size = int(match["number"]), int(match["of"]), int(match["size"])
    return AnswerPart(number=number, of=of, size=size, sha256=match["sha256"], text=text.strip())


def joined_parts(pieces: Sequence[AnswerPart]) -> bytes:
    """The archive that the parts make; DamagedAnswer where they do not fit together."""
    first = pieces[0]
    text = "".join(each.text for each in pieces)
    same = all((each.of, each.sha256) == (first.of, first.sha256) for each in pieces)
    if not same or [each.number for each in pieces] != [*range(1, first.of + 1)]:
        raise DamagedAnswer
    if len(text) != first.size or hashlib.sha256(text.encode()).hexdigest() != first.sha256:
        raise DamagedAnswer(CUT)
    try:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        data = unpacker.decompress(base64.b64decode(text, validate=True), _UNPACKED)
    except (binascii.Error, gzip.BadGzipFile, zlib.error):
        raise DamagedAnswer from None
    if not unpacker.eof:
        raise DamagedAnswer
    return data


@dataclass(frozen=True, kw_only=True)
class HostAnswer:
    """A host as its answer describes it."""

    files: Mapping[str, AnsweredFile]
    """By absolute path, those of which only the state came among them."""

    facts: Mapping[str, str]

    @property
    def daemon(self) -> str | None:
        """The process number of its cron daemon; None where none runs."""
        return self.facts.get("daemon")

    @property
    def live(self) -> LiveFacts:
        """What it said besides its files."""
        return LiveFacts(
            name=self.facts.get("name", ""),
            cronie=self.facts.get("cronie"),
            environment=self._environment(),
        )

    @property
    def of_tasks(self) -> Mapping[str, bytes]:
        """What it keeps of the tasks that ran there, by folder and name: `web-backup/history`."""
        above = "/var/lib/cron2aws/"
        return {
            path.removeprefix(above): kept.content
            for path, kept in self.files.items()
            if path.startswith(above) and kept.kind == "f"
        }

    @property
    def can_tell(self) -> bool:
        """Whether it has a package database."""
        return "dpkg" in self.facts or "rpm" in self.facts

    def owners(self, paths: Sequence[str]) -> Mapping[str, str]:
        """The package of each of these files that belongs to one."""
        asked = self.facts.get("paths", "").removesuffix("/").split("//")
        asked = [f"/{path.lstrip('/')}" for path in asked]
        found = read_dpkg(self.facts.get("dpkg", "")) | read_rpm(self.facts.get("rpm", ""), asked)
        return {path: package for path, package in found.items() if path in set(paths)}

    def _environment(self) -> Mapping[str, SetVariable] | None:
        if self.daemon is None:
            return None
        name, said, value = self.facts.get("TZ", "").partition("=")
        where = f"the running daemon (process {self.daemon})"
        return {name: SetVariable(value=value, where=where)} if said else {}

    def read(
        self, label: str, *, dialect: str | None = None, timezone: str | None = None
    ) -> HostFiles:
        """The host as `read_host` gives it; `label` is its name where it does not tell one.

        Raises SourceError where there is no crontab, or one cannot be read.
        """
        found = read_host(
            AnswerPath(files=self.files, label=label),
            dialect=dialect,
            timezone=timezone,
            packages=self,
            live=self.live,
        )
        if self.daemon is not None or not self.live.name:  # a tree has no daemon
            return found
        stopped = Finding(code="C149", detail=f"no process of `{self.live.name}` is called cron")
        facts = replace(found.facts, findings=(*found.facts.findings, stopped))
        return replace(found, facts=facts)


def unpack(archive: bytes) -> HostAnswer:
    """The host in an archive.

    DamagedAnswer where a file changed while it was read, or where it is not an archive.
    """
    files: dict[str, AnsweredFile] = {}
    facts: dict[str, str] = {}
    at = 0
    while at < len(archive):
        head = _HEAD.match(archive, at)
        if head is None:
            raise DamagedAnswer
        kind, named = head[1].decode(), head.end() + int(head[2])
        end = named + int(head[3])
        name, content = archive[head.end() : named], archive[named:end]
        if archive[end : end + 1] != b"\n" or kind == "torn":
            raise DamagedAnswer
        at = end + 1
        text = name.decode("utf-8", "surrogateescape")
        if kind == "fact":
            facts[text] = content.decode("utf-8", "surrogateescape")
        elif head[4] is None:
            raise DamagedAnswer
        else:
            files[text] = _kept(kind, content, [each.decode() for each in head.groups()[3:]])
    return HostAnswer(files=files, facts=facts)


def _kept(kind: str, content: bytes, state: Sequence[str]) -> AnsweredFile:
    mode, owner, links, changed, size = state
    return AnsweredFile(
        kind=kind,
        content=content,
        st_mode=int(mode, 16),
        st_uid=int(owner),
        st_nlink=int(links),
        st_mtime=float(changed),
        st_size=int(size),
    )
