"""Lines as Debian 12's cron and Debian 13's took or refused them, and what sets cronies apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Entry, Unreadable
from cron2aws.crontab.reader import read_crontab

DATA = json.loads((Path(__file__).parents[2] / "data" / "debian-releases.json").read_text())
RELEASES = dict(zip(("debian", "debian-13"), (1, 2), strict=True))


@pytest.mark.parametrize("dialect", RELEASES)
def test_single_lines_are_taken_or_refused_alike(dialect: str) -> None:
    assert DATA["versions"] == ["3.0pl1-162", "3.0pl1-197"]
    wrong = []
    for row in DATA["lines"]:
        data = row[0].encode("latin-1") + b"\n"
        bad = read_crontab(data, DIALECTS[dialect], system=False, user="root").unreadable
        ours = bad[0].message.split(":")[0] if bad else None
        if ours != row[RELEASES[dialect]]:
            wrong.append((row[0][:60], ours, row[RELEASES[dialect]]))
    assert wrong == []


def test_the_releases_differ_in_empty_values_alone() -> None:
    differ = [line for line, old, new in DATA["lines"] if old != new]
    assert len(differ) == 13
    assert all(line.rstrip(" \t\x0b\x0c").endswith("=") for line in differ)


def test_an_empty_value_is_what_the_job_gets() -> None:
    """As -197 gave it to a job; -162 ignores the file for each of these lines."""
    text = b"A=x\nA=\nB= \nMAILTO=\n'D'=\n5=\n=\n@daily root x\n"
    (entry,) = read_crontab(text, DIALECTS["debian-13"], system=True, user=None).entries
    assert dict(entry.environment) == dict.fromkeys(("A", "B", "MAILTO", "D", "5", ""), "")
    assert not read_crontab(text, DIALECTS["debian"], system=True, user=None).loaded


def answer(line: str, dialect: str) -> str:
    """The command, or the daemon's words for the error."""
    data = f"{line}\n".encode()
    (item,) = read_crontab(data, DIALECTS[dialect], system=True, user=None).items
    if isinstance(item, Entry):
        return f"{item.user}:{item.raw_command}"
    return item.message.split(":")[0] if isinstance(item, Unreadable) else "setting"


CRONIES = (
    *("cronie-1.4", "cronie-1.5.1", "cronie-1.5.2", "cronie-1.5.3", "cronie-1.5.5"),
    *("cronie", "cronie-1.7"),
)


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        # NEWS of 1.5.0: the user is looked for when the job is run
        ("1 * * * * 0 x", ["bad username", *["0:x"] * 6]),
        # ChangeLog of 2017-03-29, 1.5.2: empty values
        ("MAILTO=", ["bad minute"] * 2 + ["setting"] * 5),
        # NEWS of 1.5.5: ranges and steps are checked; 1.6 took that back
        ("*/60 * * * * root x", ["root:x"] * 4 + ["bad minute"] * 2 + ["root:x"]),
        ("0 */24 * * * root x", ["root:x"] * 4 + ["bad hour"] * 2 + ["root:x"]),
        ("5-64/30 * * * * root x", ["root:x"] * 4 + ["bad minute"] * 2 + ["root:x"]),
        # ChangeLog of 2021-03-29, 1.5.7: blanks behind the user
        ("1 * * * * root  x", ["root: x"] * 5 + ["root:x"] * 2),
        ("1 * * * * root ", ["root:"] * 5 + ["bad command"] * 2),
        ("1 * * * * root", ["bad command"] * 7),
        ("1 * * * * root\t x", ["root: x"] * 5 + ["root:x"] * 2),
    ],
)
def test_the_releases_of_cronie(line: str, answers: list[str]) -> None:
    assert [answer(line, dialect) for dialect in CRONIES] == answers


def test_the_size_of_a_users_crontab_counts_since_1_5_3() -> None:
    data = b"1 * * * * x\n" * 1_001
    loaded = {
        name: read_crontab(data, DIALECTS[name], system=False, user="root").loaded
        for name in CRONIES
    }
    assert [loaded[name] for name in CRONIES] == [True] * 3 + [False] * 3 + [True]


@pytest.mark.parametrize("dialect", ["debian", "debian-13"])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # each as 3.0pl1-162 and -197 did it, in a file of /etc/cron.d
        ("@reboot root\0 x", ["root: x"]),
        ("@reboot root\0ot x", ["root:ot x"]),
        ("@reboot root\0", ["root:"]),
        ("@reboot \0root x", ["bad username"]),
        ("@reboot\0 root x", ["bad username"]),
        ("1 2 3\0 4 5 root x", ["root:x"]),
        ("1 2 3 4 5\0 root x", ["root:x"]),
        ("1 2 \x003 4 5 root x", ["bad day-of-month"]),
    ],
)
def test_a_nul_in_a_line(line: str, expected: list[str], dialect: str) -> None:
    data = f"{line}\n".encode()
    items = read_crontab(data, DIALECTS[dialect], system=True, user=None).items
    told = [
        f"{item.user}:{item.raw_command}" if isinstance(item, Entry) else item.message.split(":")[0]
        for item in items
        if isinstance(item, Entry | Unreadable)
    ]
    assert told == expected
