"""The process's environment variables while a sandbox is active: no way out of it."""

from __future__ import annotations

import os
from typing import Self

CLEARED = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
"""They would lead a client out of the sandbox, or to somebody's real account."""


class Environment:
    """What the variables were before; the keys themselves are moto's business."""

    def __init__(self) -> None:
        self._before: dict[str, str | None] = {}

    @classmethod
    def sealed(cls, region: str) -> Self:
        """Take away what leads outside and set the region."""
        made = cls()
        for name in list(os.environ):
            if name in CLEARED or name.startswith("AWS_ENDPOINT_URL_"):
                made._before[name] = os.environ.pop(name)
        for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
            made._before[name] = os.environ.get(name)
            os.environ[name] = region
        return made

    def restore(self) -> None:
        """Put everything back."""
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
