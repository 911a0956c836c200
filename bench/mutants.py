"""`make mutants`: changes of the source that no test notices.

mutmut makes them in a copy of the tree.
Shown are, for each module, how many of them the chosen tests kill, then each survivor.
Without `--tests` those of `TESTS` run, else `tests/unit/PACKAGE`: of them, what reaches a mutant.
mutmut changes function bodies only: a constant of a module has no mutant.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = {
    "report": (
        "tests/unit/report",
        "tests/golden",
        "tests/functional/test_scan.py",
        "tests/functional/test_explain.py",
        "tests/unit/test_docs.py",
    )
}
KILLED = {"killed", "timeout", "caught by type check"}
SHOWN = 150  # columns of one side of a change


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change: mutmut's name for it and what the tests made of it."""

    name: str
    state: str

    @property
    def module(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def function(self) -> str:
        """Its bare name: mutmut writes `x_name__mutmut_1` and `xǁClassǁname__mutmut_1`."""
        mangled = self.name.rpartition(".")[2].rpartition("__mutmut_")[0]
        return mangled.rpartition("ǁ")[2] if "ǁ" in mangled else mangled.removeprefix("x_")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", nargs="?", default="report", help="a folder of src/cron2aws")
    parser.add_argument("--tests", nargs="+", help="pytest's arguments: the tests that may kill")
    parser.add_argument("--keep", type=Path, help="work in this new folder and leave it there")
    asked = parser.parse_args()
    # a shell's `&` ignores ^C for all that it starts, and a test that sends it would wait for ever
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not (ROOT / "src" / "cron2aws" / asked.package / "__init__.py").is_file():
        parser.error(f"src/cron2aws has no package {asked.package!r}")
    usual = TESTS.get(asked.package, (f"tests/unit/{asked.package}",))
    tests = asked.tests or [each for each in usual if (ROOT / each).exists()]
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary) / "tree"
        copy(folder)
        begin = time.perf_counter()
        print(report(run(folder, asked.package, tests), folder), end="")
        print(f"\n{time.perf_counter() - begin:.0f} s; tests: {' '.join(tests)}")


def copy(folder: Path) -> None:
    """What git knows or would take, so that nothing of the run lands in the tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def run(folder: Path, package: str, tests: list[str]) -> list[Mutant]:
    """Every mutant with its state; the copy's own pyproject.toml carries the settings."""
    beside = [each.name for each in folder.iterdir() if each.name not in {"src", "tests"}]
    settings = {
        "source_paths": ["src"],
        "only_mutate": [f"src/cron2aws/{package}/*"],
        "also_copy": sorted(beside),
        "pytest_add_cli_args": ["-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": tests,
    }
    with (folder / "pyproject.toml").open("a") as file:
        file.write("\n[tool.mutmut]\n")
        file.writelines(f"{name} = {value!r}\n" for name, value in settings.items())
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    done = subprocess.run(
        [mutmut, "run", "--max-children", "2"],
        cwd=folder, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"mutmut ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr}")
    listed = subprocess.run(
        [mutmut, "results", "--all", "true"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout
    found = re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", listed, re.MULTILINE)
    return [Mutant(name=name, state=state) for name, state in sorted(found)]


def report(mutants: list[Mutant], folder: Path) -> str:
    """A row a module, then a line a survivor."""
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for each in mutants:
        states[each.module][each.state if each.state not in KILLED else "killed"] += 1
    states["together"] = sum(states.values(), Counter())
    lines = [
        f"{'module':36}{'mutants':>9}{'killed':>9}{'survived':>9}{'no test':>9}{'killed %':>10}"
    ]
    for module, counts in states.items():
        every, killed, none = counts.total(), counts["killed"], counts["no tests"]
        rate = 100 * killed / every if every else 100
        row = f"{module:36}{every:9}{killed:9}{every - killed - none:9}{none:9}{rate:10.1f}"
        lines.append(row)
    alive = [f"{each.state:9} {said(each, folder)}" for each in mutants if each.state not in KILLED]
    return "\n".join([*lines, "", *alive]) + "\n"


def said(mutant: Mutant, folder: Path) -> str:
    """`file:line  before -> after`, for an eye that looks for the missing test."""
    path = f"src/{mutant.module.replace('.', '/')}.py"
    difference = diff(mutant, folder)
    before = [line[1:].strip() for line in difference if line.startswith("-")][1:]
    after = [line[1:].strip() for line in difference if line.startswith("+")][1:]
    source = (folder / path).read_text()
    line = where(source, mutant.function, before[0] if before else "")
    return f"{path}:{line}  {' '.join(before)[:SHOWN]}  ->  {' '.join(after)[:SHOWN] or '(gone)'}"


def diff(mutant: Mutant, folder: Path) -> list[str]:
    """mutmut's own, asked of its module: a process for each of a thousand takes too long."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # noqa: PLC0415

    here = Path.cwd()
    os.chdir(folder)
    try:
        path = f"src/{mutant.module.replace('.', '/')}.py"
        return str(get_diff_for_mutant(mutant.name, path=path)).splitlines()
    finally:
        os.chdir(here)


def where(source: str, function: str, text: str) -> int:
    """The line of the function in which `text` stands; else that of its `def`."""
    found = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
    ]
    lines = source.splitlines()
    for node in found:
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            if lines[number - 1].strip() == text:
                return number
    return found[0].lineno if found else 1


if __name__ == "__main__":
    main()
