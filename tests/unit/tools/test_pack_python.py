"""Packed Python is the same program: by the bytecode, which the packer knows nothing of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.packing_cases import packing_cases
from tests.same_code import bytecode, facts, without_words
from tools.pack_python import CannotPackError, Source, packed

ROOT = Path(__file__).parents[3]

PROGRAMS = packing_cases("python")


@pytest.mark.parametrize(("source", "wanted"), PROGRAMS.values(), ids=PROGRAMS)
def test_is_short_and_the_same_program(source: str, wanted: str) -> None:
    assert packed(Source(source)) == wanted
    assert facts(bytecode(wanted)) == facts(without_words(source))


@pytest.mark.parametrize("folder", ["cfn/functions", "src/cron2aws/schedule", "tools"])
def test_every_module_is_the_same_program(folder: str) -> None:
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths
    for path in paths:
        source = path.read_text(encoding="utf-8")
        text = packed(Source(source))
        assert facts(bytecode(text)) == facts(without_words(source)), path
        assert packed(Source(text)) == text, path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1\n", "x = 2\n"),
        ("x = 1\n", "x = 1.0\n"),
        ("x = 'a'\n", "y = 'a'\n"),
        ("def f():\n    return a(b, c)\n", "def f():\n    return a(c, b)\n"),
        ("def f(a, b=1):\n    return b\n", "def f(a, *, b=1):\n    return b\n"),
        ("x = (1,)\n", "x = (1)\n"),
        ("class A:\n    b: int\n", "class A:\n    pass\n"),
        ("if a:\n    b()\n    c()\n", "if a:\n    b()\nc()\n"),
        ("try:\n    a()\nexcept B:\n    c()\n", "try:\n    a()\nexcept D:\n    c()\n"),
    ],
)
def test_another_program_is_seen(one: str, other: str) -> None:
    assert facts(without_words(one)) != facts(bytecode(other))


def test_an_annotation_that_does_something_is_refused() -> None:
    with pytest.raises(CannotPackError, match=r"^send\.py:2: "):
        packed(Source("def f():\n    a: int\n    return g(a)\n", "send.py"))


def test_a_text_may_lack_its_last_newline() -> None:
    assert packed(Source("if a:\n    b()")) == "if a:b()\n"
