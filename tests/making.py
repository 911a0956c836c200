"""Assessments from a few lines of crontab, for the tests of what is made from them."""

from __future__ import annotations

import hashlib
from datetime import date
from zoneinfo import ZoneInfo

from cron2aws.assess import HostAssessment, Settings, Tab, Wanted, assess_host
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.reader import read_crontab


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


def settings(wanted: Wanted | None = None, *allowed: str, zone: str = "UTC") -> Settings:
    """The same settings for every entry."""
    return Settings(
        timezone=zone,
        resolve_zone=ZoneInfo,
        since=date(2026, 11, 23),
        wanted=lambda _: wanted or Wanted(),
        allowed_secrets=frozenset(allowed),
    )


def assessment_of(
    *texts: str, dialect: str = "debian", how: Settings | None = None
) -> HostAssessment:
    """An assessment of system crontabs: /etc/crontab, then /etc/cron.d/1, /etc/cron.d/2, ..."""
    paths = ["/etc/crontab", *(f"/etc/cron.d/{n}" for n in range(1, len(texts)))]
    tabs = [
        tab_of(text, path=path, dialect=dialect) for text, path in zip(texts, paths, strict=True)
    ]
    return assess_host(tabs, host="web-1", dialect=DIALECTS[dialect], settings=how or settings())
