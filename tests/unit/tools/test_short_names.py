"""Short names for what is a function's own, and for constants: nobody outside may tell."""

from __future__ import annotations

import contextlib
import io

import pytest

from tests.packing_cases import packing_cases
from tests.same_code import bytecode, facts, without_words
from tools.pack_python import CannotPackError
from tools.short_names import with_short_names

PROGRAMS = packing_cases("names")


def said(text: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as written:
        exec(compile(text, "said", "exec"), {})  # noqa: S102
    assert written.getvalue()
    return written.getvalue()


@pytest.mark.parametrize(("source", "wanted"), PROGRAMS.values(), ids=PROGRAMS)
def test_is_short_and_the_same_program(source: str, wanted: str) -> None:
    assert with_short_names(source) == wanted
    assert said(wanted) == said(source)
    assert facts(bytecode(wanted)) == facts(without_words(source, named_as=wanted))


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("{first=}", "shows a name"),
        ("{first.real = }", "shows a name"),
        ("{dict(first=1)}", "passed by name"),
        ("\\N{EM DASH}{first}", "the character itself"),
    ],
)
def test_what_it_cannot_be_sure_of_is_refused(expression: str, why: str) -> None:
    with pytest.raises(CannotPackError, match=why):
        with_short_names(f"def f(first):\n    return f'{expression}'\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def f(a, b): return a - b", "def f(a, b): return b - a"),
        ("def f(a, b): return a - b", "def f(c, c2): return c - c"),
        ("def f(a): return len(a)", "def f(a): return l(a)"),
        ("def f(first): return A", "def f(A): return A"),
        ("FIRST = 1\nprint(FIRST)", "print = 1\nprint(print)"),
        ("FIRST = 1\nSECOND = 2", "A = 1\nA = 2"),
    ],
)
def test_another_program_is_seen(one: str, other: str) -> None:
    try:
        assert facts(bytecode(other)) == facts(without_words(one, named_as=other))
    except AssertionError:
        return
    pytest.fail("taken for the same")
