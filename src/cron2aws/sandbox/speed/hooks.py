"""Where moto takes its time, and what stands there instead; each may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ASL = "moto.stepfunctions.parser.asl"


def hooks() -> Iterator[Hook]:
    """All of them."""
    from cron2aws.sandbox.speed.answers import HEAD, finding_sooner, writing_sooner
    from cron2aws.sandbox.speed.calls import arriving_sooner, remembering_methods, remembering_names
    from cron2aws.sandbox.speed.definitions import judging, remembering, remembering_paths
    from cron2aws.sandbox.speed.templates import remembering_templates

    # 80 ms each time
    yield _sooner(
        "moto.cloudformation.models:Stack", "parse_template", _static(remembering_templates)
    )
    # 60 ms for the definition of a task, at its creation and again at each start
    yield _sooner(
        "moto.stepfunctions.parser.models:StepFunctionsParserBackend",
        "_validate_definition",
        _static(judging),
    )
    parser = f"{_ASL}.parse.asl_parser:AmazonStateLanguageParser"
    yield _sooner(parser, "parse", _static(remembering))
    # 1 ms for each path in a state, each time: a third of a long run
    yield _sooner(f"{_ASL}.utils.json_path", "parse", remembering_paths)
    # each failed try wrote its whole state to a log: every poll of a long job is one
    failing = f"{_ASL}.component.eval_component:EvalComponent"
    yield _sooner(failing, "_log_failure_event_exception", lambda _: lambda *_, **__: None)
    # 3 ms for each call: the methods of a service's class do not change meanwhile
    yield _sooner("moto.core.responses", "method_names_from_class", remembering_methods)
    yield _sooner("moto.core.responses", "camelcase_to_underscores", remembering_names)
    # a request was made anew by a builder of tests' requests, and signed over all its bytes
    yield _sooner("moto.core.botocore_stubber", "normalize_request", arriving_sooner)
    yield _sooner(
        "botocore.auth:SigV4Auth",
        "canonical_request",
        lambda _: lambda _auth, _request: "nobody checks it here",
    )
    # half of the time of a call, for names that are the same each time and for events of XML
    yield _sooner("moto.core.serialize:ResponseSerializer", "get_value", finding_sooner)
    yield _sooner("moto.core.serialize:BaseXMLSerializer", "_serialize_body", writing_sooner)
    yield _sooner(
        "moto.core.serialize:EC2Serializer",
        "_serialize_body",
        lambda write: writing_sooner(write, HEAD),
    )
    # 1,300 images with their snapshots, made twice a sandbox: 0.3 s for what nobody starts here
    yield _sooner("moto.ec2.models.amis:AmiBackend", "_load_amis", lambda _: lambda _backend: None)


def _sooner(owner: str, name: str, replace: Callable[[Foreign], object]) -> Hook:
    return Hook(owner=owner, name=name, replace=replace, optional=True)


def _static(replace: Callable[[Foreign], Foreign]) -> Callable[[Foreign], object]:
    return lambda before: staticmethod(replace(before.__func__))
