"""A call inside the process is what moto makes of it, only sooner."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.request import normalize_request
from moto.core.utils import camelcase_to_underscores

from cron2aws.sandbox.speed.calls import arriving_sooner, remembering_names

URL = "https://cloudformation.us-east-1.amazonaws.com/"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
AS_BYTES: dict[str, Any] = {"X-Amz-Target": b"AmazonSSM.SendCommand"}
LAMBDA = "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/arn%3Aaws%3Alambda%3Aa"


def sent(
    url: str = URL, body: str | bytes | None = b"", method: str = "POST", **headers: Any
) -> AWSPreparedRequest:
    made = HTTPHeaders()
    for name, value in headers.items():
        made[name] = value
    return AWSPreparedRequest(method, url, made, body, stream_output=False)


def environ(request: Any) -> dict[str, object]:
    """But for the streams."""
    skipped = ("wsgi.input", "wsgi.errors", "werkzeug.request")
    return {name: value for name, value in request.environ.items() if name not in skipped}


@pytest.mark.parametrize(
    "request_",
    [
        sent(body=b"Action=DescribeStacks&StackName=a%2Fb+c", **FORM),
        sent(body="Action=DescribeStacks&StackName=\N{EURO SIGN}", **FORM),
        sent(body=None, **{"X-Amz-Date": "20261129T000000Z", "Content-Length": "0"}),
        sent(body=b'{"a":1}', **AS_BYTES),
        sent(f"{LAMBDA}/invocations?Qualifier=%24LATEST&x=a%20b", b"{}"),
        sent("https://scheduler.us-east-1.amazonaws.com/schedules/a%E2%82%AC", method="GET"),
        sent("https://scheduler.us-east-1.amazonaws.com", method="GET"),
        sent("http://127.0.0.1:5111/moto-api/", method="GET"),
        sent(**{"Transfer-Encoding": "chunked"}, body=b"x"),
        sent("https://s3.amazonaws.com/a\N{EURO SIGN}", method="PUT"),
        sent(**{"x-amz-meta-a_b": "1"}),
        sent(Host="elsewhere"),
    ],
    ids=lambda request: f"{request.method} {request.url[8:60]} {list(request.headers)}",
)
def test_what_arrives_is_what_moto_builds(request_: Any) -> None:
    built, made = normalize_request(request_), arriving_sooner(normalize_request)(request_)
    assert environ(made) == environ(built)
    assert sorted(made.headers) == sorted(built.headers)
    assert (made.raw_url, made.path, made.args) == (built.raw_url, built.path, built.args)
    assert (made.data, made.form) == (built.data, built.form)
    assert made.from_wsgi_server == built.from_wsgi_server


def test_an_action_has_the_name_it_had() -> None:
    name = remembering_names(camelcase_to_underscores)
    for action in ("DescribeStacks", "ListTagsForResource", "GetSAMLProvider", "") * 2:
        assert name(action) == camelcase_to_underscores(action)
