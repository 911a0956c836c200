"""A function of the template is one file: modules that it imports from here stand in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.pack_functions import Packer
from tools.pack_python import CannotPackError
from tools.pack_shell import as_python
from tools.pack_shell import packed as packed_shell

RUNNER = r"""#!/bin/sh
# runs the job
tell() {
    # the first line
    printf '%s \\ "%s"\n' "$1" "a  b"
}
tell "$due"
"""
WHOLE = r'''"""What Run Command gets."""

from __future__ import annotations

import re
from product.task.runner import RUNNER

_LINE = re.compile("x")
"""A line."""


def whole(command: str, facts: dict[str, str]) -> str:
    """Head, facts and runner."""
    command += "".join(f"{key}={value}\n" for key, value in facts.items())
    return _LINE.sub("y", command) + RUNNER
'''
SEND = r"""import re
import sys

from product.task.whole import whole

print(whole("x=1\n", {"due": re.escape("17")}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "product/task/whole.py", WHOLE)
    write(tmp_path, "product/task/runner.py", as_python("RUNNER", packed_shell(RUNNER)))
    write(tmp_path, "send.py", SEND)
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def pack(folder: Path) -> str:
    return Packer([folder]).pack(folder / "send.py")


def said(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_modules_stand_where_they_are_imported(folder: Path) -> None:
    assert pack(folder).split("\n") == [
        "import re",
        "import sys",
        "import re",
        'RUNNER=r"""tell() {',
        'printf \'%s \\\\ "%s"\\n\' "$1" "a  b"',
        "}",
        'tell "$due"',
        '"""',
        "_LINE=re.compile('x')",
        "def whole(command,facts):",
        r""" command+=''.join(f"{key}={value}\n" for key,value in facts.items())""",
        " return _LINE.sub('y',command)+RUNNER",
        r"""print(whole("x=1\n",{'due':re.escape('17')}))""",
        "",
    ]


def test_one_file_does_what_the_modules_do(folder: Path) -> None:
    alone = write(folder, "alone/index.py", pack(folder)).parent
    text = said(sys.executable, "send.py", cwd=folder)
    assert said(sys.executable, "index.py", cwd=alone) == text
    assert said("sh", "-c", text, cwd=folder) == '17 \\ "a  b"\n'


def test_a_module_stands_there_once(folder: Path) -> None:
    write(folder, "send.py", "from product.task.runner import RUNNER\n" + SEND)
    assert pack(folder).count("RUNNER=") == 1


def test_a_checkout_with_other_ends_of_lines_is_packed_the_same(folder: Path) -> None:
    wanted = pack(folder)
    for path in folder.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert pack(folder) == wanted


def test_a_file_beside_the_source_is_found(folder: Path) -> None:
    write(folder, "beside.py", "A = 1\n")
    write(folder, "send.py", "from beside import A\nprint(A)\n")
    assert pack(folder) == "A=1\nprint(A)\n"


@pytest.mark.parametrize(
    "statement",
    [
        "import product.task.whole",
        "import os, product.task.whole",
        "from product.task import whole",
        "from product.task.whole import whole as all_of_it",
        "from product.task.gone import whole",
        "from .product import whole",
        "from . import product",
        "def f():\n    from product.task.whole import whole",
        "if x:\n    from product.task.whole import whole",
    ],
)
def test_an_import_that_no_text_can_stand_for_is_refused(folder: Path, statement: str) -> None:
    write(folder, "send.py", f"{statement}\n")
    with pytest.raises(CannotPackError, match=r"^send\.py:[12]: say `from MODULE import NAME`"):
        pack(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "_LINE = 2",
        "RUNNER: str = ''",
        "def _LINE(): pass",
        "class whole: pass",
        "import os as re",
        "from os import path as re",
        "for _LINE in []: pass",
        "with open('x') as _LINE: pass",
        "(a, [*_LINE]) = 1, [2]",
        "try: pass\nexcept OSError as _LINE: pass",
    ],
)
def test_a_name_that_means_two_things_is_refused(folder: Path, statement: str) -> None:
    write(folder, "send.py", f"{SEND}\n{statement}\n")
    with pytest.raises(CannotPackError, match=r"^(_LINE|RUNNER|whole|re) is .*, and "):
        pack(folder)


def test_what_is_called_the_same_inside_a_function_is_its_own(folder: Path) -> None:
    write(folder, "send.py", f"{SEND}\ndef f():\n    _LINE = 2\n")
    assert "def f():_LINE=2" in pack(folder)
