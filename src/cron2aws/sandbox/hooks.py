"""Every place where the sandbox reaches into moto, in one table: `hook.py` puts them in.

These are private names of moto 5.2.5 (the pin is exact). Each says why it is needed; a test holds
that every one of them still exists with the signature it was written for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from cron2aws.aws.rates import LIMITS
from cron2aws.sandbox.account import account_settings
from cron2aws.sandbox.answers import HEAD, finding_sooner, writing_sooner
from cron2aws.sandbox.calls import arriving_sooner, remembering_methods, remembering_names
from cron2aws.sandbox.definitions import judging, remembering, remembering_paths
from cron2aws.sandbox.documents import Refused, making
from cron2aws.sandbox.executions import matching, status_of, within_quota
from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook
from cron2aws.sandbox.limits import checked_function, checked_rule, checked_schedule
from cron2aws.sandbox.preflight_api import hooks as preflight_hooks
from cron2aws.sandbox.ssm_api import actions
from cron2aws.sandbox.stacks import StackEngine, alone, generated_name, newest_first
from cron2aws.sandbox.substitution import with_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cron2aws.sandbox.inside import Parts

_ASL = "moto.stepfunctions.parser.asl"
_BACKEND = "moto.stepfunctions.parser.backend"


def hooks(parts: Parts) -> Iterator[Hook]:
    """All of them, for this sandbox."""
    yield from _stack_hooks()
    yield from _execution_hooks(parts)
    yield from _api_hooks(parts)
    yield from preflight_hooks()


def _stack_hooks() -> Iterator[Hook]:
    from cron2aws.sandbox.change_sets import ChangeSetApi
    from cron2aws.sandbox.changes import put_policy
    from cron2aws.sandbox.guards import diff, protect
    from cron2aws.sandbox.stack_api import StackApi, read_change_set, template_parser

    engine = StackEngine(importlib.import_module("moto.cloudformation.parsing"))
    api = StackApi(engine)
    stack = "moto.cloudformation.models:Stack"
    backend = "moto.cloudformation.models:CloudFormationBackend"
    # change sets go straight to the resources: updates there follow Fn::Sub and conditions too
    yield _method("moto.cloudformation.parsing:ResourceMap", "update", engine.update)
    # failures are rolled back and told, "No updates are to be performed" comes; see stack_api.py
    yield _method(stack, "create_resources", api.create_resources)
    yield _method(stack, "update", api.update)
    yield _method(backend, "update_stack", api.update_stack)
    yield _method(backend, "delete_stack", api.delete_stack)
    # what stands for parameters and conditions is compared, and what is replaced is said
    yield _method("moto.cloudformation.models:ChangeSet", "diff", diff)
    change_sets = ChangeSetApi(api)
    yield Hook(owner=backend, name="create_change_set", replace=change_sets.created)
    yield _method(backend, "execute_change_set", change_sets.execute)
    # CreateChangeSet was refused where UpdateStack is: it makes a change set that failed
    yield Hook(
        owner="moto.cloudformation.responses:CloudFormationResponse",
        name="_validate_different_update",
        replace=lambda _: lambda *_: None,
    )
    # moto has no UpdateTerminationProtection
    yield Hook(
        owner="moto.cloudformation.responses:CloudFormationResponse",
        name="update_termination_protection",
        replace=lambda _: protect,
        new=True,
    )
    yield Hook(owner=backend, name="create_stack", replace=api.create_stack)
    for name in ("create_stack", "update_stack", "create_change_set"):
        yield Hook(
            owner="moto.cloudformation.responses:CloudFormationResponse",
            name=name,
            replace=api.checked,
        )
    # the `$$` of a context object was lost in Fn::Sub with values of its own
    yield Hook(owner="moto.cloudformation.parsing", name="clean_json", replace=with_values)
    # names that CloudFormation makes up are cut to what the service takes
    yield Hook(
        owner="moto.cloudformation.parsing",
        name="generate_resource_name",
        replace=lambda _: generated_name,
    )
    # an inline policy's document was kept as a mapping, which GetRolePolicy can't give back
    yield _method("moto.iam.models:Role", "put_policy", put_policy)
    # a resource whose condition doesn't hold was listed, without a name
    yield Hook(owner=stack, name="stack_resources", replace=lambda _: property(engine.made))
    # 80 ms each time
    yield Hook(
        owner=stack,
        name="parse_template",
        replace=lambda before: staticmethod(template_parser(before.__func__)),
    )
    yield _method("moto.cloudformation.models:ChangeSet", "_parse_template", read_change_set)
    # a list that is read while another thread writes to it breaks
    for name in ("list_stacks", "execute_change_set"):
        yield Hook(owner=backend, name=name, replace=alone)
    yield Hook(owner=backend, name="describe_stacks", replace=lambda old: alone(newest_first(old)))


def _execution_hooks(parts: Parts) -> Iterator[Hook]:
    watching, parser_models = parts.executions, "moto.stepfunctions.parser.models"
    # a machine made by a stack must be in the backend that StartExecution reads
    yield Hook(
        owner="moto.stepfunctions.models",
        name="stepfunctions_backends",
        replace=lambda _: importlib.import_module(parser_models).stepfunctions_parser_backends,
    )
    yield Hook(
        owner=f"{parser_models}:StepFunctionsParserBackend",
        name="start_execution",
        replace=watching.start,
    )
    # States.ALL caught a result that is too large, which ends the execution on AWS
    yield Hook(
        owner=f"{_ASL}.component.common.error_name.error_equals_decl:ErrorEqualsDecl",
        name="_eval_body",
        replace=matching,
    )
    # only what comes out of a task was measured, not what goes in
    yield Hook(
        owner=f"{_ASL}.component.state.exec.state_task.state_task:StateTask",
        name="_eval_parameters",
        replace=within_quota,
    )
    # between its making and its start an execution has no status, which breaks a list
    yield Hook(
        owner=f"{_BACKEND}.execution:Execution",
        name="status",
        replace=lambda _: property(status_of),
    )
    # a machine's executions end with it, and can still be described
    machines = "moto.stepfunctions.models:StepFunctionBackend"
    yield Hook(owner=machines, name="delete_state_machine", replace=watching.delete)
    yield Hook(owner=machines, name="describe_execution", replace=watching.describe)
    # 60 ms for the definition of a task, at its creation and again at each start
    yield Hook(
        owner=f"{parser_models}:StepFunctionsParserBackend",
        name="_validate_definition",
        replace=lambda before: staticmethod(judging(before.__func__)),
    )
    yield Hook(
        owner=f"{_ASL}.parse.asl_parser:AmazonStateLanguageParser",
        name="parse",
        replace=lambda before: staticmethod(remembering(before.__func__)),
    )
    # 1 ms for each path in a state, each time: a third of a long run
    yield Hook(owner=f"{_ASL}.utils.json_path", name="parse", replace=remembering_paths)
    yield Hook(
        owner=f"{_BACKEND}.execution_worker:ExecutionWorker",
        name="_execution_logic",
        replace=watching.watch,
    )
    # tasks would make a client each time, in a session that isn't safe in threads
    for module in (
        f"{_ASL}.component.state.exec.state_task.service.state_task_service_sns",
        f"{_ASL}.component.state.exec.state_task.lambda_eval_utils",
        f"{_ASL}.component.state.exec.state_task.service.state_task_service_sfn",
        f"{_ASL}.component.state.exec.state_task.service.state_task_service_aws_sdk",
    ):
        yield Hook(owner=module, name="boto_client_for", replace=lambda _: parts.task_client)
    # events, executions and $$.State.EnteredTime have the machine's clock, to the microsecond
    for module in (
        f"{_ASL}.eval.event.event_manager",
        f"{_ASL}.component.state.state",
        f"{_ASL}.component.state.wait.wait_function.timestamp",
        f"{_BACKEND}.execution",
        parser_models,
    ):
        yield Hook(owner=module, name="datetime", replace=lambda _: watching.datetime_module())
    yield from _pause_hooks(parts)


def _pause_hooks(parts: Parts) -> Iterator[Hook]:
    watching = parts.executions
    stops = watching.stops
    # a Wait state and a Retry really sleep, and a stop comes in the middle of an evaluation
    retrier = f"{_ASL}.component.common.retry.retrier_decl"
    yield _method(
        f"{_ASL}.component.state.wait.wait_function.wait_function:WaitFunction",
        "_wait_interval",
        stops.pause,
    )
    yield Hook(owner=retrier, name="time", replace=lambda _: stops.retry_time())
    # a random delay, which makes what is shown another each time
    yield Hook(
        owner=f"{_ASL}.component.common.retry.jitter_strategy_decl",
        name="random",
        replace=lambda _: parts.load.random_module(),
    )
    # TimeoutSeconds was counted in real time
    yield Hook(
        owner=f"{_ASL}.component.state.exec.execute_state",
        name="threading",
        replace=lambda _: watching.threading_module(),
    )
    yield Hook(owner=f"{retrier}:RetrierDecl", name="_eval_body", replace=stops.retrying)
    yield _method(f"{_BACKEND}.execution:Execution", "stop", stops.ask)
    yield Hook(
        owner=f"{_ASL}.component.state.state:CommonStateField",
        name="_eval_body",
        replace=stops.at_transition,
    )
    # each failed try wrote its whole state to a log: every poll of a long job is one
    yield _method(
        f"{_ASL}.component.eval_component:EvalComponent",
        "_log_failure_event_exception",
        lambda *_, **__: None,
    )


def _api_hooks(parts: Parts) -> Iterator[Hook]:
    # moto takes any expression, any time zone and any environment; see limits.py
    scheduler = "moto.scheduler.models:EventBridgeSchedulerBackend"
    yield Hook(owner=scheduler, name="create_schedule", replace=checked_schedule)
    yield Hook(owner=scheduler, name="update_schedule", replace=checked_schedule)
    # a rate counts from when its schedule was made: by the machine's clock, each day another phase
    yield Hook(
        owner="moto.scheduler.models",
        name="unix_time",
        replace=lambda _: lambda: parts.clock.now().timestamp(),
    )
    yield Hook(owner="moto.events.models:EventsBackend", name="put_rule", replace=checked_rule)
    # moto refuses nothing because of how often it is asked; see load.py
    yield Hook(
        owner="moto.core.responses:BaseResponse", name="call_action", replace=parts.load.answering
    )
    # 3 ms for each call: the methods of a service's class do not change meanwhile
    yield Hook(
        owner="moto.core.responses", name="method_names_from_class", replace=remembering_methods
    )
    yield Hook(
        owner="moto.core.responses", name="camelcase_to_underscores", replace=remembering_names
    )
    # a request was made anew by a builder of tests' requests, and signed over all its bytes
    yield Hook(
        owner="moto.core.botocore_stubber", name="normalize_request", replace=arriving_sooner
    )
    yield Hook(
        owner="botocore.auth:SigV4Auth",
        name="canonical_request",
        replace=lambda _: lambda _auth, _request: "nobody checks it here",
    )
    # half of the time of a call, for names that are the same each time and for events of XML
    yield Hook(
        owner="moto.core.serialize:ResponseSerializer", name="get_value", replace=finding_sooner
    )
    yield Hook(
        owner="moto.core.serialize:BaseXMLSerializer",
        name="_serialize_body",
        replace=writing_sooner,
    )
    yield Hook(
        owner="moto.core.serialize:EC2Serializer",
        name="_serialize_body",
        replace=lambda write: writing_sooner(write, HEAD),
    )
    # it warns of what is in no service's model
    yield Hook(
        owner="moto.core.errors",
        name="COMMON_ERROR_CODES",
        replace=lambda before: [*before, *{each.code for each in LIMITS}],
    )
    # moto has no GetAccountSettings
    yield Hook(
        owner="moto.awslambda.urls",
        name="url_paths",
        replace=account_settings(parts.load.concurrency),
    )
    functions = "moto.awslambda.models:LambdaBackend"
    yield Hook(owner=functions, name="create_function", replace=checked_function)
    # inline code would need docker
    yield Hook(
        owner="moto.awslambda.models:LambdaFunction",
        name="_invoke_lambda",
        replace=lambda _: _invoker(parts),
    )
    # a permission has no name of its own, and goes with its function
    permission = "moto.awslambda.models:Permission"
    named = property(lambda permission: f"permission-{id(permission)}")
    yield Hook(owner=permission, name="physical_resource_id", replace=lambda _: named, new=True)
    yield Hook(
        owner=permission, name="delete", replace=lambda _: lambda *_permission: None, new=True
    )
    # 1,300 images with their snapshots, made twice a sandbox: 0.3 s for what nobody starts here
    yield _method("moto.ec2.models.amis:AmiBackend", "_load_amis", lambda _backend: None)
    # SNS's rules for a subject, and the order of messages over all topics
    yield Hook(owner="moto.sns.models:SNSBackend", name="publish", replace=parts.told.publish)
    # a stack's document stayed a mapping, which has no digest; see documents.py
    yield Hook(
        owner="moto.ssm.models:SimpleSystemManagerBackend", name="create_document", replace=making
    )
    # Run Command of our own; see ssm_api.py
    for name, action in actions(parts.run_command).items():
        yield Hook(
            owner="moto.ssm.responses:SimpleSystemManagerResponse",
            name=name,
            replace=_answering(action),
            new=name not in ("send_command", "list_commands", "get_command_invocation"),
        )


def _method(owner: str, name: str, function: Callable[..., Any]) -> Hook:
    """A bound method of ours as a method of moto's: it needs moto's `self` as an argument."""

    def method(*arguments: object, **named: object) -> object:
        return function(*arguments, **named)

    return Hook(owner=owner, name=name, replace=lambda _: method)


def _invoker(parts: Parts) -> Callable[[Any, Any], tuple[str, bool, str]]:
    def invoke(function: Foreign, event: Foreign = None) -> tuple[str, bool, str]:
        with parts.load.place(function.function_arn):
            invoked = parts.functions.invoke(function, {} if event is None else event)
        return invoked.payload, invoked.failed, invoked.log

    return invoke


def _answering(action: Callable[[Any], dict[str, Any]]) -> Callable[[Any], object]:
    def answer(request: Foreign) -> object:
        from moto.core.responses import ActionResult
        from moto.ssm.exceptions import SSMException  # moto takes the service from its module

        try:
            return ActionResult(action(request))
        except Refused as refused:
            raise SSMException(refused.code, refused.message) from refused

    return lambda _: answer
