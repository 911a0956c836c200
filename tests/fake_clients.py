"""Stand-ins for boto3's clients, which hold every call against the service's own model.

A call with a parameter that the service doesn't have, or of the wrong type, fails the test, as does
an operation that nobody prepared. What was called is kept, for the tests and for the policies.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = Any
"""A response, an exception to raise, a list of pages, or a function of the call's parameters."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of an operation, by the names of the API."""

    service: str
    operation: str
    parameters: dict[str, Any]


def refused(code: str, status: int = 400, operation: str = "SendCommand") -> ClientError:
    """The error of a service."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": f"{code} said the service"},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": "r",
                "HostId": "h",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        },
        operation,
    )


@functools.cache
def _operations(service: str) -> dict[str, Any]:
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name): model.operation_model(name) for name in model.operation_names}


@dataclass(kw_only=True)
class FakeClient:
    """A client of one service with prepared answers, by operation in boto3's spelling."""

    service: str
    answers: dict[str, Answer]
    calls: list[Call] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            answer = self._answer(name, parameters)
            return answer[0] if isinstance(answer, list) else answer

        return call

    def get_paginator(self, name: str) -> FakePaginator:
        return FakePaginator(client=self, name=name)

    def _answer(self, name: str, parameters: dict[str, Any]) -> Any:
        model = _operations(self.service)[name]
        validate_parameters(parameters, model.input_shape)
        self.calls.append(Call(service=self.service, operation=model.name, parameters=parameters))
        answer = self.answers[name]
        answer = answer(**parameters) if callable(answer) else answer
        if isinstance(answer, BaseException):
            raise answer
        return answer


@dataclass(kw_only=True)
class FakePaginator:
    """All prepared pages, one after the other."""

    client: FakeClient
    name: str

    def paginate(self, **parameters: Any) -> Iterator[Any]:
        pages = self.client._answer(self.name, parameters)
        yield from pages if isinstance(pages, list) else [pages]


def give_clients(module: Any, **services: dict[str, Answer]) -> list[Call]:
    """Put fakes in the place of a function's clients; the list of calls to come."""
    calls: list[Call] = []
    fakes = {
        name: FakeClient(service=name, answers=answers, calls=calls)
        for name, answers in services.items()
    }
    module.client = lambda service, *_: fakes[service]
    return calls
