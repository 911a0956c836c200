"""What is loaded for a sandbox, and what only who calls it gets. Processes of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from boto3.session import Session
from moto.core.utils import _load_service_model

from cron2aws.aws.session import AwsSettings
from cron2aws.aws.session import Session as ReadOnce
from cron2aws.sandbox.inside import Sandbox

ASKED = """
import sys
from cron2aws.sandbox.inside import Sandbox
with Sandbox():
    import boto3
    assert "openapi_spec_validator" not in sys.modules
    asked = boto3.client("apigateway", region_name="us-east-1")
    try:
        print(asked.import_rest_api(body=sys.argv[1].encode(), failOnWarnings=True)["name"])
    except asked.exceptions.BadRequestException as refused:
        print(refused)
    print("openapi_spec_validator" in sys.modules)
"""
INFO = '"info": {"title": "mine", "description": "", "version": "1"}'
GOOD, BAD = f'{{"openapi": "3.0.0", {INFO}, "paths": {{}}}}', f'{{"openapi": "3.0.0", {INFO}}}'


@pytest.mark.parametrize(
    ("document", "told"), [(GOOD, "mine"), (BAD, "Failed to parse the uploaded OpenAPI document")]
)
def test_the_validator_of_openapi_is_loaded_for_who_calls_it(document: str, told: str) -> None:
    command = [sys.executable, "-c", ASKED, document]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    first, loaded = ran.stdout.splitlines()
    assert told in first
    assert loaded == "True"


def test_one_that_is_there_already_is_used() -> None:
    lines = ("import openapi_spec_validator as real", "from cron2aws.sandbox.inside import Sandbox",
             "with Sandbox(): from moto.apigateway import models",
             "assert models.validate is real.validate")  # fmt: skip
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


def test_sessions_read_a_model_once() -> None:
    def model() -> object:
        return Session()._session.get_service_data("ec2")

    apart = model()
    with Sandbox() as sandbox:
        ours = ReadOnce(AwsSettings(region=sandbox.region))._session
        found = [model(), model(), ours._session.get_service_data("ec2")]
    assert all(each is found[0] for each in found)
    assert found[0] == apart
    assert model() is not found[0]


def test_motos_models_have_its_additions_and_boto3s_have_not() -> None:
    with Sandbox():
        ours = Session()._session.get_service_data("ec2")
        motos = _load_service_model("ec2", "service-2")
        assert _load_service_model("ec2", "service-2") is motos
    assert motos != ours
    assert motos == _load_service_model("ec2", "service-2")
