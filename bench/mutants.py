"""`make mutants`: changes of the source that no test notices.

mutmut makes them in a copy of the tree.
Shown are, for each module, how many of them the chosen tests kill, then each survivor.
It ends with 1 where one is neither killed nor in `EQUIVALENT`, or stands there for nothing.
Without `--tests` those of `TESTS` run, else `tests/unit/PACKAGE`: of them, what reaches a mutant.
mutmut changes the bodies of undecorated functions: a constant of a module has no mutant.
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
from dataclasses import dataclass, replace
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
A_FLAG = "rich asks of this flag only whether it is true"
EQUIVALENT = {
    "report.layout.text_of: highlight=False, -> highlight=None,": A_FLAG,
    "report.layout.text_of: emoji=False, -> emoji=None,": A_FLAG,
    "report.layout.text_of: markup=False, -> markup=None,": A_FLAG,
    "report.layout.table: pad_edge=False, -> pad_edge=None,": A_FLAG,
    'report.layout.table: overflow="fold", -> overflow=None,': "rich folds where nothing is said",
}
"""Changes that nobody can notice, by function and lines, with the reason."""
NEVER_REACHED = ["assert_never[(]"]  # mypy shows it, by exhaustive-match
SHOWN = 300  # columns of a change


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change: mutmut's name for it and what the tests made of it."""

    name: str
    state: str
    change: str = ""
    """Of a survivor: `lines before -> lines after`."""

    line: int = 0

    @property
    def module(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def function(self) -> str:
        """Its bare name: mutmut writes `x_name__mutmut_1` and `xǁClassǁname__mutmut_1`."""
        mangled = self.name.rpartition(".")[2].rpartition("__mutmut_")[0]
        return mangled.rpartition("ǁ")[2] if "ǁ" in mangled else mangled.removeprefix("x_")

    @property
    def path(self) -> str:
        """Its file, from the root."""
        path = f"src/{self.module.replace('.', '/')}"
        return f"{path}/__init__.py" if (ROOT / path).is_dir() else f"{path}.py"

    @property
    def key(self) -> str:
        """What it is called in `EQUIVALENT`."""
        return f"{self.module.removeprefix('cron2aws.')}.{self.function}: {self.change}"


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
        mutants = [judged(each, folder) for each in run(folder, asked.package, tests)]
        print(report(mutants), end="")
        print(f"\n{time.perf_counter() - begin:.0f} s; tests: {' '.join(tests)}")
    alive = {each.key for each in mutants if each.state not in KILLED}
    listed = {key for key in EQUIVALENT if key.startswith(f"{asked.package}.")}
    for key in sorted(listed - alive):
        print(f"listed as equivalent, but killed or gone: {key}")
    sys.exit(int(alive != listed))


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
        "do_not_mutate_patterns": NEVER_REACHED,
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


def judged(mutant: Mutant, folder: Path) -> Mutant:
    """A survivor with its change, and whether that is a known one that changes nothing."""
    if mutant.state in KILLED:
        return mutant
    difference = diff(mutant, folder)
    before = [line[1:].strip() for line in difference if line.startswith("-")][1:]
    after = [line[1:].strip() for line in difference if line.startswith("+")][1:]
    line = where((folder / mutant.path).read_text(), mutant.function, before[0] if before else "")
    change = f"{' '.join(before)} -> {' '.join(after) or '(gone)'}"
    found = replace(mutant, change=change, line=line)
    return replace(found, state="equivalent") if found.key in EQUIVALENT else found


def report(mutants: list[Mutant]) -> str:
    """A row a module, then a line a survivor."""
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for each in mutants:
        states[each.module][each.state if each.state not in KILLED else "killed"] += 1
    states["together"] = sum(states.values(), Counter())
    names = ("mutants", "killed", "equivalent", "no test", "survived")
    lines = [f"{'module':36}{''.join(f'{name:>11}' for name in names)}{'killed %':>10}"]
    for module, counts in states.items():
        every, killed = counts.total(), counts["killed"]
        known = (killed, counts["equivalent"], counts["no tests"])
        row = "".join(f"{count:11}" for count in (every, *known, every - sum(known)))
        lines.append(f"{module:36}{row}{100 * killed / every if every else 100:10.1f}")
    return "\n".join([*lines, "", *(said(each) for each in mutants if each.change)]) + "\n"


def said(mutant: Mutant) -> str:
    """`file:line  before -> after`, for an eye that looks for the missing test."""
    why = EQUIVALENT.get(mutant.key)
    told = f": {why}" if why else ""
    return f"{mutant.state}{told}\n  {mutant.path}:{mutant.line}  {mutant.change[:SHOWN]}"


def diff(mutant: Mutant, folder: Path) -> list[str]:
    """mutmut's own, asked of its module: a process for each of a thousand takes too long."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # noqa: PLC0415

    here = Path.cwd()
    os.chdir(folder)
    try:
        return str(get_diff_for_mutant(mutant.name, path=mutant.path)).splitlines()
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
