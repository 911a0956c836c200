"""`pytest -p tests.moto_range.without --without NAME`: a sandbox without one repair of moto."""

from __future__ import annotations

import pytest

from cron2aws.sandbox.moto import repairs


def pytest_addoption(parser: pytest.Parser) -> None:
    """The repair's name, as of its module."""
    parser.addoption("--without", required=True, choices=repairs.REPAIRS)


def pytest_configure(config: pytest.Config) -> None:
    """It is taken from the table, in this process alone."""
    name = config.getoption("--without")
    repairs.REPAIRS = tuple(each for each in repairs.REPAIRS if each != name)
