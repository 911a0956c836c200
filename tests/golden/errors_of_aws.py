"""What AWS, and what stands between us and it, refuses; played by botocore's own Stubber."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import botocore.exceptions
from botocore.config import Config

from cron2aws.app.installed import reading_script
from cron2aws.aws.answers import NotAws
from cron2aws.aws.failures import translated
from cron2aws.aws.requests import Request, Template
from cron2aws.aws.sending import Sender
from cron2aws.aws.session import AwsSettings, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.task.documents import READ
from cron2aws.task.task import TAG_ID
from tests.answering import JSON, Answer, answering
from tests.fakes import FakeClock
from tests.golden.screen import environment
from tests.stubs import NAME, Played, raw_stack

KEYS = {"AWS_ACCESS_KEY_ID": "stub", "AWS_SECRET_ACCESS_KEY": "stub"}
NOWHERE = {
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def _session(settings: AwsSettings, **variables: str) -> Session:
    with environment(**{**NOWHERE, **variables}):
        return Session(settings)


def _broken_configuration(folder: Path) -> Session:
    (folder / "config").write_text("no section\n", encoding="utf-8")
    return _session(AwsSettings(), AWS_CONFIG_FILE=str(folder / "config"))


def _refused(code: str, message: str) -> Callable[[Path], object]:
    error = {"Error": {"Code": code, "Message": message}}
    return _failing(botocore.exceptions.ClientError(cast("Any", error), "CreateStack"))


def _failing(error: Exception) -> Callable[[Path], object]:
    def provoke(_: Path) -> None:
        with translated(f"creating stack {NAME}"):
            raise error

    return provoke


def _ended(status: str, doing: str) -> Callable[[Path], object]:
    def provoke(_: Path) -> None:
        with environment(**NOWHERE, **KEYS):
            played = Played()
        getattr(played, f"{doing}s")()
        played.shows(status)
        played.tells(("Machine", "CREATE_FAILED", "Resource creation cancelled"), CAUSE)
        _do(played, doing)

    return provoke


WANTED = Request(
    template=Template(body="{}", makes_roles=True), parameters={}, tags={TAG_ID: "0000000a"}
)
CAUSE = ("Role", "CREATE_FAILED", "User is not authorized to perform iam:CreateRole")


def _do(played: Played, doing: str) -> None:
    stack = raw_stack("CREATE_COMPLETE")
    calls = StackCalls(played.session, played.slept.append)
    match doing:
        case "create":
            calls.create(NAME, WANTED)
        case _:
            calls.change(stack["StackId"], WANTED)


def _vanished(_: Path) -> None:
    with environment(**NOWHERE, **KEYS):
        played = Played()
    played.creates()
    for _again in range(2):
        played.refuses("describe_stacks", "ValidationError", f"Stack {NAME} does not exist")
    _do(played, "create")


def _no_document(_: Path) -> None:
    """Neither the document of `setup` is there, nor the right to send a script by itself."""
    with environment(**NOWHERE, **KEYS):
        played = Played("ssm")
    played.refuses("send_command", "InvalidDocument", "")
    played.refuses("send_command", "AccessDeniedException", "User is not authorized")
    clock = FakeClock()
    sender = Sender(played.session, clock.now, clock.sleep_until)
    values = {"piece": "1"}
    sender.send(["i-1"], READ, values, reading_script, what="the reading script", comment="")


def _may_be_sent(_: Path) -> None:
    """Nobody knows whether a server that fails had taken the command."""
    body = b'{"__type": "InternalServerError", "message": "try again"}'
    config = Config(retries={"total_max_attempts": 1})
    with answering(lambda *_: Answer(body=body, status=500, kind=JSON)) as server:
        settings = AwsSettings(region="eu-west-1", endpoint_url=server.url)
        with environment(**NOWHERE, **KEYS):
            session = Session(settings, config)
            clock = FakeClock()
            sender = Sender(session, clock.now, clock.sleep_until)
            values = {"piece": "1"}
            sender.send(["i-1"], READ, values, reading_script, what="the script", comment="")


OF_AWS: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "no such profile": lambda _: _session(AwsSettings(profile="nobody", region="eu-west-1")),
        "the configuration is broken": _broken_configuration,
        "no region": lambda _: _session(AwsSettings()),
        "the endpoint is no address": lambda _: _session(
            AwsSettings(region="eu-west-1", endpoint_url="nonsense"), **KEYS
        ).client("sts"),
        "the endpoint's port is none": lambda _: _session(
            AwsSettings(region="eu-west-1", endpoint_url="http://127.0.0.1:70000"), **KEYS
        ).client("sts"),
        "somebody else answers": _failing(NotAws(lack="has no StackId", came="<html>Log in")),
        "a command that may have been sent": _may_be_sent,
        "no document, and no right to send scripts": _no_document,
        "no credentials": _failing(botocore.exceptions.NoCredentialsError()),
        "not allowed": _refused("AccessDenied", "User is not authorized to perform this"),
        "credentials that are too old": _refused("ExpiredToken", "The token has expired"),
        "too many calls": _refused("Throttling", "Rate exceeded"),
        "anything else": _refused("LimitExceededException", "Stack limit exceeded"),
        "the log-in is over": _failing(botocore.exceptions.SSOTokenLoadError(error_msg="gone")),
        "no answer": _failing(
            botocore.exceptions.EndpointConnectionError(endpoint_url="https://127.0.0.1:1")
        ),
        "a stack could not be created": _ended("ROLLBACK_COMPLETE", "create"),
        "a stack could not be updated": _ended("UPDATE_ROLLBACK_COMPLETE", "update"),
        "a stack vanished": _vanished,
    }
)
