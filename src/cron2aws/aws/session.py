"""One door to AWS: clients are made here, and AWS's errors become ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import botocore.exceptions
from botocore.config import Config

from cron2aws.errors import AwsError, UsageError

# adaptive: throttled calls slow down by themselves; a throttled poll is not a failed deployment
CONFIG = Config(retries={"mode": "adaptive", "max_attempts": 10}, user_agent_extra="cron2aws")

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
_LOGIN = (
    botocore.exceptions.SSOError,
    botocore.exceptions.TokenRetrievalError,
    botocore.exceptions.CredentialRetrievalError,
)
THROTTLED = frozenset({"RequestLimitExceeded", "Throttling", "ThrottlingException"})
LOG_IN = "log in again: the credentials are no longer valid"


@dataclass(frozen=True, kw_only=True)
class AwsSettings:
    """Which account, region and endpoint; None leaves it to the SDK's own chain."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None


class Session:
    """Makes clients for one profile, region and endpoint, each service once."""

    def __init__(self, settings: AwsSettings) -> None:
        self._endpoint_url = settings.endpoint_url
        try:
            self._session = boto3.Session(
                profile_name=settings.profile, region_name=settings.region
            )
            region = self._session.region_name
        except botocore.exceptions.ProfileNotFound as missing:
            raise UsageError(
                what="there is no such AWS profile",
                why=str(missing),
                fix="`aws configure list-profiles` shows them",
            ) from missing
        except botocore.exceptions.BotoCoreError as broken:
            raise UsageError(what="the AWS configuration cannot be read", why=str(broken)) from None
        if region is None:
            raise UsageError(
                what="no AWS region is set",
                fix="give --region, or set AWS_DEFAULT_REGION",
            )
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        """The region's name."""
        return str(self._session.region_name)

    @property
    def partition(self) -> str:
        """`aws`, `aws-cn` or `aws-us-gov`."""
        return str(self._session.get_partition_for_region(self.region))

    def client(self, service: str) -> Any:  # noqa: ANN401 (boto3 has no types)
        """The client of a service."""
        if service not in self._clients:
            self._clients[service] = self._make(service)
        return self._clients[service]

    def _make(self, service: str) -> Any:  # noqa: ANN401
        try:
            with translated(f"preparing to call {service}"):
                return self._session.client(service, endpoint_url=self._endpoint_url, config=CONFIG)
        except ValueError as wrong:  # botocore on an address or a region that cannot be one
            raise UsageError(
                what=str(wrong), fix="--endpoint-url is an address such as http://127.0.0.1:5111"
            ) from wrong

    def account(self) -> str:
        """The account's number; AwsError where the credentials do not work."""
        with translated("asking AWS who we are"):
            return str(self.client("sts").get_caller_identity()["Account"])


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Errors of the SDK as AwsError: what we were doing, AWS's own words, what to do."""
    try:
        yield
    except botocore.exceptions.NoCredentialsError as missing:
        raise AwsError(
            what=f"{doing} failed",
            why="no AWS credentials were found",
            fix="set AWS_PROFILE or give --profile, or try it out with --sandbox",
        ) from missing
    except botocore.exceptions.ClientError as refused:
        code = refused.response["Error"]["Code"]
        raise AwsError(
            what=f"{doing} failed",
            why=f"{code}: {refused.response['Error'].get('Message', '')}",
            fix=_advice(code, refused.operation_name),
        ) from refused
    except _LOGIN as stale:
        raise AwsError(what=f"{doing} failed", why=str(stale), fix=LOG_IN) from stale
    except botocore.exceptions.BotoCoreError as broken:
        raise AwsError(what=f"{doing} failed", why=str(broken)) from broken


def _advice(code: str, operation: str) -> str | None:
    if code in _DENIED:
        return f"these credentials need the permission for {operation}"
    if code in _STALE:
        return LOG_IN
    if code in THROTTLED:
        return "AWS asks for a pause: try again in a minute, with a smaller --parallel"
    return None
