"""Whole lines as people read them: the secret goes, every word around it stays."""

from __future__ import annotations

import pytest

from cron2aws.lint.secrets import MASK, mask
from tests.unit.lint.secret_lines import WITH_SECRETS, WITHOUT


def parts(line: str) -> tuple[str, str]:
    """The line as it stands in a crontab, and as it is shown."""
    pieces = line.replace("⟧", "⟦").split("⟦")
    shown = [MASK if number % 2 else piece for number, piece in enumerate(pieces)]
    return "".join(pieces), "".join(shown)


@pytest.mark.parametrize("line", WITH_SECRETS)
def test_the_secret_goes_and_the_words_around_it_stay(line: str) -> None:
    text, shown = parts(line)
    assert text != shown
    assert mask(text) == shown
    assert mask(shown) == shown  # what is shown is not masked again


@pytest.mark.parametrize("line", WITHOUT)
def test_a_line_without_a_secret_stays_whole(line: str) -> None:
    assert mask(line) == line


def test_there_are_enough_of_both() -> None:
    assert len(set(WITH_SECRETS)) == len(WITH_SECRETS) >= 140
    assert len(set(WITHOUT)) == len(WITHOUT) >= 80
