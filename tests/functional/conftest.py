"""The hosts of the tests that run the runner in real shells."""

from __future__ import annotations

import pytest

from tests.shells import SHELLS, Host, all_hosts, why_not
from tests.surroundings import cannot


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> list[Host]:
    return all_hosts(tmp_path_factory.mktemp("hosts"))


@pytest.fixture(params=SHELLS)
def host(request: pytest.FixtureRequest, hosts: list[Host]) -> Host:
    if reason := why_not(request.param):
        cannot(reason)
    return next(host for host in hosts if host.shell == request.param)
