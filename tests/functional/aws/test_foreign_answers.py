"""Answers that are not AWS's: every call of aws/ ends in an AwsError, whatever came and when."""

from __future__ import annotations

import functools
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from cron2aws.aws.answers import NotAws
from cron2aws.aws.change_sets import ChangeSets
from cron2aws.aws.commands import Commands
from cron2aws.aws.concurrency import Account
from cron2aws.aws.editing import Editors
from cron2aws.aws.instances import Instances, this_instance
from cron2aws.aws.past_runs import PastRuns
from cron2aws.aws.records import Record
from cron2aws.aws.requests import Request, Template
from cron2aws.aws.runs import Runs
from cron2aws.aws.sending import Sender
from cron2aws.aws.session import AwsSettings, Service, Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import Stacks
from cron2aws.errors import AwsError, Cron2AwsError
from cron2aws.plan.past import Execution
from cron2aws.task.target import Target
from cron2aws.task.task import TAG_ID
from tests.answering import JSON, XML, Answer, Answering, Speaker, answering
from tests.fakes import deployed
from tests.functional.cli import cron2aws
from tests.right_answers import BODIES, JSONS, RUN, right
from tests.stubs import ARN, NAME, NOW, keys, templates

ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=5)
PAGE = (
    b"<!DOCTYPE html><html><head><title>Hotel\x1b[31m</title><meta charset=utf-8></head>"
    b"<body>password=hunter2hunter2 <br> token AKIAIOSFODNN7EXAMPLEAKIAIOSFODNN7"
)
WELL_FORMED = b"<html><head><title>Log in</title></head><body><p>to go on</p></body></html>"
OTHER_JSON = b'{"Result": [1, {"a": null}], "executions": {"x": 1}, "events": 5, "run": "x"}'
OTHER_XML = (
    b"<Answer><Stacks><member><StackId/></member></Stacks><reservationSet><item/></reservationSet>"
    b"<Account><x/></Account></Answer>"
)
GARBAGE = bytes(range(256))

FOREIGN = {
    "a page": Answer(body=PAGE),
    "a well-formed page": Answer(body=WELL_FORMED),
    "empty": Answer(body=b""),
    "no content": Answer(body=b"", status=204),
    "blanks": Answer(body=b" \r\n ", kind="text/plain"),
    "{}": Answer(body=b"{}", kind=JSON),
    "[]": Answer(body=b"[]", kind=JSON),
    "null": Answer(body=b"null", kind=JSON),
    "a JSON text": Answer(body=b'"Stacks"', kind=JSON),
    "deep JSON": Answer(body=b"[" * 100_000, kind=JSON),
    "deep XML": Answer(body=b"<a>" * 2_000, kind=XML),
    "other JSON": Answer(body=OTHER_JSON, kind=JSON),
    "other XML": Answer(body=OTHER_XML, kind=XML),
    "garbage": Answer(body=GARBAGE, kind="application/octet-stream"),
    "garbage that is no gzip": Answer(body=GARBAGE, encoding="gzip"),
    "a gzipped page": Answer(body=gzip.compress(PAGE), encoding="gzip"),
    "cut short on the way": Answer(body=b'{"executions": [', kind=JSON, promised=500),
    "an XML document that ends early": Answer(body=b"<DescribeStacksResponse><Desc", kind=XML),
    "a JSON document that ends early": Answer(body=b'{"executions": [{"execu', kind=JSON),
    "a status of 300": Answer(body=WELL_FORMED, status=300),
    "a way to a log-in page": Answer(body=PAGE, status=302),
    "a bare way elsewhere": Answer(body=b"", status=301),
    "a refused page": Answer(body=PAGE, status=403),
    "a refused well-formed page": Answer(body=WELL_FORMED, status=403),
    "a refusal without a word": Answer(body=b"", status=407),
    "a refused {}": Answer(body=b"{}", status=400, kind=JSON),
    "a refused []": Answer(body=b"[]", status=400, kind=JSON),
    "a code that is no text": Answer(body=b'{"__type": 5, "message": {}}', status=400, kind=JSON),
    "words that are no text": Answer(body=b'{"__type": "X", "message": {}}', status=400, kind=JSON),
    "an empty error": Answer(body=b"<ErrorResponse><Error/></ErrorResponse>", status=400, kind=XML),
    "refused garbage": Answer(body=GARBAGE, status=404),
    "a secret": Answer(body=b'{"key": "AKIAIOSFODNN7EXAMPLE000", "a": "password=hunter2hunter2"}'),
    "a secret in JSON": Answer(body=b'{"password": "hunter2hunter2"}', kind=JSON),
    "a refused secret": Answer(body=b"<SecretAccessKey>AKIAIOSFODNN7EXAMPLE000", status=403),
    "a broken gateway": Answer(body=PAGE, status=502),
    "a broken gateway in XML": Answer(body=WELL_FORMED, status=503),
    "a broken gateway's text": Answer(body=b"Bad gateway", status=502, kind="text/plain"),
}
NO_HTTP = {
    "no HTTP": Answer(body=GARBAGE, raw=True),
    "nothing at all": Answer(body=b"", raw=True),
}
TAGS = {TAG_ID: "0000000a"}
OURS = deployed("0000000a", {"Email": "a@example.com"}, name=NAME, bare=True)
LISTED = Execution(arn=RUN, name="a", status="RUNNING", started=NOW, ended=None)


