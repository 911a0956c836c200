"""One engine for all tests of a process; each has an account of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.engine import ministack


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ministack(tmp_path_factory.mktemp("engine")) as answers:
        yield answers
