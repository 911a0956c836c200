"""Calls of AWS inside one process, which no network is between: the same, sooner."""

from __future__ import annotations

import functools
import io
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable

_PORTS = {"http": "80", "https": "443"}


@functools.cache  # one for all sandboxes of a process
def arriving_sooner(normalize: Callable[[Foreign], Foreign]) -> Callable[[Foreign], Foreign]:
    """`normalize_request` of what the SDK sends; a tenth of a call went into werkzeug's builder.

    What is no plain request, with a text for each header and bytes or none, is left to moto.
    """
    from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY, Request

    def arrived(sent: Foreign) -> Foreign:
        body = b"" if sent.body is None else sent.body
        environ = _environ(sent, body.encode() if isinstance(body, str) else body)
        if environ is None:
            return normalize(sent)
        return Request({**environ, PRESERVED_HEADER_NAMES_ENVIRON_KEY: {}})

    return arrived


def _environ(sent: Foreign, body: object) -> dict[str, object] | None:
    url = urlsplit(sent.url)
    plain = sent.url.isascii() and not url.fragment and "@" not in url.netloc
    if not (plain and isinstance(body, bytes)):
        return None
    host, _, port = url.netloc.partition(":")
    environ: dict[str, object] = {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(url.path).encode().decode("latin-1"),
        "QUERY_STRING": url.query,
        "REQUEST_URI": url.path,
        "RAW_URI": url.path,
        "SERVER_NAME": host,
        "SERVER_PORT": port or _PORTS[url.scheme],
        "HTTP_HOST": url.netloc,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, given in sent.headers.items():
        value = given.decode() if isinstance(given, bytes) else given
        key = name.upper().replace("-", "_")
        if "_" in name or not isinstance(value, str):
            return None
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        if key in environ:
            return None
        if key != "HTTP_TRANSFER_ENCODING":
            environ[key] = value
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


@functools.cache
def remembering_names(name: Callable[[str], str]) -> Callable[[str], str]:
    """`camelcase_to_underscores`, each name of an action once."""
    return functools.cache(name)


@functools.cache
def remembering_methods(find: Callable[[type], list[str]]) -> Callable[[type], list[str]]:
    """`method_names_from_class`: every sandbox gives a service's class the same methods."""
    return functools.cache(find)
