"""What contradicts itself is refused before AWS is asked for anything."""

from __future__ import annotations

import pytest

from tests.functional.cli import cron2aws

NOWHERE = ("--endpoint-url", "http://127.0.0.1:9", "--region", "eu-west-1")
"""Nobody listens there: whoever asks AWS gets exit code 5."""


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.mark.parametrize(
    "given",
    [
        ("scan", "--from-hosts"),
        ("status", "--from-hosts"),
        ("status", "--tag", "role=web"),
        ("status", "--timezone", "Europe/Atlantis"),
        ("rollback", "--from-hosts"),
        ("rollback", "--from-hosts", "--tag", "a=b", "--plan-file", "plan.json"),
        ("rollback", "--from-hosts", "--instance-ids", "i-01234567", "--without-lines"),
        ("rollback", "--plan-file", "plan.json"),
        ("rollback", "--timezone", "Europe/Atlantis"),
        ("migrate", "--tag", "a=b", "--wave", "1"),
        ("migrate", "--tag", "a=b", "--from-hosts", "--wave", "rest,1"),
        ("migrate", "--tag", "a=b", "--plan-file", "plan.json"),
        ("migrate", "--tag", "a=b", "--comment-out", "--rehearse"),
        ("migrate", "--tag", "a=b", "--timezone", "Europe/Atlantis"),
    ],
    ids=" ".join,
)
def test_it_is_refused(given: tuple[str, ...]) -> None:
    answer = cron2aws(*NOWHERE, *given)
    assert (answer.code, answer.out) == (2, "")


def test_aws_would_have_been_asked() -> None:
    assert cron2aws(*NOWHERE, "status").code == 5
