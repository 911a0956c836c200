"""A gate before the sandbox: it lets a command's calls through, holds one, or answers it itself."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.answering import Answer

PATIENCE = 60.0
"""Real seconds after which a test fails where a call that it waits for does not come."""


class Broken(Enum):
    """What becomes of a call that gets no answer."""

    RESET = "the connection is reset before the call comes through"
    LOST = "the call comes through, and its answer does not come back"


@dataclass(frozen=True, kw_only=True)
class Slow:
    """The call comes through so many real seconds later."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """The call comes through with other words in its body."""

    old: bytes
    new: bytes


Speaker = Callable[[str, str], Answer | Broken | Slow | Rewritten | None]
"""What becomes of a call, by its name and its body; None lets it through."""


@dataclass(kw_only=True)
class Held:
    """The first call of a name: it has come, and waits."""

    name: str
    came: threading.Event = field(default_factory=threading.Event)
    goes: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        assert self.came.wait(PATIENCE), f"nobody has called {self.name}"

    def release(self) -> None:
        self.goes.set()


class Gate:
    """Its address is what `--endpoint-url` takes; `asked` are the names of the calls."""

    def __init__(self, behind: str) -> None:
        self.asked: list[str] = []
        self._behind = urlsplit(behind).netloc
        self._held: list[Held] = []
        self._speaks: Speaker = lambda *_: None
        self._date: str | None = None
        self.url = ""

    def hold(self, name: str) -> Held:
        """Hold the next call of that name."""
        held = Held(name=name)
        self._held.append(held)
        return held

    def answers(self, speaks: Speaker) -> None:
        """Answer calls in the sandbox's place."""
        self._speaks = speaks

    def tells_time(self, date: str) -> None:
        """Every answer has this header `Date`."""
        self._date = date

    def open(self) -> None:
        """Let everything through, what is held, too."""
        for held in self._held:
            held.release()
        self._held.clear()
        self._speaks, self._date = lambda *_: None, None
        self.asked.clear()

    def pass_on(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes] | None:
        """What goes back; None for nothing."""
        name = _name(body, headers)
        self.asked.append(name)
        waiting = [each for each in self._held if each.name == name and not each.came.is_set()]
        for held in waiting[:1]:
            held.came.set()
            held.goes.wait(PATIENCE)
        said = self._speaks(name, body.decode())
        if said is Broken.RESET:
            return None
        if isinstance(said, Slow):
            threading.Event().wait(said.seconds)
        if isinstance(said, Rewritten):
            body = body.replace(said.old, said.new)
            headers = {**headers, "Content-Length": str(len(body))}
        if isinstance(said, Answer):
            return said.status, {"Content-Type": said.kind}, said.body
        connection = HTTPConnection(self._behind)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if said is Broken.LOST:
            return None
        back = {key: value for key, value in answer.getheaders() if key not in _OF_CONNECTIONS}
        if self._date:
            back["Date"] = self._date
        return answer.status, back, content


_OF_CONNECTIONS = {"Connection", "Content-Length", "Transfer-Encoding"}


def _name(body: bytes, headers: dict[str, str]) -> str:
    target = headers.get("X-Amz-Target")
    return target.rpartition(".")[2] if target else parse_qs(body.decode())["Action"][0]


@contextmanager
def gate_before(url: str) -> Iterator[Gate]:
    """A gate before the sandbox at that address, for as long as the block runs."""
    gate = Gate(url)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {key: value for key, value in self.headers.items() if key != "Host"}
            answer = gate.pass_on(self.path, body, headers)
            if answer is None:
                # closed with a reset, not with an end
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.close_connection = True
                self.connection.close()
                return
            status, back, content = answer
            try:
                self.send_response_only(status)
                for key, value in {**back, "Content-Length": str(len(content))}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                return  # the command was killed

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gate.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield gate
    finally:
        gate.open()
        server.shutdown()
        thread.join()
        server.server_close()
