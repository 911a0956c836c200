"""A packed shell program is the same one: real shells judge, by running and by reading it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.packing_cases import packing_cases
from tests.surroundings import cannot
from tools.pack_python import CannotPackError
from tools.pack_shell import as_python, packed

SHELLS = {"dash": ["dash"], "bash": ["bash", "--posix"], "busybox": ["busybox", "sh"]}

PROGRAMS = packing_cases("shell")


def run(shell: str, *arguments: str) -> str:
    program, *options = SHELLS[shell]
    if not shutil.which(program):
        cannot(f"NOT CHECKED WITH {shell}: there is no {program}")
    command = [program, *options, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def as_read(text: str) -> str:
    """How bash prints what it has read: without comments, in its own indentation."""
    return run("bash", "-c", f"f() {{\n:\n{text}\n}}\ndeclare -f f")


@pytest.mark.parametrize(("source", "wanted"), PROGRAMS.values(), ids=PROGRAMS)
def test_is_short_and_the_same_program(source: str, wanted: str) -> None:
    assert packed(source) == wanted
    assert packed(wanted) == wanted
    assert as_read(wanted) == as_read(source)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("source", [source for source, _ in PROGRAMS.values()], ids=PROGRAMS)
def test_does_the_same(source: str, shell: str) -> None:
    assert run(shell, "-c", packed(source)) == run(shell, "-c", source)


def test_nothing_is_left_open_at_an_end() -> None:
    """It would be seen in the next program."""
    whole = "".join(source for source, _ in PROGRAMS.values())
    assert packed(whole) == "".join(wanted for _, wanted in PROGRAMS.values())


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("echo `date`", "back-quote"),
        ('echo "`date`"', "back-quote"),
        ("x=$(case a in a) echo b;; esac)", "`case` in parentheses"),
        ("(\ncase a in\na) echo b;; esac\n)", "line 2: `case` in parentheses"),
        ("((x = 1))", "arithmetic"),
        ("echo $((echo a) | cat)", "no arithmetic"),
        ("echo $(('1'))", "quotes in"),
        ('x="${y:-\'}"', "shells differ"),
        ("echo $'it\\'s'", "bash's"),
        ('echo $"a"', "bash's"),
        ("echo ${x:-$'}'}", "bash's"),
        ("cat <<<a", "`<<`"),
        ("cat <<$x\n$x", "`<<`"),
        ("cat <<'A'b\nAb", "`<<`"),
        ("cat <<A \\\n| cat\nA", "goes on in the next"),
        ("cat <<A 'b\nA\n'", "goes on in the next"),
        ('echo "$(cat <<A\nA\n)"', "goes on in the next"),
        ("cat <<A\nb\\\nA\nA", "ends in a backslash"),
        ("echo a\\\n#b", "a word that goes on"),
        ("echo a \\\n# b", "a comment, behind"),
        ("echo a \\\n\n# b", "nothing, or a comment, behind"),
        ('echo "$\\\n(a)"', "a `$` that goes on"),
        ("echo a\r\n", "carriage return"),
        ("echo a \\", "in the middle of something"),
        ("echo 'a", "in the middle of something"),
        ('echo "a', "in the middle of something"),
        ("echo $(a", "in the middle of something"),
        ("echo ${a", "in the middle of something"),
        ("cat <<A\n", "in the middle of something"),
    ],
)
def test_what_it_cannot_be_sure_of_is_refused(source: str, why: str) -> None:
    with pytest.raises(CannotPackError) as refused:
        packed(source)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["", "a\n", "printf '%s\\n' \"\\\\\"\n", 'x="""a"""\n', "x='''a'''\n", "é\t\\\n"],
)
def test_stands_in_python_to_the_letter(text: str) -> None:
    found: dict[str, str] = {}
    exec(as_python("RUNNER", text), found)  # noqa: S102
    assert found["RUNNER"] == text


@pytest.mark.parametrize("text", ["x='''a''' \"\"\"\n", "a\\", "a\r\nb"])
def test_what_python_would_read_otherwise_is_refused(text: str) -> None:
    with pytest.raises(CannotPackError, match="Python"):
        as_python("RUNNER", text)
