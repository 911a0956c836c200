"""What Lambda refuses of environment variables, and moto takes.

Sources: "Lambda quotas", "Defined runtime environment variables".
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ENVIRONMENT_BYTES = 4_096
RESERVED = re.compile(r"AWS_|_HANDLER$|_X_AMZN_TRACE_ID$|LAMBDA_(TASK_ROOT|RUNTIME_DIR)$")
VARIABLE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")


def environment_refusals(variables: Mapping[str, str]) -> Iterator[str]:
    """Why Lambda would not take these environment variables."""
    for name in variables:
        if RESERVED.match(name) or not VARIABLE.fullmatch(name):
            yield f"Lambda was unable to configure your environment variables: {name} is reserved"
    size = len(json.dumps(dict(variables), ensure_ascii=False, separators=(",", ":")).encode())
    if variables and size > ENVIRONMENT_BYTES:
        yield (
            "Lambda was unable to configure your environment variables because the environment "
            f"variables you have provided exceeded the 4KB limit. String measured: {size}"
        )


def checked_function(original: Callable[..., Foreign]) -> Callable[..., Foreign]:
    """LambdaBackend.create_function."""

    def checked(backend: Foreign, spec: dict[str, Any]) -> Foreign:
        check_environment(spec.get("Environment", {}).get("Variables", {}))
        return original(backend, spec)

    return checked


def check_environment(variables: Mapping[str, str]) -> None:
    """InvalidParameterValueException where Lambda would not take them."""
    from moto.awslambda.exceptions import InvalidParameterValueException

    for reason in environment_refusals(variables):
        raise InvalidParameterValueException(reason)
