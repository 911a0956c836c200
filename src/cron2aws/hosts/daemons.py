"""Which daemon reads a host's crontabs: by its package's version, else by the host's release.

Sources of the tables: the packages of the releases (packages.debian.org, packages.ubuntu.com;
src.fedoraproject.org, the repositories of Red Hat's, Amazon's and SUSE's releases), Debian's
changelog of cron (3.0pl1-187: "support for unquoted empty environment strings") and cronie's NEWS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cron2aws.findings import Finding
from cron2aws.hosts.inside import inside, is_folder, read_text
from cron2aws.hosts.paths import HostPath

STATUS = "var/lib/dpkg/status"
_RELEASE_FILES = ("etc/os-release", "usr/lib/os-release")
_ASSIGNMENT = re.compile(r"""^([A-Z_]+)=(["']?)(.*)\2$""", re.MULTILINE)

Version = tuple[int, ...]

_RELEASES: Mapping[str, tuple[tuple[Version, str], ...]] = {
    "debian": (((0,), "debian"), ((13,), "debian-13")),
    "ubuntu": (((0,), "debian"), ((24, 10), "debian-13")),
    "amzn": (((0,), "cronie-1.4"), ((2022,), "cronie")),
    "rhel": (((1,), "cronie-1.4"), ((8,), "cronie-1.5.2"), ((9,), "cronie"), ((10,), "cronie-1.7")),
    "sles": (((1,), "cronie-1.4"), ((15,), "cronie-1.5.1"), ((16,), "cronie-1.7")),
    "fedora": (((0,), "cronie-1.7"),),
    "tumbleweed": (((0,), "cronie-1.7"),),
}
"""The daemon of each distribution, from a version of the distribution on."""

_SAME_RELEASES = {
    **{name: name for name in _RELEASES},
    "raspbian": "debian",
    **dict.fromkeys(("centos", "rocky", "almalinux", "ol"), "rhel"),
    **dict.fromkeys(("sles_sap", "opensuse-leap"), "sles"),
    "opensuse-tumbleweed": "tumbleweed",
}
"""Distributions by their ID in os-release, and whose version numbers they share."""

_OLD_NAMES = frozenset(
    {"wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm"}
    | {"trusty", "xenial", "bionic", "focal", "jammy", "noble"}
)
"""Code names of the releases with cron before 3.0pl1-187, which derived distributions tell."""

_CRONIES: tuple[tuple[Version, str], ...] = (
    ((0,), "cronie-1.4"),
    ((1, 5), "cronie-1.5.1"),
    ((1, 5, 2), "cronie-1.5.2"),
    ((1, 5, 3), "cronie-1.5.3"),
    ((1, 5, 5), "cronie-1.5.5"),
    ((1, 5, 7), "cronie"),
    ((1, 6), "cronie-1.7"),
)
_DEBIAN_13 = 187
"""The Debian revision of cron 3.0pl1 that takes empty values."""

_OTHERS = ("systemd-cron", "bcron", "fcron", "dcron")
_GENERATORS = tuple(
    f"{folder}/systemd/system-generators/systemd-crontab-generator"
    for folder in ("usr/lib", "lib", "usr/local/lib")
)


@dataclass(frozen=True, kw_only=True)
class Detected:
    """The name of a daemon or a zone, what it is known by, and a finding where it is a guess."""

    name: str
    source: str = ""
    findings: tuple[Finding, ...] = ()


def read_dialect(root: HostPath, cronie: Callable[[], str | None] = lambda: None) -> Detected:
    """The daemon of a host.

    `cronie` tells the version of that package where rpm can be asked, on the host itself.
    """
    packages = _packages(root)
    if "cron" in packages:
        return _of_debians_cron(packages["cron"])
    release = _by_release(root)
    version = packages.get("cronie") or (None if packages else cronie())
    if version:
        return _of_cronie(version, on_debian="cronie" in packages)
    other = next((name for name in _OTHERS if name in packages), None)
    if other is None and any(inside(root, path).exists() for path in _GENERATORS):
        other = "systemd-cron"
    if other:
        detail = f"{other} is installed, which reads in its own way; read as {release.name}"
        return _uncertain(release.name, release.source, detail)
    return release


def _packages(root: HostPath) -> Mapping[str, str]:
    """The versions of the cron daemons that dpkg has installed (dpkg(1), deb-control(5))."""
    names = "|".join(("cron", "cronie", *_OTHERS))
    stanza = re.compile(rf"^Package: ({names})\n((?:.+\n?)*)", re.MULTILINE)
    found = {}
    for name, fields in stanza.findall(read_text(root, STATUS) or ""):
        version = re.search(r"^Version: (.+)$", fields, re.MULTILINE)
        if version and re.search(r"^Status: \w+ ok installed$", fields, re.MULTILINE):
            found[name] = version[1]
    return found


def _of_debians_cron(version: str) -> Detected:
    source = f"the package cron {version}"
    revision = re.match(r"3\.0pl1-(\d+)", version)
    if revision is None:
        return _uncertain("debian-13", source, f"cron {version} is not known; read as debian-13")
    return Detected(name="debian-13" if int(revision[1]) >= _DEBIAN_13 else "debian", source=source)


def _of_cronie(version: str, *, on_debian: bool) -> Detected:
    source, number = f"the package cronie {version}", _number(version)
    name = _from(_CRONIES, number) or "cronie"
    if on_debian:
        detail = f"cronie {version} is installed instead of Debian's cron; read as {name}"
        return _uncertain(name, source, detail)
    if number[:2] == (1, 6) or number >= (1, 8):
        return _uncertain(name, source, f"cronie {version} was not measured; read as {name}")
    return Detected(name=name, source=source)


def _by_release(root: HostPath) -> Detected:
    texts = (read_text(root, name) for name in _RELEASE_FILES)
    text = next((text for text in texts if text is not None), None)
    if text is None:
        name = _by_spool(root)
        return _uncertain(name, "its folders", f"there is no os-release; read as {name}")
    release = {name: value for name, _, value in _ASSIGNMENT.findall(text)}
    shown = release.get("PRETTY_NAME") or release.get("ID") or "os-release"
    known = _of_release(release)
    if known:
        return Detected(name=known, source=f"the release {shown}")
    is_debian = {"debian", "ubuntu"} & {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    guess = "debian" if is_debian else _by_spool(root)
    return _uncertain(
        guess, "its folders", f"which daemon `{shown}` has is not known; read as {guess}"
    )


def _uncertain(name: str, source: str, detail: str) -> Detected:
    return Detected(name=name, source=source, findings=(Finding(code="C130", detail=detail),))


def _by_spool(root: HostPath) -> str:
    cronie = is_folder(inside(root, "var/spool/cron"))
    return (
        "cronie" if cronie and not is_folder(inside(root, "var/spool/cron/crontabs")) else "debian"
    )


def _of_release(release: Mapping[str, str]) -> str | None:
    own = _SAME_RELEASES.get(release.get("ID", ""))
    like = release.get("ID_LIKE", "").split()
    version = _number(release.get("VERSION_ID", ""))
    if own and version and version != (0,):
        return _from(_RELEASES[own], version)
    code_name = release.get("UBUNTU_CODENAME") or release.get("DEBIAN_CODENAME")
    if own == "debian":  # testing and unstable have no number
        code_name = release.get("VERSION_CODENAME")
    if code_name and {own, *like} & {"debian", "ubuntu"}:
        return "debian" if code_name in _OLD_NAMES else "debian-13"
    if own is None and {"rhel", "centos"} & {*like}:
        return _from(_RELEASES["rhel"], version)
    return "cronie-1.7" if "fedora" in {own, *like} or own == "tumbleweed" else None


def _number(text: str) -> Version:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def _from(rows: tuple[tuple[Version, str], ...], version: Version) -> str | None:
    """The name in the last row that the version has reached."""
    names = [name for first, name in rows if version >= first]
    return names[-1] if names else None