def calls(session: Session) -> StackCalls:
    return StackCalls(session, lambda _: None)


WANTED = Request(template=Template(body="{}", makes_roles=True), parameters={"Email": "a"}, tags={})


def stacks(session: Session) -> Stacks:
    return Stacks(calls(session), templates())


CALLS: dict[str, tuple[Callable[[Session], object], str]] = {
    "account": (lambda s: s.account(), ""),
    "deployed": (lambda s: stacks(s).deployed(), "CREATE_COMPLETE"),
    "get": (lambda s: stacks(s).get(NAME), "CREATE_COMPLETE"),
    "create": (lambda s: stacks(s).create(NAME, {}, TAGS), "CREATE_COMPLETE"),
    "a failed creation": (lambda s: stacks(s).create(NAME, {}, TAGS), "CREATE_FAILED"),
    "update": (lambda s: stacks(s).update(OURS, {"Email": ""}), "UPDATE_COMPLETE"),
    "delete": (lambda s: stacks(s).delete(OURS), "DELETE_FAILED"),
    "remove": (lambda s: calls(s).remove(ARN), "DELETE_COMPLETE"),
    "continue": (lambda s: calls(s).continue_rollback(ARN), "UPDATE_ROLLBACK_COMPLETE"),
    "roll back": (lambda s: calls(s).roll_back(ARN), "UPDATE_ROLLBACK_COMPLETE"),
    "resources": (lambda s: calls(s).resources(ARN), ""),
    "resource": (lambda s: calls(s).resource(ARN, "StateMachine"), ""),
    "change sets": (lambda s: calls(s).change_sets(ARN), ""),
    "preview": (lambda s: ChangeSets(s, lambda _: None).preview(ARN, WANTED), ""),
    "protect": (lambda s: calls(s).protect(ARN, protected=True), ""),
    "concurrency": (lambda s: Account(s).concurrency(), ""),
    "seen": (lambda s: Runs(s).seen("m"), ""),
    "running": (lambda s: Runs(s).running("m"), ""),
    "start": (lambda s: Runs(s).start("m", "a", {}), ""),
    "look": (lambda s: Runs(s).look(RUN), ""),
    "command_of": (lambda s: Runs(s).command_of(RUN), ""),
    "newest": (lambda s: list(PastRuns(s).newest("m", 10)), ""),
    "whole": (lambda s: PastRuns(s).whole(LISTED), ""),
    "first command": (lambda s: PastRuns(s).command_of(RUN), ""),
    "hosts": (lambda s: Commands(s).hosts("0" * 36), ""),
    "output": (lambda s: Commands(s).output("0" * 36, "i-0aaaaaaaa"), ""),
    "tags": (lambda s: Instances(s).tags_of_running(["i-1"]), ""),
    "sent edits": (
        lambda s: Editors(Sender(s, lambda: NOW, lambda _: None), lambda: "").sent_since(
            NOW - timedelta(minutes=45)
        ),
        "",
    ),
    "of_targets": (
        lambda s: Instances(s).of_targets([Target.having({"Name": [n]}) for n in ("web", "db")]),
        "",
    ),
    "with_tag": (lambda s: Instances(s).with_tag(Target.having({"Name": ["web"]})), ""),
}
"""Each public call that asks AWS, and how the stacks stand that it sees."""


@pytest.fixture(scope="module")
def server() -> Iterator[Answering]:
    with answering(lambda name, _: right(name)) as running:
        yield running


@pytest.fixture(scope="module")
def session(server: Answering) -> Iterator[Session]:
    # one for all cells: each client takes 0.3 s
    with pytest.MonkeyPatch.context() as patch:
        keys(patch)
        yield Session(AwsSettings(region="eu-west-1", endpoint_url=server.url), ONCE)


