"""Commands that are handed to a shell as a text."""

from __future__ import annotations

import pytest

from cron2aws.lint.inner import inner_command
from cron2aws.lint.words import simple_commands


@pytest.mark.parametrize(
    ("command", "inner"),
    [
        ("bash -lc 'cd /x && ./y'", "cd /x && ./y"),
        ("exec nice -n 5 sh -e -c 'a b' name", "a b"),
        ("su - app -c 'a b'", "a b"),
        ("su -s /bin/sh -c a app", "a"),
        ("flock -w 5 /l -c 'a b'", "a b"),
        ("bash /opt/x -c its-own-option", None),
        ("flock /l /opt/x -c its-own-option", None),
        ("grep -c word file", None),
        ("bash -c", None),
        ("su app", None),
        ("X=1", None),
    ],
)
def test_the_text_is_the_one_behind_their_own_option(command: str, inner: str | None) -> None:
    (simple,) = simple_commands(command)
    assert inner_command(simple) == inner
