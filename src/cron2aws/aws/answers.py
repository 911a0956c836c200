"""The door for answers: what is not AWS's becomes NotAws, whichever service was asked.

botocore takes what it is given.  A page of HTML for JSON is an empty answer to it, and what it
cannot read ends in whatever its parser meets: KeyError, AttributeError, UnicodeDecodeError.
So its parsers work behind a guard here, which also notes what came for whoever misses a field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.parsers import ResponseParser, ResponseParserFactory

from cron2aws.escapes import printable
from cron2aws.lint.secrets import MASK, mask

if TYPE_CHECKING:
    from botocore.model import Shape

METADATA: Final = "ResponseMetadata"
CAME: Final = "cron2aws:came"
"""Where an answer's metadata have what came."""
_SHOWN = 80  # characters of a foreign answer
_LOOKED_AT = 2000  # bytes of it: a secret that begins among those shown must be seen whole
# keys, tokens and signatures: an answer that was cut short may hold credentials
_LONG = re.compile(r"[\w+/=%~-]{20,}")
_FIRST_ERROR = 300


@dataclass(frozen=True, kw_only=True)
class Came:
    """An answer as it came, for messages: its text is made where one needs it, which is rare."""

    status: object
    kind: object
    size: int
    head: bytes

    @classmethod
    def of(cls, response: Mapping[str, object]) -> Came:
        """The answer, out of what botocore hands to a parser."""
        body, headers = response.get("body"), response.get("headers")
        raw = body if isinstance(body, bytes) else b""
        return cls(
            status=response["status_code"],
            kind=headers.get("Content-Type") if isinstance(headers, Mapping) else None,
            size=len(raw) if raw.strip() else 0,
            head=raw[:_LOOKED_AT],
        )

    def __str__(self) -> str:
        """For a message: the status, the type, the size, and how it begins."""
        facts = [f"HTTP {self.status}", printable(str(self.kind or "untyped"))[:_SHOWN]]
        if not self.size:
            return ", ".join([*facts, "empty"])
        text = self.head.decode("utf-8", "replace")
        return ", ".join([*facts, f"{self.size} bytes"]) + f": {excerpt(text)}"


class NotAws(Exception):
    """An answer that no AWS service gives; `translated` makes an AwsError of it."""

    def __init__(self, *, lack: str, came: Came | str) -> None:
        super().__init__(lack, came)
        self._lack = lack
        self._came = came

    def __str__(self) -> str:
        # made where it is told: a look that is lost is nearly always made again, untold
        return f"the answer {self._lack}: {self._came}"


class GuardedParsers(ResponseParserFactory):
    """botocore's parsers, each behind the guard."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """The parser of a protocol such as `json` or `query`."""
        return _Guarded(super().create_parser(protocol_name))


class _Guarded(ResponseParser):
    def __init__(self, inner: ResponseParser) -> None:
        super().__init__()
        self._inner = inner

    def parse(self, response: Mapping[str, object], shape: Shape | None) -> dict[str, object]:
        """As botocore's, but it ends in an answer, in an error of a service, or in NotAws."""
        status = response["status_code"]
        parsed = self._parsed(response, shape)
        if not isinstance(status, int) or status < _FIRST_ERROR:
            if parsed is None:
                raise NotAws(lack="cannot be read", came=Came.of(response))
            metadata = parsed.setdefault(METADATA, {})
            if isinstance(metadata, dict):
                metadata[CAME] = Came.of(response)
            return parsed
        if shape is not None and shape.metadata.get("exception"):
            return parsed or {}  # botocore's second look, at the fields of an error
        # returned and not raised: botocore tries some statuses again
        return parsed if parsed and _is_refusal(parsed) else _refusal(status, Came.of(response))

    def _parsed(
        self, response: Mapping[str, object], shape: Shape | None
    ) -> dict[str, object] | None:
        try:
            parsed: object = self._inner.parse(response, shape)  # type: ignore[arg-type]
        except Exception:
            return None
        return parsed if isinstance(parsed, dict) else None


def _is_refusal(parsed: Mapping[str, object]) -> bool:
    """Whether an error names itself as AWS's do; botocore takes the status for the code else."""
    error = parsed.get("Error")
    if not isinstance(error, dict):
        return False
    code, message = error.get("Code"), error.get("Message")
    named = isinstance(code, str) and bool(code) and not code.isdecimal()
    return named and (message is None or isinstance(message, str))


def _refusal(status: int, description: Came) -> dict[str, object]:
    return {
        "Error": {
            "Code": str(status),
            "Message": f"the answer is not an error of AWS: {description}",
        },
        METADATA: {"HTTPStatusCode": status, "HTTPHeaders": {}},
    }


def excerpt(text: str) -> str:
    """The beginning of foreign text: on one line, printable, secrets masked."""
    line = printable(" ".join(_LONG.sub(MASK, mask(text)).split()))
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
