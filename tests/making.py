"""Assessments from a few lines of crontab, for the tests of what is made from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from cron2aws.app.zones import resolve_zone
from cron2aws.assess.judge import assess
from cron2aws.assess.values import Assessment, Host, Settings, TriggerChoice
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.identity import KnownTask
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.tab import Tab


def tab_of(text: str, *, path: str = "/etc/crontab", dialect: str = "debian") -> Tab:
    """A system crontab with these bytes."""
    data = text.encode("utf-8", "surrogateescape")
    crontab = read_crontab(data, DIALECTS[dialect], system=True, user=None)
    return Tab(
        path=path,
        system=True,
        owner=None,
        sha256=hashlib.sha256(data).hexdigest(),
        crontab=crontab,
        loaded=crontab.loaded,
        findings=crontab.findings,
    )


def host_of(*texts: str, name: str = "web-1", dialect: str = "debian", zone: str = "UTC") -> Host:
    """A host with system crontabs: /etc/crontab, then /etc/cron.d/1, /etc/cron.d/2, ..."""
    paths = ["/etc/crontab", *(f"/etc/cron.d/{n}" for n in range(1, len(texts)))]
    tabs = [
        tab_of(text, path=path, dialect=dialect) for text, path in zip(texts, paths, strict=True)
    ]
    return Host(name=name, label=name, dialect=DIALECTS[dialect], timezone=zone, tabs=tuple(tabs))


def settings(
    wanted: TriggerChoice | None = None,
    *allowed: str,
    deployed: Mapping[str, TriggerChoice] | None = None,
    known: tuple[KnownTask, ...] = (),
) -> Settings:
    """The same settings for every entry that is not in `deployed`."""
    return Settings(
        since=date(2026, 11, 23),
        wanted=wanted or TriggerChoice(),
        deployed=deployed or {},
        known=known,
        allowed_secrets=frozenset(allowed),
    )


def assessment_of_hosts(*hosts: Host, how: Settings | None = None) -> Assessment:
    """An assessment of these hosts."""
    return assess(hosts, how or settings(), resolve_zone)


def assessment_of(
    *texts: str, dialect: str = "debian", zone: str = "UTC", how: Settings | None = None
) -> Assessment:
    """An assessment of one host's system crontabs."""
    return assessment_of_hosts(host_of(*texts, dialect=dialect, zone=zone), how=how)
