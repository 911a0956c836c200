"""The one place where clients of AWS are made, typed by boto3's stubs."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, overload
from urllib.parse import urlsplit

import boto3
import botocore.exceptions
import botocore.session
from botocore.config import Config

from cron2aws.aws.answers import GuardedParsers
from cron2aws.aws.attempts import Attempts
from cron2aws.aws.failures import THROTTLED, translated
from cron2aws.aws.models import read_once
from cron2aws.aws.pace import Pace
from cron2aws.aws.records import answer
from cron2aws.aws.skew import Ahead, Skew
from cron2aws.errors import AwsError, UsageError
from cron2aws.escapes import printable
from cron2aws.lint.secrets import mask
from cron2aws.preflight.facts import Credentials

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_service_quotas import ServiceQuotasClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_sts import STSClient

Service = Literal[
    "cloudformation",
    "ec2",
    "events",
    "iam",
    "lambda",
    "logs",
    "scheduler",
    "service-quotas",
    "sns",
    "ssm",
    "stepfunctions",
    "sts",
]

# adaptive: throttled calls slow down by themselves; a throttled poll is not a failed deployment
CONFIG = Config(retries={"mode": "adaptive", "max_attempts": 10}, user_agent_extra="cron2aws")


@dataclass(frozen=True, kw_only=True)
class AwsSettings:
    """Which account, region and endpoint; None leaves it to the SDK's own chain."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None


