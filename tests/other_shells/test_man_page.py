"""The manual page as mandoc reads it; `make shells` runs this, and it fails without mandoc."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tools.man_page import PAGE

pytestmark = pytest.mark.shells
NO_DATE = 'WARNING: missing date, using "": TH'
"""On purpose: the same help texts make the same bytes."""


def mandoc(*options: str) -> str:
    if shutil.which("mandoc") is None:
        pytest.fail("there is no mandoc; apt-get install mandoc", pytrace=False)
    done = subprocess.run(["mandoc", *options, PAGE], capture_output=True, text=True, check=False)
    return done.stdout


def test_mandoc_has_nothing_to_say() -> None:
    said = [line for line in mandoc("-Tlint").splitlines() if not line.endswith(NO_DATE)]
    assert said == []


def test_what_is_shown_are_the_help_texts() -> None:
    shown = mandoc("-Tutf8", "-Owidth=200")
    plain = " ".join(re.sub(".\b", "", shown).split())  # a bold sign is struck twice
    assert "cron2aws migrate [OPTIONS] [SOURCE]..." in plain
    assert "--execution-timeout TIME How long a job may run: 90s, 15m, 1h, 2d" in plain
    assert "Shows the plan first, and does nothing before you confirm it." in plain