SERVICES: tuple[Service, ...] = get_args(Service)
BY_WIRE = {"account", "concurrency", "hosts", "tags"}
"""Calls of each protocol that AWS has: their answers all come by HTTP, as do those of all calls
that are no plain ones. For the others HTTP would do the same again."""


@pytest.fixture(scope="module")
def nearby(server: Answering) -> Iterator[Session]:
    """The same, but plain answers come without HTTP, to requests that nobody signs."""
    with pytest.MonkeyPatch.context() as patch:
        keys(patch)
        unsigned = ONCE.merge(Config(signature_version=UNSIGNED))
        made = Session(AwsSettings(region="eu-west-1", endpoint_url=server.url), unsigned)
        for service in SERVICES:
            server.answers_nearby(made.client(service))
        yield made


def only_from(first: int, bad: Answer, status: str) -> Speaker:
    """Right answers before the nth request, a bad one from then on."""
    return lambda asked, nth: bad if nth >= first else right(asked, status)


def only_to(operation: str, bad: Answer, status: str) -> Speaker:
    """A bad answer to one operation; right ones after a while: some are looked at until they do."""
    return lambda asked, nth: bad if asked == operation and nth < 20 else right(asked, status)


@pytest.fixture(scope="module")
def session_of(session: Session, nearby: Session) -> Callable[[str], Session]:
    return lambda name: session if name in BY_WIRE else nearby


@pytest.fixture(scope="module")
def requests_of(server: Answering, nearby: Session) -> Callable[[str], list[str]]:
    """The requests that a call makes while AWS answers."""
    return functools.cache(lambda name: rightly(server, name, nearby)[1])


def rightly(server: Answering, name: str, session: Session) -> tuple[object, list[str]]:
    """What a call comes to while AWS answers, and the requests that it makes."""
    call, status = CALLS[name]
    server.says(lambda asked, _: right(asked, status))
    try:
        came: object = call(session)
    except AwsError as failed:
        came = failed.what
    return came, list(server.asked)


@pytest.mark.parametrize(
    ("name", "requests"),
    [
        ("account", ["GetCallerIdentity"]),
        ("deployed", ["DescribeStacks"]),
        ("get", ["DescribeStacks"]),
        ("create", ["CreateStack", "DescribeStacks"]),
        ("a failed creation", ["CreateStack", "DescribeStacks", "DescribeStackEvents"]),
        ("update", ["DescribeStacks", "UpdateStack", "DescribeStacks"]),
        (
            "delete",
            ["DescribeStacks", *["DeleteStack", "DescribeStacks"] * 2, "DescribeStackResources"],
        ),
        ("remove", ["DeleteStack", "DescribeStacks"]),
        ("continue", ["ContinueUpdateRollback", "DescribeStacks"]),
        ("roll back", ["RollbackStack", "DescribeStacks"]),
        ("resources", ["DescribeStackResources"]),
        ("resource", ["DescribeStackResource"]),
        ("change sets", ["ListChangeSets", "DescribeChangeSet"]),
        ("preview", ["CreateChangeSet", "DescribeChangeSet", "DeleteChangeSet"]),
        ("protect", ["UpdateTerminationProtection"]),
        ("concurrency", ["/2016-08-19/account-settings"]),
        ("seen", ["ListExecutions", "DescribeExecution"]),
        ("running", ["ListExecutions"]),
        ("start", ["StartExecution"]),
        ("look", ["DescribeExecution"]),
        ("command_of", ["GetExecutionHistory"]),
        ("newest", ["ListExecutions"]),
        ("whole", ["DescribeExecution"]),
        ("first command", ["GetExecutionHistory"]),
        ("hosts", ["ListCommandInvocations"]),
        ("output", ["GetCommandInvocation"]),
        ("tags", ["DescribeInstances"]),
        ("with_tag", ["DescribeInstances"]),
        ("of_targets", ["DescribeInstances"]),
        ("sent edits", ["ListCommandInvocations", "ListCommandInvocations"]),
    ],
)
def test_each_call_asks_what_the_table_below_breaks(
    server: Answering, session: Session, name: str, requests: list[str]
) -> None:
    came, asked = rightly(server, name, session)
    assert asked == requests
    if name == "a failed creation":
        assert came == f"stack {NAME} ended in CREATE_FAILED"
    elif name == "delete":
        assert came == f"stack {NAME} cannot be deleted"
    else:
        assert not isinstance(came, str) or came in {"123456789012", RUN, "c-1"}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("foreign", [*FOREIGN, *NO_HTTP])
