"""Rows of a test that runs the runner: each in one shell, and each shell has its share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from hypothesis import settings

from tests.shells import SHELLS

EVERY = settings.get_current_profile_name() == "long"
"""Whether each row is for all of them."""


def shells_of(number: int) -> tuple[str, ...]:
    """The shells of a test's row, by its place."""
    every = tuple(SHELLS)
    return every if EVERY else (every[number % len(every)],)


def in_turn(
    host: str, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]], first: int = 0
) -> pytest.MarkDecorator:
    """The rows of `names`, with a fixture `host` that is one of a shell.

    `first` moves them: a row has another shell then.
    """
    return pytest.mark.parametrize((host, *names), list(_with_shells(rows, first)), indirect=[host])


def _with_shells(rows: Iterable[tuple[Any, ...]], first: int) -> Iterator[ParameterSet]:
    for number, row in enumerate(rows, first):
        for shell in shells_of(number):
            yield pytest.param(shell, *row)
