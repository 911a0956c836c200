"""Makes errors of the SDK ours: what we were doing, AWS's own words, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import botocore.exceptions

from cron2aws.aws.answers import NotAws
from cron2aws.errors import AwsError
from cron2aws.escapes import printable
from cron2aws.lint.secrets import mask

_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "UnauthorizedOperation",
}
_STALE = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "RequestExpired",
    "UnrecognizedClientException",
}
_SIGNED_WRONG = {
    "InvalidSignatureException",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
}
_OF_THE_CLOCK = ("Signature expired", "Signature not yet current", "TooSkewed", "InTheFuture")
_LOGIN = (
    botocore.exceptions.SSOError,
    botocore.exceptions.TokenRetrievalError,
    botocore.exceptions.CredentialRetrievalError,
)
# cut short, no HTTP at all, another one's certificate
_GARBLED = (botocore.exceptions.HTTPClientError, botocore.exceptions.SSLError)
_LONGEST = 4000  # characters of an error's message; AWS's longest hold an encoded policy decision
THROTTLED = frozenset(
    {"RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"}
)
LOG_IN = "log in again: the credentials are no longer valid"
SET_THE_CLOCK = "set the clock of this host: AWS takes what was signed within five minutes"
NO_ANSWER = "check the network, --region and --endpoint-url, then run the same command again"
WHO_ANSWERS = (
    "see whether --endpoint-url is an endpoint of AWS, and whether a proxy or a captive portal "
    "answers in its place"
)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Errors of the SDK, and answers that are not AWS's, as AwsError."""
    try:
        yield
    except botocore.exceptions.NoCredentialsError as missing:
        raise AwsError(
            what=f"{doing} failed",
            why="no AWS credentials were found",
            fix="set AWS_PROFILE or give --profile, or try it out with --sandbox",
        ) from missing
    except botocore.exceptions.ClientError as refused:
        code, message = code_of(refused), refused.response["Error"].get("Message") or ""
        raise AwsError(
            what=f"{doing} failed",
            why=f"{printable(code)}: {printable(message)[:_LONGEST]}",
            fix=_advice(code, message, refused.operation_name),
        ) from refused
    except NotAws as foreign:
        raise AwsError(what=f"{doing} failed", why=str(foreign), fix=WHO_ANSWERS) from foreign
    except _LOGIN as stale:
        raise AwsError(what=f"{doing} failed", why=str(stale), fix=LOG_IN) from stale
    except botocore.exceptions.BotoCoreError as broken:
        raise AwsError(
            what=f"{doing} failed",
            why=printable(mask(str(broken))),  # an address can hold a password
            fix=WHO_ANSWERS if isinstance(broken, _GARBLED) else NO_ANSWER,
        ) from broken


def is_denied(failed: AwsError) -> bool:
    """Whether these credentials lack the right."""
    cause = failed.__cause__
    return isinstance(cause, botocore.exceptions.ClientError) and code_of(cause) in _DENIED


def code_of(refused: botocore.exceptions.ClientError) -> str:
    """The service's code for its refusal; the guard of answers.py sees to it that there is one."""
    return refused.response["Error"]["Code"]


def _advice(code: str, message: str, operation: str) -> str | None:
    if code in _DENIED:
        return f"these credentials need the permission for {operation}"
    if code in _STALE:
        return LOG_IN
    if code in _SIGNED_WRONG:
        is_late = any(each in f"{code}: {message}" for each in _OF_THE_CLOCK)
        return SET_THE_CLOCK if is_late else LOG_IN
    if code in THROTTLED:
        return "AWS asks for a pause: try again in a minute, with a smaller --parallel"
    if code.isdecimal():  # no service named it: the HTTP status alone
        return WHO_ANSWERS
    return None
