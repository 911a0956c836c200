"""Inline Lambda code, run in this process instead of in a container.

Each function is a module of its own, loaded once (a warm container) and again when its code or its
configuration changes. It sees its own environment variables, the sandbox's time and clients that
talk to the sandbox: the modules `os`, `time`, `datetime` and `boto3` that it imports are stand-ins.
An exception ends the invocation as on AWS: its class is the error's name.
"""

from __future__ import annotations

import base64
import builtins
import io
import json
import os
import threading
import traceback
import types
import uuid
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.functions.packed import program
from cron2aws.sandbox.time.virtual_modules import (
    datetime_module,
    os_module,
    random_module,
    time_module,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cron2aws.sandbox.functions.clients import Clients
    from cron2aws.sandbox.time.clock import Clock

PAYLOAD_LIMIT = 6 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Invoked:
    """What came back: the payload as JSON text, whether it is an error, and what was printed."""

    payload: str
    failed: bool
    log: str


@dataclass(frozen=True, kw_only=True)
class Context:
    """The second argument of a handler, as far as functions use it."""

    function_name: str
    invoked_function_arn: str
    aws_request_id: str
    seconds: int
    memory_limit_in_mb: int = 128
    function_version: str = "$LATEST"
    log_group_name: str = ""
    log_stream_name: str = "sandbox"

    def get_remaining_time_in_millis(self) -> int:
        """Nothing times out here: always all of the function's time."""
        return self.seconds * 1000


class Functions:
    """The loaded functions of a sandbox."""

    def __init__(self, clock: Clock, clients: Clients, region: str) -> None:
        self._clock = clock
        self._clients = clients
        self._region = region
        self._loaded: dict[str, tuple[object, dict[str, Any]]] = {}
        self._lock = threading.RLock()

    def invoke(self, function: Foreign, event: object) -> Invoked:
        """Run moto's function object with that event."""
        log: list[str] = []
        try:
            handler = self._handler(function, log)
            answer = handler(event, self._context(function))
            payload = json.dumps(answer)
        except Exception as error:
            log.append(traceback.format_exc())
            return Invoked(payload=_failure(error), failed=True, log="\n".join(log))
        if len(payload) > PAYLOAD_LIMIT:
            return Invoked(payload=_too_large(), failed=True, log="\n".join(log))
        return Invoked(payload=payload, failed=False, log="\n".join(log))

    def _context(self, function: Foreign) -> Context:
        return Context(
            function_name=function.function_name,
            invoked_function_arn=function.function_arn,
            aws_request_id=str(uuid.uuid4()),
            log_group_name=function.logs_group_name,
            seconds=int(function.timeout),
        )

    def _handler(self, function: Foreign, log: list[str]) -> Callable[[object, Context], object]:
        module, _, name = str(function.handler).partition(".")
        environment = self._environment(function)
        key = (function.code_sha_256, tuple(sorted(environment.items())), function.handler)
        with self._lock:
            known = self._loaded.get(function.function_arn)
            if known is None or known[0] != key:
                source = _source(function, module)
                known = (key, self._load(function.function_name, source, environment))
                self._loaded[function.function_arn] = known
        namespace = known[1]
        namespace["__builtins__"]["print"] = lambda *parts, **_: log.append(
            " ".join(str(part) for part in parts)
        )
        found = namespace.get(name)
        if not callable(found):
            message = f"Handler '{name}' missing on module '{module}'"
            raise HandlerNotFound(message)
        handler: Callable[[object, Context], object] = found
        return handler

    def _environment(self, function: Foreign) -> dict[str, str]:
        given: Mapping[str, str] = function.environment_vars
        return {
            "AWS_REGION": self._region,
            "AWS_DEFAULT_REGION": self._region,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "PATH": os.defpath,
            "TZ": ":UTC",
            **{name: str(value) for name, value in given.items()},
        }

    def _load(self, name: str, source: str, environment: dict[str, str]) -> dict[str, Any]:
        stand_ins: dict[str, object] = {
            "os": os_module(environment),
            "time": time_module(self._clock),
            "datetime": datetime_module(self._clock),
            "boto3": self._clients.module(),
            "random": random_module(),
        }
        own = dict(vars(builtins))
        own["__import__"] = _importer(stand_ins)
        module = types.ModuleType(name)
        namespace = vars(module)
        namespace["__builtins__"] = own
        exec(program(source, f"{name}/index.py"), namespace)  # noqa: S102 (Lambda does this)
        return namespace


class HandlerNotFound(Exception):
    """The module has no function of that name."""


def _importer(stand_ins: Mapping[str, object]) -> Callable[..., object]:
    def find(
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: tuple[str, ...] = (),
        level: int = 0,
    ) -> object:
        top, dot, _ = name.partition(".")
        if level == 0 and top in stand_ins and not (dot and fromlist):
            return stand_ins[top]
        return builtins.__import__(name, globals_, locals_, fromlist, level)

    return find


def _source(function: Foreign, module: str) -> str:
    packed = function.code["ZipFile"]
    raw = base64.b64decode(packed)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return archive.read(f"{module}.py").decode("utf-8")


def _failure(error: BaseException) -> str:
    return json.dumps(
        {
            "errorMessage": str(error),
            "errorType": type(error).__name__,
            "requestId": str(uuid.uuid4()),
            "stackTrace": traceback.format_tb(error.__traceback__),
        }
    )


def _too_large() -> str:
    message = f"Response payload size exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)"
    return json.dumps({"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"})
