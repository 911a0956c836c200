"""The services' descriptions are read once in a process."""

from __future__ import annotations

from pathlib import Path

import botocore.session
import pytest
from botocore.loaders import Loader

from cron2aws.aws.models import read_once


def loader_of_a_session() -> Loader:
    made = botocore.session.get_session()
    read_once(made)
    found = made.get_component("data_loader")
    assert isinstance(found, Loader)
    return found


def test_sessions_share_what_was_read() -> None:
    first, second = loader_of_a_session(), loader_of_a_session()
    model = first.load_service_model("sts", "service-2")
    assert second.load_service_model("sts", "service-2") is model


def test_a_folder_of_descriptions_of_ones_own_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = loader_of_a_session()
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    own = loader_of_a_session()
    assert str(tmp_path) in own.search_paths
    assert str(tmp_path) not in shared.search_paths