class Session:
    """Makes clients for one profile, region and endpoint, each service once."""

    def __init__(
        self,
        settings: AwsSettings,
        config: Config = CONFIG,
        *,
        now: Callable[[], datetime] | None = None,
        say: Callable[[str], None] | None = None,
        wait: Callable[[datetime], None] | None = None,
    ) -> None:
        """`now` is held against the Date of AWS's answers; `say` is told each call (`-v`).

        With `wait`, which returns at a moment, calls are made at the pace that AWS allows.
        """
        self._endpoint_url = settings.endpoint_url
        self._config = config
        try:
            self._session = _guarded(settings)
            region = self._session.region_name
        except botocore.exceptions.ProfileNotFound as missing:
            raise UsageError(
                what="there is no such AWS profile",
                why=str(missing),
                fix="`aws configure list-profiles` shows them",
            ) from missing
        except botocore.exceptions.BotoCoreError as broken:
            raise UsageError(
                what="the AWS configuration cannot be read",
                why=str(broken),
                fix="correct that file; AWS_CONFIG_FILE names another one",
            ) from None
        if not region:
            raise UsageError(
                what="no AWS region is set",
                fix="give --region, or set AWS_DEFAULT_REGION",
            )
        self._clients: dict[Service, BaseClient] = {}
        self._making = threading.Lock()
        self._skew = Skew(now) if now else None
        self._pace = Pace(region, now, wait) if now and wait else None
        self.attempts = Attempts()
        self._throttled: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._watch(say)

    @property
    def throttled(self) -> Mapping[str, int]:
        """How often AWS asked for a pause, by operation; the SDK asked again, ever slower."""
        with self._counting:
            return dict(self._throttled)

    @property
    def ahead(self) -> Ahead | None:
        """How far this host's clock is ahead of AWS's; None before AWS has told its time."""
        return self._skew.ahead if self._skew else None

    def _watch(self, say: Callable[[str], None] | None) -> None:
        """Look at each call as it goes out and comes back, whichever client makes it."""
        skew, pace, events = self._skew, self._pace, self._session.events

        def is_made(event_name: str, **_: object) -> None:
            # before it is signed: AWS takes a signature for five minutes
            if pace is not None:
                pace.wait(event_name.split(".")[2])

        def goes(event_name: str, **_: object) -> None:
            service, operation = event_name.split(".")[1:]
            if say is not None:
                say(f"aws: {service} {operation}")
            self.attempts.sent(operation)
            if skew is not None:
                skew.sent()

        def comes(
            event_name: str,
            response_dict: Mapping[str, object] | None = None,
            parsed_response: Mapping[str, Mapping[str, object]] | None = None,
            exception: object = None,
            **_: object,
        ) -> None:
            self.attempts.came(event_name.split(".")[2], response_dict, exception)
            error = (parsed_response or {}).get("Error")
            if isinstance(error, Mapping) and error.get("Code") in THROTTLED:
                with self._counting:
                    self._throttled[event_name.split(".")[2]] += 1
            headers = (response_dict or {}).get("headers")
            if skew is not None and isinstance(headers, Mapping):
                skew.came(headers)

        events.register("request-created", is_made)
        events.register("before-send", goes)
        events.register("response-received", comes)

    @property
    def region(self) -> str:
        """The region's name."""
        return self._session.region_name

    @overload
    def client(self, service: Literal["cloudformation"]) -> CloudFormationClient: ...
    @overload
    def client(self, service: Literal["ec2"]) -> EC2Client: ...
    @overload
    def client(self, service: Literal["events"]) -> EventBridgeClient: ...
    @overload
    def client(self, service: Literal["iam"]) -> IAMClient: ...
    @overload
    def client(self, service: Literal["lambda"]) -> LambdaClient: ...
    @overload
    def client(self, service: Literal["logs"]) -> CloudWatchLogsClient: ...
    @overload
    def client(self, service: Literal["scheduler"]) -> EventBridgeSchedulerClient: ...
    @overload
    def client(self, service: Literal["service-quotas"]) -> ServiceQuotasClient: ...
    @overload
    def client(self, service: Literal["sns"]) -> SNSClient: ...
    @overload
    def client(self, service: Literal["ssm"]) -> SSMClient: ...
    @overload
    def client(self, service: Literal["stepfunctions"]) -> SFNClient: ...
    @overload
    def client(self, service: Literal["sts"]) -> STSClient: ...
    def client(self, service: Service) -> BaseClient:
        """The client of a service; AwsError where its endpoint's port cannot be one."""
        with self._making:  # botocore's own way to make them is not safe in threads
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: Service) -> BaseClient:
        try:
            with translated(f"preparing to call {service}"):
                made = self._session.client(
                    service, endpoint_url=self._endpoint_url, config=self._config
                )
        except ValueError as wrong:  # botocore on an address or a region that cannot be one
            raise UsageError(
                what=printable(mask(str(wrong))),
                fix="--endpoint-url is an address such as http://127.0.0.1:5111",
            ) from wrong
        _check_port(made.meta.endpoint_url)
        return made

    def credentials(self) -> Credentials:
        """Whose credentials these are, and how long they last as far as the SDK knows."""
        sts = self.client("sts")
        with translated("asking AWS who we are"):
            arn = answer(sts.get_caller_identity()).text("Arn")
            found = self._session.get_credentials()
            if found is None:
                raise botocore.exceptions.NoCredentialsError
            frozen = found.get_frozen_credentials()  # this finds what is found late
        # the SDK tells it nowhere else
        expires: object = getattr(found, "_expiry_time", None)
        return Credentials(
            arn=arn,
            method=str(found.method),
            temporary=bool(frozen.token),
            expires=expires if isinstance(expires, datetime) else None,
        )

    def account(self) -> str:
        """The account's number; AwsError where the credentials do not work."""
        sts = self.client("sts")
        with translated("asking AWS who we are"):
            return answer(sts.get_caller_identity()).text("Account")


def _guarded(settings: AwsSettings) -> boto3.Session:
    # a component like its loaders and retries, so that the clients it makes for SSO have it, too
    below = botocore.session.get_session()
    below.register_component("response_parser_factory", GuardedParsers())
    session = boto3.Session(
        profile_name=settings.profile, region_name=settings.region, botocore_session=below
    )
    read_once(below)
    return session


def _check_port(url: str) -> None:
    """AwsError for what botocore takes now and falls over at the first call."""
    try:
        _ = urlsplit(url).port
    except ValueError as wrong:
        raise AwsError(
            what=f"{mask(url)} cannot be called",
            why=str(wrong),
            fix="give --endpoint-url or AWS_ENDPOINT_URL a port up to 65535, or no port",
        ) from wrong
