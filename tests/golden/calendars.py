"""Goldens of `calendar`: a day, a week, a minute, changes of the clock, many entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

from cron2aws.app.calendar import calendar
from cron2aws.app.options import CalendarOptions, ScheduleOptions, ShownOptions, Sources
from cron2aws.calendar.values import Calendar
from tests.golden.explanations import Fixed
from tests.golden.golden import Golden, table
from tests.golden.hosts import fixture, host

WEB = """\
MAILTO=""
0 3 * * * root backup --all --to /srv/backups/daily --keep 14 --compress zstd --verify
0 3 * * 1-5 app report
# cron2aws: ignore
0 3 * * * app kept
*/5 * * * * app poll
15 8-18 * * * app hourly
17 * * * * root every-hour
30 2 28 * 0 root in-the-gap
*/30 2 31 * 0 root twice
0 3 13 * 5 root either
@reboot root warm-up
0 0 30 2 * root never
5 4 * * * root curl -H 'Authorization: Bearer abcdef0123456789' https://example.com
"""
DB = f"""\
MAILTO=""
{"".join(f"0 3 * * * app dump-{number}{chr(10)}" for number in range(7))}\
45 1 * * * app tidy \x1b[31m
"""
LOCAL = datetime(2027, 3, 28, 2, 30)  # noqa: DTZ001 (wall time)
BERLIN = "Europe/Berlin"

CASES: Mapping[str, tuple[ShownOptions, date | None]] = {
    "next-24-hours": (ShownOptions(), None),
    "day-of-a-change-forward": (ShownOptions(day=date(2027, 3, 28)), None),
    "day-of-a-change-back": (ShownOptions(day=date(2027, 10, 31)), None),
    "week": (ShownOptions(week=True), None),
    "week-of-a-change": (ShownOptions(week=True), date(2027, 3, 24)),
    "at-a-time-each-day": (ShownOptions(at=time(3, 0)), None),
    "at-a-time-that-is-left-out": (ShownOptions(at=LOCAL), None),
    "at-a-moment-in-another-zone": (
        ShownOptions(at=datetime(2026, 12, 1, 2, tzinfo=UTC), zone="Asia/Tokyo"),
        None,
    ),
}


def calendars() -> Iterator[Golden]:
    """One golden a question; two hosts, rates, many entries, none."""
    for name, (asked, since) in CASES.items():
        yield Golden(name=f"calendar/{name}", make=partial(_of_web, asked, since))
    yield Golden(name="calendar/several-hosts", make=_several)
    yield Golden(name="calendar/rates", make=_rates)
    yield Golden(name="calendar/many-entries", make=_many)
    yield Golden(name="calendar/many-entries-at-once", make=_many_at_once)
    yield Golden(name="calendar/no-jobs", make=_none)
    yield Golden(name="calendar/fixture", make=_of_fixture)


def shown(
    *trees: Path,
    asked: ShownOptions | None = None,
    since: date | None = None,
    prefer_rate: bool = False,
) -> Calendar:
    """What the command shows of these hosts."""
    options = CalendarOptions(
        sources=Sources(named=tuple(map(str, trees))),
        schedule=ScheduleOptions(since=since, prefer_rate=prefer_rate),
        shown=asked or ShownOptions(),
    )
    return calendar(options, Fixed()).calendar


def of_web(folder: Path, asked: ShownOptions, since: date | None = None) -> Calendar:
    return shown(host(folder, {"/etc/crontab": WEB}, zone=BERLIN), asked=asked, since=since)


def several(folder: Path, asked: ShownOptions | None = None) -> Calendar:
    """Two hosts in two zones, one of them crowded."""
    return shown(
        host(folder, {"/etc/crontab": WEB}, zone=BERLIN),
        host(folder, {"/etc/crontab": DB}, name="db", zone="Asia/Tokyo"),
        asked=asked,
    )


def with_rates(folder: Path) -> Calendar:
    lines = "*/5 * * * * root poll\n0 */6 * * * root sweep\n0 3 * * * root backup\n"
    return shown(host(folder, {"/etc/crontab": lines}), prefer_rate=True)


def _of_web(asked: ShownOptions, since: date | None, folder: Path) -> str:
    return table(of_web(folder, asked, since))


def _several(folder: Path) -> str:
    return table(several(folder))


def _rates(folder: Path) -> str:
    return table(with_rates(folder))


def _many_lines(folder: Path) -> Path:
    lines = [f"{number % 60} {number % 24} * * * root job-{number}\n" for number in range(250)]
    lines += [f"*/5 * * * * root poll-{number}\n" for number in range(210)]
    return host(folder, {"/etc/crontab": 'MAILTO=""\n' + "".join(lines)})


def _many(folder: Path) -> str:
    return table(shown(_many_lines(folder)))


def _many_at_once(folder: Path) -> str:
    return table(shown(_many_lines(folder), asked=ShownOptions(at=datetime(2026, 12, 1, 3, 55))))  # noqa: DTZ001


def _none(folder: Path) -> str:
    tree = host(folder, {"/etc/crontab": "# nothing\n"})
    parts = (ShownOptions(), ShownOptions(week=True), ShownOptions(at=time(3, 0)))
    return "\n".join(table(shown(tree, asked=each)) for each in parts)


def _of_fixture(folder: Path) -> str:
    return table(shown(fixture("debian-web", folder)))
