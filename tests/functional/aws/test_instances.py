"""Instances with a tag, and whether this machine is one: a small metadata service answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cron2aws.aws.instances import METADATA_SECONDS, Instances, this_instance
from cron2aws.task.target import Target
from tests.stubs import Played, keys

ID = "i-0123456789abcdef0"


class Metadata(BaseHTTPRequestHandler):
    """Version 2: a token by PUT, and nothing without it. `answer` is the instance id's.

    It `works` for so many seconds before it answers.
    """

    answer = ID
    has_tokens = True
    works: float = 0

    def do_PUT(self) -> None:
        asked = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds")
        right = self.has_tokens and self.path == "/latest/api/token" and asked
        self._say(200 if right else 403, "token")

    def do_GET(self) -> None:
        right = self.headers.get("X-aws-ec2-metadata-token") == "token"
        known = self.path == "/latest/meta-data/instance-id"
        self._say(200 if right and known else 401, self.answer)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _say(self, status: int, text: str) -> None:
        threading.Event().wait(self.works)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.fixture
def served() -> Iterator[tuple[type[Metadata], str]]:
    handler = type("Handler", (Metadata,), {})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}/latest"
    server.shutdown()
    thread.join()
    server.server_close()


def test_this_instance_is_asked_with_a_token(served: tuple[type[Metadata], str]) -> None:
    assert this_instance(served[1]) == ID


def test_a_proxy_is_never_asked(
    served: tuple[type[Metadata], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert this_instance(served[1]) == ID


def test_a_host_at_work_may_be_slow_to_answer(served: tuple[type[Metadata], str]) -> None:
    """Else `status` would say of a host under load that it is no instance: its jobs run nowhere."""
    served[0].works = METADATA_SECONDS + 0.2
    assert this_instance(served[1]) == ID


def test_no_token_no_instance(served: tuple[type[Metadata], str]) -> None:
    served[0].has_tokens = False
    assert this_instance(served[1]) is None


@pytest.mark.parametrize("answer", ["<html>Please log in</html>", "caf\xe9", ""])
def test_what_is_no_instance_id_is_none(served: tuple[type[Metadata], str], answer: str) -> None:
    served[0].answer = answer
    assert this_instance(served[1]) is None


def test_where_nobody_listens_there_is_none(served: tuple[type[Metadata], str]) -> None:
    assert this_instance(served[1].replace("/latest", "/elsewhere")) is None
    assert this_instance("http://127.0.0.1:9/latest") is None


def test_instances_come_from_every_page_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)
    aws = Played("ec2")
    expected = {
        "Filters": [
            {"Name": "tag:Name", "Values": ["web"]},
            {
                "Name": "instance-state-name",
                "Values": ["pending", "running", "stopping", "stopped"],
            },
        ]
    }

    def page(instance: str, **more: object) -> dict[str, object]:
        raw = {"InstanceId": instance, "State": {"Name": "stopped"}, **more}
        return {"Reservations": [{"Instances": [raw]}]}

    aws.stub.add_response("describe_instances", {**page("i-2"), "NextToken": "2"}, expected)
    named = page("i-1", Tags=[{"Key": "Name", "Value": "web-1"}])
    aws.stub.add_response("describe_instances", named, {**expected, "NextToken": "2"})
    found = Instances(aws.session).with_tag(Target.having({"Name": ["web"]}))
    assert [(each.id, each.name, each.state) for each in found] == [
        ("i-1", "web-1", "stopped"),
        ("i-2", "i-2", "stopped"),
    ]


def test_targets_of_one_key_are_asked_for_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter takes many values; which instance is whose, its tags say."""
    keys(monkeypatch)
    aws = Played("ec2")
    alive = {
        "Name": "instance-state-name",
        "Values": ["pending", "running", "stopping", "stopped"],
    }
    web, db, both = (
        Target.having({"Role": [*roles], **more})
        for roles, more in ((("web",), {}), (("db", "web"), {"Stage": ["prod"]}), (("db",), {}))
    )
    alone = Target.having({"Name": ["one"]})

    def page(*instances: tuple[str, dict[str, str]]) -> dict[str, object]:
        rows = [
            {
                "InstanceId": id_,
                "State": {"Name": "running"},
                "Tags": [{"Key": k, "Value": v} for k, v in tags.items()],
            }
            for id_, tags in instances
        ]
        return {"Reservations": [{"Instances": rows}]}

    asked = {"Filters": [{"Name": "tag:Role", "Values": ["db", "web"]}, alive]}
    first = page(("i-3", {"Role": "db"}), ("i-2", {"Role": "web", "Stage": "prod"}))
    aws.stub.add_response("describe_instances", {**first, "NextToken": "2"}, asked)
    aws.stub.add_response(
        "describe_instances", page(("i-1", {"Role": "web"})), {**asked, "NextToken": "2"}
    )
    one = {"Filters": [{"Name": "tag:Name", "Values": ["one"]}, alive]}
    aws.stub.add_response("describe_instances", page(("i-9", {"Name": "one"})), one)
    found = Instances(aws.session).of_targets([web, db, web, both, alone])
    assert {target: [each.id for each in its] for target, its in found.items()} == {
        web: ["i-1", "i-2"],
        db: ["i-2"],
        both: ["i-3"],
        alone: ["i-9"],
    }
    aws.stub.assert_no_pending_responses()


def test_many_values_of_a_key_are_asked_for_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    keys(monkeypatch)
    aws = Played("ec2")
    targets = [Target.having({"Role": [f"r{number:03}"]}) for number in range(250)]
    for some in (targets[:200], targets[200:]):
        values = [target.tags[0][1][0] for target in some]
        alive = ["pending", "running", "stopping", "stopped"]
        tags = [{"Key": "Role", "Value": values[0]}]
        raw = {"InstanceId": values[0], "State": {"Name": "running"}, "Tags": tags}
        aws.stub.add_response(
            "describe_instances",
            {"Reservations": [{"Instances": [raw]}]},
            {
                "Filters": [
                    {"Name": "tag:Role", "Values": values},
                    {"Name": "instance-state-name", "Values": alive},
                ]
            },
        )
    found = Instances(aws.session).of_targets(targets)
    assert [target.tags[0][1][0] for target in targets if found[target]] == ["r000", "r200"]
    aws.stub.assert_no_pending_responses()


def test_tags_of_many_instances_are_asked_for_in_few_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By a filter: EC2 refuses a list of ids of which one is gone. A filter takes 200 values."""
    keys(monkeypatch)
    aws, ids = Played("ec2"), [f"i-{number:08}" for number in range(250)]
    for some in (ids[:200], ids[200:]):
        asked = [
            {"Name": "instance-id", "Values": some},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        raw = {"InstanceId": some[0], "Tags": [{"Key": "Name", "Value": "web"}]}
        aws.stub.add_response(
            "describe_instances", {"Reservations": [{"Instances": [raw]}]}, {"Filters": asked}
        )
    found = Instances(aws.session).tags_of_running(reversed(ids))
    assert found == {ids[0]: {"Name": "web"}, ids[200]: {"Name": "web"}}
