"""The measure of `make check` for Any, shown a package with and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import any_share

TYPED = "def total(rows: list[int]) -> int:\n    return sum(row + 1 for row in rows)\n"
UNTYPED = (
    "import json\nfrom typing import Any\n\n"
    "def first(text: str) -> Any:\n    return json.loads(text)['rows'][0]['name']\n"
)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small").mkdir()
    (tmp_path / "small/__init__.py").touch()
    return tmp_path / "small"


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (TYPED, 0, "small: 0.00 % of"),
        (UNTYPED, 1, "\n  small.one: "),
        ("x: int = ''\n", 1, ""),  # what mypy refuses is not measured
    ],
)
def test_too_much_any_is_told_by_module(
    package: Path, capsys: pytest.CaptureFixture[str], text: str, code: int, told: str
) -> None:
    (package / "one.py").write_text(text)
    assert any_share.main("small", "3") == code
    assert told in capsys.readouterr().out


@pytest.mark.usefixtures("package")
def test_a_package_that_is_not_there_is_no_success() -> None:
    assert any_share.main("nosuch", "3") == 1
