"""In AWS's place: first right answers, then whatever a test names.

An HTTP server on 127.0.0.1; or, where HTTP itself plays no part, the same answers without it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

JSON = "application/x-amz-json-1.0"
XML = "text/xml"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back, byte for byte."""

    body: bytes
    status: int = 200
    kind: str = "text/html"
    encoding: str | None = None
    promised: int | None = None
    """Content-Length, where it isn't the true one."""
    raw: bool = False
    """The body alone goes out: no HTTP around it."""

    @property
    def is_plain(self) -> bool:
        """Whether HTTP plays no part in it, but for carrying the body, its type and a status.

        An HTTP client looks at statuses below 400 by itself: there may be no body, or a way on.
        """
        is_whole = not (self.raw or self.encoding or self.promised is not None)
        return is_whole and (self.status == 200 or self.status >= 400)


Speaker = Callable[[str, int], Answer]
"""The answer to the nth request (from 0) of a name such as DescribeStacks."""


@dataclass(kw_only=True)
class Answering:
    """The server's address, what it says, and what it was asked."""

    url: str
    speaks: Speaker
    asked: list[str] = field(default_factory=list)

    def says(self, speaks: Speaker) -> None:
        """From now on, with the count from 0 again."""
        self.speaks = speaks
        self.asked.clear()

    def next(self, name: str) -> Answer:
        self.asked.append(name)
        return self.speaks(name, len(self.asked) - 1)

    def answers_nearby(self, client: Any) -> None:
        """Plain answers reach this client without HTTP from now on, which takes most of the time.

        All others still come from the server.
        """
        client.meta.events.register("before-send", self._nearby)

    def _nearby(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
        target = request.headers.get("X-Amz-Target")
        name = _asked(target, urlsplit(request.url).path, body)
        if not self.speaks(name, len(self.asked)).is_plain:
            return None
        answer = self.next(name)
        return came(request, answer.status, answer.kind, answer.body)


@contextmanager
def answering(speaks: Speaker) -> Iterator[Answering]:
    """The server, for as long as the block runs."""
    state = Answering(url="", speaks=speaks)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._say(state.next(_asked(self.headers.get("X-Amz-Target"), self.path, body)))

        def do_GET(self) -> None:
            self._say(state.next(self.path))

        do_PUT = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _say(self, answer: Answer) -> None:
            if not answer.raw:
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.kind)
                if answer.encoding:
                    self.send_header("Content-Encoding", answer.encoding)
                if answer.status in {301, 302}:
                    self.send_header("Location", "http://127.0.0.1:9/log-in")
                promised = len(answer.body) if answer.promised is None else answer.promised
                self.send_header("Content-Length", str(promised))
                self.end_headers()
            self.wfile.write(answer.body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _asked(target: str | bytes | None, path: str, body: str) -> str:
    """The operation, or the path of a service that is asked by its paths."""
    if target:
        return (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
    return parse_qs(body)["Action"][0] if path == "/" else path


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


def came(request: AWSPreparedRequest, status: int, kind: str, body: bytes) -> AWSResponse:
    """An answer as botocore has it from HTTP, for a handler of its `before-send`."""
    headers = HTTPHeaders()
    headers["Content-Type"] = kind
    headers["Content-Length"] = str(len(body))
    return AWSResponse(request.url, status, headers, _Raw(body))
