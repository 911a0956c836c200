"""boto3 for what runs inside the sandbox: the functions and the state machines' tasks.

Making a client costs tens of milliseconds (0.3 s for the first of a service) and isn't safe in
several threads at once, so each is made once in a process, under a lock: moto is reached by a
handler that every client has, and answers only while a sandbox is active.
"""

from __future__ import annotations

import threading
import types

from cron2aws.sandbox.foreign import Foreign

_MADE: dict[tuple[str, str], Foreign] = {}
_SESSIONS: list[Foreign] = []
_LOCK = threading.RLock()


class Clients:
    """One client per service and region."""

    def __init__(self, region: str) -> None:
        self._region = region

    def client(self, service: str, region: str | None = None) -> Foreign:
        """A client that talks to the sandbox."""
        key = (service, region or self._region)
        with _LOCK:
            if key not in _MADE:
                _MADE[key] = _make(*key)
            return _MADE[key]

    def module(self) -> types.ModuleType:
        """`boto3` as a function imports it; its clients' other options don't matter here."""
        import boto3

        copy: Foreign = types.ModuleType("boto3")
        for name, value in vars(boto3).items():
            if not name.startswith("_"):
                setattr(copy, name, value)
        copy.client = lambda service, region_name=None, **_: self.client(service, region_name)
        return copy  # type: ignore[no-any-return]


def _make(service: str, region: str) -> Foreign:
    import botocore.session
    from boto3.session import Session
    from botocore.config import Config

    from cron2aws.aws.models import read_once

    if not _SESSIONS:
        below = botocore.session.get_session()
        _SESSIONS.append(
            Session(
                aws_access_key_id="sandbox",
                aws_secret_access_key="sandbox",  # noqa: S106 (there is nothing to guard)
                botocore_session=below,
            )
        )
        read_once(below)
    once = Config(retries={"total_max_attempts": 1})
    return _SESSIONS[0].client(service, region_name=region, config=once)