def test_every_foreign_answer_is_an_error_of_aws(
    server: Answering,
    session_of: Callable[[str], Session],
    requests_of: Callable[[str], list[str]],
    name: str,
    foreign: str,
) -> None:
    call, status = CALLS[name]
    bad = (FOREIGN | NO_HTTP)[foreign]
    requests = requests_of(name)
    for first in range(len(requests)):  # from the first request on, or in the middle of the work
        server.says(only_from(first, bad, status))
        with pytest.raises(AwsError) as failed:
            call(session_of(name))
        error = failed.value
        assert error.exit_code == 5
        # how it ended is known where only its events are not
        assert error.what.endswith((" failed", " ended in CREATE_FAILED"))
        assert error.why
        assert error.why.isprintable()
        assert len(error.why) < 300
        assert not any(secret in error.why for secret in ("hunter2", "AKIA"))
        assert "--endpoint-url" in (error.fix or "")


@pytest.mark.parametrize(
    ("foreign", "told"),
    [
        ("a page", "HTTP 200, text/html, 153 bytes: <!DOCTYPE html><html><head><title>Hotel\\x1b["),
        ("empty", "HTTP 200, text/html, empty"),
        ("{}", "HTTP 200, application/x-amz-json-1.0, 2 bytes: {}"),
        ("a refused page", "403: the answer is no error of AWS: HTTP 403, text/html, 153 bytes"),
        ("a broken gateway's text", "HTTP 502, text/plain, 11 bytes: Bad gateway"),
    ],
)
@pytest.mark.parametrize("name", ["account", "hosts"])
def test_what_came_is_told(
    server: Answering, session: Session, name: str, foreign: str, told: str
) -> None:
    server.says(lambda *_: FOREIGN[foreign])
    with pytest.raises(AwsError) as failed:
        CALLS[name][0](session)
    assert told in (failed.value.why or "")


def test_a_missing_field_is_named(server: Answering, session: Session) -> None:
    server.says(lambda *_: FOREIGN["{}"])
    with pytest.raises(AwsError, match="has no list `CommandInvocations`: HTTP 200"):
        Commands(session).hosts("0" * 36)


def test_one_foreign_answer_to_a_look_is_no_failure_of_the_stack(
    server: Answering, session: Session
) -> None:
    server.says(lambda asked, nth: FOREIGN["a page"] if nth == 1 else right(asked))
    stacks(session).create(NAME, {}, TAGS)
    assert server.asked == ["CreateStack", "DescribeStacks", "DescribeStacks"]


@pytest.mark.usefixtures("session")  # for its credentials
def test_a_broken_gateway_is_asked_again(server: Answering) -> None:
    twice = Config(retries={"total_max_attempts": 2, "mode": "standard"})
    again = Session(AwsSettings(region="eu-west-1", endpoint_url=server.url), twice)
    broken = FOREIGN["a broken gateway's text"]
    server.says(lambda asked, nth: right(asked) if nth else broken)
    assert again.account() == "123456789012"
    assert server.asked == ["GetCallerIdentity"] * 2


def test_an_error_of_aws_stays_as_it_is(server: Answering, session: Session) -> None:
    refusal = b'{"__type": "AccessDeniedException", "message": "User x is not authorized"}'
    server.says(lambda *_: Answer(body=refusal, status=400, kind=JSON))
    with pytest.raises(AwsError) as failed:
        Commands(session).hosts("0" * 36)
    assert failed.value.why == "AccessDeniedException: User x is not authorized"
    assert "ListCommandInvocations" in (failed.value.fix or "")


def test_a_machine_that_is_gone_is_still_told_by_its_own_error(
    server: Answering, session: Session
) -> None:
    gone = b'{"__type": "StateMachineDoesNotExist", "message": "gone"}'
    server.says(lambda *_: Answer(body=gone, status=400, kind=JSON))
    assert Runs(session).running("m") == ()


WRONG: list[object] = [None, 5, "x", "{}", True, [], {}, [5], [None], -1e300, 6e13, -62135596800]


@pytest.mark.parametrize("output", ["x", "[]", '{"run": 5}', '{"run": null}'])
def test_an_output_of_another_shape_is_an_error(
    server: Answering, session: Session, output: str
) -> None:
    body = json.dumps({**JSONS["DescribeExecution"], "output": output}).encode()
    server.says(lambda *_: Answer(body=body, kind=JSON))
    with pytest.raises(AwsError, match=r"has no (JSON|structure) `(output|run)`"):
        Runs(session).look(RUN)


