"""What the sandbox runs of a function's code is what the code itself would run."""

from __future__ import annotations

import builtins
from types import CodeType

import pytest

from cron2aws.sandbox.packed import program
from tools.packed_code import packed_code

SAID = "def handler(event, context):\n    return [__file__, event]\n\n\nwords = 'said'\n"


def run_by(code: str) -> CodeType:
    """What a packed program compiles when Python runs it."""
    compiled: list[CodeType] = []

    def remembered(source: bytes, path: str, mode: str) -> CodeType:
        compiled.append(compile(source, path, mode, dont_inherit=True))
        return compiled[-1]

    exec(code, {"__builtins__": {**vars(builtins), "compile": remembered}})  # noqa: S102 (as the sandbox does)
    [one] = compiled
    return one


@pytest.mark.parametrize("file", ["send.py", "wait.py", "silence.py"])
def test_of_a_packed_program_what_is_in_it(file: str) -> None:
    packed = packed_code(SAID, file)
    wanted = run_by(packed)
    assert program(packed, "task-send/index.py") == wanted
    assert program(packed, "task-send/index.py").co_filename == file
    assert "SOURCE" not in program(packed, "task-send/index.py").co_names


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        packed_code(SAID, "send.py") + "words = 'other'\n",
        "words = 'first'\n" + packed_code(SAID, "send.py"),
        packed_code(SAID, "send.py").replace("n=0\n", "n=0\nprint(n)\n"),
        packed_code(SAID, "send.py").replace("n*92", "print(n) or n*92"),
    ],
)
def test_another_program_is_run_as_it_is(text: str) -> None:
    assert program(text, "task-send/index.py") == compile(
        text, "task-send/index.py", "exec", dont_inherit=True
    )
    assert program(text, "task-send/index.py").co_filename == "task-send/index.py"


def test_two_functions_have_their_own_names() -> None:
    assert program(SAID, "one/index.py").co_filename == "one/index.py"
    assert program(SAID, "two/index.py").co_filename == "two/index.py"
