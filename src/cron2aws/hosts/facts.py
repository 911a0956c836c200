"""Which daemon a host runs, in which time zone, and which users it has: from its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cron2aws.findings import Finding

_DEBIAN_FAMILY = frozenset({"debian", "ubuntu", "raspbian", "linuxmint"})
_RED_HAT_FAMILY = frozenset({"rhel", "centos", "rocky", "almalinux", "ol", "fedora"})
_CRONIE_1_4_UP_TO = 7
_CRONIE_1_5_UP_TO = 9
_ASSIGNMENT = re.compile(r"""^([A-Z_]+)=(["']?)(.*)\2$""", re.MULTILINE)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A name, and the finding where it is one for lack of better."""

    name: str
    findings: tuple[Finding, ...] = ()


def read_text(path: Path) -> str | None:
    """A small text file's content, None where it cannot be had."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return None


def is_folder(path: Path) -> bool:
    """Whether a folder is there, as far as we may look: `is_dir` alone fails where we may not."""
    try:
        return path.is_dir()
    except OSError:
        return False


def read_dialect(root: Path) -> Guess:
    """The daemon of a distribution, by its os-release."""
    texts = (read_text(root / name) for name in ("etc/os-release", "usr/lib/os-release"))
    text = next((text for text in texts if text is not None), None)
    if text is None:
        return _by_spool(root)
    release = {name: value for name, _, value in _ASSIGNMENT.findall(text)}
    name = _daemon_of(release)
    if name is not None:
        return Guess(name=name)
    guess = _by_spool(root)
    shown = release.get("PRETTY_NAME") or release.get("ID") or "os-release"
    detail = f"`{shown}` is not known; read as {guess.name}"
    return Guess(name=guess.name, findings=(Finding(code="C130", detail=detail),))


def _by_spool(root: Path) -> Guess:
    spool = root / "var/spool/cron"
    cronie = is_folder(spool) and not is_folder(spool / "crontabs")
    name = "cronie" if cronie else "debian"
    detail = f"there is no os-release; read as {name}"
    return Guess(name=name, findings=(Finding(code="C130", detail=detail),))


def _daemon_of(release: Mapping[str, str]) -> str | None:
    family = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    major = int((re.match(r"[0-9]+", release.get("VERSION_ID", "")) or ["0"])[0])
    if release.get("ID") == "amzn":
        # Amazon Linux 2 has cronie 1.4, and so has 2018.03 before it
        return "cronie" if major >= 2022 else "cronie-1.4"
    if release.get("ID") == "fedora":
        return "cronie-1.7"
    if family & _DEBIAN_FAMILY:
        return "debian"
    if family & _RED_HAT_FAMILY and major:
        newer = "cronie" if major <= _CRONIE_1_5_UP_TO else "cronie-1.7"
        return "cronie-1.4" if major <= _CRONIE_1_4_UP_TO else newer
    return None


def read_timezone(root: Path, zoneinfo: Path) -> Guess:
    """The host's zone: where etc/localtime points to, else what it is a copy of, else UTC.

    `zoneinfo` is the folder with this machine's zones, to compare a copy with.
    """
    localtime, named = root / "etc/localtime", _named_zone(root)
    if localtime.is_symlink() and (zone := _zone_of_target(str(localtime.readlink()))):
        return Guess(name=zone)
    data = _read_bytes(localtime)
    if data is None:
        return Guess(name=named) if named else _assumed_utc("there is no etc/localtime")
    if named and _read_bytes(zoneinfo / named) in {data, None}:
        return Guess(name=named)
    copied = next(_zones_with(data, zoneinfo), None)
    if copied and not named:
        return Guess(name=copied)
    if not named:
        return _assumed_utc("etc/localtime is no zone of this machine's")
    shown = copied or "no zone of this machine's"
    detail = f"etc/localtime is {shown}, etc/timezone says `{named}`: {copied or named} is taken"
    return Guess(name=copied or named, findings=(Finding(code="C131", detail=detail),))


def _assumed_utc(why: str) -> Guess:
    return Guess(name="UTC", findings=(Finding(code="C131", detail=f"{why}; UTC is assumed"),))


def _named_zone(root: Path) -> str | None:
    text = (read_text(root / "etc/timezone") or "").strip()
    return text if _ZONE.fullmatch(text) else None


def _zone_of_target(target: str) -> str | None:
    parts = PurePosixPath(target).parts
    if "zoneinfo" not in parts:
        return None
    behind = parts[parts.index("zoneinfo") + 1 :]
    name = "/".join(behind[1:] if behind[:1] in {("posix",), ("right",)} else behind)
    return name if _ZONE.fullmatch(name) else None


def _read_bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _zones_with(data: bytes, zoneinfo: Path) -> Iterator[str]:
    """Names of the zones with these rules, those of a place (`Asia/Tokyo`) first."""
    files = [path for path in sorted(zoneinfo.rglob("*")) if path.is_file()]
    names = [path.relative_to(zoneinfo).as_posix() for path in files]
    fit = [n for n in names if _ZONE.fullmatch(n) and not n.startswith(("posix/", "right/"))]
    for name in sorted(fit, key=lambda name: ("/" not in name, name)):
        if _read_bytes(zoneinfo / name) == data:
            yield name


def read_users(root: Path) -> Mapping[str, int] | None:
    """The users of a tree's etc/passwd with their ids; None where there is none."""
    text = read_text(root / "etc/passwd")
    if text is None:
        return None
    rows = (line.split(":") for line in text.splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) > 2 and row[2].isdecimal()}


def read_name(root: Path, default: str) -> str:
    """The host's name by its etc/hostname: the first line that is no comment (hostname(5))."""
    lines = (read_text(root / "etc/hostname") or "").splitlines()
    names = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    return names[0] if names else default
