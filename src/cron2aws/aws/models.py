"""The services' descriptions that botocore works by: read once in a process.

Each session of botocore reads them for itself, a quarter of a second for the five services that
are called here; a sandbox has one session and whoever works in it another.
"""

from __future__ import annotations

import functools

import botocore.session
from botocore.loaders import Loader, create_loader


def read_once(session: botocore.session.Session) -> None:
    """Let a session's clients have the descriptions that were read already.

    Call it before the session makes its first client, and with its profile set: a profile may
    name a folder of descriptions (`data_path`). Raises what botocore does where it cannot be read.
    """
    path: str | None = session.get_config_variable("data_path")
    session.register_component("data_loader", loader_of(path))


@functools.cache
def loader_of(data_path: str | None) -> Loader:
    """The one that remembers what was read."""
    return create_loader(data_path)