def test_the_ends_of_the_calendar_have_no_moment_in_utc() -> None:
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    with pytest.raises(NotAws, match="has no moment `startDate`"):
        Record(fields={"startDate": first}, came="").moment("startDate")


def broken(value: object) -> Iterator[object]:
    """A JSON value with one part of it missing or of another type."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {other: value[other] for other in value if other != name}
            for wrong in WRONG:
                yield {**value, name: wrong}
            if name == "output":
                for text in ("[]", "5", "{", '{"run": 5}', '{"run": {"outcome": []}}', "[" * 99999):
                    yield {**value, name: text}
            yield from ({**value, name: other} for other in broken(inner))
    elif isinstance(value, list):
        yield from ([other] for inner in value for other in broken(inner))


def broken_trees(text: str) -> Iterator[str]:
    """An XML document with one element missing, empty, or with text alone."""
    for number in range(1, text.count("</") + text.count("/>")):
        for wrong in ("missing", None, "x"):
            root = ET.fromstring(text)  # noqa: S314 (our own)
            element = list(root.iter())[number]
            [parent] = [each for each in root.iter() if element in list(each)]
            if wrong == "missing":
                parent.remove(element)
            else:
                element[:] = []
                element.text = wrong
            yield ET.tostring(root, encoding="unicode")


@pytest.mark.parametrize("name", [name for name in CALLS if name != "create"])
def test_an_answer_with_one_wrong_part_is_a_value_or_an_error_of_aws(
    server: Answering, nearby: Session, requests_of: Callable[[str], list[str]], name: str
) -> None:
    call, status = CALLS[name]
    refused = 0
    for operation in dict.fromkeys(requests_of(name)):
        for body in bodies(operation, status):
            wrong = Answer(body=body.encode(), kind=JSON if operation in JSONS else XML)
            server.says(only_to(operation, wrong, status))
            try:
                call(nearby)
            except Cron2AwsError as failed:  # topics without outputs are told in their own words
                refused += isinstance(failed, AwsError)
    assert refused >= 3


def bodies(operation: str, status: str) -> Iterator[str]:
    if operation in JSONS:
        yield from (json.dumps(other) for other in broken(JSONS[operation]))
    else:
        yield from broken_trees(BODIES[operation].replace("{status}", status))


@pytest.mark.parametrize("foreign", [*FOREIGN, *NO_HTTP])
@pytest.mark.parametrize("first", [0, 1])
def test_a_foreign_metadata_service_is_none(server: Answering, foreign: str, first: int) -> None:
    bad = (FOREIGN | NO_HTTP)[foreign]
    token = Answer(body=b"token", kind="text/plain")
    server.says(lambda _, nth: token if nth < first else bad)
    assert this_instance(server.url) is None
    assert server.asked


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:hunter2hunter2@127.0.0.1:99999", "127.0.0.1:99999 cannot be called"),
        ("http://me:hunter2hunter2@127.0.0.1:9", "Could not connect"),
    ],
)
def test_a_password_in_an_address_is_not_shown(
    url: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys(monkeypatch)
    with pytest.raises(AwsError) as failed:
        Session(AwsSettings(region="eu-west-1", endpoint_url=url), ONCE).account()
    assert shown in str(failed.value)
    assert "hunter2" not in str(failed.value)


def test_a_command_ends_with_what_came(server: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)
    server.says(lambda *_: FOREIGN["a page"])
    answer = cron2aws("--region", "eu-west-1", "--endpoint-url", server.url, "status")
    assert (answer.code, answer.out) == (5, "")
    assert "HTTP 200, text/html, 153 bytes: <!DOCTYPE html>" in answer.err
    assert "hint: see whether --endpoint-url is an endpoint of AWS" in answer.err


@pytest.mark.parametrize("port", ["99999", "65536", "abc"])
def test_a_port_that_cannot_be_one(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)
    url = f"http://127.0.0.1:{port}"
    with pytest.raises(AwsError, match=f"{url} cannot be called") as failed:
        Session(AwsSettings(region="eu-west-1", endpoint_url=url), ONCE).account()
    assert "--endpoint-url" in (failed.value.fix or "")
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    with pytest.raises(AwsError, match=f"{url} cannot be called"):
        stacks(Session(AwsSettings(region="eu-west-1"), ONCE))
