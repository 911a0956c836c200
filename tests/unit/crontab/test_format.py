"""System or user: both readings are tried, and all lines count."""

from __future__ import annotations

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.format import JudgedFormat, judge_format

HEADING = "# m h dom mon dow user\tcommand\n"


@pytest.mark.parametrize("dialect", ["debian", "cronie"])
@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("", False),
        ("# nothing\nA=b\n", False),
        (HEADING, True),
        ("1 * * * * /usr/bin/x\n", False),
        ("1 * * * * root /usr/bin/x\n", True),
        ("1 * * * * www-data x\n@daily root y\n", True),
        ("1 * * * * root /usr/bin/x\n1 * * * * shop x\n", True),
        ("1 * * * * cd /srv && x\n", False),
        ("1 * * * * A=b x\n", False),
        ("1 * * * * { cd /srv; x; }\n", False),
        ("1 * * * * test -x /srv/x && x\n", False),
        ("1 * * * * backup\n", False),
        ("61 * * * * root x\n", False),
        # D9: one line that must be a command settles `nginx`
        ("*/5 * * * * /srv/a\n0 0 * * 0 nginx -s reload\n", False),
        ("0 0 * * 0 nginx -s reload\n17 * * * * root x\n", True),
    ],
)
def test_where_one_reading_is_possible_it_is_taken(text: str, system: bool, dialect: str) -> None:
    judged = judge_format(text.encode(), DIALECTS[dialect])
    assert judged == JudgedFormat(system=system, certain=True)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("0 0 * * 0 nginx -s reload\n", False),
        ("0 0 * * 0 mysql /srv/x\n", True),
        ("0 0 * * 0 git gc\n0 1 * * 0 git gc\n", False),
        ("0 0 * * 0 test /srv/x\n", True),
        ("# m h  dom mon dow   command\n0 0 * * 0 mysql /srv/x\n", False),
        (HEADING + "0 0 * * 0 git gc\n", True),
        # neither: the first line names no user, the second none but one
        ("1 * * * * /usr/bin/x\n1 * * * * root /usr/bin/x\n1 * * * * root y\n", True),
        ("1 * * * * root\n", False),
    ],
)
def test_where_both_are_possible_or_none_it_is_a_guess(text: str, guess: bool) -> None:
    judged = judge_format(text.encode(), DIALECTS["debian"])
    assert judged == JudgedFormat(system=guess, certain=False)


def test_a_daemon_that_takes_no_empty_command_reads_the_other_way() -> None:
    text = b"1 * * * * shop x\n1 * * * *\n"
    assert judge_format(text, DIALECTS["debian"]) == JudgedFormat(system=False, certain=True)
    assert judge_format(text, DIALECTS["cronie"]) == JudgedFormat(system=False, certain=False)
