"""The name for what comes from moto and boto3, which have no types."""

from __future__ import annotations

from typing import Any

Foreign = Any
"""An object of moto's or boto3's: a backend, a resource, a request, a client."""
