"""The query protocol by botocore's models: a service of ours behind a real client, without HTTP.

Requests pass botocore's validation of the input; answers are checked against the output's shape,
written as XML, and read by botocore's own parser.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.model import Shape
from botocore.validate import validate_parameters

from tests.answering import XML, came

Operation = Callable[[dict[str, str]], dict[str, Any]]


class Refused(Exception):
    """An error of the service, with the status of its answer."""

    def __init__(self, message: str, code: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def refuse(message: str, code: str = "ValidationError", status: int = 400) -> NoReturn:
    raise Refused(message, code, status)


class Serving:
    """Stands in for HTTP behind a client; `find` gives the operation of a name."""

    def __init__(self, client: Any, find: Callable[[str], Operation]) -> None:
        self._model = client.meta.service_model
        self._find = find
        self.loses: dict[str, int] = {}
        """How many answers to an operation get lost on their way back."""
        self.loses_requests: dict[str, int] = {}
        """How many requests for an operation get lost on their way there."""
        client.meta.events.register("before-send.cloudformation", self._answer, unique_id="fake")
        self._client = client

    def end(self) -> None:
        self._client.meta.events.unregister("before-send.cloudformation", unique_id="fake")

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        body = request.body
        text = body.decode() if isinstance(body, bytes) else str(body)
        given = dict(parse_qsl(text, keep_blank_values=True))
        name = given["Action"]
        if self.loses_requests.get(name, 0) > 0:
            self.loses_requests[name] -= 1
            raise ConnectTimeoutError(endpoint_url=request.url)
        try:
            result = self._find(name)(given)
        except Refused as refused:
            return came(request, refused.status, XML, _error(refused).encode())
        if self.loses.get(name, 0) > 0:
            self.loses[name] -= 1
            raise ReadTimeoutError(endpoint_url=request.url)
        shape = self._model.operation_model(name).output_shape
        inner = ""
        if shape is not None:
            validate_parameters(result, shape)
            inner = f"<{name}Result>{_xml(result, shape)}</{name}Result>"
        text = f"<{name}Response>{inner}</{name}Response>"
        return came(request, 200, XML, text.encode())


def pairs(given: dict[str, str], group: str, key: str, value: str) -> dict[str, str]:
    found, nth = {}, 1
    while (name := given.get(f"{group}.member.{nth}.{key}")) is not None:
        if (said := given.get(f"{group}.member.{nth}.{value}")) is not None:
            found[name] = said
        nth += 1
    return found


def members(given: dict[str, str], group: str) -> list[str]:
    return [value for name, value in given.items() if name.startswith(f"{group}.member.")]


def _xml(value: Any, shape: Shape) -> str:
    """A value as the query protocol writes it."""
    if shape.type_name == "structure":
        members: dict[str, Shape] = shape.members  # type: ignore[attr-defined]
        unknown = set(value) - set(members)
        assert not unknown, f"{shape.name} has no {unknown}"
        return "".join(f"<{name}>{_xml(value[name], members[name])}</{name}>" for name in value)
    if shape.type_name == "list":
        member: Shape = shape.member  # type: ignore[attr-defined]
        return "".join(f"<member>{_xml(each, member)}</member>" for each in value)
    if shape.type_name == "timestamp":
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if shape.type_name == "boolean":
        return str(value).lower()
    known = getattr(shape, "enum", [])
    # events of a stack itself have its status, which the model leaves out of ResourceStatus
    assert not known or value in known or shape.name == "ResourceStatus", value
    return escape(str(value))


def _error(refused: Refused) -> str:
    return (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{refused.code}</Code>"
        f"<Message>{escape(str(refused))}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
    )
