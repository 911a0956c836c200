"""boto3 for what runs inside the sandbox: the functions and the state machines' tasks.

Making a client costs tens of milliseconds and isn't safe in several threads at once (boto3's
default session), so each is made once, under a lock.
"""

from __future__ import annotations

import threading
import types
from typing import Any

from cron2aws.sandbox.foreign import Foreign


class Clients:
    """One client per service and region, as long as the sandbox stands."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = threading.RLock()

    def client(self, service: str, region: str | None = None, **_: object) -> Foreign:
        """A client that talks to the sandbox."""
        key = (service, region or self._region)
        with self._lock:
            if key not in self._made:
                self._made[key] = self._make(*key)
            return self._made[key]

    def module(self) -> types.ModuleType:
        """`boto3` as a function imports it; its clients' other options don't matter here."""
        import boto3

        copy: Foreign = types.ModuleType("boto3")
        for name, value in vars(boto3).items():
            if not name.startswith("_"):
                setattr(copy, name, value)
        copy.client = lambda service, region_name=None, **_: self.client(service, region_name)
        return copy  # type: ignore[no-any-return]

    @staticmethod
    def _make(service: str, region: str) -> Foreign:
        from boto3.session import Session
        from botocore.config import Config

        return Session(
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",  # noqa: S106 (there is nothing to guard)
            region_name=region,
        ).client(service, config=Config(retries={"total_max_attempts": 1}))
