"""Names of zones: what becomes of old ones, and that the table is the system's."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime
from importlib import resources

import pytest

from cron2aws.schedule.zone_names import canonical, zone_of_tz

DATA = resources.files("tzdata") / "zoneinfo"
LINES = (DATA / "tzdata.zi").read_text("utf-8").splitlines()
PLACES = {
    line.split("\t")[2].strip()
    for line in (DATA / "zone.tab").read_text("utf-8").splitlines()
    if not line.startswith("#")
}
LINKS = {line.split()[2]: line.split()[1] for line in LINES if line.startswith("L ")}


def test_every_old_name_of_tzdata_becomes_one_that_is_no_link() -> None:
    old = set(LINKS) - PLACES - {"UTC", "GMT"}
    assert len(old) > 100
    assert {name for name in old if canonical(name) == name} == set()
    assert {canonical(name) for name in old} <= PLACES | {"UTC", "Etc/UTC", "Etc/GMT"}


def test_names_of_places_stay() -> None:
    assert {name for name in PLACES if canonical(name) != name} == set()
    assert canonical("UTC") == "UTC"


@pytest.mark.parametrize("name", sorted(set(LINKS) - PLACES))
def test_the_clock_stays_the_same(name: str) -> None:
    old, new = zoneinfo.ZoneInfo(name), zoneinfo.ZoneInfo(canonical(name))
    for year in (2026, 2028, 2030):
        for month in range(1, 13):
            moment = datetime(year, month, 15, tzinfo=UTC)
            assert moment.astimezone(old).utcoffset() == moment.astimezone(new).utcoffset()


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        (":Asia/Tokyo", "Asia/Tokyo"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("/usr/share/zoneinfo/posix/Japan", "Asia/Tokyo"),
        ("", "UTC"),
        ("UTC0", "UTC"),
        ("JST-9", "Etc/GMT-9"),
        ("EST5", "Etc/GMT+5"),
        ("<-03>3", "Etc/GMT+3"),
        ("XXX-15", "XXX-15"),
        ("IST-5:30", "IST-5:30"),
        ("EST5EDT", "America/New_York"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("/etc/localtime", "localtime"),
    ],
)
def test_a_tz_as_glibc_reads_it(value: str, zone: str) -> None:
    assert zone_of_tz(value) == zone
