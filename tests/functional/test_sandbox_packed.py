"""What the sandbox runs of a function's code is what the code itself would run."""

from __future__ import annotations

import builtins

import pytest

from cron2aws.sandbox.functions.packed import program
from tests.stack_template import task
from tools.packed_code import packed_code

SAID = "def handler(event, context):\n    return [__file__, event]\n\n\nwords = 'said'\n"


class Compiled(Exception):
    """What Python was about to run."""


def run_by(packed: str) -> object:
    """What a packed program compiles when Python runs it."""

    def compiled(source: bytes, path: str, mode: str) -> None:
        raise Compiled(compile(source, path, mode, dont_inherit=True))

    with pytest.raises(Compiled) as one:
        exec(packed, {"__builtins__": {**vars(builtins), "compile": compiled}})  # noqa: S102 (as the sandbox does)
    code: object = one.value.args[0]
    return code


@pytest.mark.parametrize("file", ["send.py", "wait.py", "silence.py"])
def test_of_a_packed_program_what_is_in_it(file: str) -> None:
    packed = packed_code(SAID, file)
    wanted = run_by(packed)
    assert program(packed, "task-send/index.py") == wanted
    assert program(packed, "task-send/index.py").co_filename == file
    assert "SOURCE" not in program(packed, "task-send/index.py").co_names


@pytest.mark.parametrize("name", ["SendFunction", "WaitFunction"])
def test_of_the_templates_functions_what_is_in_them(name: str) -> None:
    packed = task().properties(name)["Code"]["ZipFile"]
    assert program(packed, "index.py") == run_by(packed)
    assert program(packed, "index.py").co_filename != "index.py"


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
