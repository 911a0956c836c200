"""A sandbox over HTTP, on 127.0.0.1 only, so that several commands work on one AWS."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Self

from cron2aws.errors import UsageError
from cron2aws.sandbox.time.triggers import minutes_between

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cron2aws.sandbox.foreign import Foreign
    from cron2aws.sandbox.inside import Sandbox
    from cron2aws.sandbox.telling import Notification

HOST, PORT = "127.0.0.1", 5111
LOOK_SECONDS = 0.5


class SandboxServer:
    """Serves an active sandbox until `close`; port 0 takes a free one."""

    def __init__(self, sandbox: Sandbox, port: int = PORT) -> None:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import make_server

        self._sandbox = sandbox
        application = DomainDispatcherApplication(create_backend_app)
        try:
            self._server = make_server(
                HOST, port, application, threaded=True, request_handler=_quiet_handler()
            )
        except (OSError, SystemExit) as taken:
            what, fix = f"port {port} of {HOST} is not free", "choose another with --port"
            raise UsageError(what, fix=fix) from taken
        # moto's tasks look for a server there when they find themselves outside a mock
        os.environ["MOTO_PORT"] = str(self._server.port)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """The address it is bound to."""
        return str(self._server.server_address[0])

    @property
    def url(self) -> str:
        """What `--endpoint-url` takes."""
        return f"http://{HOST}:{self._server.port}"

    def __enter__(self) -> Self:
        """Serve, in a thread of its own."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        os.environ.pop("MOTO_PORT", None)

    def attend(
        self,
        stop: threading.Event,
        *,
        fires: Callable[[datetime, int], None],
        tells: Callable[[Notification], None],
    ) -> None:
        """Until `stop`: fire what is due each minute, and pass on what is published."""
        last, told = self._sandbox.now, 0
        try:
            while not stop.wait(LOOK_SECONDS):
                now = self._sandbox.now
                for minute in minutes_between(last, now):
                    started = self._sandbox.fire_due(minute)
                    if started:
                        fires(minute, len(started))
                last, told = now, self._pass_on(told, tells)
        finally:
            self._pass_on(told, tells)

    def _pass_on(self, told: int, tells: Callable[[Notification], None]) -> int:
        messages = self._sandbox.notifications()
        for message in messages[told:]:
            tells(message)
        return len(messages)


def _quiet_handler() -> type:
    from moto.moto_server import werkzeug_app
    from werkzeug.serving import WSGIRequestHandler

    # moto before 5.2.5 has none of its own
    handler: Foreign = getattr(werkzeug_app, "MotoRequestHandler", WSGIRequestHandler)

    class QuietHandler(handler):  # type: ignore[misc]  # whichever it is
        """Werkzeug prints a line for each request."""

        def log(self, type: str, message: str, *args: Foreign) -> None:
            del type, message, args

    return QuietHandler
