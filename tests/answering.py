"""An HTTP server on 127.0.0.1 in AWS's place: first right answers, then whatever a test names."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

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


@contextmanager
def answering(speaks: Speaker) -> Iterator[Answering]:
    """The server, for as long as the block runs."""
    state = Answering(url="", speaks=speaks)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            target = self.headers.get("X-Amz-Target")
            self._say(state.next(target.rpartition(".")[2] if target else _action(body)))

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


def _action(body: str) -> str:
    return parse_qs(body)["Action"][0]
