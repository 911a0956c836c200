"""The private places of moto that the sandbox stands on, and what each repair says of itself."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest

from cron2aws.errors import UsageError
from cron2aws.sandbox.hook import Hook, Installed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.moto import repairs
from cron2aws.sandbox.speed import hooks as speed
from cron2aws.sandbox.speed.loading import loading_hooks
from cron2aws.sandbox.time.clock import VirtualClock
from tests.moto_range.needed import BY_CHANCE, NEEDED
from tests.sandboxes import ROOT, START

SIGNATURES = {
    "ResourceMap.update": "(self, template, parameters=None)",
    "Stack.create_resources": "(self)",
    "Stack.update": "(self, template, role_arn=None, parameters=None, tags=None)",
    "CloudFormationBackend.update_stack": "(self, name, template, role_arn, parameters, tags)",
    "CloudFormationBackend.delete_stack": "(self, name_or_stack_id)",
    "CloudFormationBackend.create_stack": (
        "(self, name, template, parameters, notification_arns=None, tags=None, role_arn=None, "
        "enable_termination_protection=False, timeout_in_mins=None, stack_policy_body=None)"
    ),
    "CloudFormationBackend.describe_stacks": "(self, name_or_stack_id)",
    "CloudFormationBackend.list_stacks": "(self, status_filter=None)",
    "CloudFormationBackend.execute_change_set": "(self, change_set_name, stack_name=None)",
    "CloudFormationResponse._validate_different_update": (
        "(self, incoming_params, stack_body, old_stack)"
    ),
    "CloudFormationResponse.create_change_set": "(self)",
    "CloudFormationResponse.create_stack": "(self)",
    "CloudFormationResponse.update_stack": "(self)",
    "Role.put_policy": "(self, policy_name, policy_json)",
    "Stack.stack_resources": "property",
    "Stack.parse_template": "(template)",
    "models.stepfunctions_backends": "BackendDict",
    "models.copy": "module",
    "StepFunctionsParserBackend.start_execution": (
        "(self, state_machine_arn, name=None, execution_input=None, trace_header=None)"
    ),
    "EventBridgeSchedulerBackend.create_schedule": (
        "(self, description, end_date, flexible_time_window, group_name, kms_key_arn, name, "
        "schedule_expression, schedule_expression_timezone, start_date, state, target, "
        "action_after_completion)"
    ),
    "EventBridgeSchedulerBackend.update_schedule": (
        "(self, description, end_date, flexible_time_window, group_name, kms_key_arn, name, "
        "schedule_expression, schedule_expression_timezone, start_date, state, target)"
    ),
    "models.unix_time": "(dt=None)",
    "SimpleSystemManagerBackend.create_document": (
        "(self, content, requires, attachments, name, version_name, document_type, "
        "document_format, target_type, tags)"
    ),
    "EventsBackend.put_rule": (
        "(self, name, description=None, event_bus_arn=None, event_pattern=None, role_arn=None, "
        "scheduled_expression=None, state=None, managed_by=None, tags=None)"
    ),
    "LambdaBackend.create_function": "(self, spec)",
    "parsing.clean_json": "(resource_json, resources_map)",
    "parsing.generate_resource_name": "(resource_type, stack_name, logical_id)",
    "StateTask._eval_parameters": "(self, env)",
    "Execution.status": "property",
    "ErrorEqualsDecl._eval_body": "(self, env)",
    "StepFunctionsParserBackend._validate_definition": "(definition)",
    "StepFunctionBackend.delete_state_machine": "(self, arn)",
    "StepFunctionBackend.describe_execution": "(self, execution_arn)",
    "AmazonStateLanguageParser.parse": "(definition)",
    "json_path.parse": "jsonpath_ng.ext.parser",
    "ExecutionWorker._execution_logic": "(self)",
    "state_task_service_sns.boto_client_for": "(region, service, state_credentials=None)",
    "lambda_eval_utils.boto_client_for": "(region, service, state_credentials=None)",
    "state_task_service_sfn.boto_client_for": "(region, service, state_credentials=None)",
    "state_task_service_aws_sdk.boto_client_for": "(region, service, state_credentials=None)",
    "event_manager.datetime": "module",
    "state.datetime": "module",
    "timestamp.datetime": "module",
    "execution.datetime": "module",
    "models.datetime": "module",
    "RetrierDecl._eval_body": "(self, env)",
    "Execution.stop": "(self, stop_date, error, cause)",
    "CommonStateField._eval_body": "(self, env)",
    "EvalComponent._log_failure_event_exception": "(self, failure_event_exception)",
    "WaitFunction._wait_interval": "(self, env, wait_seconds)",
    "retrier_decl.time": "module",
    "jitter_strategy_decl.random": "module",
    "execute_state.threading": "module",
    "LambdaFunction._invoke_lambda": "(self, event=None)",
    "AmiBackend._load_amis": "(self)",
    "SNSBackend.publish": (
        "(self, message, arn, phone_number=None, subject=None, message_attributes=None, "
        "group_id=None, deduplication_id=None, message_structure=None)"
    ),
    "SimpleSystemManagerResponse.send_command": "(self)",
    "SimpleSystemManagerResponse.list_commands": "(self)",
    "SimpleSystemManagerResponse.get_command_invocation": "(self)",
    "SimpleSystemManagerResponse.list_command_invocations": "new",
    "SimpleSystemManagerResponse.cancel_command": "new",
    "SimpleSystemManagerResponse.describe_instance_information": "new",
    "ChangeSet._parse_template": "(self)",
    "ChangeSet.diff": "(self)",
    "CloudFormationBackend.create_change_set": (
        "(self, stack_name, change_set_name, template, parameters, description, "
        "change_set_type, notification_arns=None, tags=None, role_arn=None)"
    ),
    "CloudFormationResponse.update_termination_protection": "new",
    "CloudFormationResponse.describe_account_limits": "new",
    "IamResponse.simulate_principal_policy": "new",
    "ServiceQuotasResponse.list_service_quotas": "new",
    "urls.url_paths": "dict",
    "Permission.physical_resource_id": "new",
    "Permission.delete": "new",
    "BaseResponse.call_action": "(self)",
    "responses.method_names_from_class": "(clazz)",
    "responses.camelcase_to_underscores": "(argument)",
    "botocore_stubber.normalize_request": "(request)",
    "SigV4Auth.canonical_request": "(self, request)",
    "ResponseSerializer.get_value": "(self, value, key, shape)",
    "BaseXMLSerializer._serialize_body": "(self, body)",
    "EC2Serializer._serialize_body": "(self, body)",
    "errors.COMMON_ERROR_CODES": "list",
    "session.create_loader": "(search_path_string=None)",
    "utils.create_loader": "()",
}


def _name(hook: Hook) -> str:
    return f"{hook.owner.replace(':', '.').rpartition('.')[2]}.{hook.name}"


def _signature(hook: Hook) -> str:
    found = vars(hook.holder()).get(hook.name, "new")
    if isinstance(found, staticmethod):
        found = found.__func__
    module = str(getattr(found, "__module__", ""))
    if module.startswith("jsonpath_ng"):
        return module  # not moto's: any version that moto accepts
    if callable(found) and not isinstance(found, dict):
        plain = inspect.signature(found)
        bare = [
            parameter.replace(annotation=inspect.Parameter.empty)
            for parameter in plain.parameters.values()
        ]
        shown = plain.replace(parameters=bare, return_annotation=inspect.Signature.empty)
        return str(shown)
    return found if isinstance(found, str) else type(found).__name__


def _hooks() -> Iterator[Hook]:
    """Those that a sandbox puts in."""
    parts = Sandbox(clock=VirtualClock(START))._parts
    for hook in chain(repairs.hooks(parts), speed.hooks(), loading_hooks()):
        if not (hook.optional and _signature(hook) == "new"):
            yield hook


def _every_hook() -> Iterator[Hook]:
    """Also of repairs that this moto does not need."""
    parts = Sandbox(clock=VirtualClock(START))._parts
    for name in repairs.REPAIRS:
        yield from importlib.import_module(f"cron2aws.sandbox.moto.{name}").hooks(parts)
    yield from speed.hooks()
    yield from loading_hooks()


def test_every_hook_is_where_it_was_with_the_signature_it_had() -> None:
    found = {_name(hook): _signature(hook) for hook in _every_hook()}
    absent = {_name(hook) for hook in _every_hook() if hook.optional} - {
        _name(hook) for hook in _hooks()
    }
    assert {name: SIGNATURES[name] if name in absent else found[name] for name in found} == (
        SIGNATURES
    )


def test_a_repair_that_moto_has_by_now_is_left_out() -> None:
    wanted = {_name(hook) for hook in _hooks()}
    release = [int(number) for number in version("moto").split(".")]
    assert ("models.copy" in wanted) is (release < [5, 2, 3])


def test_each_module_is_a_repair_and_says_what_it_mends() -> None:
    folder = Path(repairs.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} == {*repairs.REPAIRS, "repairs", "__init__"}
    assert len(set(repairs.REPAIRS)) == len(repairs.REPAIRS)
    told = [repairs.repair(name) for name in repairs.REPAIRS]
    assert [each.name for each in told if not each.gap.endswith(".")] == []
    assert [each.name for each in told if not re.match("[A-Z][A-Za-z]+: ", each.report)] == []
    assert len({each.report for each in told}) == len(told)


def test_afterwards_everything_is_as_it_was() -> None:
    before = {_name(hook): vars(hook.holder()).get(hook.name) for hook in _hooks()}
    with Sandbox() as sandbox:
        assert sandbox.hosts == ()
        during = {_name(hook): vars(hook.holder()).get(hook.name) for hook in _hooks()}
    assert {_name(hook): vars(hook.holder()).get(hook.name) for hook in _hooks()} == before
    assert [name for name in before if before[name] is during[name]] == []


def test_a_name_that_moto_has_no_more_is_said_and_nothing_stays_changed() -> None:
    from moto.ssm.responses import SimpleSystemManagerResponse  # noqa: PLC0415

    before = dict(vars(SimpleSystemManagerResponse))
    owner = "moto.ssm.responses:SimpleSystemManagerResponse"

    def wanted() -> Iterator[Hook]:
        yield Hook(owner=owner, name="list_commands", replace=lambda _: "ours")
        yield Hook(owner=owner, name="no_such_thing", replace=lambda _: "ours")

    with pytest.raises(UsageError, match="does not work with moto") as refused:
        Installed(wanted())
    assert refused.value.why == f"it has no {owner}.no_such_thing"
    assert dict(vars(SimpleSystemManagerResponse)) == before


def test_beside_each_repair_there_is_a_test_that_needs_it() -> None:
    mended = {name for name in repairs.REPAIRS if repairs.repair(name).mended}
    assert {*NEEDED, *BY_CHANCE, *mended} == set(repairs.REPAIRS)
    for name in NEEDED.values():
        file, _, test = name.partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {test.partition('[')[0]}(" in text or not test
