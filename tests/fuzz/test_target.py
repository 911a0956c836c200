"""The target as `make test` runs it: few cases, and a fault of each kind that is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cron2aws.app.options import CrontabFormat
from cron2aws.errors import SourceError
from cron2aws.report.document import Document
from cron2aws.report.text import Style
from tests.fuzz.target import CASES, Case, run

TAB = b"0 5 * * * /bin/x\n"


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(CASES)
def test_nothing_but_errors_of_the_project_leaves(
    tmp_path_factory: pytest.TempPathFactory, case: Case
) -> None:
    run(case, tmp_path_factory.getbasetemp() / "fuzzed")


def a_case(data: bytes) -> Case:
    return Case(
        data=data,
        dialect="debian",
        format_of=CrontabFormat.USER,
        timezone="UTC",
        trigger=None,
        prefer_rate=False,
        width=80,
    )


class Failing:
    """A format that is wrong in one way."""

    is_for_eyes = False

    def __init__(self, text: str | Exception) -> None:
        self._text = text

    def write(self, document: Document, style: Style) -> Iterator[str]:  # noqa: ARG002
        if isinstance(self._text, Exception):
            raise self._text
        yield self._text


def test_what_the_project_refuses_is_no_fault(tmp_path: Path) -> None:
    assert run(a_case(TAB), tmp_path / "tab")
    assert not run(a_case(TAB), tmp_path / "tab", {"refusing": Failing(SourceError("no"))})


@pytest.mark.parametrize(
    ("text", "wrong"),
    [(KeyError("x"), KeyError), ("no newline", AssertionError), ("\udcff\n", UnicodeEncodeError)],
)
def test_a_format_that_fails_is_noticed(
    text: str | Exception, wrong: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(wrong):
        run(a_case(TAB), tmp_path / "tab", {"failing": Failing(text)})
