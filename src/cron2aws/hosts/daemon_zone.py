"""In which time zone a host's daemon reads its crontabs.

A TZ in the daemon's own environment beats the host's zone (measured on Debian's cron, which reads
TZ as each program does); its jobs do not get that TZ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cron2aws.findings import Finding
from cron2aws.hosts.daemons import Detected
from cron2aws.hosts.facts import read_timezone
from cron2aws.hosts.paths import HostPath
from cron2aws.hosts.service import SetVariable, configured, running
from cron2aws.schedule.zone_names import LOCAL, canonical, zone_of_tz

ZONEINFO = Path("/usr/share/zoneinfo")


def read_daemon_zone(
    root: HostPath | None,
    dialect: str,
    *,
    wanted: str | None = None,
    environment: Mapping[str, SetVariable] | None = None,
) -> Detected:
    """The zone of a tree's daemon, or of this host's where `root` is None; `wanted` overrides it.

    `environment` is that of a running daemon; without it systemd's units are read.
    """
    if wanted:
        return _by_its_present_name(Detected(name=wanted, source="--timezone"))
    base: HostPath = root or Path("/")
    host = _by_its_present_name(read_timezone(base, ZONEINFO))
    tz = _tz_of_daemon(root, environment, debian=dialect.startswith("debian"))
    if tz is None:
        return host
    zone = zone_of_tz(tz.value)
    if zone in {LOCAL, host.name}:
        return host
    detail = f"`TZ={tz.value}` by {tz.where}; the host's own is {host.name}"
    return Detected(name=zone, source=tz.where, findings=(Finding(code="C135", detail=detail),))


def _tz_of_daemon(
    root: HostPath | None, environment: Mapping[str, SetVariable] | None, *, debian: bool
) -> SetVariable | None:
    if root is None:
        environment = running()
    if environment is None:
        environment = configured(root or Path("/"), debian=debian)
    return environment.get("TZ")


def _by_its_present_name(zone: Detected) -> Detected:
    name = canonical(zone.name)
    if name == zone.name:
        return zone
    told = Finding(code="C134", detail=f"`{zone.name}` is {name}")
    return replace(zone, name=name, findings=(*zone.findings, told))
