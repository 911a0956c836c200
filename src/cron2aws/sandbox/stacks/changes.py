"""How a stack's resource is changed in place; types that stand not here are made anew."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from moto.awslambda.models import LambdaFunction
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.functions.environment import check_environment
from cron2aws.sandbox.stacks.documents import change_document

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[Any, dict[str, Any], dict[str, Any], str, str], None]
    """Of a resource, with its properties before and after."""


def change_function(
    function: Foreign, was: dict[str, Any], properties: dict[str, Any], account: str, region: str
) -> None:
    """UpdateFunctionConfiguration, then UpdateFunctionCode with inline code packed as on creation.

    moto hands the plain text to a function that expects a ZIP in base64, and stops.
    """
    del was, account, region
    settings = {**properties, "Environment": {"Variables": {}, **properties.get("Environment", {})}}
    check_environment(settings["Environment"]["Variables"])
    function.update_configuration(settings)
    text = properties["Code"]["ZipFile"]
    packed = base64.b64encode(LambdaFunction._create_zipfile_from_plaintext_code(text))
    function.update_function_code({"ZipFile": packed})


def change_log_group(
    group: Foreign, was: dict[str, Any], properties: dict[str, Any], account: str, region: str
) -> None:
    """PutRetentionPolicy; moto makes a second group and forgets the first."""
    del was, account, region
    days = properties.get("RetentionInDays")
    group.retention_in_days = int(days) if days is not None else None


def change_role(
    role: Foreign, was: dict[str, Any], properties: dict[str, Any], account: str, region: str
) -> None:
    """The trust policy and its own inline policies; moto changes neither.

    Those that an AWS::IAM::Policy has put into it are that one's.
    """
    del account, region
    role.assume_role_policy_document = _text(properties["AssumeRolePolicyDocument"])
    role.description = properties.get("Description", "")
    for policy in was.get("Policies", []):
        role.policies.pop(policy["PolicyName"], None)
    for policy in properties.get("Policies", []):
        role.put_policy(policy["PolicyName"], policy["PolicyDocument"])


def change_machine(
    machine: Foreign, was: dict[str, Any], properties: dict[str, Any], account: str, region: str
) -> None:
    """UpdateStateMachine: executions that run keep the old definition."""
    del was
    stepfunctions_parser_backends[account][region].update_state_machine(
        machine.arn, definition=properties["DefinitionString"], role_arn=properties["RoleArn"]
    )


def change_schedule(
    schedule: Foreign, was: dict[str, Any], properties: dict[str, Any], account: str, region: str
) -> None:
    """UpdateSchedule."""
    from cron2aws.sandbox.stacks.schedules import StackSchedule

    del was
    StackSchedule.update_from_cloudformation_json(
        schedule, schedule.schedule.name, {"Properties": properties}, account, region
    )


def put_policy(role: Foreign, policy_name: str, policy_json: object) -> None:
    """Role.put_policy: a document that a stack writes as a mapping becomes text."""
    role.policies[policy_name] = _text(policy_json)


def _text(document: object) -> str:
    return document if isinstance(document, str) else json.dumps(document)


IN_PLACE: dict[str, Change] = {
    "AWS::Lambda::Function": change_function,
    "AWS::Logs::LogGroup": change_log_group,
    "AWS::IAM::Role": change_role,
    "AWS::StepFunctions::StateMachine": change_machine,
    "AWS::SSM::Document": change_document,
    "AWS::Scheduler::Schedule": change_schedule,
}
