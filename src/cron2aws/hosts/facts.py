"""In which time zone a host is, which users it has, and what its name is: from its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from cron2aws.findings import Finding
from cron2aws.hosts.daemons import Detected
from cron2aws.hosts.inside import read_bytes, read_text
from cron2aws.hosts.paths import HostPath

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")
_LINKS_TO_ITSELF = "localtime"
_NAMED, _COPIED = "/etc/timezone", "the rules in /etc/localtime"


def read_timezone(root: HostPath, zoneinfo: Path) -> Detected:
    """The host's zone: by where etc/localtime leads, by the zone that it is a copy of, else UTC.

    `zoneinfo` is the folder with this machine's zones, to compare a copy with.
    """
    localtime, named = root / "etc/localtime", _named_zone(root)
    if localtime.is_symlink() and (zone := _zone_of_target(str(localtime.readlink()))):
        return Detected(name=zone, source="/etc/localtime")
    data = read_bytes(root, "etc/localtime")
    if data is None:
        if named:
            return Detected(name=named, source=_NAMED)
        return _assumed_utc("there is no etc/localtime")
    if named and read_bytes(zoneinfo, named) in {data, None}:
        return Detected(name=named, source=_NAMED)
    copied = next(_zones_with(data, zoneinfo), None)
    if copied and not named:
        return Detected(name=copied, source=_COPIED)
    if not named:
        return _assumed_utc("etc/localtime is not a zone that this machine has")
    shown = copied or "no zone of this machine's"
    detail = f"etc/localtime is {shown}, etc/timezone says `{named}`: {copied or named} is taken"
    return Detected(
        name=copied or named,
        source=_COPIED if copied else _NAMED,
        findings=(Finding(code="C131", detail=detail),),
    )


def _assumed_utc(why: str) -> Detected:
    detail = f"{why}; UTC is assumed"
    return Detected(name="UTC", source="no file", findings=(Finding(code="C131", detail=detail),))


def _named_zone(root: HostPath) -> str | None:
    text = (read_text(root, "etc/timezone") or "").strip()
    return text if _ZONE.fullmatch(text) and text != _LINKS_TO_ITSELF else None


def _zone_of_target(target: str) -> str | None:
    parts = PurePosixPath(target).parts
    if "zoneinfo" not in parts:
        return None
    behind = parts[parts.index("zoneinfo") + 1 :]
    name = "/".join(behind[1:] if behind[:1] in {("posix",), ("right",)} else behind)
    return name if _ZONE.fullmatch(name) and name != _LINKS_TO_ITSELF else None


def _zones_with(data: bytes, zoneinfo: Path) -> Iterator[str]:
    """Names of the zones with these rules, those of a place (`Asia/Tokyo`) first."""
    files = [path for path in sorted(zoneinfo.rglob("*")) if path.is_file()]
    names = [path.relative_to(zoneinfo).as_posix() for path in files]
    fit = [
        n
        for n in names
        if _ZONE.fullmatch(n) and not n.startswith(("posix/", "right/", _LINKS_TO_ITSELF))
    ]
    for name in sorted(fit, key=lambda name: ("/" not in name, name)):
        if read_bytes(zoneinfo, name) == data:
            yield name


def read_users(root: HostPath) -> Mapping[str, int] | None:
    """The users of a tree's etc/passwd with their ids; None where there is none."""
    text = read_text(root, "etc/passwd")
    if text is None:
        return None
    rows = (line.split(":") for line in text.splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) > 2 and row[2].isdecimal()}


def read_name(root: HostPath, default: str) -> str:
    """The host's name by its etc/hostname: the first line that is not a comment (hostname(5))."""
    lines = (read_text(root, "etc/hostname") or "").splitlines()
    names = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    return names[0] if names else default
