"""The target as `make test` runs it: few cases, and a fault of each kind that is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cron2aws.app.options import CrontabFormat
from cron2aws.errors import Bug, SourceError
from cron2aws.report.document import Document
from cron2aws.report.text import Style
from tests.fuzz.__main__ import main
from tests.fuzz.target import CASES, Case, FaultError, run

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
    ("text", "cause", "told"),
    [
        (KeyError("x"), KeyError, "KeyError: 'x'"),
        (AssertionError("x"), AssertionError, "AssertionError: x"),
        (Bug("it cannot be"), Bug, "it cannot be"),
        ("no newline", type(None), "Failing ends without a newline"),
        ("\udcff\n", UnicodeEncodeError, "UnicodeEncodeError: "),
    ],
)
def test_a_format_that_fails_is_noticed(
    text: str | Exception, cause: type, told: str, tmp_path: Path
) -> None:
    with pytest.raises(FaultError) as found:
        run(a_case(TAB), tmp_path / "tab", {"failing": Failing(text)})
    assert type(found.value.__cause__) is cause
    assert str(found.value).startswith(told)


def test_what_is_found_is_told_with_the_seed_that_finds_it_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As long as the target is what it was."""
    found = "a seven"

    def finds(case: Case, file: Path) -> bool:
        del file
        if b"7" in case.data:
            raise FaultError(found)
        return True

    assert main(60, target=finds) == 1
    (seed,) = re.findall(r"found by seed (\d+)", capsys.readouterr().out)
    assert main(0, int(seed), target=finds) == 1
    assert f"`python -m tests.fuzz 0 {seed}` finds it again" in capsys.readouterr().out
    assert main(0, int(seed), target=lambda *_: True) == 0
    assert "; none failed" in capsys.readouterr().out
