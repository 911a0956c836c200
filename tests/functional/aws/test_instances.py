"""Instances with a tag, and whether this machine is one: a small metadata service answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cron2aws.aws.instances import Instances, this_instance
from cron2aws.task.target import Target
from tests.stubs import Played, keys

ID = "i-0123456789abcdef0"


class Metadata(BaseHTTPRequestHandler):
    """Version 2: a token by PUT, and nothing without it. `answer` is the instance id's."""

    answer = ID
    has_tokens = True

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
