"""A week as a picture: well-formed, named, without a script, each quarter in its place."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from cron2aws.app.zones import resolve_zone
from cron2aws.calendar.make import Parts, calendar_of
from cron2aws.calendar.values import Week
from cron2aws.report.calendar_svg import CELL, LEFT, ROW, svg_of
from cron2aws.report.heat import LEVELS, level, step_of
from tests.making import assessment_of_hosts, host_of

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {
    "svg": {"role", "aria-label", "viewBox", "font-family", "font-size", "fill"},
    "title": set(),
    "text": {"class", "x", "y"},
    "rect": {"class", "x", "y", "width", "height", "fill-opacity"},
}


def week_of(text: str, first: date, zone: str = "UTC") -> Week:
    found = assessment_of_hosts(host_of(text, zone=zone))
    week = calendar_of(found, resolve_zone, timezone=zone, parts=Parts(week=first)).week
    assert week
    return week


def drawn(week: Week) -> ET.Element:
    return ET.fromstring(svg_of(week))  # noqa: S314 (made here)


def cells(picture: ET.Element) -> list[tuple[dict[str, str], str]]:
    return [(each.attrib, each[0].text or "") for each in picture.iter(f"{SVG}rect")]


def test_it_says_in_words_what_it_shows() -> None:
    picture = drawn(week_of("0 3 * * * root x\n1 3 * * 1 root y\n", date(2027, 1, 4)))
    assert picture.attrib["role"] == "img"
    told = (
        "Starts by quarter of an hour, 2027-01-04 to 2027-01-10: 8 starts, at most 2 in a quarter"
    )
    assert picture.attrib["aria-label"] == told
    assert picture[0].text == told


def test_there_is_nothing_in_it_but_shapes_and_texts() -> None:
    """No script, no style, no link: a page with a strict Content-Security-Policy can hold it."""
    picture = drawn(week_of("* * * * * root x\n", date(2027, 1, 4)))
    for each in picture.iter():
        name = each.tag.removeprefix(SVG)
        assert set(each.attrib) <= ALLOWED[name]
    assert not re.search(r"#[0-9a-f]{3}|rgb|black|white", svg_of(Week(days=())))
    assert picture.attrib["fill"] == "currentColor"


def test_each_quarter_is_a_cell_with_its_starts() -> None:
    kept = "# cron2aws: ignore\n0 3 * * * root kept\n"
    found = cells(drawn(week_of(f"7 3 * * 1 root x\n{kept}", date(2027, 1, 4))))
    assert len(found) == 7 * 96
    at, told = found[12]
    assert told == "Mon 2027-01-04 03:00-03:15: 2 starts, 1 on the host"
    assert (at["x"], at["class"], at["fill-opacity"]) == (
        str(LEFT + 12 * CELL),
        "cal-start",
        "0.30",
    )
    assert found[13][1] == "Mon 2027-01-04 03:15-03:30: 0 starts"
    assert found[13][0]["class"] == "cal-empty"
    assert found[95][1].startswith("Mon 2027-01-04 23:45-00:00: ")


@pytest.mark.parametrize(
    ("zone", "day", "quarters", "places"),
    [
        ("Europe/Berlin", date(2027, 3, 28), 92, 92),
        ("Europe/Berlin", date(2027, 10, 31), 100, 96),
        ("Australia/Lord_Howe", date(2027, 4, 4), 98, 96),
        ("Australia/Lord_Howe", date(2027, 10, 3), 94, 94),
    ],
)
def test_a_change_of_the_clock_moves_no_other_time(
    zone: str, day: date, quarters: int, places: int
) -> None:
    found = cells(drawn(week_of("* * * * * root x\n", day, zone)))
    today = [each for each in found if f" {day} " in each[1]]
    assert len(today) == quarters
    assert len({each["x"] for each, _ in today}) == places
    where = {(each["x"], each["y"]) for each, _ in today}
    assert len(where) == quarters  # none covers another
    for each, told in today:
        hour, minute = re.findall(r"(\d\d):(\d\d)-", told)[0]
        assert int(each["x"]) == LEFT + (int(hour) * 4 + int(minute) // 15) * CELL
    halves = [told for each, told in today if int(each["height"]) < ROW // 2]
    assert len(halves) == 2 * (quarters - places)


@pytest.mark.parametrize(
    ("busiest", "step", "levels"),
    [(0, 1, {0: 0}), (1, 1, {0: 0, 1: 1}), (9, 1, {9: 9}), (10, 2, {1: 1, 2: 1, 3: 2, 10: 5}),
     (2512, 280, {1: 1, 280: 1, 281: 2, 2512: 9})],
)  # fmt: skip
def test_levels(busiest: int, step: int, levels: dict[int, int]) -> None:
    week = week_of("".join(f"0 3 4 1 * root x{n}\n" for n in range(busiest)), date(2027, 1, 4))
    assert week.busiest == busiest
    assert step_of(week) == step
    assert {starts: level(starts, step) for starts in levels} == levels
    assert max(levels.values()) <= LEVELS
